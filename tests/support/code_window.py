"""A window of a real code-server in a real browser, with an extension of ours that says what it is given."""

from __future__ import annotations

import contextlib
import json
import socket
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tests.support.code_server import CodeServer
from tests.support.processes import wait_for

SHOWN = "go.testTimeout"  # VS Code hands out what settings say, whether or not the extension that reads it is there
START_SECONDS = 120
MANIFEST = {
    "name": "witness",
    "publisher": "idecare",
    "version": "0.0.1",
    "engines": {"vscode": "^1.80.0"},
    "main": "./main.js",
    "activationEvents": ["onStartupFinished"],
}
# The language server is started as the Go extension does it: with its input open, in the first folder of the window.
SCRIPT = """
const vscode = require("vscode"), fs = require("fs"), {spawn} = require("child_process");
const {WITNESS, WITNESS_SERVER, WITNESS_TASKS} = process.env;
const say = () => fs.appendFileSync(WITNESS, vscode.workspace.getConfiguration().get("%s") + "\\n");
exports.activate = () => {
  if (WITNESS_SERVER) spawn(WITNESS_SERVER, [], {cwd: vscode.workspace.workspaceFolders[0].uri.fsPath});
  say();
  const described = ({name, execution}) => [name, execution?.process, ...(execution?.args ?? [])];
  vscode.tasks.fetchTasks().then(found => fs.writeFileSync(WITNESS_TASKS, JSON.stringify(found.map(described))),
    error => fs.writeFileSync(WITNESS_TASKS, JSON.stringify([[String(error)]])));
  vscode.workspace.onDidChangeConfiguration(say);
};
"""


@dataclass(frozen=True)
class Place:
    """Where a window is opened: on ``project``, by the user of ``home``; ``scratch`` is for what is neither's. Who
    makes it ends all that runs with ``environment``."""

    home: Path
    project: Path
    scratch: Path
    environment: Mapping[str, str] = field(default_factory=dict)

    @property
    def data(self) -> Path:
        return self.home / ".local" / "share" / "code-server"

    @property
    def witness(self) -> Path:
        return self.scratch / "witness"

    @property
    def tasks(self) -> Path:
        return self.scratch / "tasks"

    def start(self, *command: str, **environment: str) -> subprocess.Popen[str]:
        """Start a command as the leader of its own process group; what it says is kept in the scratch folder."""
        self.scratch.mkdir(exist_ok=True)
        with open(self.scratch / f"{Path(command[0]).name}.log", "ab") as log:
            return subprocess.Popen(
                command,
                cwd=self.scratch,
                env={**self.environment, **environment},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                text=True,
                start_new_session=True,
            )


@dataclass(frozen=True)
class Window:
    """The window. ``server`` and ``browser`` are the processes that show it, ``address`` is where it is."""

    programs: CodeServer
    place: Place
    address: str
    server: subprocess.Popen[str]
    browser: subprocess.Popen[str]

    @property
    def seen(self) -> list[str]:
        """The values that the extension was given so far."""
        return self.place.witness.read_text().split() if self.place.witness.exists() else []

    @property
    def tasks(self) -> list[list[str]]:
        """The tasks of processes that the window has: name, program and arguments of each; none while it looks."""
        found: list[list[str]] = json.loads(self.place.tasks.read_text()) if self.place.tasks.exists() else []
        return found

    def shows(self, value: str) -> bool:
        return wait_for(lambda: self.seen[-1:] == [value], timeout=START_SECONDS, pause=0.1)

    def open_another(self, folder: Path) -> subprocess.Popen[str]:
        """A window on another folder, in a browser of its own."""
        return _open_browser(self.programs, self.place, self.address, folder)


def open_window(programs: CodeServer, place: Place, *, gopls: str = "", settings: Mapping[str, object] = {}) -> Window:
    """Start code-server with these user settings, and a browser on it; the extension starts ``gopls``, if any."""
    _write_files(place, settings)
    port = _free_port()
    gallery = json.dumps({"serviceUrl": "http://127.0.0.1:9"})  # it would ask open-vsx.org
    command = (str(programs.node), str(programs.entry), "--auth", "none", "--bind-addr", f"127.0.0.1:{port}")
    quiet = ("--disable-telemetry", "--disable-update-check")
    witness = {"WITNESS": str(place.witness), "WITNESS_SERVER": gopls, "WITNESS_TASKS": str(place.tasks)}
    server = place.start(*command, *quiet, **witness, EXTENSIONS_GALLERY=gallery)
    assert wait_for(lambda: _listens(port), timeout=START_SECONDS, pause=0.1)
    address = f"http://127.0.0.1:{port}/"
    return Window(programs, place, address, server, _open_browser(programs, place, address, place.project))


def _open_browser(programs: CodeServer, place: Place, address: str, folder: Path) -> subprocess.Popen[str]:
    plain = ("--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--remote-debugging-port=0")
    data = f"--user-data-dir={place.scratch / f'browser-{folder.name}'}"
    command = (str(programs.browser), *plain, data, f"{address}?folder={folder}")
    return place.start(*command, LD_LIBRARY_PATH=str(programs.libraries))


def _write_files(place: Place, settings: Mapping[str, object]) -> None:
    extension = place.data / "extensions" / "idecare.witness-0.0.1"
    for folder in (place.data / "User", extension):
        folder.mkdir(parents=True)
    values = {"security.workspace.trust.enabled": False, **settings}
    (place.data / "User" / "settings.json").write_text(json.dumps(values))
    (extension / "package.json").write_text(json.dumps(MANIFEST))
    (extension / "main.js").write_text(SCRIPT % SHOWN)


def _free_port() -> int:
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        port: int = asked.getsockname()[1]
        return port


def _listens(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False
