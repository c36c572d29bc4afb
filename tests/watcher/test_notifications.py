"""A notice becomes a message on the desktop: later ones take its place, snoozed ones go, the hook is run."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from idecare.core.settings import Settings
from idecare.system import files
from idecare.watcher.notifications import Notifier, variables
from idecare.watcher.policy import Notice
from idecare.workspaces.conflicts import Conflict
from tests.conftest import make_host
from tests.support.processes import wait_for
from tests.support.services import recorder, told

NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)
ROOT = Path("/home/gopher/src/app")
CLASH = Conflict("go-version", "warning", ROOT, "GoLand runs go1.27, Code go1.26", ("GoLand", "Code"))
OPENED = Notice("app-1", "opened", "warning", ROOT, NOW, (CLASH,))
WORSE = Notice("app-1", "worse", "error", ROOT, NOW, (CLASH,))
RESOLVED = Notice("app-1", "resolved", "warning", ROOT, NOW, (CLASH,))
SILENT = Notice("app-1", "resolved", "warning", ROOT, NOW, (CLASH,), is_silent=True)


@pytest.fixture
def desktop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a gdbus that gives each message the number 7."""
    monkeypatch.setattr(files, "USUAL_FOLDERS", ())
    return recorder(tmp_path, "gdbus", "echo '(uint32 7,)'")


def teller(desktop: Path, settings: Settings | None = None) -> Notifier:
    host = make_host(environment={"PATH": str(desktop), "DBUS_SESSION_BUS_ADDRESS": "unix:path=/nowhere"})
    return Notifier(host, lambda: settings or Settings(), lambda text: None)


def test_a_notice_says_what_clashes_and_what_to_run(desktop: Path) -> None:
    assert teller(desktop)(OPENED) == "shown by gdbus"
    assert "GoLand runs go1.27, Code go1.26\\nidecare status ~/src/app" in told(desktop)[0]


def test_what_to_run_is_reported_however_much_clashes(desktop: Path) -> None:
    teller(desktop)(Notice("app-1", "opened", "warning", ROOT, NOW, (CLASH,) * 99))
    assert "\\nidecare status ~/src/app' []" in told(desktop)[0]


def test_all_notices_of_an_episode_take_one_place(desktop: Path) -> None:
    notify = teller(desktop)
    for notice in (OPENED, WORSE, RESOLVED, OPENED):
        notify(notice)
    runtime_paths = [words.partition("'idecare' ")[2].partition(" ")[0] for words in told(desktop)]
    assert runtime_paths == ["0", "7", "7", "0"]


def test_an_error_is_urgent_until_it_is_resolved(desktop: Path) -> None:
    notify = teller(desktop)
    for notice in (OPENED, WORSE, RESOLVED):
        notify(notice)
    assert [words.partition("<byte ")[2][0] for words in told(desktop)] == ["1", "2", "1"]


def test_what_is_over_in_silence_goes_from_the_desktop(desktop: Path) -> None:
    notify = teller(desktop)
    assert notify(SILENT) == "silent"
    notify(OPENED)
    assert notify(SILENT) == "withdrawn"
    assert told(desktop)[-1].endswith("CloseNotification 7")
    assert notify(SILENT) == "silent"


def test_without_notify_the_log_alone_has_it(desktop: Path) -> None:
    assert teller(desktop, Settings(notify=False))(OPENED) == "not shown: notify is false"
    assert told(desktop) == []


def test_many_episodes_do_not_grow_its_memory(desktop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("idecare.watcher.notifications.MOST_NUMBERS", 3)
    notify = teller(desktop)
    for number in range(6):
        notify(Notice(f"app-{number}", "opened", "warning", ROOT, NOW, (CLASH,)))
    assert list(notify.numbers) == ["app-3", "app-4", "app-5"]


def test_the_hook_is_run_for_what_is_reported_also_without_notify(desktop: Path) -> None:
    bell = recorder(desktop / "bells", "bell", 'echo "$IDECARE_EVENT $IDECARE_MODULE" > "${0%/*}/rung"') / "bell"
    notify = teller(desktop, Settings(notify=False, on_conflict=(str(bell), "loud")))
    notify(SILENT)
    notify(OPENED)
    assert wait_for((bell.parent / "rung").exists, timeout=30)
    assert wait_for(lambda: (bell.parent / "rung").read_text() == f"opened {ROOT}\n", timeout=30)
    assert told(bell.parent) == ["loud"]


def test_the_variables_of_the_hook() -> None:
    assert variables(OPENED) == {
        "IDECARE_EVENT": "opened",
        "IDECARE_GRADE": "warning",
        "IDECARE_MODULE": str(ROOT),
        "IDECARE_IDES": "GoLand, Code",
        "IDECARE_CODES": "go-version",
        "IDECARE_TITLE": OPENED.title,
        "IDECARE_MESSAGE": "GoLand runs go1.27, Code go1.26",
    }
