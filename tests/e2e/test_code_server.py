"""What idecare writes, and a real code-server with a window open on that folder."""

from __future__ import annotations

import contextlib
import json
import socket
import subprocess
from collections.abc import Iterator
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path

import pytest

import idecare
from tests.support.code_server import CodeServer, UnavailableError
from tests.support.processes import end_carriers, told, wait_for
from tests.support.real_go import IDECARE

pytestmark = [pytest.mark.e2e, pytest.mark.dear]

MARK = "IDECARE_TEST_WINDOW"
SHOWN = "go.testTimeout"  # VS Code hands out what settings say, whether or not the extension that reads it is there
START_SECONDS = 120
BEFORE = f'{{\n  // of this project\n  "{SHOWN}": "30s",\n}}\n'
WITNESS = {
    "name": "witness",
    "publisher": "idecare",
    "version": "0.0.1",
    "engines": {"vscode": "^1.80.0"},
    "main": "./main.js",
    "activationEvents": ["onStartupFinished"],
}
WITNESS_SCRIPT = """
const vscode = require("vscode"), fs = require("fs");
const say = () => fs.appendFileSync(process.env.WITNESS, vscode.workspace.getConfiguration().get("%s") + "\\n");
exports.activate = () => { say(); vscode.workspace.onDidChangeConfiguration(say); };
"""


@dataclass(frozen=True)
class Window:
    """A window of code-server on ``project``; ``seen`` are the values that an extension in it was given so far."""

    home: Path
    project: Path
    witness: Path

    @property
    def settings(self) -> Path:
        return self.project / ".vscode" / "settings.json"

    @property
    def seen(self) -> list[str]:
        return self.witness.read_text().split() if self.witness.exists() else []

    def shows(self, value: str) -> bool:
        return wait_for(lambda: self.seen[-1:] == [value], timeout=START_SECONDS, pause=0.1)

    def idecare(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        command = [*IDECARE, *arguments]
        environment = self.environment(PYTHONPATH=str(Path(idecare.__file__).parents[1]))
        return subprocess.run(
            command, cwd=self.project, env=environment, capture_output=True, text=True, timeout=120, check=False
        )

    def environment(self, **others: str) -> dict[str, str]:
        return {"HOME": str(self.home), "PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", **others}

    def start(self, *command: str, **environment: str) -> None:
        """Start what the fixture ends; what it says is kept beside the home folder."""
        mark = {MARK: str(self.home.parent)}
        with open(self.home.parent / f"{Path(command[0]).name}.log", "wb") as log:
            subprocess.Popen(
                command,
                cwd=self.project,
                env=self.environment(**environment, **mark),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )


@pytest.fixture
def window(code_server_installed: Future[CodeServer], tmp_path: Path) -> Iterator[Window]:
    try:
        programs = code_server_installed.result()
    except UnavailableError as error:
        pytest.skip(str(error))
    made = Window(tmp_path / "home", tmp_path / "project", tmp_path / "witness")
    _write_world(made)
    try:
        _open(made, programs)
        yield made
    finally:
        end_carriers(MARK, str(tmp_path))


def _write_world(window: Window) -> None:
    data = window.home / ".local" / "share" / "code-server"
    extension = data / "extensions" / "idecare.witness-0.0.1"
    for folder in (data / "User", extension, window.project / ".vscode"):
        folder.mkdir(parents=True)
    (data / "User" / "settings.json").write_text('{"security.workspace.trust.enabled": false}\n')
    (extension / "package.json").write_text(json.dumps(WITNESS))
    (extension / "main.js").write_text(WITNESS_SCRIPT % SHOWN)
    window.settings.write_text(BEFORE)


def _open(window: Window, programs: CodeServer) -> None:
    port = _free_port()
    gallery = json.dumps({"serviceUrl": "http://127.0.0.1:9"})  # it would ask open-vsx.org
    server = (str(programs.node), str(programs.entry), "--auth", "none", "--bind-addr", f"127.0.0.1:{port}")
    quiet = ("--disable-telemetry", "--disable-update-check")
    window.start(*server, *quiet, WITNESS=str(window.witness), EXTENSIONS_GALLERY=gallery)
    assert wait_for(lambda: _listens(port), timeout=START_SECONDS, pause=0.1)
    browser = (str(programs.browser), "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage")
    own = (f"--user-data-dir={window.home.parent / 'browser'}", "--remote-debugging-port=0")
    address = f"http://127.0.0.1:{port}/?folder={window.project}"
    window.start(*browser, *own, address, LD_LIBRARY_PATH=str(programs.libraries))


def _free_port() -> int:
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        port: int = asked.getsockname()[1]
        return port


def _listens(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False


def test_a_change_of_workspace_settings_takes_effect_in_an_open_window(window: Window) -> None:
    assert window.shows("30s"), window.seen
    change = ("configure", "--ide", "code-server", "--scope", "workspace", "--set", f"{SHOWN}=77s", "-y")
    done = window.idecare(*change)
    assert done.returncode == 0, told(done)
    assert window.shows("77s"), window.seen
    assert window.settings.read_text() == BEFORE.replace("30s", "77s")

    undone = window.idecare("undo", "-y")
    assert undone.returncode == 0, told(undone)
    assert window.shows("30s"), window.seen
    assert window.settings.read_text() == BEFORE
