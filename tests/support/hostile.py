"""Homes with what should make a cleaner careful, each made of a number: links, mounts, overlapping variables, work of
the user's inside caches, other owners, names that are no text. ``Home`` knows what of it is the user's.
"""

from __future__ import annotations

import ctypes
import hashlib
import os
import random
import socket
import stat
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from zipfile import ZipFile, ZipInfo

GO_README = """This directory holds cached build artifacts from the Go build system.
Run "go clean -cache" if the directory is getting too large.
Run "go clean -fuzzcache" to delete the fuzz cache.
See go.dev to learn more about Go.
"""
HEX = [f"{number:02x}" for number in range(256)]
ODD_NAMES = (
    os.fsdecode(b"\xff\xfe name"),
    "line\nbreak",
    "tab\tand\rreturn",
    "-rf",
    "$(touch PWNED)",
    "a\x0bb",
    "a\u2028b",
    "a\x85b",
    "\x1b[31mred",
    " ",
    "'",
    "é",
)
OLD = 1_700_000_000
CAPABILITIES_3 = 0x20080522  # linux/capability.h
Described = tuple[object, ...]
BIND, PRIVATE, RECURSIVE, NEW_MOUNTS = 4096, 1 << 18, 16384, 0x20000  # linux/mount.h, linux/sched.h


WHOLE = {"index", "errors@v0.9.1", "single.test@v1.0.0", ".idecare-held"}


@dataclass
class Home:
    """One home. ``derived`` are the entries of caches that their owners could make again; all else is the user's.

    ``edited`` are settings, which some verbs change and an undo gives back; ``planted`` lies in hold folders that no
    journal knows, from where it may be put back, but not lost."""

    base: Path
    seed: int
    env: dict[str, str] = field(default_factory=dict)
    derived: set[str] = field(default_factory=set)
    edited: set[str] = field(default_factory=set)
    planted: set[str] = field(default_factory=set)
    roots: list[Path] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    in_module: bool = False  # a file of the user's is in an extracted module

    def __post_init__(self) -> None:
        self.random = random.Random(self.seed)
        self.home, self.mine = self.base / "home", self.base / "mine"

    def write(self, path: Path, content: bytes | None = None, mode: int = 0o644, derived: bool = False) -> Path:
        path.parent.mkdir(parents=True, exist_ok=True)
        if not os.path.lexists(path):
            path.write_bytes(f"only copy of {self.random.random()}".encode() if content is None else content)
            path.chmod(mode)
            os.utime(path, (OLD, OLD))
            if derived:
                self.derived.add(known_as(path))
        return path

    def project(self, folder: Path, *, git: bool = True) -> Path:
        """A working copy of the user's, with folders that look like parts of caches."""
        self.write(folder / "go.mod", b"module mine\n\ngo 1.21\n")
        for name in ("main.go", "db/schema.sql", "fe/app.js", "ad/rules.txt", "caches/a.go", "index/b.go"):
            self.write(folder / name)
        if git:
            self.write(folder / ".git" / "HEAD", b"ref: refs/heads/main\n")
            self.write(folder / ".git" / "objects" / "ab" / ("c" * 38))
        return folder

    def victim(self) -> Path:
        return self.random.choice([self.mine / "thesis.txt", self.mine / "project", self.mine])

    def link(self, place: Path, target: str | Path) -> None:
        if not os.path.lexists(place):
            place.parent.mkdir(parents=True, exist_ok=True)
            place.symlink_to(target)

    def any_folder(self, root: Path) -> Path:
        """A folder in a tree, at any depth; never through a link. What an IDE's index and an extracted module hold has
        any name, so that it goes whole."""
        found = [Path(parent) for parent, _, _ in os.walk(root) if not WHOLE & {*Path(parent).parts}]
        return self.random.choice(found or [root])


# --- caches as their owners make them


def known_as(path: Path) -> str:
    """A path without links on the way to it, as a walk finds it."""
    return os.path.join(os.path.realpath(path.parent), path.name)


def build_cache(home: Home, root: Path) -> Path:
    home.write(root / "README", GO_README.encode())
    home.write(root / "trim.txt", b"1753000000")
    home.write(root / "testexpire.txt", b"1753000000000000000\n")
    home.edited.add(known_as(root / "testexpire.txt"))
    for folder in home.random.sample(HEX, 6):
        for number in range(2):
            name = folder + hashlib.sha256(f"{folder}{number}".encode()).hexdigest()[2:]
            home.write(root / folder / f"{name}-a", b"v1 action", derived=True)
            home.write(root / folder / f"{name}-d", b"output", derived=True)
    return root


MODULE_FILES = ("go.mod", "inner/deep/code.go")


def module_cache(home: Home, root: Path) -> Path:
    home.write(root / "cache" / "lock", b"", derived=True)
    for name in ("github.com/pkg/errors@v0.9.1", "single.test@v1.0.0"):
        path, _, version = name.partition("@")
        for suffix in ("info", "mod", "zip", "ziphash", "lock"):
            home.write(
                root / "cache/download" / path / "@v" / f"{version}.{suffix}",
                b"part" * (suffix != "lock"),
                derived=True,
            )
        for file in MODULE_FILES:
            home.write(root / name / file, b"package deep\n", 0o444, derived=True)
        for folder in ("inner/deep", "inner", ""):
            (root / name / folder).chmod(0o555)
    return root


def gopls_cache(home: Home, root: Path) -> Path:
    home.write(root / "0a1b2c3d" / "exe.sha256", b"ab" * 32, derived=True)
    home.write(root / "0a1b2c3d" / "typerefs" / "7f" / f"{'7f' * 32}-cas", b"facts", derived=True)
    return root


def goland(home: Home, system: Path) -> Path:
    config = home.home / ".config/JetBrains/GoLand2024.1"
    home.write(config / "options" / "editor.xml", b"<application/>\n")
    home.edited.add(known_as(home.write(config / "goland64.vmoptions", b"-Xmx4g\n")))
    home.write(system / "index" / "stubs" / "stubs.storage", b"stubs", derived=True)
    home.write(system / "caches" / "records.dat", b"the VFS")
    home.write(system / "LocalHistory" / "changes.storageData")
    home.write(system / "projects" / "app.1a2b" / "state.xml")
    return system


def vscode(home: Home) -> None:
    root = home.home / ".config/Code"
    home.write(root / "CachedData" / "7f" / "data_0", b"derived", derived=True)
    home.edited.add(
        known_as(home.write(root / "User/settings.json", b'{\n  // mine\n  "go.useLanguageServer": true\n}\n'))
    )
    home.write(root / "User/History/1a2b/entries.json")
    home.write(root / "Backups/1a2b/untitled")


# --- what makes it hostile: each is one kind, put at a place which the seed chooses


def links(home: Home, root: Path) -> None:
    """In caches, to all kinds of targets: files, folders, upwards, nowhere, themselves."""
    targets: list[str | Path] = [home.victim(), "..", "../..", home.home, "/nowhere", "loop", ".", "/"]
    for place in (root / home.random.choice(HEX), home.any_folder(root) / "loop", root / "index", root / "cache"):
        home.link(place, home.random.choice(targets))


def linked_root(home: Home, root: Path) -> None:
    """The folder that is the cache is one of the user's, reached through a link."""
    if not os.path.lexists(home.mine / "real"):
        root.rename(home.mine / "real")
        home.link(root, home.mine / "real")
        for paths in (home.derived, home.edited, home.planted):
            moved = {path for path in paths if path.startswith(f"{root}/")}
            paths -= moved
            paths |= {str(home.mine / "real") + path[len(str(root)) :] for path in moved}


def hard_links(home: Home, root: Path) -> None:
    """Bytes of the user's under a name in a cache, go's stamps among them."""
    for number, name in enumerate(("testexpire.txt", f"ab/ab{'0' * 62}-d", "cache/download/x/@v/v1.0.0.zip")):
        place, victim = root / name, home.write(home.mine / f"hard{number}")
        place.parent.mkdir(parents=True, exist_ok=True)
        place.unlink(missing_ok=True)
        os.link(victim, place)
        home.edited.discard(known_as(place))
        if number:
            home.derived.add(known_as(place))


def bind_mounts(home: Home, root: Path) -> None:
    """A folder of the user's mounted into a cache, in a private namespace, also under names with line ends."""
    if os.geteuid() != 0 or "mounts" not in home.env:
        return
    source = home.project(home.mine / "mounted")
    for place in (root / home.random.choice(HEX), home.any_folder(root) / home.random.choice(ODD_NAMES)):
        if not os.path.lexists(place):
            place.mkdir(parents=True)
            mount(source, place)


def foreign_files(home: Home, root: Path) -> None:
    """Files of the user's at places where the owner of the cache makes none."""
    names = ("README", "notes.txt", "db.sqlite", "Makefile", "mine-a", "backup-d", f"{'0' * 64}-a.bak", *ODD_NAMES)
    places = [root, root / home.random.choice(HEX), root / "cache" / "download", root / "github.com"]
    for place in home.random.sample(places, 2):
        if not place.is_symlink() and (not place.exists() or os.access(place, os.W_OK)):
            home.write(place / home.random.choice(names))


def foreign_repositories(home: Home, root: Path) -> None:
    """A working copy anywhere in a cache, also in what go has extracted and made read-only."""
    place = home.any_folder(root)
    mode = stat.S_IMODE(place.lstat().st_mode)
    place.chmod(mode | stat.S_IWUSR)
    home.project(place / home.random.choice(("work", "ab", "mine@v1.0.0", "x")))
    place.chmod(mode)


def repository_in_module(home: Home, root: Path) -> None:
    """Somebody has begun to work in an extracted module."""
    place = root / "github.com/pkg/errors@v0.9.1"
    if place.is_dir() and not place.is_symlink():
        place.chmod(0o755)
        home.write(place / ".git" / "HEAD", b"ref: refs/heads/fix\n")
        home.write(place / ".git" / "objects" / "ab" / ("c" * 38))


def foreign_in_module(home: Home, root: Path) -> None:
    """A file of the user's in an extracted module, whose zip says that it is none of its own."""
    tree, archive = root / "github.com/pkg/errors@v0.9.1", root / "cache/download/github.com/pkg/errors/@v/v0.9.1.zip"
    place = tree / home.random.choice(("notes.txt", "inner/mine.go", "new/folder/x"))
    if _is_owners(archive) and _is_owners(tree / "inner"):
        for folder in (tree / "inner", tree):
            folder.chmod(0o755)
        with ZipFile(archive, "w") as made:
            for name in MODULE_FILES:
                made.writestr(ZipInfo(f"github.com/pkg/errors@v0.9.1/{name}"), b"package deep\n")
        home.planted.add(known_as(home.write(place)))
        home.in_module = True


def _is_owners(path: Path) -> bool:
    """Whether nothing above has been closed, given away or put elsewhere: else nobody knows what a module holds."""
    above = [folder.lstat() for folder in (path, *path.parents)]
    return all(
        status.st_uid == os.geteuid() and status.st_mode & 0o400 and not stat.S_ISLNK(status.st_mode)
        for status in above
    )


def special_files(home: Home, root: Path) -> None:
    folder = home.any_folder(root)
    with suppress(OSError):
        os.mkfifo(folder / "pipe")
        with socket.socket(socket.AF_UNIX) as server:
            os.chdir(folder)  # the path of a socket is short
            server.bind("socket")
        if os.geteuid() == 0:
            os.mknod(folder / "null", stat.S_IFCHR | 0o666, os.makedev(1, 3))
    os.chdir("/")


def odd_names(home: Home, root: Path) -> None:
    folder = home.any_folder(root)
    for name in home.random.sample(ODD_NAMES, 3):
        home.write(folder / name / "kept.txt")


def other_owners(home: Home, root: Path) -> None:
    if os.geteuid() == 0:
        os.chown(home.any_folder(root), 12345, 12345, follow_symlinks=False)
        os.chown(home.write(root / home.random.choice(HEX) / "theirs"), 12345, 12345)


def read_only(home: Home, root: Path) -> None:
    home.any_folder(root).chmod(home.random.choice((0o555, 0o500, 0o000)))


def held_before(home: Home, root: Path) -> None:
    """A hold folder that no journal here knows, or something else in its place."""
    hold = root / ".idecare-held"
    if os.path.lexists(hold):
        return
    if home.random.random() < 0.5:
        makers = (lambda: home.link(hold, home.victim()), lambda: home.write(hold), lambda: os.mkfifo(hold))
        home.random.choice(makers)()
        return
    for number in range(2):
        place = (
            hold
            / home.random.choice((f"2026070{number}-120000", f"20260714-12000{number}", f"x{number}"))
            / home.random.choice(("gocache", "modcache", "x"))
            / "ab"
            / "mine.txt"
        )
        home.planted.add(known_as(home.write(place)))


KINDS: tuple[Callable[[Home, Path], None], ...] = (
    *(links, linked_root, hard_links, bind_mounts, foreign_files, foreign_repositories, repository_in_module),
    *(special_files, odd_names, other_owners, read_only, held_before),
)


def make_home(base: Path, seed: int, can_mount: bool = False) -> Home:
    """The home of this number. Everything is chosen by it, but what only root can do."""
    home = Home(base, seed)
    if can_mount:
        home.env["mounts"] = "yes"
    home.write(home.mine / "thesis.txt")
    home.project(home.mine / "project")
    cache = home.home / ".cache"
    gocache = build_cache(home, cache / "go-build")
    modcache = module_cache(home, home.home / "go/pkg/mod")
    system = goland(home, cache / "JetBrains/GoLand2024.1")
    home.roots = [gocache, modcache, gopls_cache(home, cache / "gopls"), system]
    vscode(home)
    for kind in home.random.sample(KINDS, home.random.randint(1, 4)):
        with suppress(FileExistsError, NotADirectoryError, FileNotFoundError, PermissionError):
            kind(home, home.random.choice(home.roots))
    if home.random.random() < 0.3:
        with suppress(FileNotFoundError, NotADirectoryError):
            foreign_in_module(home, modcache)
    home.env.pop("mounts", None)
    home.env.update(_variables(home))
    return home


def _variables(home: Home) -> Iterator[tuple[str, str]]:
    """Where caches are said to be: mostly where they are, else at a place that is the user's or that overlaps."""
    work = home.mine / "work"
    places = [
        *(str(root) for root in home.roots),
        *(f"{home.roots[1]}/cache", f"{home.roots[0]}/ab", f"{home.roots[0]}/../go-build", f"{home.roots[0]}/"),
        *(str(home.home), "/", "", ".", "relative", "off", str(home.mine), f"{work}", "~/x", f"{home.mine}/project"),
    ]
    yield "HOME", str(home.home)
    for name in ("GOCACHE", "GOMODCACHE", "GOPATH", "XDG_CACHE_HOME", "GOFLAGS"):
        if home.random.random() < 0.25:
            yield name, home.random.choice(places)
    kind = home.random.random()
    if kind < 0.15:  # a folder of the user's that looks like a build cache, with the text of go's own README or another
        home.project(work, git=kind < 0.1)
        home.write(work / "README", GO_README.encode() if kind < 0.05 else b"My work\n")
        yield "GOCACHE", str(work)
    elif kind < 0.3:  # a folder of the user's as the system folder of GoLand
        home.project(work, git=kind < 0.25)
        properties = home.home / ".config/JetBrains/GoLand2024.1/idea.properties"
        home.edited.add(known_as(home.write(properties, f"idea.system.path={work}\n".encode())))
    elif kind < 0.36:
        yield "HOME", ""


# --- the proof


def mount(source: Path, place: Path) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.mount(os.fsencode(source), os.fsencode(place), b"", BIND, None) != 0:
        raise OSError(ctypes.get_errno(), f"cannot mount at {place}")


def private_mounts() -> bool:
    """From now on what this process mounts is seen by itself alone; whether that is allowed."""
    libc = ctypes.CDLL(None, use_errno=True)
    is_private = libc.unshare(NEW_MOUNTS) == 0
    return is_private and bool(libc.mount(b"none", b"/", None, RECURSIVE | PRIVATE, None) == 0)


def without_privileges() -> None:
    """From now on modes hold for this process, though it is root, as for anybody. Being another user would need a
    Python that other users may run."""
    libc = ctypes.CDLL(None, use_errno=True)
    header, none = (ctypes.c_uint32 * 2)(CAPABILITIES_3, 0), (ctypes.c_uint32 * 6)()
    if libc.capset(header, none) != 0:
        raise OSError(ctypes.get_errno(), "cannot give up capabilities")


def described(path: str) -> Described:
    """Kind, mode, owner, and the bytes with their time, or where a link leads."""
    status = os.lstat(path)
    mode, owner = stat.S_IMODE(status.st_mode), status.st_uid
    if stat.S_ISLNK(status.st_mode):
        return "link", os.readlink(path), owner
    if stat.S_ISDIR(status.st_mode):
        return "folder", mode, owner
    if not stat.S_ISREG(status.st_mode):
        return "other", stat.S_IFMT(status.st_mode), mode, owner
    with open(path, "rb") as file:
        return "file", mode, owner, status.st_mtime_ns, hashlib.sha256(file.read()).hexdigest()


def everything(home: Home) -> dict[str, Described]:
    """All that is in the home, by path, but idecare's own files; folders that may not be read are opened for a look."""
    own = {str(home.base / "own")}
    return dict(_below(str(home.base), own))


def _below(folder: str, own: set[str]) -> Iterator[tuple[str, Described]]:
    mode = stat.S_IMODE(os.lstat(folder).st_mode)
    is_closed = not os.access(folder, os.R_OK | os.X_OK, effective_ids=True)
    with suppress(PermissionError):  # another user's
        if is_closed:
            os.chmod(folder, mode | 0o500)
        for name in os.listdir(folder):
            path = f"{folder}/{name}"
            if path not in own:
                seen = described(path)
                yield path, seen
                if seen[0] == "folder":
                    yield from _below(path, own)
    if is_closed:
        with suppress(PermissionError):
            os.chmod(folder, mode)
