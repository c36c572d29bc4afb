"""What `configure` leaves behind: the process that watches the next start of an IDE, and takes a bad edit back."""

from __future__ import annotations

from contextlib import suppress

from idecare.changes.journal import Journal
from idecare.cli.common import Session
from idecare.core.errors import ExitCode, IdecareError
from idecare.core.language import tr
from idecare.core.settings import read_settings
from idecare.watcher.first_start import Watched, watch
from idecare.watcher.notifications.desktop import Message, show


def watch_first_starts(session: Session, entry_id: str) -> int:
    """Watch what the entry edited; a notice says what was taken back, `idecare history` too."""

    def tell(watched: Watched, text: str) -> None:
        with suppress(IdecareError):
            if not read_settings(session.host.own.config).notify:
                return
        show(
            session.host, Message(tr("{name} did not start with idecare's change", name=watched.name), text, "critical")
        )

    watch(session.host, Journal(session.host.own.state), entry_id, tell)
    return ExitCode.OK
