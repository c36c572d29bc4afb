"""The Go that GoLand was told to use for a project.

Form: .idea/workspace.xml, component GOROOT with `url` (newer) or `path`, as seen in public projects of 2018 to 2026.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

from idecare.host import Host
from idecare.tools.files import read_text, real
from idecare.tools.go_installs import go_binary, version

COMPONENT = re.compile(r"<component\s[^>]*\bname=\"GOROOT\"[^>]*>")
PLACE = re.compile(r"\b(?:url|path)=\"([^\"]*)\"")


@dataclass(frozen=True)
class ProjectGoroot:
    """``path`` is what ``file`` names in ``line``; ``binary`` and ``version`` are ``None`` where it is no GOROOT."""

    file: Path
    line: int
    path: Path
    binary: Path | None = None
    version: str | None = None


def find_project_goroot(host: Host) -> ProjectGoroot | None:
    """Of the nearest folder from the working folder upwards that GoLand had open."""
    for folder in (host.cwd, *host.cwd.parents):
        text = read_text(folder / ".idea" / "workspace.xml")
        if text is not None:
            return _goroot(host, folder, text)
    return None


def _goroot(host: Host, project: Path, text: str) -> ProjectGoroot | None:
    component = COMPONENT.search(text)
    place = PLACE.search(component.group()) if component else None
    if component is None or place is None:
        return None
    path = _path(host, project, place[1])
    if not path.is_absolute():
        return None
    line = text.count("\n", 0, component.start()) + 1
    binary = go_binary(real(path))
    return ProjectGoroot(
        project / ".idea" / "workspace.xml", line, path, binary, version(real(path)) if binary else None
    )


def _path(host: Host, project: Path, value: str) -> Path:
    """A file URL, or a path; the macros are PathMacroUtil's."""
    text = value.replace("&amp;", "&").replace("$USER_HOME$", str(host.home)).replace("$PROJECT_DIR$", str(project))
    if text.startswith("file://"):
        text = unquote(text.removeprefix("file://"))
    return Path(re.sub(r"^/([A-Za-z]:)", r"\1", text))
