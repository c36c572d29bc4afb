"""Who is using a cache: processes matched to the cache they would use, and IDEs to their folders."""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from idecare.caches.base import Cache
from idecare.core.frozen import frozen
from idecare.core.host import Host
from idecare.golang.environment import SAFE_AGE_SECONDS, GoEnvironment, go_environment
from idecare.golang.gopls import POINTER, orphan_payloads
from idecare.system.files import read_text
from idecare.system.ide_owner import ide_owner
from idecare.system.locks import lock_holders
from idecare.system.processes import Process, Processes, process


@frozen
class Users:
    """Who uses a cache. ``blocking`` processes would be harmed if it went whole; ``noticing`` ones would only see it;
    ``entries`` are the children in use, ``None`` when that cannot be told."""

    blocking: tuple[Process, ...] = ()
    noticing: tuple[Process, ...] = ()
    entries: frozenset[str] | None = frozenset()


def find_users(cache: Cache, processes: Processes, host: Host, now: datetime) -> Users:
    """Match processes and held locks to one cache."""
    if cache.skip:
        return Users()
    match cache.target:
        case "gocache" | "fuzzcache":
            return Users(_users(cache.root, processes.go, host, _gocache))
        case "modcache":
            return _module_cache_users(cache, processes, host)
        case "gopls":
            return Users(_language_servers(processes), entries=running_gopls_folders(_language_servers(processes)))
        case "goimports":
            servers = _language_servers(processes)
            return Users(servers, entries=_index_files_in_use(cache, now) if servers else frozenset())
        case "goland" | "vscode":
            owner = ide_owner(cache.location.ide, processes.ides) if cache.location.ide else None
            return Users((owner,) if owner else ())
        case _:
            return Users()


def _module_cache_users(cache: Cache, processes: Processes, host: Host) -> Users:
    """Go commands, analysers and holders of its locks are in the way. Idle language servers and debuggers are not:
    they read sources on demand, and run go when they need more."""
    users = _users(cache.root, processes.go, host, _modcache)
    calm = tuple(found for found in users if found.is_language_server or found.name == "dlv")
    holders = tuple(_holder(pid) for pid in lock_holders(cache.root))
    blocking = {found.pid: found for found in (*users, *holders) if found not in calm}
    ides = tuple(found for found in processes.ides if found.name.startswith("goland"))
    return Users(tuple(blocking.values()), (*calm, *ides))


def _language_servers(processes: Processes) -> tuple[Process, ...]:
    return tuple(found for found in processes.go if found.is_language_server)


def _index_files_in_use(cache: Cache, now: datetime) -> frozenset[str]:
    """All files but old orphans: gopls writes a payload first and the pointer that names it next."""
    texts = [read_text(cache.root / name) or "" for name in cache.entries if POINTER.fullmatch(name)]
    before = now.timestamp() - SAFE_AGE_SECONDS
    orphans = orphan_payloads(cache.entries, texts)
    return frozenset(cache.entries) - {name for name in orphans if _modified(cache.root / name) < before}


def _modified(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return math.inf


def _holder(pid: int | None) -> Process:
    return (process(pid) if pid else None) or Process(pid or 0, "holder of a module cache lock")


def _gocache(environment: GoEnvironment) -> str:
    return environment.gocache.value


def _modcache(environment: GoEnvironment) -> str:
    return environment.modcache.value


def _users(
    root: Path, processes: Iterable[Process], host: Host, value_of: Callable[[GoEnvironment], str]
) -> tuple[Process, ...]:
    """Processes that may be using the cache. One whose environment names another does not count, one whose environment
    cannot be read does."""
    return tuple(found for found in processes if _may_use(found, root, host, value_of))


def _may_use(found: Process, root: Path, host: Host, value_of: Callable[[GoEnvironment], str]) -> bool:
    if found.environment is None:
        return True
    value = value_of(_go_environment_of(found, host))
    return not value or not Path(value).is_absolute() or _same_folder(Path(value), root)


def _go_environment_of(found: Process, host: Host) -> GoEnvironment:
    environment = found.environment or {}
    home = environment.get("HOME")
    return go_environment(replace(host, environment=environment, home=Path(home) if home else None))


def _same_folder(path: Path, root: Path) -> bool:
    try:
        return path.resolve() == root
    except (OSError, RuntimeError):
        return False


def running_gopls_folders(processes: Iterable[Process]) -> frozenset[str] | None:
    """The cache folders of the gopls executables that run now; ``None`` when one of them cannot be read."""
    executables = {_image(found) for found in processes if found.is_language_server}
    try:
        return frozenset(folder_of_executable(path) for path in executables)
    except OSError:
        return None


def _image(found: Process) -> Path:
    """What the process runs, even when the file has been replaced since."""
    image = Path(f"/proc/{found.pid}/exe")
    return image if os.path.exists(image) or found.executable is None else found.executable


def folder_of_executable(path: Path) -> str:
    """The first four bytes of the executable's SHA-256, in hex (gopls filecache.go, hashExecutable)."""
    import hashlib

    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()[:8]
