"""For each difference between two IDEs: which setting to change on which side, and a command that does it.

VS Code's side is changed where there is one: it has a settings file that `idecare configure` edits and undoes.
"""

from __future__ import annotations

import json
import shlex
from collections.abc import Sequence
from pathlib import Path

from idecare.golang.toolchain import version_key
from idecare.jetbrains.installs import PRODUCTS as JETBRAINS
from idecare.vscode.known_keys import TOOLS, TOOLS_ENVIRONMENT
from idecare.vscode.products import PRODUCTS as VSCODE
from idecare.workspaces.base import FLAGS, GoSetting, Presence
from idecare.workspaces.conflicts.base import Fix

JETBRAINS_NAMES = frozenset(product.name for product in JETBRAINS)
VSCODE_NAMES = frozenset(product.product for product in VSCODE)


def configure(party: Presence, key: str, value: object, folder: Path | None = None) -> str:
    """The command that writes one setting of a VS Code or fork: the user's, or those of a folder."""
    text = value if isinstance(value, str) else json.dumps(value, separators=(",", ":"))
    words = ["idecare", "configure", "--ide", party.product, "--set", f"{key}={text}"]
    if folder is None:
        return shlex.join(words)
    return f"cd {shlex.quote(str(folder))} && {shlex.join([*words, '--scope', 'workspace'])}"


def fix_mod_mod(party: Presence, setting: GoSetting) -> Fix:
    """Remove -mod=mod from where it is set."""
    rest = " ".join(flag for flag in setting.value.split() if "mod=mod" not in flag)
    if setting.kind == "goenv":
        command = shlex.join(["go", "env", "-w", f"GOFLAGS={rest}"]) if rest else "go env -u GOFLAGS"
        return Fix(f"GOFLAGS in {setting.path}", command)
    if setting.kind == "setting" and setting.key:
        return Fix(setting.source, configure(party, *_without_flag(setting, rest), _folder(setting)))
    if setting.kind == "project":
        return Fix(f"Settings | Go | Go Modules | Environment of {party.name}: GOFLAGS={rest}")
    return _fix_environment(party, setting.name, rest)


def _without_flag(setting: GoSetting, rest: str) -> tuple[str, object]:
    """The key and the value as `configure` takes them: it goes one level into a setting."""
    key = setting.key or ""
    if setting.name == FLAGS:
        return key, rest.split()
    if key.startswith(f"{TOOLS_ENVIRONMENT}/"):
        return key, rest
    return key.rpartition("/")[0], {setting.name: rest}


def _folder(setting: GoSetting) -> Path | None:
    """The folder whose own settings these are; ``None`` for the user's."""
    of_folder = setting.path is not None and setting.path.parent.name == ".vscode"
    return setting.path.parent.parent if setting.path is not None and of_folder else None


def _fix_environment(party: Presence, name: str, value: str) -> Fix:
    """A variable that the process was started with: VS Code has a setting above it, others must be restarted."""
    if party.product in VSCODE_NAMES:
        key = f"{TOOLS_ENVIRONMENT}/{name}"
        return Fix(
            f"{key} of {party.name}, over {name} in the environment it was started with", configure(party, key, value)
        )
    program = f"{party.product}" if party.product in JETBRAINS_NAMES else party.name
    without = f"{name}={shlex.quote(value)} {program}" if value else f"env -u {name} {program}"
    return Fix(f"{name} in the environment that {party.name} was started with (quit it, then start it so)", without)


def fix_go(parties: Sequence[Presence]) -> Fix:
    """Give the sides with an older Go the newest one."""
    known = [party for party in parties if party.side.go_version]
    newest = max(known, key=lambda party: version_key(party.side.go_version or ""))
    older = [party for party in known if party.side.go_version != newest.side.go_version]
    changeable = next((party for party in older if party.product in VSCODE_NAMES), None)
    if changeable and newest.side.go:
        return Fix(f"{TOOLS}/go of {changeable.name}", configure(changeable, f"{TOOLS}/go", str(newest.side.go)))
    other = older[0]
    setting = (
        f"Settings | Go | GOROOT of {other.name}" if other.product in JETBRAINS_NAMES else f"the go of {other.name}"
    )
    return Fix(
        f"{setting}; or GOTOOLCHAIN for every go of yours", f"go env -w GOTOOLCHAIN={newest.side.go_version}+auto"
    )


def fix_gopls(parties: Sequence[Presence]) -> Fix:
    """Give one VS Code the other's newer gopls; anybody else gets the newest there is."""
    known = [party for party in parties if party.side.gopls_version and party.side.gopls]
    newest = max(known, key=lambda party: _numbers(party.side.gopls_version or ""))
    older = [party for party in known if party.side.gopls_version != newest.side.gopls_version]
    changeable = next((party for party in older if party.product in VSCODE_NAMES), None)
    if changeable:
        return Fix(
            f"{TOOLS}/gopls of {changeable.name}", configure(changeable, f"{TOOLS}/gopls", str(newest.side.gopls))
        )
    version = newest.side.gopls_version or "latest"
    return Fix(f"the gopls of {older[0].name}", f"go install golang.org/x/tools/gopls@{version}")


def _numbers(version: str) -> tuple[int, ...]:
    parts = version.removeprefix("v").partition("-")[0].split(".")
    return tuple(int(part) for part in parts if part.isdigit())


def fix_variable(parties: Sequence[Presence], name: str) -> Fix:
    """Give the side that idecare can change the value of the other."""
    changed = next((party for party in parties if party.product in VSCODE_NAMES), parties[0])
    values = [party.side.setting(name) for party in parties if party is not changed]
    own = changed.side.setting(name)
    target = next(
        (found.value if found else "" for found in values if (found and found.value) != (own and own.value)), ""
    )
    if own is not None and own.kind == "setting" and own.key:
        return Fix(own.source, configure(changed, *_member(own, target), _folder(own)))
    if own is not None and own.kind == "goenv" and not target:
        return Fix(f"{name} in {own.path}", f"go env -u {name}")
    if own is not None and own.kind == "project":
        return Fix(f"Settings | Go | Go Modules | Environment of {changed.name}: {name}={target}")
    return _fix_environment(changed, name, target)


def _member(setting: GoSetting, value: str) -> tuple[str, object]:
    key = setting.key or ""
    return (key, value) if key.startswith(f"{TOOLS_ENVIRONMENT}/") else (key.rpartition("/")[0], {setting.name: value})
