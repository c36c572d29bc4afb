"""A real desktop: two editors clash on a module, the daemon says so in a window, and says so when it is over."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.caches import Machine, make_machine
from tests.support.editors import add_editors, add_module_folder, goland_on, vscode_on
from tests.support.processes import wait_for
from tests.support.services import needs

pytestmark = [pytest.mark.e2e, needs("Xvfb", "dbus-daemon", "dunst", "gdbus", "import", "convert")]
PICTURE = "640x200"


@contextlib.contextmanager
def desktop(folder: Path) -> Iterator[dict[str, str]]:
    """An X server, a session bus and dunst; the variables of a program on that desktop."""
    folder.mkdir(mode=0o700)
    read, write = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(write), "-screen", "0", f"{PICTURE}x24", "-nolisten", "tcp"],
        pass_fds=[write],
        stderr=subprocess.DEVNULL,
    )
    started = [server]
    try:
        os.close(write)
        with os.fdopen(read) as display:
            environment = {**os.environ, "DISPLAY": f":{display.readline().strip()}", "XDG_RUNTIME_DIR": str(folder)}
        environment["DBUS_SESSION_BUS_ADDRESS"] = f"unix:path={folder}/session"
        bus = ["dbus-daemon", "--session", "--nofork", f"--address={environment['DBUS_SESSION_BUS_ADDRESS']}"]
        started.append(subprocess.Popen(bus, env=environment, stderr=subprocess.DEVNULL))
        assert wait_for((folder / "session").exists, timeout=30)
        with (folder / "notices").open("wb") as notices:
            dunst = ["dunst", "-conf", os.devnull, "-print"]
            started.append(subprocess.Popen(dunst, env=environment, stdout=notices, stderr=subprocess.DEVNULL))
        names = ("DISPLAY", "DBUS_SESSION_BUS_ADDRESS", "XDG_RUNTIME_DIR")
        yield {name: environment[name] for name in names}
    finally:
        for process in reversed(started):
            process.kill()
            process.wait()


def screenshot(machine: Machine, file: Path) -> bytes:
    """The screen as grey bytes, and as a picture in ``file``."""
    subprocess.run(["import", "-window", "root", file], env=dict(machine.env), check=True)
    grey = subprocess.run(["convert", file, "-depth", "8", "gray:-"], capture_output=True, check=True)
    return grey.stdout


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Machine]:
    with desktop(tmp_path / "run") as variables:
        made = make_machine(tmp_path / "machine").with_env(**variables)
        yield made
        made.end()


@pytest.mark.parametrize(
    ("spoken", "word"),
    [
        pytest.param({}, "GOFLAGS in the environment", id="English"),
        pytest.param({"LC_ALL": "zh_CN.UTF-8"}, "环境变量 GOFLAGS", id="Chinese"),
    ],
)
def test_a_clash_is_shown_in_one_window_until_it_is_over(
    machine: Machine, tmp_path: Path, spoken: dict[str, str], word: str
) -> None:
    machine = machine.with_env(**spoken)
    add_editors(machine)
    module = add_module_folder(machine)
    machine.report("daemon", "start", code=0)
    empty = screenshot(machine, tmp_path / "empty.png")
    log = machine.state / "daemon.log"
    with goland_on(machine, module), vscode_on(machine, module, GOFLAGS="-mod=mod"):
        assert wait_for(lambda: "(shown by gdbus)" in log.read_text(), timeout=60), log.read_text()
        assert wait_for(lambda: screenshot(machine, tmp_path / "warned.png") != empty, timeout=30)
        keep(tmp_path / "warned.png")
        assert wait_for(lambda: word in (tmp_path / "run" / "notices").read_text(), timeout=30)
    assert wait_for(lambda: "resolved" in log.read_text(), timeout=60), log.read_text()
    assert log.read_text().count("shown by gdbus") == 2
    assert wait_for(lambda: screenshot(machine, tmp_path / "over.png") != empty, timeout=30)
    keep(tmp_path / "over.png")


def test_a_snooze_takes_the_window_away_and_the_hook_is_told_once(machine: Machine, tmp_path: Path) -> None:
    add_editors(machine)
    module = add_module_folder(machine)
    rung = tmp_path / "rung"
    hook = f'echo "$IDECARE_EVENT $IDECARE_CODES" >> "{rung}"'
    machine.report("config", "set", "on_conflict", "/bin/sh", "-c", hook, code=0)
    machine.report("daemon", "start", code=0)
    empty = screenshot(machine, tmp_path / "empty.png")
    with goland_on(machine, module), vscode_on(machine, module, GOFLAGS="-mod=mod"):
        assert wait_for(lambda: screenshot(machine, tmp_path / "screen.png") != empty, timeout=60)
        machine.report("daemon", "snooze", "1h", "--module", str(module), code=0)
        assert wait_for(lambda: screenshot(machine, tmp_path / "screen.png") == empty, timeout=60)
    machine.report("daemon", "stop", code=0)
    assert rung.read_text() == "opened mod-mod\n"


def keep(picture: Path) -> None:
    """KEEP_PICTURES names a folder for the screenshots: docs/notification.png is made of them."""
    if folder := os.environ.get("KEEP_PICTURES"):
        shutil.copy(picture, folder)
