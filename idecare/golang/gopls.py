"""gopls and Delve: the language server's caches, and the copies of both programs.

Source: golang.org/x/tools v0.52.0, gopls/internal/filecache/filecache.go and internal/modindex/index.go.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from idecare.core.host import Host
from idecare.core.language import mark, tr
from idecare.core.locations import DEFAULT, CacheLocation, ConfigLocation, Install, Tool
from idecare.core.platforms import WINDOWS
from idecare.golang.environment import go_environment, user_cache_folder
from idecare.golang.installs import other_modcaches, shim_manager
from idecare.system.files import real

# The caches of gopls, by what it keeps there (CacheLocation.role).
FILE_CACHE, MODULE_INDEX = mark("gopls cache"), mark("gopls module index")
PROGRAMS = ("gopls", "dlv")
MODULE = "golang.org/x/tools/gopls"
LIMIT_SECONDS = 10.0
# One folder for each gopls executable: the first four bytes of its SHA-256 (filecache.go, hashExecutable).
VERSION_FOLDER = re.compile(r"[0-9a-f]{8}")
VERSION_MARK = "exe.sha256"
# The module index: payload files with a random number, and one pointer file for each GOMODCACHE, which holds the
# name of the payload that counts (index.go, write).
PAYLOAD = re.compile(r"index-\d+-\d+")
POINTER = re.compile(r"index-name-\d+-[0-9a-f]+")


def caches(host: Host) -> Iterator[CacheLocation]:
    """gopls' file cache and its index of the module cache."""
    folder = user_cache_folder(host)
    usable = folder if folder is not None and folder.is_absolute() else None
    yield _file_cache(host, usable)
    if usable is not None:  # without a user cache folder gopls keeps no index
        yield CacheLocation("gopls", tr(MODULE_INDEX), usable / "goimports", DEFAULT, role=MODULE_INDEX)


def _file_cache(host: Host, user_cache: Path | None) -> CacheLocation:
    """GOPLSCACHE is read from the process environment alone, and ``gopls`` is added below it too."""
    if named := host.variable("GOPLSCACHE"):
        relative = mark("GOPLSCACHE is not an absolute path: each folder gets its own cache")
        problem = None if os.path.isabs(named) else tr(relative)
        path = Path(named) / "gopls"
        source = tr("{variable} in the environment", variable="GOPLSCACHE")
        return CacheLocation("gopls", tr(FILE_CACHE), path, source, problem=problem, role=FILE_CACHE)
    if user_cache is not None:
        return CacheLocation("gopls", tr(FILE_CACHE), user_cache / "gopls", DEFAULT, role=FILE_CACHE)
    source = tr("temporary folder, as there is no user cache folder")
    return CacheLocation("gopls", tr(FILE_CACHE), host.folders.temp / "gopls", source, role=FILE_CACHE)


def orphan_payloads(names: Iterable[str], pointer_texts: Iterable[str]) -> frozenset[str]:
    """The index files that no pointer file names. A gopls at work may be about to name one: ask that first."""
    named = {text.strip() for text in pointer_texts}
    return frozenset(name for name in names if PAYLOAD.fullmatch(name) and name not in named)


def installs(host: Host) -> Iterator[Install]:
    """Each copy of gopls and dlv once, in the order in which VS Code's Go extension searches for them."""
    found: set[Path] = set()
    for folder, source in _program_folders(host):
        for program in PROGRAMS:
            path = folder / (f"{program}.exe" if host.platform is WINDOWS else program)
            if os.path.isfile(path) and not shim_manager(path) and real(path) not in found:
                found.add(real(path))
                yield Install("gopls", program, path, source, binary=real(path))


def _program_folders(host: Host) -> Iterator[tuple[Path, str]]:
    environment = go_environment(host)
    gobin = environment.lookup("GOBIN")
    if gobin.value:
        yield Path(gobin.value), gobin.source
    for gopath in environment.gopath_folders:
        yield gopath / "bin", tr("bin of GOPATH ({source})", source=environment.gopath.source)
    yield from ((folder, f"PATH ({folder})") for folder in host.search_path)
    for modcache in other_modcaches(host):
        yield modcache.path.parent.parent / "bin", tr("bin of another GOPATH ({source})", source=modcache.source)


def gopls_version(path: Path) -> str | None:
    """The release that a gopls executable was built from, as its build info says; ``None`` for a build of a source
    tree, such as Debian's."""
    from idecare.system.executables import read_binary

    binary = read_binary(path)
    version = binary.module_version if binary and binary.module == MODULE else None
    return version if version and version.startswith("v") else None


def ask_settings(host: Host, path: Path) -> frozenset[str]:
    """The names of the settings that a gopls documents, in its own answer; none where it gives none."""
    from idecare.system.run import ask

    try:
        answer = json.loads(ask([path, "api-json"], host.environment, LIMIT_SECONDS).stdout)
        return frozenset(option["Name"] for option in answer["Options"]["User"])
    except (OSError, ValueError, KeyError, TypeError):
        return frozenset()


def configs(host: Host) -> Iterator[ConfigLocation]:
    """None: gopls takes its settings from the editor, Delve from the command line."""
    return iter(())


GOPLS = Tool("gopls", installs, caches, configs)
