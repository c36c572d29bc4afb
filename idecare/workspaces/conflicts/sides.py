"""Where two parties on one module run Go differently. A warning is what touches something they share: go.mod, go.sum,
go.work.sum or the module cache; all else that differs is information."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from idecare.core.language import tr
from idecare.golang.goflags import join_flags, module_mode, normal_flags
from idecare.golang.toolchain import version_key
from idecare.workspaces.base import COMPARED, FLAGS, GoSetting, Presence, Workspace
from idecare.workspaces.conflicts.base import Conflict, Fix, Grade
from idecare.workspaces.conflicts.fixes import MOD_MOD, fix_flags, fix_go, fix_mod_mod, fix_variable

# What goes wrong where a variable differs; tests/e2e/test_harm.py shows each with real go commands.
HARM = {
    "GOFLAGS": "",
    "GOWORK": tr("they resolve dependencies in different workspaces"),
    "GOPRIVATE": tr("one asks the checksum database about modules that the other keeps private"),
    "GOPROXY": tr("they may get different answers about what versions there are"),
}
FLAG_HARM = {
    "-modfile": tr("they read and write different go.mod files"),
    "-modcacherw": tr("one leaves folders in the module cache that can be written to"),
}
# Go 1.21 writes `go 1.21.0` and toolchain lines; go1.19.8 calls them errors (go.dev/doc/toolchain).
TOOLCHAINS_SINCE = (1, 21)
TOOLCHAIN_HARM = tr("the older one may refuse the go and toolchain lines that the newer one writes into go.mod")


def find_side_conflicts(workspace: Workspace, parties: tuple[Presence, ...]) -> Iterator[Conflict]:
    """Each thing that differs between any two of ``parties``."""
    yield from _mod_mod(workspace.root, parties)
    yield from _go_versions(workspace.root, parties)
    yield from _gopls_versions(workspace.root, parties)
    yield from _flags(workspace.root, parties)
    for name in COMPARED:
        if name != "GOFLAGS":
            yield from _variable(workspace.root, parties, name)


def has_mod_mod(setting: GoSetting) -> bool:
    """Whether go commands may write go.mod because of it."""
    return module_mode(setting.value) == "mod"


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
        message = tr(
            "{names} runs go with {flag} ({source}), so that go commands which only inspect the module rewrite go.mod"
            " and go.sum",
            names=_listed(names),
            flag=MOD_MOD,
            source=found[0][1].source,
        )
        if others:
            message = tr("{problem} under {names}", problem=message, names=_listed(others))
        yield _conflict("mod-mod", "warning", root, message, (*names, *others), fix_mod_mod(*found[0]))


def _go_versions(root: Path, parties: Sequence[Presence]) -> Iterator[Conflict]:
    groups = _groups(parties, lambda party: party.side.go_version)
    if len(groups) < 2:
        return
    message = tr("different Go versions: {values}", values=_values(groups))
    if _rewrites(tuple(groups)):
        message = tr("{problem}; {harm}", problem=message, harm=TOOLCHAIN_HARM)
        yield _conflict("go-version", "warning", root, message, _all(groups), fix_go(root, parties))
    else:
        yield _conflict("go-version", "info", root, message, _all(groups))


def _rewrites(versions: Sequence[str]) -> bool:
    keys = [version_key(version)[:2] for version in versions]
    return min(keys) < TOOLCHAINS_SINCE <= max(keys)


def _gopls_versions(root: Path, parties: Sequence[Presence]) -> Iterator[Conflict]:
    groups = _groups(parties, lambda party: party.side.gopls_version)
    if len(groups) > 1:
        message = tr("different gopls versions: {values}", values=_values(groups))
        yield _conflict("gopls-version", "info", root, message, _all(groups))


def _flags(root: Path, parties: Sequence[Presence]) -> Iterator[Conflict]:
    """Build flags of GOFLAGS and of an editor's settings together, in any order; `_mod_mod` has reported -mod=mod."""
    known = [party for party in parties if party.side.settings is not None]
    shared = _groups(known, lambda party: _flags_of(party, True))
    if len(shared) > 1:
        harm = tr(" and ").join(text for flag, text in FLAG_HARM.items() if any(flag in value for value in shared))
        message = _differing("GOFLAGS", _with_sources(shared, known), harm)
        fix = fix_flags(root, _known(known, lambda party: _flags_of(party, True)))
        yield _conflict("goflags", "warning", root, message, _all(shared), fix)
        return
    groups = _groups(known, lambda party: _flags_of(party, False))
    if len(groups) > 1:
        message = _differing("GOFLAGS", _with_sources(groups, known))
        yield _conflict("goflags", "info", root, message, _all(groups))


def _flags_of(party: Presence, is_shared: bool) -> str | None:
    """Those that touch what is shared, or the others."""
    found = [setting for setting in party.side.settings or () if setting.name in ("GOFLAGS", FLAGS)]
    if not found and party.side.unseen:
        return None
    flags = {flag for setting in found for flag in normal_flags(setting.value)} - {MOD_MOD}
    return join_flags(sorted(flag for flag in flags if (flag.partition("=")[0] in FLAG_HARM) is is_shared))


def _variable(root: Path, parties: Sequence[Presence], name: str) -> Iterator[Conflict]:
    known = [party for party in parties if party.side.settings is not None]
    groups = _groups(known, lambda party: _value(party, name))
    if len(groups) < 2:
        return
    values = _with_sources(groups, known, name)
    if name in HARM:
        fix = fix_variable(root, _known(known, lambda party: _value(party, name)), name)
        yield _conflict(name.lower(), "warning", root, _differing(name, values, HARM[name]), _all(groups), fix)
    else:
        yield _conflict(name.lower(), "info", root, _differing(name, values), _all(groups))


def _differing(variable: str, values: str, harm: str = "") -> str:
    if harm:
        return tr("different {variable}: {values}; {harm}", variable=variable, values=values, harm=harm)
    return tr("different {variable}: {values}", variable=variable, values=values)


def _value(party: Presence, name: str) -> str | None:
    setting = party.side.setting(name)
    return setting.value if setting else None if party.side.unseen else ""


def _conflict(
    code: str, grade: Grade, root: Path, message: str, parties: tuple[str, ...], fix: Fix | None = None
) -> Conflict:
    if fix is None:
        return Conflict(code, grade, root, message, parties)
    return Conflict(code, grade, root, message, parties, fix.setting, fix.command)


def _groups(parties: Sequence[Presence], value_of: Callable[[Presence], str | None]) -> dict[str, tuple[str, ...]]:
    """Who has which value; nobody of whom it is not known."""
    groups: dict[str, tuple[str, ...]] = {}
    for party, value in _known(parties, value_of):
        groups[value] = (*groups.get(value, ()), party.name)
    return groups


def _known(parties: Sequence[Presence], value_of: Callable[[Presence], str | None]) -> list[tuple[Presence, str]]:
    valued = ((party, value_of(party)) for party in parties)
    return [(party, value) for party, value in valued if value is not None]


def _values(groups: dict[str, tuple[str, ...]]) -> str:
    return ", ".join(f"{_listed(names)} {value}" for value, names in groups.items())


def _with_sources(groups: dict[str, tuple[str, ...]], parties: Sequence[Presence], name: str = "GOFLAGS") -> str:
    shown = []
    for value, names in groups.items():
        first = next(party for party in parties if party.name == names[0])
        setting = first.side.setting(name) or (first.side.setting(FLAGS) if name == "GOFLAGS" else None)
        shown.append(f"{_listed(names)} {f'{value} ({setting.source})' if value and setting else tr('without')}")
    return ", ".join(shown)


def _all(groups: dict[str, tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(name for names in groups.values() for name in names)


def _listed(names: Sequence[str]) -> str:
    return tr(" and ").join(names)
