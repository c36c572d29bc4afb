"""Makes the pictures of docs from real runs in a made-up home: ``python -m scripts.pictures [FOLDER [WIDTH]]``.

Each command is run on a pseudo-terminal, and what it wrote is drawn by rich. The IDEs are look-alikes of the tests.
NO_COLOR in the environment makes pictures without colour. The page of `idecare usage --html` is shown by a browser;
where there is none, its picture stays as it is.
"""

from __future__ import annotations

import contextlib
import fcntl
import io
import os
import pty
import shutil
import struct
import sys
import tempfile
import termios
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import DIMMED_MONOKAI
from rich.text import Text

from tests.support.browser import Browser, find_browser
from tests.support.caches import Machine, furnish, make_machine, remove_tree
from tests.support.editors import add_editors, add_module_folder, goland_on, vscode_on
from tests.support.goland import add_install, fake_runtime
from tests.support.screens import Terminal

PICTURES = Path(__file__).parent.parent / "docs" / "pictures"
WIDTH, LINES = 80, 60
PICKER_LINES = 15
PAGE, PAGE_SIZE = "usage-page", "1000,1000"  # width and height
MEBIBYTE = 1 << 20
JAVA = b'#!/bin/sh\necho "openjdk version 21" >&2\n'


def main(folder: Path = PICTURES, width: int = WIDTH) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, scene in SCENES.items():
        base = Path(tempfile.mkdtemp(prefix="idecare-picture-"))
        machine = make_machine(base / "machine")
        try:
            (folder / f"{name}.svg").write_text(draw(name, "".join(scene(machine, width)), width))
        finally:
            machine.end()
            remove_tree(base)
    if browser := find_browser():
        picture_of_page(browser, folder / f"{PAGE}.png")


def picture_of_page(browser: Browser, file: Path) -> None:
    base = Path(tempfile.mkdtemp(prefix="idecare-picture-"))
    machine = _aged(_used(make_machine(base / "machine")))
    try:
        machine.run("clean", "-y", "goimports", "gopls", "--hold", "1h")
        machine.run("usage", "--html", str(base / "usage.html"))
        browser.run(base / "usage.html", f"--screenshot={file.resolve()}", size=PAGE_SIZE)
    finally:
        machine.end()
        remove_tree(base)


def draw(title: str, text: str, width: int) -> str:
    """The picture of a terminal with this text. Its ids are those of the title, so that a second run says the same."""
    console = Console(record=True, width=width, file=io.StringIO(), force_terminal=True, highlight=False, _environ={})
    for line in Text.from_ansi(text.replace("\r", "").rstrip("\n")).split("\n"):
        for start in range(0, max(1, len(line)), width):  # a terminal goes on at its left edge
            console.print(line[start : start + width], soft_wrap=True)
    picture = console.export_svg(title="", theme=DIMMED_MONOKAI, unique_id=f"idecare-{title}")
    return picture.replace("<text ", '<text xml:space="preserve" ')


def typed(machine: Machine, width: int, *lines: str, cwd: Path | None = None) -> Iterator[str]:
    """Prompt, command and what it wrote, one after another."""
    for line in lines:
        yield f"\x1b[1;32m$\x1b[0m {line}\n{output(machine, width, line, cwd or machine.home)}"


def output(machine: Machine, width: int, line: str, cwd: Path) -> str:
    """What a shell line writes to a terminal of this width."""
    environment = {name: value for name, value in machine.env.items() if name not in ("NO_COLOR", "COLUMNS")}
    environment |= {"TERM": "xterm-256color", "PATH": f"{_commands(machine)}:{machine.env['PATH']}"}
    environment |= {"NO_COLOR": os.environ["NO_COLOR"]} if os.environ.get("NO_COLOR") else {}
    pid, descriptor = pty.fork()
    if pid == 0:
        os.chdir(cwd)
        os.execve("/bin/sh", ["sh", "-c", line], environment)
    fcntl.ioctl(descriptor, termios.TIOCSWINSZ, struct.pack("HHHH", LINES, width, 0, 0))
    written = b""
    with contextlib.suppress(OSError):  # the end of a pseudo-terminal
        while data := os.read(descriptor, 65536):
            written += data
    os.close(descriptor)
    os.waitpid(pid, 0)
    return written.decode(errors="replace").replace("\r\n", "\n")


def _commands(machine: Machine) -> Path:
    """A folder with idecare, and go where there is one."""
    folder = machine.base / "bin"
    if not folder.exists():
        folder.mkdir()
        (folder / "idecare").write_text(f'#!/bin/sh\nexec {sys.executable} -m idecare "$@"\n')
        (folder / "idecare").chmod(0o755)
        if go := shutil.which("go"):
            (folder / "go").symlink_to(go)
    return folder


def _used(machine: Machine) -> Machine:
    """A home with caches that are worth a look."""
    furnish(machine)
    for path, count in ((machine.gocache / "00", 24), (machine.modcache / "cache" / "download", 9), (machine.gopls, 3)):
        for number in range(count):
            name = f"{'0' * 60}{number:04x}-d" if path.parent == machine.gocache else f"part{number}"
            target = next(iter(sorted(path.iterdir()))) if path == machine.gopls else path
            (target / name).write_bytes(os.urandom(MEBIBYTE))
    return machine


def _aged(machine: Machine) -> Machine:
    """The same, last used some hours or days ago."""
    now = time.time()
    for root, hours in (
        (machine.modcache, 9 * 24),
        (machine.gopls, 12 * 24),
        (machine.goland, 70),
        (machine.gocache, 3),
    ):
        for folder, below, names in os.walk(root):
            for name in (*below, *names):
                os.utime(os.path.join(folder, name), (now, now - hours * 3600), follow_symlinks=False)
    return machine


def overview(machine: Machine, width: int) -> Iterator[str]:
    with two_editors(_used(machine)) as (_, environment):
        made = machine.with_env(**environment)
        output(made, width, "idecare usage; idecare clean -y goimports gopls --hold 1h", machine.home)
        yield from typed(made, width, "idecare")


def clean(machine: Machine, width: int) -> Iterator[str]:
    module = add_module_folder(_used(machine))
    yield from typed(machine, width, "idecare clean -y && go mod tidy", "idecare undo -y", cwd=module)


def usage(machine: Machine, width: int) -> Iterator[str]:
    yield from typed(_used(machine), width, "idecare usage")


def pick(machine: Machine, width: int) -> Iterator[str]:
    _aged(_used(machine)).run("clean", "-y", "goimports", "gopls", "--hold", "1h")
    variables = {"NO_COLOR": os.environ.get("NO_COLOR"), "TERM": "xterm-256color", "COLUMNS": None}
    made = machine.with_env(**variables)
    screen = Terminal((*made.command, "pick"), made.env, machine.home, width, PICKER_LINES)
    screen.shows("module cache", without=("...", "measuring"))
    screen.press("  ")
    screen.shows("marked (2)")
    screen.settle()
    yield screen.drawn
    screen.press("q")
    screen.end()


def doctor(machine: Machine, width: int) -> Iterator[str]:
    add_editors(machine)
    settings = machine.vscode / "User" / "settings.json"
    settings.parent.mkdir(parents=True, exist_ok=True)
    settings.write_text('{"go.delvePath": "/opt/dlv", "go.toolsEnvVars": {"GOFLAGS": "-mod=mod"}}\n')
    yield from typed(machine, width, "idecare doctor vscode delve go")


def configure(machine: Machine, width: int) -> Iterator[str]:
    install = machine.home / "GoLand-2026.1"
    add_install(install)
    fake_runtime(install / "jbr", java=JAVA)
    (machine.home / ".config" / "JetBrains" / "GoLand2026.1").mkdir(parents=True)
    yield from typed(machine, width, "idecare configure --ide goland --profile zgc -n")


def status(machine: Machine, width: int) -> Iterator[str]:
    with two_editors(machine) as (_, environment):
        yield from typed(machine.with_env(**environment), width, "idecare status")


@contextlib.contextmanager
def two_editors(machine: Machine) -> Iterator[tuple[Path, dict[str, str]]]:
    """GoLand and VS Code on one module, of which VS Code rewrites go.mod."""
    add_editors(machine)
    module = add_module_folder(machine)
    with goland_on(machine, module), vscode_on(machine, module, GOFLAGS="-mod=mod"):
        yield module, {}


SCENES: dict[str, Callable[[Machine, int], Iterator[str]]] = {
    "overview": overview,
    "clean": clean,
    "usage": usage,
    "pick": pick,
    "doctor": doctor,
    "configure": configure,
    "status": status,
}


if __name__ == "__main__":
    main(*(kind(word) for kind, word in zip((Path, int), sys.argv[1:], strict=False)))
