"""For each difference between two parties: which setting to change on which side, and a command that does it.

The one that differs from the rest is changed, where its value is set: a variable of one launch is not copied into
settings, and settings of a folder come before those of the user.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from idecare.core.commands import command_text, set_variable, unset_variable, with_variable, without_variable
from idecare.core.language import tr
from idecare.golang.goflags import changed_flags, normal_flags, split_flags
from idecare.golang.toolchain import version_key
from idecare.jetbrains.installs import PRODUCTS as JETBRAINS
from idecare.vscode.known_keys import TOOLS, TOOLS_ENVIRONMENT
from idecare.vscode.products import PRODUCTS as VSCODE
from idecare.workspaces.base import FLAGS, SHELL, GoSetting, Presence
from idecare.workspaces.conflicts.base import Fix

JETBRAINS_NAMES = frozenset(product.name for product in JETBRAINS)
VSCODE_COMMANDS = {product.product: product.command for product in VSCODE}
# Where a value is set, the narrowest scope first: what one launch has, a project, settings, a file for every go.
SCOPES = ("environment", "project", "setting", "goenv", "default")

MOD_MOD = "-mod=mod"
FOLDER_SETTINGS = Path(".vscode", "settings.json")


def configure(party: Presence, key: str, value: object, file: Path | None = None) -> str:
    """The command that writes one setting of a VS Code or fork, to the settings file ``file``; else the user's."""
    text = value if isinstance(value, str) else json.dumps(value, separators=(",", ":"))
    folder, options = _scope_of(file) if file else (None, ())
    words = command_text("idecare", "configure", "--ide", party.product, "--set", f"{key}={text}", *options)
    return f"{command_text('cd', folder)} && {words}" if folder else words


def _scope_of(file: Path) -> tuple[Path | None, tuple[str, ...]]:
    """The folder in which `configure` has to work to write this file, and its options; neither for the user's own."""
    if file.suffix == ".code-workspace":
        return None, ("--scope", "code-workspace", "--code-workspace", str(file))
    if file.parent.name == ".vscode":
        return file.parents[1], ("--scope", "workspace")
    if file.name.endswith("devcontainer.json"):
        inside = file.parent.name == ".devcontainer"
        return file.parents[1] if inside else file.parent, ("--scope", "devcontainer")
    if file.parent.name == "Machine":
        return None, ("--scope", "machine")
    return None, ("--scope", "profile") if file.parents[1].name == "profiles" else ()


def fix_mod_mod(party: Presence, setting: GoSetting) -> Fix:
    """Remove -mod=mod from where it is set."""
    return _change(party, setting, changed_flags(setting.value, (MOD_MOD,)))


def fix_variable(root: Path, values: Sequence[tuple[Presence, str]], name: str) -> Fix:
    """Give the one that differs the value of the others."""
    settings = [party.side.setting(name) for party, _ in values]
    odd, target = _odd_one(values, settings)
    return _set(root, values[odd][0], settings[odd], name, target)


def fix_flags(root: Path, values: Sequence[tuple[Presence, str]]) -> Fix:
    """Give the one that differs those flags of the others that clash; its other flags stay."""
    places = [_place_of(party, split_flags(value)) for party, value in values]
    odd, target = _odd_one(values, places)
    party, (own, wanted) = values[odd][0], (split_flags(values[odd][1]), split_flags(target))
    place = places[odd] or party.side.setting("GOFLAGS")
    gone, added = set(own) - set(wanted), [flag for flag in wanted if flag not in own]
    return _set(root, party, place, "GOFLAGS", changed_flags(place.value if place else "", gone, added))


def _place_of(party: Presence, flags: Sequence[str]) -> GoSetting | None:
    """The setting that has one of these flags."""
    settings = (setting for setting in party.side.settings or () if setting.name in ("GOFLAGS", FLAGS))
    return next((setting for setting in settings if set(flags) & set(normal_flags(setting.value))), None)


def _odd_one(values: Sequence[tuple[Presence, str]], settings: Sequence[GoSetting | None]) -> tuple[int, str]:
    """Which one differs from the rest, and what the rest has; of equals the one that is set in the narrowest scope."""
    usual = Counter(value for _, value in values)
    odd = min(range(len(values)), key=lambda place: (usual[values[place][1]], _scope(settings[place])))
    return odd, next(value for value, _ in usual.most_common() if value != values[odd][1])


def _set(root: Path, party: Presence, own: GoSetting | None, name: str, value: str) -> Fix:
    if own is None and party.product in VSCODE_COMMANDS:
        key = f"{TOOLS_ENVIRONMENT}/{name}"
        where = tr("{key} of {name} in this folder", key=key, name=party.name)
        return Fix(where, configure(party, key, value, root / FOLDER_SETTINGS))
    return _change(party, own or GoSetting(name, "", "environment", ""), value)


def _scope(setting: GoSetting | None) -> tuple[int, bool]:
    if setting is None:
        return len(SCOPES), False
    return SCOPES.index(setting.kind), setting.path is None or not _scope_of(setting.path)[1]


def _change(party: Presence, setting: GoSetting, value: str) -> Fix:
    """Set it where it is set now."""
    if setting.kind == "goenv":
        words = ("-w", f"{setting.name}={value}") if value else ("-u", setting.name)
        return Fix(tr("{key} in {path}", key=setting.name, path=setting.path), command_text("go", "env", *words))
    if setting.kind == "setting" and setting.key:
        return Fix(setting.source, configure(party, *_member(setting, value), setting.path))
    if setting.kind == "project":
        text = f"{setting.name}={value}"
        return Fix(tr("Settings | Go | Go Modules | Environment of {name}: {setting}", name=party.name, setting=text))
    return _fix_environment(party, setting.name, value)


def _member(setting: GoSetting, value: str) -> tuple[str, object]:
    """The key and the value as `configure` takes them: it goes one level into a setting."""
    key = setting.key or ""
    if setting.name == FLAGS:
        return key, split_flags(value)
    return (key, value) if key.startswith(f"{TOOLS_ENVIRONMENT}/") else (key.rpartition("/")[0], {setting.name: value})


def _fix_environment(party: Presence, name: str, value: str) -> Fix:
    """A variable that the process was started with: it is restarted without it."""
    if party.product == SHELL:
        command = set_variable(name, value) if value else unset_variable(name)
        return Fix(tr("{variable} in this terminal", variable=name), command)
    program = VSCODE_COMMANDS.get(party.product) or (party.product if party.product in JETBRAINS_NAMES else party.name)
    without = with_variable(name, value, command_text(program)) if value else without_variable(name, program)
    where = tr(
        "{variable} in the environment that {name} was started with (quit it, then start it so)",
        variable=name,
        name=party.name,
    )
    return Fix(where, without)


def fix_go(root: Path, parties: Sequence[Presence]) -> Fix:
    """Give a side with an older Go the newest one, in this folder."""
    known = [party for party in parties if party.side.go_version]
    newest = max(known, key=lambda party: version_key(party.side.go_version or ""))
    older = [party for party in known if party.side.go_version != newest.side.go_version]
    changeable = next((party for party in older if party.product in VSCODE_COMMANDS), None)
    if changeable and newest.side.go:
        command = configure(changeable, f"{TOOLS}/go", str(newest.side.go), root / FOLDER_SETTINGS)
        return Fix(tr("{key} of {name} in this folder", key=f"{TOOLS}/go", name=changeable.name), command)
    other = older[0]
    if other.product in JETBRAINS_NAMES:
        return Fix(tr("Settings | Go | GOROOT of {name}", name=other.name))
    return Fix(tr("the go that {name} finds in PATH", name=other.name))
