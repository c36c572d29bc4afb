"""What the command behind ``--`` may have again of the module cache that was just set aside.

Intact downloads stand in front of GOPROXY as one more proxy, so that nothing is downloaded twice and `go mod tidy`
works without a network. go verifies them by go.sum as it does any download; its other settings stay as they are.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from idecare.caches.modcache import TARGET as MODULE_CACHE
from idecare.changes.journal import Entry, Record
from idecare.cli.common import Session
from idecare.cli.flow import OFFERS
from idecare.cli.progress import counting_progress
from idecare.core.frozen import frozen
from idecare.core.humanize import count_text
from idecare.core.language import tr
from idecare.golang.toolchain import proxy_settings
from idecare.modules.layout import ModuleVersion
from idecare.modules.reuse import Reusable, find_reusable, matches_prefix
from idecare.modules.sums import read_sums, sum_files
from idecare.system.filesystem import link_files, remove_links


@frozen
class Offer:
    """The variables for the command, and what it is offered. ``root`` is the module cache that it fills; ``held_open``
    are descriptors that it inherits: the offer is in use for as long as it runs."""

    environment: dict[str, str]
    found: Reusable = Reusable()
    root: Path = Path()
    held_open: tuple[int, ...] = ()

    @property
    def used(self) -> tuple[ModuleVersion, ...]:
        """What is in the module cache again: it was asked for here first."""
        return tuple(module for module in self.found.modules if os.path.isfile(self.root / module.file("zip")))

    def text(self, used: int) -> str:
        """What came of it; empty when that is nothing."""
        said = (
            [tr("{modules} came from what was set aside, not from the network", modules=count_text(used, "module"))]
            if used
            else []
        )
        if self.found.damaged:
            damaged = count_text(len(self.found.damaged), "module")
            said.append(
                tr("{modules} of what was set aside did not match go.sum, so it was not offered", modules=damaged)
            )
        return tr("; ").join(said)


NOTHING = Offer({})


@contextmanager
def offered(session: Session, entry: Entry | None, command: list[str]) -> Iterator[Offer]:
    """The offer stands while the block runs."""
    record = next((found for found in entry.records if _holds_modules(found)), None) if entry else None
    offer = _offer(session, entry.id, record, command) if entry and record else NOTHING
    try:
        yield offer
    finally:
        if entry and offer.environment:
            remove_links(_folder(session, entry.id))
        for descriptor in offer.held_open:
            os.close(descriptor)


def _holds_modules(record: Record) -> bool:
    return record.target == MODULE_CACHE.name and record.state == "held"


def _offer(session: Session, entry_id: str, record: Record, command: list[str]) -> Offer:
    host = session.host
    go = shutil.which("go", path=os.pathsep.join(map(str, host.search_path)))
    files = sum_files(host, host.cwd)
    settings = proxy_settings(host, Path(go)) if go and files and not _names_proxy(command) else None
    if settings is None or _is_file_alone(settings[0]):
        return NOTHING
    proxy, private = settings
    held = record.root_path / record.hold
    with counting_progress(session, tr("Checking what was set aside")) as on_progress:
        found = find_reusable(held, read_sums(files), lambda path: matches_prefix(private, path), on_progress)
    if not found.files:
        return Offer({}, found, record.root_path)
    folder = _folder(session, entry_id)
    descriptor = link_files(folder, {name.removeprefix("cache/download/"): held / name for name in found.files})
    return Offer({"GOPROXY": f"{folder.as_uri()},{proxy}"}, found, record.root_path, (descriptor,))


def _folder(session: Session, entry_id: str) -> Path:
    return session.host.own.cache / OFFERS / entry_id


def _names_proxy(command: list[str]) -> bool:
    return any(word.startswith("GOPROXY=") for word in command)


def _is_file_alone(proxy: str) -> bool:
    """It has all that there is; and go trusts such a proxy with toolchains, one of several not (modfetch/sumdb.go)."""
    return proxy.startswith("file://") and not {",", "|"} & set(proxy)
