"""The Go module and workspace that the working folder lies in: the lines of go.mod and go.work that decide."""

from __future__ import annotations

import os
import re
from pathlib import Path

from idecare.core.frozen import frozen
from idecare.core.host import Host
from idecare.golang.environment import GoEnvironment, GoValue, go_environment, parse_env_file
from idecare.golang.setup import module_root
from idecare.system.files import read_text

# golang.org/ref/mod, grammar of go.mod and go.work: one directive a line, or a block in parentheses.
LINE = re.compile(r"^\s*(go|toolchain|module)\s+(\S+)", re.MULTILINE)
USE = re.compile(r"^\s*use\s+(?:\(([^)]*)\)|(\S[^\n]*))", re.MULTILINE)


@frozen
class ModuleFile:
    """A go.mod or go.work. ``go`` and ``toolchain`` are as written, ``use`` are folders of a go.work."""

    path: Path
    module: str | None = None
    go: str | None = None
    toolchain: str | None = None
    use: tuple[Path, ...] = ()

    @property
    def root(self) -> Path:
        return self.path.parent


@frozen
class WorkFile:
    """Which go.work decides here. ``named`` is GOWORK's value where it is set; ``file`` is ``None`` where there is none
    at that place."""

    named: str
    source: str
    file: ModuleFile | None


def read_module(folder: Path) -> ModuleFile | None:
    """The go.mod for ``folder``."""
    root = module_root(folder)
    return read_module_file(root / "go.mod") if root else None


def read_module_file(path: Path) -> ModuleFile | None:
    text = read_text(path)
    if text is None:
        return None
    text = re.sub(r"//[^\n]*", "", text)
    lines = {word: value.strip('"`') for word, value in LINE.findall(text)}
    use = tuple(_folder(path.parent, word) for block, one in USE.findall(text) for word in (block or one).split())
    return ModuleFile(path, lines.get("module"), lines.get("go"), lines.get("toolchain"), use)


def _folder(root: Path, word: str) -> Path:
    return Path(os.path.normpath(root / word.strip('"`')))


def read_work(host: Host) -> WorkFile | None:
    """The go.work that GOWORK names, else the nearest one above the working folder; ``None`` where there is none."""
    named = go_environment(host).lookup("GOWORK")
    if named.value == "off":
        return None
    if named.value:
        return WorkFile(named.value, named.source, read_module_file(Path(named.value)))
    for folder in (host.cwd, *host.cwd.parents):
        if os.path.isfile(folder / "go.work"):
            return WorkFile("", f"found above {host.cwd}", read_module_file(folder / "go.work"))
    return None


def toolchain_setting(environment: GoEnvironment, root: Path | None) -> GoValue:
    """GOTOOLCHAIN; where the user has not set it, the go.env of this GOROOT decides, and without one it is local."""
    found = environment.lookup("GOTOOLCHAIN")
    if found.value or root is None:
        return found
    value = parse_env_file(read_text(root / "go.env") or "").get("GOTOOLCHAIN")
    return GoValue(value, str(root / "go.env")) if value else GoValue("local", "not set")
