"""What happens to modules in a module cache, done by hand: one module version, and every damage that is known."""

from __future__ import annotations

import dataclasses
import json
import os
import shutil
import stat
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from idecare.modules.layout import ModuleVersion
from tests.support.dirhash import HELD
from tests.support.processes import finish, go_processes, told, wait_for
from tests.support.real_go import GoWorld, find_go, remove_tree

SOURCE = "part00/f001.go"
OFFLINE = {"GOPROXY": "off"}
ATTEMPTS = 4  # a developer may use go while the tests run; idecare then rightly spares that


@dataclasses.dataclass(frozen=True)
class Victim:
    """A module version that is damaged; ``pristine`` is a copy of the whole module cache as it was."""

    world: GoWorld
    pristine: Path
    module: ModuleVersion

    @property
    def tree(self) -> Path:
        return self.world.gomodcache / self.module.tree

    @property
    def folder(self) -> Path:
        return self.world.gomodcache / self.module.folder

    def file(self, suffix: str) -> Path:
        return self.world.gomodcache / self.module.file(suffix)

    def restore(self) -> None:
        """Make it whole again, whatever was done to it."""
        for path in (self.tree, self.folder, self.world.gomodcache / HELD):
            remove(path)
        for path in (self.tree, self.folder):
            path.parent.chmod(0o755)
            shutil.copytree(self.pristine / path.relative_to(self.world.gomodcache), path, symlinks=True)


Harm = Callable[[Victim], object]


def remove(path: Path) -> None:
    if path.is_symlink() or path.is_file():
        path.unlink()
    elif path.exists():
        path.chmod(0o755)
        remove_tree(path)


def repair(
    world: GoWorld, *words: str, cwd: Path | None = None, code: int = 0, env: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """The report of `idecare repair`, which ends with ``code``."""
    for _ in range(ATTEMPTS):
        done = world.idecare("repair", "--hold", "2h", "--json", *words, cwd=cwd, env=env)
        if done.returncode != 5 or code == 5:
            break
        wait_for(lambda: not go_processes(), timeout=60, pause=0.3)  # somebody else's, which is rightly spared
    assert done.returncode == code, told(done)
    report: dict[str, Any] = json.loads(done.stdout)
    return report


def go_builds_and_verifies(world: GoWorld, cwd: Path, env: Mapping[str, str] | None = None) -> None:
    """Without a proxy both at once, which takes half the time."""
    commands = [(str(find_go()), *words) for words in (("build", "./..."), ("mod", "verify"))]
    if env:
        runs = [world.start(*command, cwd=cwd, env=env) for command in commands]
        ended = [finish(run) for run in runs]
    else:
        ended = [world.run(*command, cwd=cwd) for command in commands]
    for done in ended:
        assert done.returncode == 0, told(done)


def modes(tree: Path) -> dict[str, int]:
    paths = [tree, *tree.rglob("*")]
    return {str(path.relative_to(tree)): stat.S_IMODE(path.stat().st_mode) for path in paths}


def stamps(*places: Path) -> dict[str, tuple[int, int]]:
    """Inode and mtime of every file below these folders, but for go's locks."""
    files = (os.path.join(folder, name) for place in places for folder, _, names in os.walk(place) for name in names)
    kept = (path for path in files if not path.endswith(".lock"))
    return {path: (os.lstat(path).st_ino, os.lstat(path).st_mtime_ns) for path in kept}


# --- to files of cache/download -----------------------------------------------------------------------------------


def put(suffix: str, content: bytes) -> Harm:
    return lambda victim: victim.file(suffix).write_bytes(content)


def cut(suffix: str) -> Harm:
    def damage(victim: Victim) -> None:
        path = victim.file(suffix)
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])

    return damage


def shut(suffix: str) -> Harm:
    return lambda victim: victim.file(suffix).chmod(0)


def gone(*suffixes: str, tree: bool = True) -> Harm:
    def damage(victim: Victim) -> None:
        for suffix in suffixes:
            victim.file(suffix).unlink()
        if tree:
            remove(victim.tree)

    return damage


def each(*damages: Harm) -> Harm:
    def damage(victim: Victim) -> None:
        for one in damages:
            one(victim)

    return damage


def other_zip(victim: Victim) -> None:
    """A sound zip of other content."""
    source = victim.file("zip").with_suffix(".other")
    with zipfile.ZipFile(victim.file("zip")) as old, zipfile.ZipFile(source, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name) + (b"\n// not what it was\n" if name.endswith(SOURCE) else b""))
    source.replace(victim.file("zip"))


def list_of_garbage(victim: Victim) -> None:
    (victim.folder / "list").write_bytes(b"\0garbage\n")


def lock_folder(victim: Victim) -> None:
    remove(victim.file("lock"))
    victim.file("lock").mkdir()


# --- to its tree --------------------------------------------------------------------------------------------------


def opened_up(folder: Path) -> Path:
    """A folder of the tree, writable: what is done to a module cache by hand begins so."""
    folder.chmod(0o755)
    return folder


def without(name: str) -> Harm:
    def damage(victim: Victim) -> None:
        folder = opened_up((victim.tree / name).parent)
        remove(victim.tree / name)
        folder.chmod(0o555)

    return damage


def with_source(change: Callable[[bytes], bytes]) -> Harm:
    def damage(victim: Victim) -> None:
        path = victim.tree / SOURCE
        path.chmod(0o644)
        path.write_bytes(change(path.read_bytes()))

    return damage


def with_extra(name: str, content: bytes) -> Harm:
    def damage(victim: Victim) -> None:
        folder = opened_up((victim.tree / name).parent)
        (folder / (victim.tree / name).name).write_bytes(content)
        folder.chmod(0o555)

    return damage


def empty_tree(victim: Victim) -> None:
    remove(victim.tree)
    victim.tree.mkdir(0o555)


def file_for_tree(victim: Victim) -> None:
    remove(victim.tree)
    victim.tree.write_text("a file\n")


def tree_in_closed_folder(victim: Victim) -> None:
    remove(victim.tree)
    victim.tree.parent.chmod(0o555)


def shut_tree(victim: Victim) -> None:
    victim.tree.chmod(0)


def shut_source(victim: Victim) -> None:
    (victim.tree / SOURCE).chmod(0)
