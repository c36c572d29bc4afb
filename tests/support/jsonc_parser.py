"""The npm package jsonc-parser, the published form of the editor of settings.json inside VS Code, under node."""

from __future__ import annotations

import getpass
import json
import shutil
import subprocess
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Any

VERSION = "3.3.1"
SCRIPT = Path(__file__).with_name("jsonc_oracle.js")


class UnavailableError(Exception):
    """Why it cannot be used here."""


def install() -> Path:
    """The folder of the package, installed once for all runs."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if not node or not npm:
        raise UnavailableError(f"{'npm' if node else 'node'} is not installed")
    prefix = Path(tempfile.gettempdir()) / f"idecare-jsonc-parser-{VERSION}-{getpass.getuser()}"
    package = prefix / "node_modules" / "jsonc-parser"
    if not (package / "package.json").is_file():
        command = [npm, "install", "--prefix", str(prefix), "--no-audit", "--no-fund", f"jsonc-parser@{VERSION}"]
        done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
        if done.returncode:
            raise UnavailableError(f"npm could not install jsonc-parser: {done.stderr.strip()[-200:]}")
    return package


class Oracle:
    """One node process for all questions."""

    def __enter__(self) -> Oracle:
        command = ["node", str(SCRIPT), str(install())]
        self._node = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._node.communicate()

    def ask(self, **request: Any) -> Any:
        """Read ``text``, and edit it where a ``path`` is given, with a ``value`` or else removing."""
        assert self._node.stdin is not None
        assert self._node.stdout is not None
        self._node.stdin.write(json.dumps(request) + "\n")
        self._node.stdin.flush()
        return json.loads(self._node.stdout.readline())
