"""Which Go each of shell, GoLand and VS Code takes, as far as their settings name one."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

from idecare.core.frozen import frozen
from idecare.core.host import Host
from idecare.core.locations import Install
from idecare.formats.jsonc.edit import JsoncError, value_at
from idecare.golang.installs import go_binary, version
from idecare.system.files import read_text, real

# .idea/workspace.xml of GoLand: <component name="GOROOT" url="file:///..."> (older: path="...").
GOROOT = re.compile(r'<component\s+name="GOROOT"\s+(?:url="file://([^"]*)"|path="([^"]*)")')


@frozen
class GoUser:
    """``version`` is ``None`` where there is no Go at ``root``."""

    name: str
    root: Path
    version: str | None
    source: str


def go_users(host: Host, shell: Install | None) -> tuple[GoUser, ...]:
    """The shell first."""
    return (*_shell(shell), *_goland(host), *_vscode(host))


def _shell(install: Install | None) -> Iterator[GoUser]:
    if install:
        yield GoUser("this shell", install.path, install.version, install.source)


def _goland(host: Host) -> Iterator[GoUser]:
    for folder in (host.cwd, *host.cwd.parents):
        file = folder / ".idea" / "workspace.xml"
        match = GOROOT.search(read_text(file) or "") if os.path.isfile(file) else None
        if match:
            place = unquote(match[1] or match[2]).replace("$USER_HOME$", str(host.home or ""))
            yield _user("GoLand", Path(place), str(file))
            return


def _vscode(host: Host) -> Iterator[GoUser]:
    from idecare.vscode.locations import configs

    for location in configs(host):
        text = read_text(location.path)
        if not text or "go." not in text:
            continue
        for path, levels in ((("go.goroot",), 0), (("go.alternateTools", "go"), 2)):
            value = _text_at(text, path)
            if value and os.path.isabs(value):
                named = real(Path(value))
                root = named.parents[levels - 1] if levels else named
                yield _user("VS Code", root, f"{'/'.join(path)} in {location.path}")


def _text_at(text: str, path: tuple[str, ...]) -> str | None:
    try:
        value = value_at(text, path)
    except JsoncError:
        return None
    return value if isinstance(value, str) else None


def _user(name: str, root: Path, source: str) -> GoUser:
    return GoUser(name, root, version(root) if go_binary(root) else None, source)
