"""Verbs at random over caches in which the user has left what should make a cleaner careful, each made of a number.

IDECARE_TEST_HOSTILE says how many; a few are enough to see that nothing has come loose. The weekly run takes 300.
"""

from __future__ import annotations

import os
import random
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from idecare.changes import background
from idecare.cli import run
from idecare.system.filesystem import calls
from idecare.system.filesystem.folders import FOLDER_FLAGS
from tests.windows.links import make_junction

COUNT = int(os.environ.get("IDECARE_TEST_HOSTILE", "8"))
VERBS_EACH = 5
README = b"This directory holds cached build artifacts from the Go build system.\n"
ODD_NAMES = ["CON", "nul.txt", "ends in a dot.", "ends in a blank ", "LPT1", "İ", "a'b", "x" * 200, "-rf", "%TEMP%"]
VERBS = (
    ["clean", "-y"],
    ["clean", "-y", "gocache", "modcache", "--now"],
    ["clean", "-y", "gocache", "--older-than", "2h"],
    ["clean", "-n"],
    ["undo", "-y"],
    ["purge", "-y"],
    ["repair", "-y", "--all"],
    ["usage"],
    ["history"],
)
system = calls.os


@dataclass
class Trees:
    """``victims``: what the user has put there, with its bytes; what lay in a cache may be put back or kept apart."""

    base: Path
    seed: int
    victims: dict[str, bytes] = field(default_factory=dict)
    opened: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.random = random.Random(self.seed)
        self.home, self.outside = self.base / "home", self.base / "outside"
        self.gocache = self.home / "AppData" / "Local" / "go-build"
        self.modcache = self.home / "go" / "pkg" / "mod"

    def write(self, path: Path, content: bytes, read_only: bool = False) -> bool:
        """By handles, so that any name will do; whether there was nothing of that name."""
        *above, name = path.relative_to(self.base).parts
        folder = system.open(self.base, FOLDER_FLAGS)
        try:
            for part in above:
                with suppress(FileExistsError):
                    system.mkdir(part, dir_fd=folder)
                below = system.open(part, FOLDER_FLAGS, dir_fd=folder)
                system.close(folder)
                folder = below
            flags = system.O_CREAT | system.O_EXCL | system.O_WRONLY
            with open(system.open(name, flags, 0o444 if read_only else 0o666, dir_fd=folder), "wb") as file:
                file.write(content)
        except OSError:  # a link or a file on the way, or something of that name
            return False
        finally:
            system.close(folder)
        return True

    def victim(self, path: Path, read_only: bool = False) -> None:
        content = f"only copy {self.seed} {len(self.victims)}".encode()
        if self.write(path, content, read_only):
            self.victims[f"{len(self.victims)} {path}"] = content

    def make(self) -> None:
        for number in range(3):
            self.victim(self.outside / f"folder {number}" / "file", read_only=number == 1)
        self.write(self.gocache / self.random.choice(("README", "readme")), README)
        for number in self.random.sample(range(256), 6):
            for suffix in "ad":
                name = f"{number:02x}{self.random.randrange(1 << 248):062x}-{suffix}"
                self.write(self.gocache / f"{number:02x}" / name, b"x" * 100, read_only=self.random.random() < 0.2)
        versions = self.modcache / "cache" / "download" / "example.com" / "dep" / "@v"
        for name in ("v1.0.0.mod", "v1.0.0.info", "v1.0.0.lock", "list"):
            self.write(versions / name, b"module example.com/dep\n")
        for name in ("go.mod", "dep.go"):
            self.write(self.modcache / "example.com" / "dep@v1.0.0" / name, b"package dep\n", read_only=True)
        kinds = (self._junction, self._junction, self._foreign, self._deep, self._odd, self._working_copy, self._open)
        for kind in self.random.choices(kinds, k=self.random.randint(1, 4)):
            kind()

    def _place(self, in_modules: bool = True) -> Path:
        """A single file in an extracted module goes with it, where no zip says what is go's."""
        places = [path for root in (self.gocache, self.modcache) for path in sorted(_folders(root))]
        return self.random.choice([place for place in places if in_modules or "@v1" not in str(place)])

    def _junction(self) -> None:
        place = self._place() / self.random.choice(("00", "fe", "link", "other@v1.0.0", "0" * 64 + "-d"))
        if not os.path.lexists(place):
            make_junction(place, self.random.choice((self.outside / "folder 0", self.outside)))

    def _foreign(self) -> None:
        self.victim(self._place(in_modules=False) / self.random.choice(("notes.txt", "00", "mine", ".git", "index")))

    def _deep(self) -> None:
        names = [f"a folder with a long name {level:03}" for level in range(self.random.choice((5, 30)))]
        self.victim(self._place(in_modules=False).joinpath(*names, "file"))

    def _odd(self) -> None:
        self.victim(self._place(in_modules=False) / self.random.choice(ODD_NAMES), read_only=True)

    def _working_copy(self) -> None:
        place = self._place() / self.random.choice(("work", "ab", "example.com"))
        self.victim(place / "src" / "main.go")
        self.victim(place / ".git" / "HEAD")

    def _open(self) -> None:
        files = sorted(path for folder in _folders(self.gocache) for path in folder.glob("*-a") if path.is_file())
        if files:
            self.opened.append(os.open(self.random.choice(files), os.O_RDONLY))

    def lost(self) -> list[str]:
        """Victims whose bytes are nowhere any more; those outside have to be where they were."""
        everywhere, outside = set(_contents(self.base)), set(_contents(self.outside))
        mine = str(self.outside)
        return [
            name for name, content in self.victims.items() if content not in (outside if mine in name else everywhere)
        ]


def _folders(top: Path) -> Iterator[Path]:
    """The folder and those below it, links not followed."""
    yield top
    descriptor = system.open(top, FOLDER_FLAGS)
    names = [entry.name for entry in system.scandir(descriptor) if entry.is_dir(follow_symlinks=False)]
    system.close(descriptor)
    for name in names:
        if name not in ODD_NAMES:
            yield from _folders(top / name)


def _contents(folder: Path) -> Iterator[bytes]:
    descriptor = system.open(folder, FOLDER_FLAGS)
    yield from _contents_of(descriptor)
    system.close(descriptor)


def _contents_of(folder: int) -> Iterator[bytes]:
    """Of all files below, links not followed."""
    for entry in list(system.scandir(folder)):
        if entry.is_dir(follow_symlinks=False):
            below = system.open(entry.name, FOLDER_FLAGS, dir_fd=folder)
            yield from _contents_of(below)
            system.close(below)
        elif stat.S_ISREG(entry.stat(follow_symlinks=False).st_mode):
            with open(system.open(entry.name, system.O_RDONLY, dir_fd=folder), "rb") as file:
                yield file.read(100)


@contextmanager
def at_home(trees: Trees) -> Iterator[None]:
    local = trees.home / "AppData" / "Local"
    folders = {"USERPROFILE": trees.home, "LOCALAPPDATA": local, "APPDATA": trees.home / "AppData" / "Roaming"}
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith(("GO", "IDECARE", "XDG"))]:
            patch.delenv(name)
        for name, folder in {**folders, "TEMP": local / "Temp", "TMP": local / "Temp"}.items():
            folder.mkdir(parents=True, exist_ok=True)
            patch.setenv(name, str(folder))
        patch.setattr(background, "start_idecare", lambda *arguments: None)
        patch.chdir(trees.home)
        yield


@pytest.mark.parametrize("seed", range(COUNT))
def test_nothing_of_the_users_is_lost(seed: int, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    trees, done = Trees(tmp_path, seed), []
    trees.make()
    with at_home(trees):
        for _ in range(VERBS_EACH):
            verb = trees.random.choice(VERBS)
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(sys, "argv", ["idecare", *verb])
                code = run(list(verb))
            done.append((*verb, code))
            assert (code == 3, trees.lost()) == (False, []), (seed, done, capfd.readouterr())
            if trees.opened and trees.random.random() < 0.5:
                os.close(trees.opened.pop())
    for descriptor in trees.opened:
        os.close(descriptor)
