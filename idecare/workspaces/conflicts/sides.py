"""Where two IDEs on one module run Go differently, so that each undoes what the other's go commands wrote."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from idecare.workspaces.base import COMPARED, FLAGS, GoSetting, Presence, Workspace
from idecare.workspaces.conflicts.base import Conflict
from idecare.workspaces.conflicts.fixes import fix_go, fix_gopls, fix_mod_mod, fix_variable

# What goes wrong where a variable differs (go.dev/ref/mod, cmd/go help environment).
WHY = {
    "GOFLAGS": "one's go commands do what the other's do not",
    "GOWORK": "they resolve dependencies in different workspaces",
    "GOPRIVATE": "one asks the checksum database about modules that the other keeps private",
    "GOPROXY": "they may get different answers about what versions there are",
    "GOMODCACHE": "each downloads every module for itself",
    "GOOS": "they build and check different files",
    "GOARCH": "they build and check different files",
}
FLAG = "-mod=mod"


def find_side_conflicts(workspace: Workspace, parties: tuple[Presence, ...]) -> Iterator[Conflict]:
    """Warnings about each thing that differs between any two of ``parties``."""
    yield from _mod_mod(workspace.root, parties)
    yield from _go_versions(workspace.root, parties)
    yield from _gopls_versions(workspace.root, parties)
    for name in COMPARED:
        yield from _variable(workspace.root, parties, name)


def has_mod_mod(setting: GoSetting) -> bool:
    """Whether go commands may write go.mod because of it. go takes flags with one dash and with two."""
    return any(flag.removeprefix("-") == FLAG or flag == FLAG for flag in setting.value.split())


def _mod_mod(root: Path, parties: Sequence[Presence]) -> Iterator[Conflict]:
    """One for each place that sets it: a GOENV file which all of them read is one place."""
    by_place: dict[tuple[str, Path | None, str | None], list[tuple[Presence, GoSetting]]] = {}
    for party in parties:
        for setting in party.side.settings or ():
            if setting.name in ("GOFLAGS", FLAGS) and has_mod_mod(setting):
                owner = None if setting.kind == "goenv" else party.name
                by_place.setdefault((setting.source, setting.path, owner), []).append((party, setting))
    for found in by_place.values():
        names = tuple(party.name for party, _ in found)
        others = tuple(party.name for party in parties if party.name not in names)
        meanwhile = f" while {_listed(others)} has it open" if others else ""
        message = (
            f"{_listed(names)} runs go with {FLAG} ({found[0][1].source}), so that inspecting the module in the"
            f" background rewrites go.mod and go.sum{meanwhile}"
        )
        fix = fix_mod_mod(*found[0])
        yield Conflict("mod-mod", "warning", root, message, (*names, *others), fix.setting, fix.command)


def _go_versions(root: Path, parties: Sequence[Presence]) -> Iterator[Conflict]:
    groups = _groups(parties, lambda party: party.side.go_version)
    if len(groups) < 2:
        return
    shown = ", ".join(f"{_listed(names)} {version}" for version, names in groups.items())
    message = f"different Go versions: {shown}; each `go mod tidy` may undo what the other's wrote"
    fix = fix_go(parties)
    yield Conflict("go-version", "warning", root, message, _all(groups), fix.setting, fix.command)


def _gopls_versions(root: Path, parties: Sequence[Presence]) -> Iterator[Conflict]:
    groups = _groups(parties, lambda party: party.side.gopls_version)
    if len(groups) < 2:
        return
    shown = ", ".join(f"{_listed(names)} {version}" for version, names in groups.items())
    message = f"different gopls versions: {shown}; they format and organise imports differently"
    fix = fix_gopls(parties)
    yield Conflict("gopls-version", "warning", root, message, _all(groups), fix.setting, fix.command)


def _variable(root: Path, parties: Sequence[Presence], name: str) -> Iterator[Conflict]:
    known = [party for party in parties if party.side.settings is not None]
    groups = _groups(known, lambda party: _compared(party, name))
    if len(groups) < 2:
        return
    shown = ", ".join(
        f"{_listed(names)} {_shown(value, party)}" for value, names, party in _by_value(groups, known, name)
    )
    fix = fix_variable(known, name)
    message = f"different {name}: {shown}; {WHY[name]}"
    yield Conflict(name.lower(), "warning", root, message, _all(groups), fix.setting, fix.command)


def _compared(party: Presence, name: str) -> str | None:
    """The value as far as it makes a difference: flags in any order, and without what `_mod_mod` reports."""
    setting = party.side.setting(name)
    if setting is None:
        return "" if party.side.knows_all else None
    if name == "GOFLAGS":
        return " ".join(sorted(flag for flag in setting.value.split() if "mod=mod" not in flag))
    return setting.value


def _by_value(
    groups: dict[str, tuple[str, ...]], parties: Sequence[Presence], name: str
) -> Iterator[tuple[str, tuple[str, ...], GoSetting | None]]:
    for value, names in groups.items():
        first = next(party for party in parties if party.name == names[0])
        yield value, names, first.side.setting(name)


def _shown(value: str, setting: GoSetting | None) -> str:
    return f"{value} ({setting.source})" if value and setting else "without"


def _groups(parties: Sequence[Presence], value_of: Callable[[Presence], str | None]) -> dict[str, tuple[str, ...]]:
    """Who has which value; nobody of whom it is not known."""
    groups: dict[str, tuple[str, ...]] = {}
    for party in parties:
        value = value_of(party)
        if value is not None:
            groups[value] = (*groups.get(value, ()), party.name)
    return groups


def _all(groups: dict[str, tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(name for names in groups.values() for name in names)


def _listed(names: Sequence[str]) -> str:
    return " and ".join(names)
