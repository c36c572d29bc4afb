"""Settings that name a debugger or another Go tool, and lead nowhere.

Sources: golang/vscode-go 28e27ffd (2026-08-21), package.json and src/utils/pathUtils.ts: `go.delvePath` never was a
setting, and a path in `go.alternateTools` that is not there is passed over without a word. `dlv.path` in
idea.properties: as users of GoLand have it from JetBrains' tracker.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from idecare.core.language import tr
from idecare.core.platforms import WINDOWS
from idecare.doctor.base import Check, EditSettings, Finding
from idecare.doctor.checks.delve_program import WHY, facts
from idecare.doctor.checks.vscode_files import Found, values
from idecare.doctor.snapshot import Snapshot
from idecare.formats.properties import parse, unquoted
from idecare.golang.delve import Verdict, best_delve
from idecare.vscode.paths import expanded

DELVE_PATH = "go.delvePath"
ALTERNATE = "go.alternateTools"
PROPERTY = "dlv.path"


def _delve_path(snapshot: Snapshot) -> Iterable[Finding]:
    for found in values(snapshot, (DELVE_PATH,)):
        yield Finding(
            id="delve/delve-path",
            severity="warning",
            summary=tr("{setting} is no setting: nothing reads it", setting=DELVE_PATH),
            evidence=(
                tr(
                    "{place}: {setting} is {value}",
                    place=found.where,
                    setting=DELVE_PATH,
                    value=repr(found.value),
                ),
            ),
            why=tr("the Go extension never had this setting, so the dlv it names is not the one that is used"),
            fix=tr(
                "name it in {setting}, which the extension reads, and remove {old}",
                setting=f"{ALTERNATE}/dlv",
                old=DELVE_PATH,
            ),
            remedies=tuple(_moved(snapshot, found)),
        )


def _moved(snapshot: Snapshot, found: Found) -> Iterator[EditSettings]:
    """The key goes; the path moves along if it is right, else the right dlv of this machine, if any, takes its
    place."""
    keys: list[tuple[str, object]] = [(DELVE_PATH, None)]
    same = [other for other in values(snapshot, (ALTERNATE,)) if other.place.file == found.place.file]
    present = isinstance(same[0].value, Mapping) and "dlv" in same[0].value if same else False
    named = _path(snapshot, found, found.value)
    if not present and (path := _usable(snapshot, found.value, named)):
        keys.append((f"{ALTERNATE}/dlv", path))
    yield EditSettings(found.place.file.path, found.target.ide, tuple(keys))


def _path(snapshot: Snapshot, found: Found, text: object) -> Path | None:
    """Where a value leads, if it is a path that can be resolved from here."""
    workspace = snapshot.host.cwd if found.place.scope == "workspace" else None
    return expanded(snapshot.host, text, workspace) if isinstance(text, str) else None


def _usable(snapshot: Snapshot, text: object, named: Path | None) -> str | None:
    if named is not None and isinstance(text, str) and snapshot.delve(named, "settings").is_right:
        return text
    best = best_delve(snapshot.delves)
    return str(best.path) if best else None


def _alternate_tools(snapshot: Snapshot) -> Iterable[Finding]:
    for found in values(snapshot, (ALTERNATE,)):
        tools = found.value if isinstance(found.value, Mapping) else {}
        for tool, text in tools.items():
            path = _path(snapshot, found, text)
            if path is not None and not _exists(snapshot, path):
                yield _nowhere(found, tool, str(text), path, snapshot.is_file(path))
            elif path is not None and tool == "dlv":
                yield from _wrong(found, snapshot.delve(path, found.where))


def _exists(snapshot: Snapshot, path: Path) -> bool:
    """What the extension searches for: a file that may be run. It adds .exe on Windows."""
    if snapshot.host.platform is WINDOWS:
        return snapshot.is_file(path) or snapshot.is_file(f"{path}.exe")
    return snapshot.is_program(path)


def _nowhere(found: Found, tool: str, text: str, path: Path, is_file: bool) -> Finding:
    return Finding(
        id="delve/alternate-tools/nowhere",
        severity="warning",
        summary=tr("{setting} names a {tool} that is not a program that may be run", setting=ALTERNATE, tool=tool)
        if is_file
        else tr("{setting} names a {tool} that is not there", setting=ALTERNATE, tool=tool),
        evidence=(
            tr("{place}: {setting} is {value}", place=found.where, setting=tool, value=repr(text)),
            *((tr("it leads to {path}", path=path),) if text != str(path) else ()),
        ),
        why=tr("the Go extension passes over it without a word and takes another {tool}", tool=tool),
        fix=tr("remove {setting}, or name a {tool} that is there", setting=f"{ALTERNATE}/{tool}", tool=tool),
        remedies=(EditSettings(found.place.file.path, found.target.ide, ((f"{ALTERNATE}/{tool}", None),)),),
    )


def _wrong(found: Found, verdict: Verdict) -> Iterator[Finding]:
    if verdict.is_right:
        return
    fault = verdict.faults[0]
    is_version = fault.kind in ("too old", "too new", "built with old Go")
    yield Finding(
        id=f"delve/alternate-tools/{fault.kind.replace(' ', '-')}",
        severity="warning" if is_version else "error",
        summary=fault.message,
        evidence=(
            tr("{place}: {setting} names it, so VS Code takes no other", place=found.where, setting=f"{ALTERNATE}/dlv"),
            *facts(verdict),
        ),
        why=WHY[fault.kind],
        fix=tr("name the right dlv there, or remove the line. To install it: {fix}", fix=verdict.fix),
    )


def _goland_path(snapshot: Snapshot) -> Iterable[Finding]:
    """The first definition of a property counts."""
    for _, target in snapshot.jetbrains:
        for file in target.properties:
            text = parse((file.data or b"").decode(errors="replace")).get(PROPERTY)
            if not text:
                continue
            path = Path(unquoted(text))
            if os.path.isabs(path) and not snapshot.is_file(path):
                yield Finding(
                    id="delve/goland-path",
                    severity="warning",
                    summary=tr("{setting} names a dlv that is not there", setting=PROPERTY),
                    evidence=(f"{file.path}: {PROPERTY}={text}", tr("read by {ide}", ide=target.name)),
                    why=tr("{ide} then starts no debug session", ide=target.name),
                    fix=tr("remove the line: the IDE then takes the dlv it brings"),
                    remedies=(EditSettings(file.path, target.ide, ((PROPERTY, None),)),),
                )
            break


CHECKS = (
    Check(
        "delve/delve-path",
        tr("go.delvePath in VS Code's settings, which nothing reads"),
        tr("move the path to go.alternateTools/dlv"),
        _delve_path,
    ),
    Check(
        "delve/alternate-tools",
        tr("go.alternateTools names a program that is not there, or a dlv that cannot debug here"),
        tr("remove the entry, or name the right program"),
        _alternate_tools,
    ),
    Check("delve/goland-path", tr("dlv.path in idea.properties names no program"), tr("remove the line"), _goland_path),
)
