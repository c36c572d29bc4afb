"""Every command line of the README and the docs runs: in a made-up home, with a go that does nothing."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.caches import Machine, add_vscode, furnish, make_machine
from tests.support.goland import add_install, fake_runtime

PROJECT = Path(__file__).parent.parent
PAGES = (PROJECT / "README.md", PROJECT / "CONTRIBUTING.md", *sorted((PROJECT / "docs").rglob("*.md")))
FINE = (0, 4, 5)
UNASKED = "nothing was changed: pass --yes"
# What cannot work in a made-up home, with the exit code and a part of what is said.
REFUSED = {
    "idecare repair example.com/mod@v1.2.3 -y": (2, "example.com/mod@v1.2.3"),
    "idecare configure --version-dir ~/tools/goland -y": (2, "tools/goland"),
    "idecare verify go1.27.3.linux-amd64.tar.gz": (2, "go1.27.3.linux-amd64.tar.gz"),
    "idecare status ~/src/app": (2, "src/app"),
    "idecare prune ~/work": (2, "work"),
    "idecare prune ~/work /srv": (2, "work"),
    "idecare undo ID": (2, "ID"),
    "idecare pick": (2, "pick needs a terminal"),
    "idecare pick -n": (2, "pick needs a terminal"),
}
ENDLESS = ("idecare watch", "idecare watch .", "idecare daemon run")


def lines() -> Iterator[str]:
    """The command lines with idecare in them, each once, without their remarks; words in brackets are left out."""
    for page in PAGES:
        for block in re.findall(r"^```sh\n(.*?)^```", page.read_text(), re.MULTILINE | re.DOTALL):
            for line in block.splitlines():
                command = re.sub(r"\s+#.*", "", line).strip()
                if re.search(r"(^|[|(]\s*)idecare\b", command):
                    yield re.sub(r"\s*\[.*?\]", "", command)


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    """A home with every cache, a GoLand with a runtime, a module, and something to undo."""
    made = furnish(make_machine(tmp_path_factory.mktemp("docs") / "machine"))
    commands = made.base / "bin"
    commands.mkdir()
    (commands / "idecare").write_text(f'#!/bin/sh\nexec {sys.executable} -m idecare "$@"\n')
    (commands / "go").write_text("#!/bin/sh\necho 'package errors is not in std'\n")
    for program in commands.iterdir():
        program.chmod(0o755)
    add_install(made.home / "GoLand-2026.1")
    fake_runtime(made.home / "GoLand-2026.1" / "jbr", java=b"#!/bin/sh\nexit 0\n")
    (made.home / "go.mod").write_text("module example.test/m\n")
    (made.home / "go.sum").write_text("")
    add_vscode(made)
    yield made.with_env(PATH=f"{commands}:/usr/bin:/bin", XDG_RUNTIME_DIR=str(made.base))
    made.end()


@pytest.mark.parametrize("line", dict.fromkeys(lines()))
def test_a_command_of_the_docs_runs(machine: Machine, line: str) -> None:
    limit = "timeout -s INT 5 " if line in ENDLESS else ""
    first = "idecare daemon stop; " if line == "idecare daemon run" else ""  # one that another line has started
    shell = next((name for name in ("bash", "zsh", "fish") if f"completion {name}" in line), "sh")
    if shutil.which(shell) is None:
        pytest.skip(f"there is no {shell}")
    done = subprocess.run(
        [shell, "-c", first + limit + line],
        cwd=machine.home,
        env=dict(machine.env),
        capture_output=True,
        text=True,
        timeout=120,
    )
    said = done.stdout + done.stderr
    assert "Traceback" not in said
    if line in REFUSED:
        code, text = REFUSED[line]
        assert (done.returncode, text in said) == (code, True), said
    elif limit:
        assert done.returncode in (0, 124, 130), said
    else:
        assert done.returncode in FINE or UNASKED in said or "temurin" in line, said
