"""Damage in the module cache that a glance tells; `--deep` and `idecare repair` hash everything.

What each does to a build was seen with go1.27.3.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from idecare.checks.base import Check, Finding, RepairModules, RunByUser, Severity
from idecare.checks.snapshot import Snapshot
from idecare.inspection.module_signs import Kind, Sign
from idecare.words import count_text

MOST_NAMED = 5
# What go makes of each kind.
WHY: dict[Kind, str] = {
    "zip": "go takes it for the module: 'zip: not a valid zip file', also with a network",
    "mod": "go trusts the file: 'checksum mismatch … SECURITY ERROR', also with a network",
    "ziphash": "go gives up: 'unexpected ziphash'",
    "tree": "go takes the folder for the module: 'open …: no such file or directory', or 'no required module provides "
    "package'",
    "partial": "go extracts it again when it needs it, which takes its zip or a network",
    "litter": "`go mod verify` says 'dir has been modified'. Builds pass",
    "download": "go fetches it again when it needs it; the part takes space until then",
}
WHAT: dict[Kind, tuple[str, Severity]] = {
    "zip": ("damaged zip", "error"),
    "mod": ("empty go.mod", "error"),
    "ziphash": ("damaged ziphash", "error"),
    "tree": ("empty module folder", "error"),
    "litter": (".DS_Store file", "warning"),
    "partial": ("half-extracted module", "info"),
    "download": ("part of a download", "info"),
}
TRANSIENT = ("partial", "download")


def _damage(snapshot: Snapshot) -> Iterable[Finding]:
    for kind in WHAT:
        signs = [sign for sign in snapshot.module_signs if sign.kind == kind]
        if kind == "zip":
            yield from _zips(signs)
        elif signs and not (kind in TRANSIENT and snapshot.go_is_at_work):
            yield _found(kind, signs)


def _zips(signs: Sequence[Sign]) -> Iterator[Finding]:
    """While its tree is there nobody reads the zip."""
    needed = [sign for sign in signs if not sign.has_tree]
    if needed:
        yield _found("zip", needed)
    if spare := [sign for sign in signs if sign.has_tree]:
        yield _found("zip", spare, "warning", "nothing reads it while its tree is there; `go mod verify` fails")


def _found(kind: Kind, signs: Sequence[Sign], severity: Severity | None = None, why: str = "") -> Finding:
    noun, usual = WHAT[kind]
    modules = tuple(dict.fromkeys(sign.module for sign in signs if sign.module))
    is_damage = kind not in ("litter", *TRANSIENT)
    named = " ".join(modules[:MOST_NAMED]) if len(modules) <= MOST_NAMED else "--all"
    return Finding(
        id=f"caches/modules/{kind}",
        severity=severity or usual,
        summary=f"the module cache has {count_text(len(signs), noun)}",
        evidence=tuple(_lines(signs)),
        why=why or WHY[kind],
        fix=f"idecare repair {named}"
        if modules and kind != "download"
        else "nothing needs to be done"
        if kind == "download"
        else "remove it",
        remedies=_remedies(kind, signs, modules) if is_damage or kind == "litter" else (),
    )


def _lines(signs: Sequence[Sign]) -> Iterator[str]:
    yield from (f"{sign.path}: {sign.what}" for sign in signs[:MOST_NAMED])
    if len(signs) > MOST_NAMED:
        yield f"and {len(signs) - MOST_NAMED} more"


def _remedies(kind: Kind, signs: Sequence[Sign], modules: tuple[str, ...]) -> tuple[RepairModules | RunByUser, ...]:
    stray = [sign.path for sign in signs if not sign.module]
    told: tuple[RepairModules | RunByUser, ...] = (RepairModules(modules),) if modules else ()
    return (*told, *(RunByUser(f"rm '{path}'") for path in stray[:MOST_NAMED])) if kind == "litter" else told


def _repositories(snapshot: Snapshot) -> Iterable[Finding]:
    for found in snapshot.repositories:
        if not found.is_locked and (found.stale_locks or found.problem):
            evidence = (*found.stale_locks, *((found.problem,) if found.problem else ()))
            yield Finding(
                id="caches/repositories",
                severity="error" if found.problem else "warning",
                summary=f"the repository that go keeps of {found.name} is of no use as it is",
                evidence=(str(_root(snapshot) / found.folder), *evidence),
                why="git refuses to work in it, so fetching this module fails: 'Another git process seems to be "
                "running', or 'not a git repository'",
                fix="idecare repair --all",
                remedies=(RepairModules(),),
            )


def _root(snapshot: Snapshot) -> Path:
    assert snapshot.modcache is not None, "what was found lies in it"
    return snapshot.modcache


def _index(snapshot: Snapshot) -> Iterable[Finding]:
    wrong = snapshot.wrong_indexes
    if wrong:
        root = _root(snapshot)
        by_tree = {found.tree: found for found in wrong}
        modules = [module for module in snapshot.used_modules if root / module.tree in by_tree]
        lines = [f"{found.entry}: of {found.tree}, {found.difference}" for found in by_tree.values()]
        yield Finding(
            id="caches/module-index",
            severity="error",
            summary=f"go's index tells wrongly of {count_text(len(by_tree), 'module')}",
            evidence=tuple(lines[:MOST_NAMED]),
            why="go made it while the tree was damaged and never looks again: 'no required module provides package', "
            "of one that is there",
            fix=f"idecare repair {' '.join(map(str, modules[:MOST_NAMED]))}",
            remedies=(RepairModules(tuple(map(str, modules))),),
        )


CHECKS = (
    Check("caches/modules", "damage in the module cache that names and sizes show", "idecare repair", _damage),
    Check("caches/repositories", "git repositories of go's that are locked or broken", "idecare repair", _repositories),
    Check("caches/module-index", "an index of a module that does not fit its files", "idecare repair", _index),
)
