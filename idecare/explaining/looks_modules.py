"""Looks at one module version in the module cache: its zip, tree and sums, and which of them is the odd one."""

from __future__ import annotations

import os
import re
import time
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from idecare.explaining.base import Clue, Words
from idecare.host import Host
from idecare.inspection.go_setup import module_root
from idecare.inspection.module_hash import Kind, answer
from idecare.tools.files import read_text
from idecare.tools.go import go_environment

MOST_NAMES = 5
LARGEST_TREE = 20_000  # files that are compared with the zip
LITTER = {".DS_Store", "Thumbs.db", "desktop.ini", "._.DS_Store"}
REPAIR = "idecare repair {module}@{version}"
NOT_YOURS = (
    "Do not accept it blindly: ask who keeps the module whether the version was tagged again, and compare with "
    "another machine or sum.golang.org before you touch go.sum."
)


@dataclass(frozen=True)
class Cached:
    """A module version's files in the module cache."""

    module: str
    version: str
    tree: Path
    download: Path

    @property
    def name(self) -> bytes:
        return f"{self.module}@{self.version}".encode()

    def file(self, suffix: str) -> Path:
        return Path(f"{self.download}.{suffix}")


@dataclass(frozen=True)
class Sums:
    """The h1 sums of what is on the disk; ``None`` for what is absent or damaged, which ``faults`` tells."""

    zip: str | None
    tree: str | None
    go_mod: str | None
    ziphash: str | None
    faults: tuple[str, ...]


def module_sums(host: Host, words: Words) -> Iterator[Clue]:
    """Which of zip, tree, .ziphash, .mod and go.sum differs from the others."""
    cached = _cached(host, words)
    if cached is None:
        return
    of_go_mod = bool(words.get("go_mod"))
    wanted = words.get("wanted") or _in_go_sum(host, cached, of_go_mod)
    sums = _sums(cached)
    values = {"go.sum": wanted, **({".mod": sums.go_mod} if of_go_mod else {"zip": sums.zip, ".ziphash": sums.ziphash})}
    values |= {} if of_go_mod else {"tree": sums.tree}
    for name, value in values.items():
        if value:
            yield Clue(f"{name + ':':9} {value}")
    yield from (Clue(fault) for fault in sums.faults)
    if wanted:
        yield from _verdict(cached, sums, wanted, of_go_mod)


def _verdict(cached: Cached, sums: Sums, wanted: str, of_go_mod: bool) -> Iterator[Clue]:
    """The zip (of a go.mod's sum: the .mod file) is what go compares with go.sum."""
    repair = REPAIR.format(module=cached.module, version=cached.version)
    own = sums.go_mod if of_go_mod else sums.zip
    if (of_go_mod and own != wanted) or (not of_go_mod and own is None):
        yield from _damaged_here(cached, repair, "mod" if of_go_mod else "zip")
    elif own != wanted:
        yield Clue(
            "",
            f"The zip of {cached.module} {cached.version} is whole, but not the one that go.sum was made from.",
            "Either the version was tagged again, or a proxy or somebody else gives out other content: the case that "
            "sums are for.",
            NOT_YOURS,
        )
    elif not of_go_mod and sums.ziphash != wanted:
        yield Clue(
            "",
            "No attack: the zip is the one that go.sum knows, and only the note beside it (.ziphash), which go trusts, "
            "is wrong. That is damage on this disk.",
            "go compares go.sum with .ziphash and does not look at the zip again.",
            f"{repair}  (offline, from the zip)",
        )


def _damaged_here(cached: Cached, repair: str, suffix: str) -> Iterator[Clue]:
    path = cached.file(suffix)
    if os.path.exists(path):
        yield Clue(
            "",
            f"Most likely no attack: {path.name} in the module cache is damaged or was changed on this disk.",
            "go checks what it once downloaded against go.sum each time, and does not download it again by itself.",
            f"{repair}  (needs the network for what is damaged). If the fresh one has the same wrong sum: {NOT_YOURS}",
        )


def tree_differences(host: Host, words: Words) -> Iterator[Clue]:
    """Which files of the tree are not as in the zip."""
    cached = _cached(host, words)
    if cached is None or not os.path.isdir(cached.tree):
        return
    repair = REPAIR.format(module=cached.module, version=cached.version)
    if not zipfile.is_zipfile(cached.file("zip")):
        yield Clue("its zip is not there or not whole: the tree cannot be compared, nor made again without the network")
        return
    extra, missing, changed = _compared(cached)
    for word, names in (("not in the zip", extra), ("missing", missing), ("changed", changed)):
        if names:
            more = f" and {len(names) - MOST_NAMES} more" if len(names) > MOST_NAMES else ""
            yield Clue(f"{word}: {', '.join(names[:MOST_NAMES])}{more}")
    if not (extra or missing or changed):
        yield Clue(f"{cached.tree} is what its zip holds")
    elif not missing and not changed and all(Path(name).name in LITTER for name in extra):
        yield Clue(
            "",
            f"Harmless: a file manager left {', '.join(sorted({Path(name).name for name in extra}))} in the module's "
            "folder. Builds are not touched by it; only `go mod verify` counts it.",
            fix=repair,
        )
    else:
        yield Clue("", fix=f"{repair}  (offline, from the zip, which is whole)")


def _compared(cached: Cached) -> tuple[list[str], list[str], list[str]]:
    """Names only in the tree, names only in the zip, and names whose content differs."""
    prefix = f"{cached.module}@{cached.version}/"
    with zipfile.ZipFile(cached.file("zip")) as archive:
        stored = {info.filename.removeprefix(prefix): info for info in archive.infolist() if not info.is_dir()}
    there: dict[str, str] = {}
    for parent, _, names in os.walk(cached.tree):
        there |= {
            os.path.relpath(os.path.join(parent, name), cached.tree): os.path.join(parent, name) for name in names
        }
        if len(there) > LARGEST_TREE:
            break
    changed = [name for name in there if name in stored and _differs(there[name], stored[name])]
    return sorted(there.keys() - stored.keys()), sorted(stored.keys() - there.keys()), sorted(changed)


def _differs(path: str, info: zipfile.ZipInfo) -> bool:
    import zlib

    if os.stat(path).st_size != info.file_size:
        return True
    with open(path, "rb") as file:
        return zlib.crc32(file.read()) != info.CRC


def zip_to_repair(host: Host, words: Words) -> Iterator[Clue]:
    """Which module a damaged zip belongs to, and whether its tree would do without it."""
    path = words.get("file", "")
    match = re.search(r"(.*)/cache/download/(.+)/@v/([^/]+)\.zip$", path)
    named = {"module": _unescaped(match[2]), "version": _unescaped(match[3])} if match else dict(words)
    if not named.get("module") or not named.get("version"):
        return
    repair = REPAIR.format(**named)
    yield Clue("", fix=f"{repair}  (it needs the network, or a proxy that has the module)")


def _cached(host: Host, words: Words) -> Cached | None:
    module, version = words.get("module", ""), words.get("version", "")
    root = go_environment(host).modcache.value
    if not module or not version or not os.path.isabs(root):
        return None
    folder, name = _escaped(module), _escaped(version)
    return Cached(module, version, Path(root, f"{folder}@{name}"), Path(root, "cache", "download", folder, "@v", name))


def _escaped(text: str) -> str:
    """As on disk: a capital letter is ``!`` and the small one (golang.org/x/mod/module, EscapePath)."""
    return re.sub("[A-Z]", lambda match: "!" + match[0].lower(), text)


def _unescaped(text: str) -> str:
    return re.sub("!([a-z])", lambda match: match[1].upper(), text)


def _sums(cached: Cached) -> Sums:
    now = time.time_ns()
    faults: list[str] = []

    def sum_of(kind: Kind, path: Path, prefix: bytes) -> str | None:
        state, h1, fault, *_ = answer((kind, os.fsencode(path), prefix, ""), now)
        if state in ("broken", "unreadable"):
            faults.append(f"{path.name} {fault}")
        return h1 or None

    return Sums(
        sum_of("zip", cached.file("zip"), cached.name),
        sum_of("tree", cached.tree, cached.name),
        sum_of("file", cached.file("mod"), b"go.mod"),
        (read_text(cached.file("ziphash")) or "").strip() or None,
        tuple(faults),
    )


def _in_go_sum(host: Host, cached: Cached, of_go_mod: bool) -> str | None:
    module = module_root(host.cwd)
    wanted = [cached.module, cached.version + ("/go.mod" if of_go_mod else "")]
    lines = (read_text(module / "go.sum") or "").splitlines() if module else []
    return next((fields[2] for line in lines if len(fields := line.split()) == 3 and fields[:2] == wanted), None)
