"""A message to the desktop: through what is there, literally, and never for long."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from idecare.core.host import Host
from idecare.core.platforms import PlatformName
from idecare.system import files
from idecare.watcher.notifications import desktop as notifying
from idecare.watcher.notifications.desktop import Message, NotShown, Shown, show, withdraw
from tests.conftest import make_host
from tests.support.services import recorder, told

MESSAGE = Message("app: GoLand and Code", "two <toolchains> & 'one' module\nidecare status \\x")
BUS = {"DBUS_SESSION_BUS_ADDRESS": "unix:path=/nowhere"}
NUMBER = "echo '(uint32 7,)'"


@pytest.fixture(autouse=True)
def only_what_the_test_has_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "USUAL_FOLDERS", ())


def host(folder: Path, platform: PlatformName = "linux", **more: str) -> Host:
    return make_host(
        platform, {"PATH": f"{folder}:/usr/bin:/bin" if more.pop("shell", "") else str(folder), **BUS, **more}
    )


def test_dbus_is_asked_first_and_its_number_kept(tmp_path: Path) -> None:
    folder = recorder(recorder(tmp_path, "gdbus", NUMBER), "notify-send")
    assert show(host(folder), MESSAGE) == Shown("gdbus", 7)
    assert len(told(folder)) == 1


def test_a_later_message_takes_the_place_of_an_earlier_and_can_be_withdrawn(tmp_path: Path) -> None:
    folder = recorder(tmp_path, "gdbus", NUMBER)
    show(host(folder), Message("title", "body", replaces=5))
    assert " 'idecare' 5 '' 'title' 'body' " in told(folder)[0]
    assert withdraw(host(folder), 5) is True
    assert told(folder)[1].endswith("CloseNotification 5")


def test_texts_reach_dbus_literally(tmp_path: Path) -> None:
    show(host(recorder(tmp_path, "gdbus", NUMBER)), MESSAGE)
    body = r"'two &lt;toolchains&gt; &amp; \'one\' module\nidecare status \\x'"
    assert f"'app: GoLand and Code' {body} [] {{'urgency': <byte 1>}} -1" in told(tmp_path)[0]


def test_without_gdbus_or_with_one_that_fails_notify_send_shows_it(tmp_path: Path) -> None:
    folder = recorder(tmp_path, "notify-send")
    assert show(host(folder), MESSAGE) == Shown("notify-send")
    assert told(folder)[0].startswith("--app-name=idecare --urgency=normal -- app: GoLand and Code two &lt;")
    recorder(folder, "gdbus", "exit 1")
    assert show(host(folder), MESSAGE) == Shown("notify-send")


def test_on_a_mac_texts_are_arguments_of_the_script(tmp_path: Path) -> None:
    folder = recorder(tmp_path, "osascript")
    evil = Message('" & (do shell script "x") & "', "body")
    assert show(host(folder, "macos"), evil) == Shown("osascript")
    assert "".join(told(folder)).endswith('-e end run idecare: " & (do shell script "x") & " body')


@pytest.mark.parametrize(
    ("platform", "environment", "reason"),
    [
        pytest.param("linux", {}, "there is no gdbus; there is no notify-send", id="nothing to ask with"),
        pytest.param("linux", {"DBUS_SESSION_BUS_ADDRESS": ""}, "there is no session bus", id="no session"),
        pytest.param("macos", {}, "there is no osascript", id="a Mac without it"),
        pytest.param("windows", {}, "this system has no way", id="Windows"),
    ],
)
def test_what_keeps_it_from_being_shown_is_reported(
    tmp_path: Path, platform: PlatformName, environment: dict[str, str], reason: str
) -> None:
    result = show(host(tmp_path, platform, **environment), MESSAGE)
    assert isinstance(result, NotShown)
    assert reason in result.reason


def test_a_bus_in_the_runtime_folder_is_a_bus(tmp_path: Path) -> None:
    folder = recorder(tmp_path, "gdbus", NUMBER)
    runtime = {"XDG_RUNTIME_DIR": str(tmp_path), "DBUS_SESSION_BUS_ADDRESS": ""}
    assert isinstance(show(host(folder, **runtime), MESSAGE), NotShown)
    (tmp_path / "bus").touch()
    assert show(host(folder, **runtime), MESSAGE) == Shown("gdbus", 7)


def test_a_service_that_does_not_answer_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notifying, "LIMIT_SECONDS", 0.2)
    folder = recorder(recorder(tmp_path, "gdbus", "exec /bin/sleep 60"), "notify-send", "exec /bin/sleep 60")
    before = time.monotonic()
    assert isinstance(show(host(folder), MESSAGE), NotShown)
    assert time.monotonic() - before < 30
