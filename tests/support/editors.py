"""Two editors on one module, as far as processes and files show them: look-alikes that only sleep."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

from tests.support.caches import Machine, add_goland, add_vscode, running_goland, write
from tests.support.ides import recent_text
from tests.support.processes import wait_for


def add_module_folder(machine: Machine, name: str = "app") -> Path:
    root = machine.home / "src" / name
    write(root / "go.mod", f"module example.test/{name}\n\ngo 1.22\n".encode())
    return root


def add_editors(machine: Machine) -> None:
    """GoLand and VS Code, both installed and closed."""
    add_goland(machine)
    add_vscode(machine)


@contextlib.contextmanager
def goland_on(machine: Machine, *modules: Path) -> Iterator[int]:
    """GoLand at work on modules; its pid."""
    text = recent_text((str(module), True) for module in modules)
    write(machine.goland_config / "options" / "recentProjects.xml", text.encode())
    with running_goland(machine) as pid:
        yield pid


@contextlib.contextmanager
def vscode_on(machine: Machine, module: Path, **environment: str) -> Iterator[subprocess.Popen[bytes]]:
    """VS Code with the language server of one window; the leader of its process group."""
    program, gopls = machine.home / "opt" / "code" / "code", machine.home / "go" / "bin" / "gopls"
    for copy, original in ((program, "sh"), (gopls, "sleep")):
        copy.parent.mkdir(parents=True, exist_ok=True)
        if not copy.exists():
            shutil.copy(Path(shutil.which(original) or f"/bin/{original}").resolve(), copy)
    script = f'cd "{module}" && "{gopls}" 300 & wait'
    env: Mapping[str, str] = {**machine.env, **environment}
    lock = machine.vscode / "code.lock"
    process = subprocess.Popen([program, "-c", script], env=env, start_new_session=True)
    write(lock, str(process.pid).encode())
    try:
        assert wait_for(lambda: _has_gopls(process.pid), timeout=20)
        yield process
    finally:
        kill_group(process)
        lock.unlink(missing_ok=True)


def _has_gopls(pid: int) -> bool:
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return any(Path(f"/proc/{child}/comm").read_text() == "gopls\n" for child in children)


def kill_group(process: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, 9)
    process.wait()


def rewrite(path: Path, seconds: float) -> int:
    """Write a file with two texts in turns, 1,200 times a second where the machine can; how often it was."""
    texts = path.read_bytes(), path.read_bytes() + b"\n// again\n"
    begin, count = time.monotonic(), 0
    while (passed := time.monotonic() - begin) < seconds:
        if count <= passed * 1200:
            path.write_bytes(texts[count % 2])
            count += 1
        else:
            time.sleep(0.0005)
    return count
