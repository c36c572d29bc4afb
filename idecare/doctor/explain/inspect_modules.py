"""Inspects what a text names: module versions in the module cache, archives, and who may read and write a path."""

from __future__ import annotations

import os
import re
import stat
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from idecare.core.commands import shell_word
from idecare.core.host import Host
from idecare.core.humanize import size_text
from idecare.core.language import tr
from idecare.core.reading import open_file
from idecare.core.results import Skip
from idecare.doctor.explain.base import Clue, Words
from idecare.golang.environment import go_environment
from idecare.golang.setup import inspect_go_setup
from idecare.modules.inspect import inspect_modules
from idecare.modules.layout import ModuleVersion, unescaped
from idecare.modules.repair import Repair, RepairRequest, Verdict, command, plan_repair
from idecare.modules.repair.parts import HOLDS
from idecare.modules.state import ModuleState
from idecare.modules.sums import KnownSum, KnownSums, read_sums, sum_files
from idecare.modules.suspicions import tree_differences
from idecare.system.accounts import user_name

IN_DOWNLOADS = re.compile(r"cache/download/(?P<path>[^\s:]+)/@v/(?P<version>[^/\s:]+)\.(?:zip|mod|ziphash|info|lock)")
THE_TEXT = Path(tr("this text"))


def module_state(host: Host, words: Words) -> Iterator[Clue]:
    """What `repair` would say of the module, in terms of this error."""
    module, root = _module(words), go_environment(host).modcache.value
    if module is None or not os.path.isdir(root):
        return
    (state,) = inspect_modules(Path(root), [module], _known(host, module, words))
    if not (state.zip.is_there or state.tree.is_there or state.mod.is_there):
        yield Clue(tr("{module} is not in the module cache of this machine ({root})", module=module, root=root))
        return
    (verdict,) = plan_repair([state], RepairRequest(offline=inspect_go_setup(host).offline))
    yield from _sums(state, verdict, of_go_mod=bool(words.get("go_mod")))
    for damage in verdict.damages:
        names = tree_differences(Path(root), module) if damage.part == "tree" else ""
        yield Clue(f"{damage.part}: {names or damage.reason}")
    yield _judged(module, verdict)


def _module(words: Words) -> ModuleVersion | None:
    if words.get("module") and words.get("version"):
        return ModuleVersion(unescaped(words["module"]), unescaped(words["version"]))
    match = IN_DOWNLOADS.search(words.get("file", ""))
    return ModuleVersion(unescaped(match["path"]), unescaped(match["version"])) if match else None


def _known(host: Host, module: ModuleVersion, words: Words) -> KnownSums:
    """The go.sum around the working folder; where that says nothing, what the text itself quotes of one."""
    known = read_sums(sum_files(host, host.cwd))
    quoted = (KnownSum(words["wanted"], THE_TEXT),) if words.get("wanted") else ()
    if words.get("go_mod"):
        return replace(known, go_mod={module: quoted, **known.go_mod}) if quoted else known
    return replace(known, content={module: quoted, **known.content}) if quoted else known


def _sums(state: ModuleState, verdict: Verdict, of_go_mod: bool) -> Iterator[Clue]:
    """The values that are compared, each in a line of its own, so that the one that differs is seen."""
    if not verdict.damages:
        return
    values = verdict.values
    if of_go_mod:
        values = {"go.sum": tuple(known.h1 for known in state.go_mod_sums), ".mod": (state.mod.h1,)}
    for name, sums in values.items():
        yield from (Clue(f"{name + ':':8} {h1}") for h1 in sums if h1)


def _judged(module: ModuleVersion, verdict: Verdict) -> Clue:
    decision, fix = verdict.decision, command(module)
    match decision:
        case None:
            return _whole(module)
        case Skip(code="mismatch"):
            return Clue(
                decision.reason,
                tr(
                    "{module} here is whole, but it is not what go.sum names. This is the case that sums are for.",
                    module=module,
                ),
                tr(
                    "Either the version was tagged again, or a proxy or somebody else gives out other content; "
                    "damage on a disk rarely looks like that."
                ),
                tr(
                    "Accept nothing blindly: ask who keeps the module whether the version was tagged again, and "
                    "compare with another machine or sum.golang.org, before you touch go.sum. {fix} sets the local "
                    "copy aside, so that go downloads and checks it again.",
                    fix=fix,
                ),
            )
        case Skip():
            return Clue(
                decision.reason, fix=tr("{next_step}; then {command}", next_step=decision.next_step, command=fix)
            )
        case Repair(download=()):
            return _damaged(module, verdict, tr("{command}  (offline, from what is whole)", command=fix))
        case _:
            return _damaged(
                module,
                verdict,
                tr("{command}  (it must download {parts} again)", command=fix, parts=", ".join(decision.download)),
            )


def _whole(module: ModuleVersion) -> Clue:
    return Clue(
        tr("{module} is whole now", module=module),
        tr(
            "{module} is whole now: zip, tree and sums agree. It was repaired or downloaded again since.", module=module
        ),
        fix=tr("Run the same command again. If the error stays, it ran with another `go env GOMODCACHE`."),
    )


def _damaged(module: ModuleVersion, verdict: Verdict, fix: str) -> Clue:
    if all(damage.part == "tree" and damage.reason.startswith(HOLDS) for damage in verdict.damages):
        meaning = tr(
            "Harmless: a file manager left files of its own in the folder of {module}. Builds do not see it; only "
            "`go mod verify` counts every file.",
            module=module,
        )
        return Clue("", meaning, fix=fix)
    parts = ", ".join(dict.fromkeys(damage.part for damage in verdict.damages))
    return Clue(
        "",
        tr(
            "Damage on this disk, no attack: what is not as it should be of {module} is its {parts}.",
            module=module,
            parts=parts,
        ),
        fix=fix,
    )


PAGE_STARTS = (b"<!doctype", b"<html", b"<?xml")


def owner(host: Host, words: Words) -> Iterator[Clue]:
    """Whose the path is, and the first folder on the way to it that is somebody else's."""
    if not words.get("path") or words["path"].startswith("$") or host.user_id is None:
        return
    path = Path(os.path.normpath(host.cwd / words["path"]))
    foreign = [place for place in _existing(path) if os.lstat(place).st_uid != host.user_id]
    nearest = _existing(path)[0]
    yield Clue(tr("{mode}; you are {user}", mode=_mode_text(nearest), user=_user(host.user_id)))
    root = _cache_root(host, path)
    inside = [place for place in foreign if root is None or place.is_relative_to(root)]
    if inside and (root is not None or foreign[0] == nearest):
        top = inside[-1] if root is None else root
        yield _foreign(nearest, top, _user(os.lstat(inside[0]).st_uid))
    elif root is not None and not inside and not _writable(nearest):
        yield _read_only(nearest)


def _existing(path: Path) -> tuple[Path, ...]:
    return tuple(place for place in (path, *path.parents) if _exists(place)) or (Path("/"),)


def _exists(path: Path) -> bool:
    try:
        os.lstat(path)
    except OSError:
        return False
    return True


def _mode_text(path: Path) -> str:
    status = os.lstat(path)
    return tr("{path}: {mode}, of {user}", path=path, mode=stat.filemode(status.st_mode), user=_user(status.st_uid))


def _user(number: int) -> str:
    name = user_name(number)
    return tr("user {name}", name=name) if name.isdigit() else name


def _cache_root(host: Host, path: Path) -> Path | None:
    environment = go_environment(host)
    roots = (environment.modcache.value, environment.gocache.value, *map(str, environment.gopath_folders))
    return next((Path(root) for root in roots if os.path.isabs(root) and path.is_relative_to(root)), None)


def _writable(path: Path) -> bool:
    """By its mode: for root, whom no mode stops, too."""
    return bool(os.lstat(path).st_mode & stat.S_IWUSR)


def _foreign(path: Path, root: Path, name: str) -> Clue:
    return Clue(
        tr("{path}, or what it lies in, belongs to {name}", path=path, name=name),
        tr(
            "A folder of {name}'s is in the way: go once ran here as {name} (`sudo go …`, or a container "
            "with this folder mounted), and what it made belongs to it.",
            name=name,
        ),
        tr("go writes to its caches as whoever runs it; nobody else may change that later."),
        tr(
            'Give it back: sudo chown -R "$(id -un)" {folder}. Do not run go with sudo again.',
            folder=shell_word(root),
        ),
    )


def _read_only(path: Path) -> Clue:
    return Clue(
        tr("{path} is yours, and read-only as go makes it", path=path),
        tr(
            "Not a fault: go makes the folders of its module cache read-only, so that nobody edits them, and "
            "`rm -rf` stops at that."
        ),
        tr("A module's files are checked against sums; an edited one would break every build that uses it."),
        tr("Use `idecare clean modcache` (it can be undone) or `go clean -modcache` in place of rm."),
    )


def archive(host: Host, words: Words) -> Iterator[Clue]:
    """Whether the zip opens now, and what it is if not."""
    path = Path(words.get("file", ""))
    if not path.is_absolute() or not os.path.isfile(path):
        return
    size = size_text(os.stat(path).st_size)
    if zipfile.is_zipfile(path):
        yield Clue(tr("{path} opens now ({size})", path=path, size=size))
        return
    with open_file(path) as file:
        start = file.read(512).lstrip().lower()
    kind = (
        tr("empty") if not start else tr("a web page") if start.startswith(PAGE_STARTS) else tr("cut short or damaged")
    )
    yield Clue(tr("{path} is {kind} ({size})", path=path, kind=kind, size=size))
