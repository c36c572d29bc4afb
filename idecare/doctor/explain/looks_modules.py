"""Looks at one module version in the module cache: its sums, and which of zip, tree and go.sum is the odd one."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from idecare.core.host import Host
from idecare.core.results import Skip
from idecare.doctor.explain.base import Clue, Words
from idecare.golang.environment import go_environment
from idecare.golang.setup import inspect_go_setup
from idecare.modules.differences import tree_differences
from idecare.modules.names import ModuleVersion, unescaped
from idecare.modules.parts import inspect_modules
from idecare.modules.repair.plan import Mend, Verdict, Wishes, command, plan_repair
from idecare.modules.state import ModuleState
from idecare.modules.sums import KnownSum, KnownSums, read_sums, sum_files

IN_DOWNLOADS = re.compile(r"cache/download/(?P<path>[^\s:]+)/@v/(?P<version>[^/\s:]+)\.(?:zip|mod|ziphash|info|lock)")
THE_TEXT = Path("this text")
ASK_FIRST = (
    "Accept nothing blindly: ask who keeps the module whether the version was tagged again, and compare with another "
    "machine or sum.golang.org, before you touch go.sum."
)


def module_state(host: Host, words: Words) -> Iterator[Clue]:
    """What `repair` would say of the module, in terms of this error."""
    module, root = _module(words), go_environment(host).modcache.value
    if module is None or not os.path.isdir(root):
        return
    (state,) = inspect_modules(Path(root), [module], _known(host, module, words))
    if not (state.zip.is_there or state.tree.is_there or state.mod.is_there):
        yield Clue(f"{module} is not in the module cache of this machine ({root})")
        return
    (verdict,) = plan_repair([state], Wishes(offline=inspect_go_setup(host).offline))
    yield from _sums(state, verdict, of_go_mod=bool(words.get("go_mod")))
    for damage in verdict.damages:
        names = tree_differences(Path(root), module) if damage.part == "tree" else ""
        yield Clue(f"{damage.part}: {names or damage.reason}")
    yield _judged(module, verdict)


def _module(words: Words) -> ModuleVersion | None:
    if words.get("module") and words.get("version"):
        return ModuleVersion(words["module"], words["version"])
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
    """The values that are compared, each in a line of its own, so that the odd one is seen."""
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
                f"{module} here is whole, but it is not what go.sum names. This is the case that sums are for.",
                "Either the version was tagged again, or a proxy or somebody else gives out other content; damage on a "
                "disk rarely looks like that.",
                f"{ASK_FIRST} {fix} sets the local copy aside, so that go downloads and checks it again.",
            )
        case Skip():
            return Clue(decision.reason, fix=f"{decision.next_step}; then {fix}")
        case Mend(download=()):
            return _damaged(module, verdict, f"{fix}  (offline, from what is whole)")
        case _:
            return _damaged(module, verdict, f"{fix}  (it must download {', '.join(decision.download)} again)")


def _whole(module: ModuleVersion) -> Clue:
    return Clue(
        f"{module} is whole now",
        f"{module} is whole now: zip, tree and sums agree. It was mended or downloaded again since.",
        fix="Run the same command again. If the error stays, it ran with another `go env GOMODCACHE`.",
    )


def _damaged(module: ModuleVersion, verdict: Verdict, fix: str) -> Clue:
    if all(damage.part == "tree" and damage.reason.startswith("holds ") for damage in verdict.damages):
        meaning = f"Harmless: a file manager left its litter in the folder of {module}. Builds do not see it; only "
        return Clue("", f"{meaning}`go mod verify` counts every file.", fix=fix)
    parts = ", ".join(dict.fromkeys(damage.part for damage in verdict.damages))
    return Clue("", f"Damage on this disk, no attack: what is not as it should be of {module} is its {parts}.", fix=fix)
