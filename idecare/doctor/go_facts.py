"""Facts about Go that checks and explanations share: which Go built a tool, its release, who takes which Go."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path
from urllib.parse import unquote

from idecare.core.frozen import frozen
from idecare.core.host import Host
from idecare.core.language import tr
from idecare.core.locations import Install
from idecare.formats.jsonc import JsoncError, value_at
from idecare.golang.environment import go_environment
from idecare.golang.installs import go_binary, version
from idecare.golang.modfile import directives
from idecare.golang.toolchain import version_key
from idecare.system.executables import read_binary
from idecare.system.files import children, read_text, real

# A file of each release that the next one does not have, on all systems (lists of the toolchains 1.20.14 to 1.27.3).
LAST_OF = (
    ("go1.20", "src/internal/goroot/importcfg.go"),
    ("go1.21", "src/internal/abi/unsafestring_go119.go"),
    ("go1.22", "src/internal/intern/intern.go"),
    ("go1.23", "src/cmd/go/internal/par/work.go"),
    ("go1.24", "src/internal/trace/oldtrace.go"),
    ("go1.25", "src/internal/abi/map_swiss.go"),
    ("go1.26", "src/runtime/hash32.go"),
)
# Programs that check types, so that they must be built with a Go as new as the module's: by their package paths.
TYPE_CHECKERS = (
    "golang.org/x/tools/",
    "honnef.co/go/tools/",
    "github.com/golangci/golangci-lint/",
    "github.com/dominikh/",
    "go.uber.org/nilaway/",
    "github.com/golang/mock/",
    "go.uber.org/mock/",
    "github.com/google/wire/",
    "github.com/securego/gosec/",
    "golang.org/x/vuln/",
    "github.com/dkorunic/betteralign/",
    "github.com/vektra/mockery/",
)


@frozen
class BuiltTool:
    """A program that checks Go code; ``go`` is the version that built it."""

    path: Path
    package: str
    go: str


def built_tools(host: Host) -> Iterator[BuiltTool]:
    """Those of GOBIN, else of bin in each GOPATH."""
    environment = go_environment(host)
    gobin = environment.lookup("GOBIN").value
    folders = [Path(gobin)] if os.path.isabs(gobin) else [gopath / "bin" for gopath in environment.gopath_folders]
    for path in (path for folder in folders for path in children(folder)):
        binary = read_binary(path)
        if binary and binary.path and binary.go_version and binary.path.startswith(TYPE_CHECKERS):
            yield BuiltTool(path, binary.path, binary.go_version)


def is_older(built: str, wanted: str) -> bool:
    """Whether a tool built with one Go cannot check the types of a module for the other: by the language version."""
    have, need = (version_key(f"go{text.removeprefix('go')}")[:2] for text in (built, wanted))
    return bool(have and need) and have < need


def foreign_files(root: Path) -> Iterator[tuple[str, str]]:
    """Files in this GOROOT of releases older than it says it is: it was unpacked over them."""
    own = version_key(version(root) or "")[:2]
    for release, file in LAST_OF:
        if own and version_key(f"{release}.0")[:2] < own and os.path.isfile(root / file):
            yield file, release


def requirements(text: str) -> dict[str, str]:
    """Module path to version of each require line in a go.mod."""
    return {words[1]: words[2] for words in directives(text) if words[0] == "require" and len(words) > 2}


def vendored(text: str) -> dict[str, str]:
    """Module path to version of what vendor/modules.txt says go.mod requires (cmd/go, internal/modload/vendor.go)."""
    found, name, of = {}, "", ""
    for line in text.splitlines():
        if line.startswith("# "):
            words = line.split()
            name, of = (words[1], words[2]) if len(words) >= 3 and words[2].startswith("v") else ("", "")
        elif line.startswith("## explicit") and name:
            found[name] = of
    return found


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
        yield GoUser(tr("this shell"), install.path, install.version, install.source)


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
                yield _user("VS Code", root, tr("{key} in {file}", key="/".join(path), file=location.path))


def _text_at(text: str, path: tuple[str, ...]) -> str | None:
    try:
        value = value_at(text, path)
    except JsoncError:
        return None
    return value if isinstance(value, str) else None


def _user(name: str, root: Path, source: str) -> GoUser:
    return GoUser(name, root, version(root) if go_binary(root) else None, source)


def temp_folder(host: Host) -> Path:
    """Where go builds what it starts: GOTMPDIR, else os.TempDir of Go."""
    return Path(go_environment(host).lookup("GOTMPDIR").value or host.variable("TMPDIR") or "/tmp")


def mount_flags(folder: Path) -> tuple[str, ...]:
    """``noexec`` and ``ro`` of the file system that the folder is on, as far as they are set."""
    if not hasattr(os, "statvfs") or not os.path.isdir(folder):
        return ()
    flags = os.statvfs(folder).f_flag
    # ST_NOEXEC of Linux (statvfs.h) has no name in Python's os on other systems.
    return tuple(
        name
        for name, bit in (("noexec", getattr(os, "ST_NOEXEC", 0)), ("ro", getattr(os, "ST_RDONLY", 0)))
        if flags & bit
    )


def matches_any(patterns: str, path: str) -> bool:
    """module.MatchPrefixPatterns of golang.org/x/mod: each pattern is matched with as many elements as it has."""
    for pattern in filter(None, (pattern.strip().rstrip("/") for pattern in patterns.split(","))):
        elements = path.split("/")[: pattern.count("/") + 1]
        if all(fnmatchcase(*pair) for pair in zip(elements, pattern.split("/"), strict=False)) and (
            len(elements) == pattern.count("/") + 1
        ):
            return True
    return False
