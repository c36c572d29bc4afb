"""Damage in the module cache that names and sizes show; `--deep` and `idecare repair` hash everything.

What each does to a build was seen with go1.27.3.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from idecare.core.commands import command_text, shell_word
from idecare.core.frozen import frozen
from idecare.core.humanize import count_text
from idecare.core.language import tr
from idecare.doctor.base import Check, Finding, RepairModules, RunByUser, Severity
from idecare.doctor.snapshot import Snapshot
from idecare.modules.signs import Kind, Sign
from idecare.modules.suspicions import Suspicion

MOST_NAMED = 5


@frozen
class Meaning:
    """What go makes of one kind of damage. ``fix`` is for what belongs to no module."""

    one: str
    many: str
    severity: Severity
    why: str
    fix: str = ""


MEANINGS: dict[Kind, Meaning] = {
    "zip": Meaning(
        tr("the module cache has {count} damaged zip"),
        tr("the module cache has {count} damaged zips"),
        "error",
        why=tr("go takes it for the module: 'zip: not a valid zip file', also with a network"),
    ),
    "mod": Meaning(
        tr("the module cache has {count} empty go.mod"),
        tr("the module cache has {count} empty go.mod files"),
        "error",
        why=tr("go trusts the file: 'checksum mismatch ... SECURITY ERROR', also with a network"),
    ),
    "no-mod": Meaning(
        tr("the module cache has {count} zip without its go.mod"),
        tr("the module cache has {count} zips without their go.mod"),
        "warning",
        why=tr("without a network: 'module lookup disabled by GOPROXY=off'. With one go fetches it again"),
    ),
    "ziphash": Meaning(
        tr("the module cache has {count} damaged ziphash"),
        tr("the module cache has {count} damaged ziphash files"),
        "error",
        why=tr("go gives up: 'unexpected ziphash'"),
    ),
    "tree": Meaning(
        tr("the module cache has {count} empty module folder"),
        tr("the module cache has {count} empty module folders"),
        "error",
        why=tr(
            "go takes it for the module: 'open ...@v...: no such file or directory', or 'no required module "
            "provides package'"
        ),
    ),
    "access": Meaning(
        tr("the module cache has {count} folder or file that is unreadable"),
        tr("the module cache has {count} folders or files that are unreadable"),
        "error",
        why=tr("builds end with 'open ...@v...: permission denied'. A go that was run with sudo leaves this"),
        fix=tr("give yourself the permission, or the folder: chmod, sudo chown"),
    ),
    "litter": Meaning(
        tr("the module cache has {count} .DS_Store file"),
        tr("the module cache has {count} .DS_Store files"),
        "warning",
        why=tr("`go mod verify` says 'dir has been modified'. Builds pass"),
        fix=tr("remove it"),
    ),
    "partial": Meaning(
        tr("the module cache has {count} half-extracted module"),
        tr("the module cache has {count} half-extracted modules"),
        "info",
        why=tr("go extracts it again when it needs it, which takes its zip or a network"),
    ),
    "download": Meaning(
        tr("the module cache has {count} cut-short download"),
        tr("the module cache has {count} cut-short downloads"),
        "info",
        why=tr("go fetches it again when it needs it; the part takes space until then"),
    ),
}
EXTRA = tr("too many")
TRANSIENT = ("partial", "download")
COMMANDS: dict[Kind, str] = {"litter": "rm", "access": "chmod u+rwx"}
GIVE_BACK = 'sudo chown -R "$(id -u)"'


def _damage(snapshot: Snapshot) -> Iterable[Finding]:
    for kind, meaning in MEANINGS.items():
        signs = [sign for sign in snapshot.module_signs if sign.kind == kind]
        if kind == "access":
            signs = [sign for sign in signs if sign.module or not _is_reported_by_owner(snapshot, sign.path)]
        if kind == "no-mod":
            signs = [sign for sign in signs if _is_used_here(snapshot, sign.module)]
        if kind == "zip":
            yield from _zips(signs, meaning)
        elif signs and not (kind in TRANSIENT and snapshot.go_is_at_work):
            yield _found(kind, signs, meaning)


def _is_used_here(snapshot: Snapshot, module: str) -> bool:
    """By a go.sum around the working folder. Of `go install tool@version` go keeps zips without their go.mod, as it
    read that of the tool alone: its normal state."""
    return module in map(str, (*snapshot.known_sums.content, *snapshot.known_sums.go_mod))


def _is_reported_by_owner(snapshot: Snapshot, path: Path) -> bool:
    """Whether the check of owners and modes has it: the folders of downloads, but for root without its rights."""
    user = snapshot.host.user_id
    folders = snapshot.cache_folders if user else ()
    return any(folder.path == path and not folder.is_open_to(user or 0) for folder in folders)


def _zips(signs: Sequence[Sign], meaning: Meaning) -> Iterator[Finding]:
    """While its tree is there nobody reads the zip."""
    if needed := [sign for sign in signs if not sign.has_tree]:
        yield _found("zip", needed, meaning)
    if spare := [sign for sign in signs if sign.has_tree]:
        why = tr("nothing reads it while its tree is there; `go mod verify` fails")
        yield _found("zip", spare, replace(meaning, severity="warning", why=why))


def _found(kind: Kind, signs: Sequence[Sign], meaning: Meaning) -> Finding:
    modules = tuple(dict.fromkeys(sign.module for sign in signs if sign.module))
    heals = tr("nothing needs to be done") if kind in TRANSIENT else ""
    return Finding(
        id=f"caches/modules/{kind}",
        severity=meaning.severity,
        summary=(meaning.one if len(signs) == 1 else meaning.many).format(count=f"{len(signs):,}"),
        evidence=tuple(_lines(signs)),
        why=meaning.why,
        fix=heals or (repair_command(modules) if modules else meaning.fix),
        remedies=() if heals else tuple(_remedies(kind, signs, modules)),
    )


def repair_command(modules: Sequence[str]) -> str:
    return command_text("idecare", "repair", *(modules if len(modules) <= MOST_NAMED else ("--all",)))


def _lines(signs: Sequence[Sign]) -> Iterator[str]:
    yield from (f"{sign.path}: {sign.what}" for sign in signs[:MOST_NAMED])
    if len(signs) > MOST_NAMED:
        yield tr("and {count} more", count=len(signs) - MOST_NAMED)


def _remedies(kind: Kind, signs: Sequence[Sign], modules: tuple[str, ...]) -> Iterator[RepairModules | RunByUser]:
    if modules:
        yield RepairModules(modules)
    stray = [sign for sign in signs if not sign.module]
    yield from (RunByUser(f"{_command(sign)} {shell_word(sign.path)}") for sign in stray[:MOST_NAMED])


def _command(sign: Sign) -> str:
    return GIVE_BACK if sign.is_foreign else COMMANDS[sign.kind]


def _used(snapshot: Snapshot) -> Iterable[Finding]:
    """What was reported for all of them is not reported again."""
    known = {sign.module for sign in snapshot.module_signs}
    found = [one for one in snapshot.suspicions if str(one.module) not in known and not _heals(one)]
    harmless = [one for one in found if one.part == "tree" and one.reason.startswith(EXTRA)]
    if grave := [one for one in found if one not in harmless]:
        yield _differing("damaged", grave, "error", tr("builds fail, or take what nobody published"))
    if harmless:
        why = tr("`go mod verify` says 'dir has been modified'; go compiles what it finds there")
        yield _differing("more", harmless, "warning", why)


def _heals(found: Suspicion) -> bool:
    """go makes a ziphash that is empty or cut from the zip, and a tree that is a file or half there."""
    no_tree = found.part == "partial" or found.reason == tr("is not a folder")
    return no_tree or (found.part == "ziphash" and "go.sum" not in found.reason)


def _differing(word: str, found: Sequence[Suspicion], severity: Severity, why: str) -> Finding:
    modules = tuple(dict.fromkeys(str(one.module) for one in found))
    more = (tr("and {count} more", count=len(found) - MOST_NAMED),) if len(found) > MOST_NAMED else ()
    return Finding(
        id=f"caches/used-modules/{word}",
        severity=severity,
        summary=tr("{modules} of this project is not as downloaded", modules=count_text(1, "module"))
        if len(modules) == 1
        else tr("{modules} of this project are not as downloaded", modules=count_text(len(modules), "module")),
        evidence=(
            *(
                tr("{module}: its {part} {reason}", module=one.module, part=one.part, reason=one.reason)
                for one in found[:MOST_NAMED]
            ),
            *more,
        ),
        why=why,
        fix=repair_command(modules),
        remedies=(RepairModules(modules),),
    )


def _repositories(snapshot: Snapshot) -> Iterable[Finding]:
    for found in snapshot.repositories:
        if not found.is_locked and (found.stale_locks or found.problem):
            evidence = (*found.stale_locks, *((found.problem,) if found.problem else ()))
            yield Finding(
                id="caches/repositories",
                severity="error" if found.problem else "warning",
                summary=tr("the repository that go keeps of {name} is of no use as it is", name=found.name),
                evidence=(str(_root(snapshot) / found.folder), *evidence),
                why=tr(
                    "git refuses to work in it, so fetching this module fails: 'Another git process seems to be "
                    "running', or 'not a git repository: ...cache/vcs/...'"
                ),
                fix="idecare repair --all",
                remedies=(RepairModules(),),
            )


def _root(snapshot: Snapshot) -> Path:
    assert snapshot.modcache is not None, "what was found lies in it"
    return snapshot.modcache


def _index(snapshot: Snapshot) -> Iterable[Finding]:
    """Of a tree that is damaged now the index may be right."""
    wrong = snapshot.wrong_indexes
    damaged = {sign.module for sign in snapshot.module_signs} | {str(found.module) for found in snapshot.suspicions}
    found_of = {found.tree: found for found in wrong}
    modules = [module for module in snapshot.used_modules if str(module) not in damaged] if wrong else []
    modules = [module for module in modules if _root(snapshot) / module.tree in found_of]
    if modules:
        by_tree = {tree: found_of[tree] for module in modules if (tree := _root(snapshot) / module.tree)}
        lines = [
            tr("{entry}: of {tree}, {difference}", entry=found.entry, tree=found.tree, difference=found.difference)
            for found in by_tree.values()
        ]
        yield Finding(
            id="caches/module-index",
            severity="error",
            summary=tr("go's index is wrong for {count}", count=count_text(len(by_tree), "module")),
            evidence=tuple(lines[:MOST_NAMED]),
            why=tr(
                "go made it while the tree was damaged and never checks it again: 'no required module provides "
                "package', of one that is there"
            ),
            fix=command_text("idecare", "repair", *map(str, modules[:MOST_NAMED])),
            remedies=(RepairModules(tuple(map(str, modules))),),
        )


CHECKS = (
    Check("caches/modules", tr("damage in the module cache that names and sizes show"), "idecare repair", _damage),
    Check(
        "caches/used-modules",
        tr("modules of this project whose files differ from their zip or their go.sum"),
        "idecare repair",
        _used,
    ),
    Check(
        "caches/repositories", tr("git repositories of go's that are locked or broken"), "idecare repair", _repositories
    ),
    Check("caches/module-index", tr("an index of a module that does not fit its files"), "idecare repair", _index),
)
