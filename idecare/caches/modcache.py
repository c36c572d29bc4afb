"""modcache: the module cache, extracted trees and downloads alike.

Source: cmd/go of go1.27.3, src/cmd/go/internal/modfetch (fetch.go, cache.go).
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from idecare.caches.base import (
    Cache,
    Candidate,
    CleanRequest,
    Part,
    Rule,
    Rules,
    Target,
    Users,
    busy,
    hold,
    left_note,
    unmarked,
    with_repository,
)
from idecare.caches.users import go_users
from idecare.changes.journal import HOLD_FOLDER, Restore
from idecare.changes.plan import Action
from idecare.core.host import Host
from idecare.core.humanize import age_text, count_text, size_text
from idecare.core.language import tr
from idecare.core.locations import program_stem
from idecare.core.results import Skip
from idecare.golang.environment import MODULE_CACHE
from idecare.golang.setup import GoSetup
from idecare.modules.layout import (
    CACHE_CHILDREN,
    MODULE_PATH_DEPTH,
    Layout,
    RepositoryFoundError,
    listed_modules,
    tree_module,
)
from idecare.modules.layout import MODULE_TREE as TREE_NAME
from idecare.modules.need import find_need
from idecare.modules.sums import sum_files
from idecare.system.files import LITTER, is_empty
from idecare.system.locks import lock_holders
from idecare.system.processes import Process, Processes, process

if TYPE_CHECKING:
    from idecare.system.filesystem.sorting import Fate

# Files that go keeps next to the trees (fetch.go, cache.go, sumdb.go; codehost/codehost.go, WorkDir).
OWN_FILE = re.compile(
    r"cache/lock|cache/vcs/[0-9a-f]{64}\.(info|lock)"
    r"|cache/download/.+/@v/(list|[^/]+\.(info|mod|zip|ziphash|lock|partial|tmp))"
    r"|cache/download/sumdb/.+/(latest|(lookup|tile)/.+)"
)
DEEPEST_FOLDER = MODULE_PATH_DEPTH + 8  # cache/download in front, the tiles of a checksum database behind
REPOSITORY = re.compile(r"cache/vcs/[0-9a-f]{64}")
VERIFIED_BYTES_PER_SECOND = 25_000_000  # of zips, with their trees: measured on two cores
MODULE_TREE = re.compile(rb"(?P<path>.+)@(?P<version>[^/@]+)")


class ModuleCache(Target):
    name = "modcache"
    cost = tr("the next go command downloads the modules it needs")
    tool, role = "go", MODULE_CACHE
    aliases = ("go-mod",)
    ide_names = frozenset({"goland"})
    restore: Restore = "module-trees"  # immutable, and checked as a whole
    guards_return = has_parts = True
    marks = frozenset({".git"})  # each module has a go.mod

    def prove(self, cache: Cache, rules: Rules) -> Cache:
        """cache/download, and folders that lead to ``<path>@<version>`` and hold nothing else."""
        names = {entry.name for entry in os.scandir(cache.root)} - LITTER - {HOLD_FOLDER}
        if not names:
            return cache
        if names == {"cache"} and not set(os.listdir(cache.root / "cache")) & set(CACHE_CHILDREN):
            return cache
        download = cache.root / "cache" / "download"
        if not download.is_dir() or download.is_symlink():
            return replace(cache, skip=unmarked(cache.root, tr("a folder cache/download"), "GOMODCACHE"))
        if names == {"cache"} and is_empty(download):
            return cache
        try:
            layout = Layout(cache.root, rules.toolchains)
            entries = tuple(layout.entries())
        except RepositoryFoundError as found:
            return with_repository(cache, found.path)
        need = find_need(cache.root, sum_files(rules.host, rules.host.cwd), layout.module_paths)
        toolchains = tuple(layout.kept_toolchains)
        return replace(cache, entries=entries, left=tuple(layout.left), toolchains=toolchains, need=need)

    def parts(self, cache: Cache) -> Iterable[Part]:
        """Each version's tree and zip. Its go.mod and .info stay: other modules may need them, and they are small."""
        for module in listed_modules(cache.root):
            places = (module.tree, module.file("zip"), module.file("ziphash"))
            if entries := tuple(place for place in places if os.path.lexists(cache.root / place)):
                yield Part(str(module), entries)

    def users(self, cache: Cache, processes: Processes, host: Host, now: datetime) -> Users:
        """Go commands, analysers and holders of its locks are in the way. Idle language servers and debuggers are not:
        they read sources on demand, and run go when they need more."""
        users = go_users(cache, processes.go, host, lambda environment: environment.modcache.value)
        calm = tuple(found for found in users if found.is_language_server or program_stem(found.name) == "dlv")
        holders = tuple(_holder(pid) for pid in lock_holders(cache.root))
        blocking = {found.pid: found for found in (*users, *holders) if found not in calm}
        ides = tuple(found for found in processes.ides if found.name.startswith(tuple(self.ide_names)))
        return Users(tuple(blocking.values()), (*calm, *ides))

    def decide(self, candidate: Candidate, go: GoSetup, request: CleanRequest) -> Action | Skip:
        if self.name not in request.named and (why := go.offline or go.vendored):
            hint = tr("name it to clear it: {command}", command=f"idecare clean {self.name}")
            return Skip("kept", "offline" if go.offline else "vendored", why, hint)
        return busy(candidate.users.blocking) if candidate.users.blocking else hold(candidate.cache)

    def cost_of(self, cache: Cache, request: CleanRequest) -> str:
        if cache.is_part:
            return self.cost
        if (need := cache.need) is None:
            return tr("{cost}; how many is not known: no go.sum is here", cost=self.cost)
        parts = [f"{count_text(need.modules, 'module')} ({size_text(need.bytes)})"] if need.modules else []
        parts += [count_text(need.go_mods, "go.mod file")] if need.go_mods else []
        if not parts:
            return tr("nothing in it is named in this go.sum")
        return tr(
            "the next go command downloads again what it needs of this go.sum, at most {parts}",
            parts=tr(" and ").join(parts),
        )

    def notes(self, candidate: Candidate, decision: Action, go: GoSetup, request: CleanRequest) -> Iterable[str]:
        cache = candidate.cache
        if cache.need and cache.need.others:
            yield tr(
                "{modules} that this go.sum does not name will be gone too",
                modules=count_text(cache.need.others, "module"),
            )
        if cache.need and cache.need.checked:
            seconds = max(1, round(cache.need.bytes / VERIFIED_BYTES_PER_SECOND))
            checked = count_text(cache.need.checked, "module")
            yield tr(
                "if a module is damaged, `idecare repair` is cheaper: it checks the {modules} of this go.sum in about "
                "{time} and replaces only what is damaged",
                modules=checked,
                time=age_text(seconds),
            )
        if cache.toolchains:
            yield tr(
                "downloaded toolchains stay: {names} (--toolchains takes them too)", names=", ".join(cache.toolchains)
            )
        yield from left_note(cache)
        for found in candidate.users.noticing:
            yield tr(
                "{name} (pid {pid}) will report missing packages until the modules are there again",
                name=found.name,
                pid=found.pid,
            )

    def layout(self, relative: bytes) -> Rule:
        """An extracted tree never changes; in cache/download files are made once; cache/vcs holds git repositories,
        whose FETCH_HEAD and refs are written in place."""
        if relative == b"cache/vcs" or relative.startswith(b"cache/vcs/"):
            return Rule.EVERY_TIME
        if relative == b"cache" or relative.startswith(b"cache/"):
            return Rule.FOLDER
        return Rule.TREE if b"@" in relative else Rule.FOLDER

    def fate(self, path: str, is_folder: bool) -> Fate:
        """Trees and repositories go whole: part of a tree that came back would pass for all of it."""
        if not is_folder:
            return "own" if OWN_FILE.fullmatch(path) else "foreign"
        if REPOSITORY.fullmatch(path):
            return "whole"
        parts = path.split("/")
        if len(parts) > DEEPEST_FOLDER or (parts[0] == "cache" and not {*parts[1:2]} <= {*CACHE_CHILDREN}):
            return "foreign"
        if parts[0] == "cache" or "@" not in parts[-1]:
            return "own"
        return "whole" if TREE_NAME.search(parts[-1]) else "foreign"

    def written(self, path: str, places: Sequence[Path]) -> frozenset[str] | None:
        """What go has extracted into a tree is what its zip names, which a later clean may hold by now; of a toolchain
        go then copies each _go.mod to go.mod (cmd/go of go1.27.3, internal/toolchain/select.go)."""
        from idecare.modules.hashing import BrokenError  # only for a purge
        from idecare.modules.suspicions import zip_sizes

        if (module := tree_module(path)) is None:
            return None
        for place in (*places, *_holds_in(places[-1])):
            try:
                sizes = zip_sizes(place / module.file("zip"), module)
            except (BrokenError, OSError):
                continue
            if sizes:
                copied = (name for name in sizes if module.is_toolchain and os.path.basename(name) == "_go.mod")
                return frozenset((*sizes, *(f"{name.removesuffix('_go.mod')}go.mod" for name in copied)))
        return None

    def unfinished_marker(self, relative: bytes) -> bytes | None:
        tree = MODULE_TREE.fullmatch(relative)
        return b"cache/download/%b/@v/%b.partial" % (tree["path"], tree["version"]) if tree else None


TARGET = ModuleCache()


def _holds_in(root: Path) -> Iterable[Path]:
    return sorted(root.glob(f"{HOLD_FOLDER}/*/{TARGET.name}*"))


def _holder(pid: int | None) -> Process:
    return (process(pid) if pid else None) or Process(pid or 0, tr("holder of a module cache lock"))
