"""For each difference between two parties: which setting to change on which side, and a command that does it.

The one that differs from the rest is changed, where its value is set: a variable of one launch is not copied into
settings, and settings of a folder come before those of the user.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

from idecare.core.commands import assignment, command_text, shell_word
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
    return _change(party, setting, " ".join(flag for flag in setting.value.split() if "mod=mod" not in flag))


def fix_variable(
    root: Path,
    parties: Sequence[Presence],
    setting_of: Callable[[Presence], GoSetting | None],
    name: str = "GOFLAGS",
) -> Fix:
    """Give the one that differs the value of the others."""
    settings = [setting_of(party) for party in parties]
    values = [setting.value if setting else "" for setting in settings]
    usual = Counter(values)
    odd = min(range(len(parties)), key=lambda place: (usual[values[place]], _scope(settings[place])))
    target = next(value for value, _ in usual.most_common() if value != values[odd])
    own = settings[odd]
    if own is not None:
        return _change(parties[odd], own, target)
    if parties[odd].product in VSCODE_COMMANDS:
        key = f"{TOOLS_ENVIRONMENT}/{name}"
        return Fix(
            f"{key} of {parties[odd].name} in this folder", configure(parties[odd], key, target, root / FOLDER_SETTINGS)
        )
    return _change(parties[odd], GoSetting(name, "", "environment", ""), target)


def _scope(setting: GoSetting | None) -> tuple[int, bool]:
    if setting is None:
        return len(SCOPES), False
    return SCOPES.index(setting.kind), setting.path is None or not _scope_of(setting.path)[1]


def _change(party: Presence, setting: GoSetting, value: str) -> Fix:
    """Set it where it is set now."""
    if setting.kind == "goenv":
        words = ("-w", f"{setting.name}={value}") if value else ("-u", setting.name)
        return Fix(f"{setting.name} in {setting.path}", command_text("go", "env", *words))
    if setting.kind == "setting" and setting.key:
        return Fix(setting.source, configure(party, *_member(setting, value), setting.path))
    if setting.kind == "project":
        return Fix(f"Settings | Go | Go Modules | Environment of {party.name}: {setting.name}={value}")
    return _fix_environment(party, setting.name, value)


def _member(setting: GoSetting, value: str) -> tuple[str, object]:
    """The key and the value as `configure` takes them: it goes one level into a setting."""
    key = setting.key or ""
    if setting.name == FLAGS:
        return key, value.split()
    return (key, value) if key.startswith(f"{TOOLS_ENVIRONMENT}/") else (key.rpartition("/")[0], {setting.name: value})


def _fix_environment(party: Presence, name: str, value: str) -> Fix:
    """A variable that the process was started with: it is restarted without it."""
    if party.product == SHELL:
        command = f"export {assignment(name, value)}" if value else f"unset {name}"
        return Fix(f"{name} in this terminal", command)
    program = VSCODE_COMMANDS.get(party.product) or (party.product if party.product in JETBRAINS_NAMES else party.name)
    without = f"{assignment(name, value)} {shell_word(program)}" if value else command_text("env", "-u", name, program)
    return Fix(f"{name} in the environment that {party.name} was started with (quit it, then start it so)", without)


def fix_go(root: Path, parties: Sequence[Presence]) -> Fix:
    """Give a side with an older Go the newest one, in this folder."""
    known = [party for party in parties if party.side.go_version]
    newest = max(known, key=lambda party: version_key(party.side.go_version or ""))
    older = [party for party in known if party.side.go_version != newest.side.go_version]
    changeable = next((party for party in older if party.product in VSCODE_COMMANDS), None)
    if changeable and newest.side.go:
        command = configure(changeable, f"{TOOLS}/go", str(newest.side.go), root / FOLDER_SETTINGS)
        return Fix(f"{TOOLS}/go of {changeable.name} in this folder", command)
    other = older[0]
    is_jetbrains = other.product in JETBRAINS_NAMES
    return Fix(f"Settings | Go | GOROOT of {other.name}" if is_jetbrains else f"the go that {other.name} finds in PATH")
