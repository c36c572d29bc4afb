"""Look-alikes of running IDEs: the process trees and the state files of GoLand and of VS Code, made of one program."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from tests.support.goland import add_install
from tests.support.processes import end_group, wait_for
from tests.support.real_go import GoWorld

SOURCE = Path(__file__).with_name("actor.go")
HELPER = ("--type=utility", "--utility-sub-type=node.mojom.NodeService")
RECENT = """<application><component name="RecentProjectsManager"><option name="additionalInfo"><map>
{entries}</map></option></component></application>
"""
ENTRY = """<entry key="{path}"><value><RecentProjectMetaInfo opened="{opened}">
<option name="projectOpenTimestamp" value="1795370400000" /></RecentProjectMetaInfo></value></entry>
"""


def recent_text(projects: Iterable[tuple[str, bool]]) -> str:
    """recentProjects.xml with these paths, and whether each is open."""
    entries = "".join(ENTRY.format(path=path, opened=str(is_opened).lower()) for path, is_opened in projects)
    return RECENT.format(entries=entries)


def find_gopls() -> str:
    """A real gopls, whatever its version."""
    return shutil.which("gopls") or pytest.skip("there is no gopls here: apt-get install gopls")


def build_actor(world: GoWorld, path: Path) -> Path:
    """Compile the actor to ``path``."""
    done = world.go("build", "-o", str(path), str(SOURCE), cwd=world.base, env={"GO111MODULE": "off"})
    assert done.returncode == 0, done.stderr
    return path


@dataclass
class Stage:
    """Where IDEs are played: their installs and state in the world's home. ``actor`` is the compiled program."""

    world: GoWorld
    actor: Path

    @property
    def goland_home(self) -> Path:
        return self.world.home / "GoLand-2026.1"

    @property
    def goland_config(self) -> Path:
        return self.world.home / ".config" / "JetBrains" / "GoLand2026.1"

    @property
    def code_data(self) -> Path:
        return self.world.home / ".config" / "Code"

    def start(self, program: Path, *words: str, **environment: str) -> subprocess.Popen[str]:
        """Start a program that says when it is ready."""
        process = self.world.start(str(program), *words, cwd=self.world.home, env=environment)
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n", process.communicate()[1]
        return process

    def goland(self, *projects: Path, recent: tuple[Path, ...] = (), **environment: str) -> subprocess.Popen[str]:
        """GoLand 2026.1 with ``projects`` open and ``recent`` ones in its list: .lock, .port and recentProjects.xml."""
        if not self.goland_home.exists():
            add_install(self.goland_home)
            shutil.copy(self.actor, self.goland_home / "bin" / "goland")
        system = self.world.home / ".cache" / "JetBrains" / "GoLand2026.1"
        for folder in (self.goland_config / "options", system):
            folder.mkdir(parents=True, exist_ok=True)
        (system / ".port").unlink(missing_ok=True)
        listed = [*((path, True) for path in projects), *((path, False) for path in recent)]
        text = recent_text((_macro(path, self.world.home), is_opened) for path, is_opened in listed)
        (self.goland_config / "options" / "recentProjects.xml").write_text(text)
        files = {"ACTOR_PID_FILE": str(self.goland_config / ".lock"), "ACTOR_SOCKET": str(system / ".port")}
        return self.start(self.goland_home / "bin" / "goland", **files, **environment)

    def code(self, *windows: Path, server: tuple[str, ...] = (), **environment: str) -> subprocess.Popen[str]:
        """VS Code with ``windows``; its extension host runs ``server`` in the first of them."""
        home = self.world.home / "code"
        if not home.exists():
            (home / "resources" / "app").mkdir(parents=True)
            product = {"nameShort": "Code", "applicationName": "code", "version": "1.105.0"}
            (home / "resources" / "app" / "product.json").write_text(json.dumps(product))
            shutil.copy(self.actor, home / "code")
        (self.code_data / "User" / "globalStorage").mkdir(parents=True, exist_ok=True)
        below = _child(server, windows[0]) if server else {}
        host = "".join(f"{name}={_packed(value)}\n" for name, value in below.items())
        started = self.start(
            home / "code",
            ACTOR_PID_FILE=str(self.code_data / "code.lock"),
            **_child((str(home / "code"), *HELPER), home),
            ACTOR_CHILD_ENV=host,
            **environment,
        )
        self.windows(*windows)
        return started

    def windows(self, *folders: Path) -> None:
        """Window state as VS Code writes it: with one window ``openedWindows`` is empty."""
        windows = [{"folder": folder.as_uri()} for folder in folders]
        opened = windows if len(windows) > 1 else []
        state = {"lastActiveWindow": windows[0] if windows else {}, "openedWindows": opened}
        file = self.code_data / "User" / "globalStorage" / "storage.json"
        file.write_text(json.dumps({"windowsState": state}))

    def add_go(self, version: str) -> Path:
        """A GOROOT of another version: what is looked at, nothing that runs."""
        root = self.world.base / version
        (root / "bin").mkdir(parents=True)
        (root / "VERSION").write_text(f"{version}\ntime 2026-01-01T00:00:00Z\n")
        (root / "bin" / "go").write_text("#!/bin/sh\nexit 1\n")
        (root / "bin" / "go").chmod(0o755)
        return root


def _child(words: tuple[str, ...], folder: Path) -> dict[str, str]:
    return {"ACTOR_CHILD": "\n".join(words), "ACTOR_CHILD_DIR": str(folder)}


def _packed(value: str) -> str:
    return value.replace("\n", "\x1f")


def _macro(path: Path, home: Path) -> str:
    return str(path).replace(str(home), "$USER_HOME$")


def project_with_go(folder: Path, root: Path) -> None:
    """A GoLand project whose GOROOT is ``root``."""
    (folder / ".idea").mkdir(exist_ok=True)
    text = f'<project version="4"><component name="GOROOT" url="{root.as_uri()}" /></project>'
    (folder / ".idea" / "workspace.xml").write_text(text)


def kill(process: subprocess.Popen[str]) -> None:
    """As `kill -9` of the IDE alone; what it started goes with its group at the end of the world."""
    os.kill(process.pid, 9)
    process.wait(timeout=20)


def end(process: subprocess.Popen[str]) -> None:
    end_group(process)


def await_gopls(world: GoWorld, count: int = 1) -> list[int]:
    """The pids of the language servers of this world, as soon as there are ``count``."""

    def pids() -> list[int]:
        found = []
        for process in world.processes():
            with contextlib.suppress(psutil.Error):
                found += [process.pid] if process.name() == "gopls" else []
        return found

    assert wait_for(lambda: len(pids()) >= count, timeout=20), "gopls did not start"
    return pids()


def settings(folder: Path, values: Mapping[str, object]) -> None:
    (folder / "User").mkdir(parents=True, exist_ok=True)
    (folder / "User" / "settings.json").write_text(json.dumps(values))
