"""What ``locate`` says: everything discovered, as text by kind and as JSON values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field
from itertools import groupby
from pathlib import Path
from typing import Any

from idecare.caches.discovery import Discovery
from idecare.cli.render.tables import table
from idecare.cli.render.terminal import paint
from idecare.core.frozen import frozen
from idecare.core.humanize import path_text
from idecare.core.language import tr
from idecare.core.locations import CacheLocation, ConfigLocation, Install, Runtime
from idecare.golang.installs import BUILD_FOLDERS
from idecare.system.executables import Binary

Row = tuple[str, ...]

KINDS = ("installs", "runtimes", "caches", "configs")
TITLES = {"installs": tr("Installs"), "runtimes": tr("Runtimes"), "caches": tr("Caches"), "configs": tr("Configs")}
MISSING = {
    "installs": tr("no Go, gopls, Delve or IDE was found"),
    "runtimes": tr("no Java runtime was found"),
    "caches": tr("no cache was found"),
    "configs": tr("no configuration file was found"),
}
HEADERS: dict[str, Row] = {
    "installs": (tr("PRODUCT"), tr("VERSION"), tr("ARCHITECTURE"), tr("PATH"), tr("WHY THERE")),
    "runtimes": (tr("RUNTIME"), tr("VERSION"), tr("ARCHITECTURE"), tr("PATH"), tr("WHY THERE")),
    "caches": (tr("CACHE"), tr("TARGET"), tr("PATH"), tr("WHY THERE")),
    "configs": (tr("FILE"), tr("PATH"), tr("WHY THERE")),
}
MOST_ALIKE = 3  # of many rows with one name, such as folders which killed builds left, this many are shown


@frozen
class Located:
    """What was discovered, which of its paths exist, and what the installs' programs are."""

    discovery: Discovery
    existing: frozenset[Path] = frozenset()
    binaries: Mapping[Path, Binary] = field(default_factory=dict)


def located_values(located: Located, kinds: Iterable[str] = KINDS) -> dict[str, Any]:
    """The JSON values of each of ``kinds``."""
    found = located.discovery
    values = {
        "installs": lambda: [_install_values(install, located) for install in found.installs],
        "runtimes": lambda: [_runtime_values(runtime) for runtime in found.runtimes],
        "caches": lambda: [_cache_values(cache, located) for cache in found.caches],
        "configs": lambda: [_config_values(config, located) for config in found.configs],
    }
    return {kind: values[kind]() for kind in kinds}


def _install_values(install: Install, located: Located) -> dict[str, Any]:
    binary = _binary(install, located)
    return {
        "tool": install.tool,
        "product": install.product,
        "path": str(install.path),
        "source": install.source,
        "binary": str(install.binary) if install.binary else None,
        "version": _version(install, binary),
        "architectures": list(binary.architectures) if binary else [],
        "go_version": binary.go_version if binary else None,
        "build": install.build,
        "selector": install.selector,
        "managed": install.managed,
    }


def _runtime_values(runtime: Runtime) -> dict[str, Any]:
    return {
        "home": str(runtime.home),
        "source": runtime.source,
        "version": runtime.version,
        "vendor": runtime.vendor,
        "vendor_version": runtime.vendor_version,
        "architecture": runtime.architecture,
    }


def _cache_values(cache: CacheLocation, located: Located) -> dict[str, Any]:
    return {
        "tool": cache.tool,
        "name": cache.name,
        "path": str(cache.path),
        "source": cache.source,
        "target": cache.target,
        "ide": cache.ide.name if cache.ide else None,
        "exists": cache.path in located.existing,
        "effective": cache.effective,
        "problem": cache.problem,
    }


def _config_values(config: ConfigLocation, located: Located) -> dict[str, Any]:
    return {
        "tool": config.tool,
        "name": config.name,
        "path": str(config.path),
        "source": config.source,
        "exists": config.path in located.existing,
    }


def located_text(located: Located, kinds: Iterable[str], home: Path | None, with_empty: bool = True) -> str:
    """A section for each kind: its rows, or (``with_empty``) a line which says that there is nothing."""
    rows = {"installs": _install_rows, "runtimes": _runtime_rows, "caches": _cache_rows, "configs": _config_rows}
    sections = []
    for kind in kinds:
        lines = tuple(_without_repeats(rows[kind](located, home)))
        if lines or with_empty:
            body = table(lines, HEADERS[kind]) if lines else f"  {MISSING[kind]}"
            sections.append(f"{paint(TITLES[kind], 'heading')}\n{body}")
    return "\n\n".join(sections) or tr("Nothing was found.")


def _install_rows(located: Located, home: Path | None) -> Iterator[Row]:
    for install in located.discovery.installs:
        binary = _binary(install, located)
        architecture = "+".join(binary.architectures) if binary else ""
        why = install.source if install.managed else tr("{source} (left alone)", source=install.source)
        yield install.product, _version(install, binary) or "", architecture, path_text(install.path, home), why


def _runtime_rows(located: Located, home: Path | None) -> Iterator[Row]:
    for runtime in located.discovery.runtimes:
        name = runtime.vendor_version or runtime.vendor or "Java"
        path = path_text(runtime.home, home)
        yield name, runtime.version or "", runtime.architecture or "", path, runtime.source


def _cache_rows(located: Located, home: Path | None) -> Iterator[Row]:
    for cache in located.discovery.caches:
        notes = [cache.source]
        if cache.problem:
            notes.append(tr("PROBLEM: {problem}", problem=cache.problem))
        elif cache.path not in located.existing:
            notes.append(tr("not there yet"))
        if not cache.effective:
            notes.append(tr("not used from this shell"))
        yield tr(cache.name), cache.target or "-", path_text(cache.path, home), tr("; ").join(notes)


def _config_rows(located: Located, home: Path | None) -> Iterator[Row]:
    for config in located.discovery.configs:
        missing = "" if config.path in located.existing else tr("; not there yet")
        yield tr(config.name), path_text(config.path, home), config.source + missing


def _without_repeats(rows: Iterable[Row]) -> Iterator[Row]:
    for name, alike in groupby(rows, key=lambda row: row[0]):
        listed = list(alike)
        is_long = name == BUILD_FOLDERS and len(listed) > MOST_ALIKE
        yield from listed[:MOST_ALIKE] if is_long else listed
        if is_long:
            yield (tr("… and {count} more", count=len(listed) - MOST_ALIKE),)


def _binary(install: Install, located: Located) -> Binary | None:
    return located.binaries.get(install.binary) if install.binary else None


def _version(install: Install, binary: Binary | None) -> str | None:
    return install.version or (binary.module_version if binary else None)
