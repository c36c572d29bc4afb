"""Discovery: what the tools find on a host, each thing once, in an order that does not change between runs."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import TypeVar

from idecare.core.frozen import frozen
from idecare.core.host import Host
from idecare.core.locations import CacheLocation, ConfigLocation, Install, Runtime, Tool
from idecare.core.targets import TARGETS, registered

Found = TypeVar("Found")
PLACES = {
    "go": ("idecare.golang.installs", "GO"),
    "gopls": ("idecare.golang.gopls", "GOPLS"),
    "jetbrains": ("idecare.jetbrains.locations", "JETBRAINS"),
    "vscode": ("idecare.vscode.locations", "VSCODE"),
}


class Tools(Mapping[str, Tool]):
    """The tools idecare knows, by name; each one's modules are imported when it is asked for."""

    def __getitem__(self, name: str) -> Tool:
        module, attribute = PLACES[name]
        tool: Tool = getattr(import_module(module), attribute)
        return tool

    def __iter__(self) -> Iterator[str]:
        return iter(PLACES)

    def __len__(self) -> int:
        return len(PLACES)


TOOLS: Mapping[str, Tool] = Tools()


@frozen
class Discovery:
    """Everything found, without sizes and without processes. Of two finds at one place the first is kept."""

    installs: tuple[Install, ...] = ()
    runtimes: tuple[Runtime, ...] = ()
    caches: tuple[CacheLocation, ...] = ()
    configs: tuple[ConfigLocation, ...] = ()


def discover(host: Host, tools: Iterable[Tool] | None = None) -> Discovery:
    """Ask these tools, or all and the targets that need none; within a tool its own order stays, since the first of
    several is the one in use."""
    ordered = sorted(TOOLS.values() if tools is None else tools, key=lambda tool: tool.name)
    return Discovery(
        installs=_each(host, (tool.installs for tool in ordered), lambda found: (found.product, found.path)),
        runtimes=_each(host, (tool.runtimes for tool in ordered), lambda found: found.home),
        caches=discover_caches(host, tools and ordered),
        configs=_each(host, (tool.configs for tool in ordered), lambda found: found.path),
    )


def discover_caches(host: Host, tools: Iterable[Tool] | None = None) -> tuple[CacheLocation, ...]:
    """The caches of these tools, with their targets; of all tools also those of targets that need none."""
    asked = [TOOLS[name] for name in sorted(TOOLS)] if tools is None else tools
    own = [target for target in map(registered, TARGETS) if not target.tool] if tools is None else []
    found = _each(host, (*(tool.caches for tool in asked), *(target.locations for target in own)), _cache_place)
    return tuple(with_target(place) for place in found)


def locations_of(names: Iterable[str], host: Host) -> Iterator[CacheLocation]:
    """The places of these targets, also those that one is only a part of."""
    targets = [registered(name) for name in names]
    found = {tool: tuple(TOOLS[tool].caches(host)) for tool in {target.tool for target in targets if target.tool}}
    for target in targets:
        places = filter(target.owns, found[target.tool]) if target.tool else target.locations(host)
        yield from (replace(place, target=target.name) for place in places)


def with_target(place: CacheLocation) -> CacheLocation:
    """The place of a tool, with the word by which the command line knows it."""
    targets = (target for target in map(registered, TARGETS) if target.tool == place.tool and not target.no_size)
    owner = next((target.name for target in targets if place.role and target.owns(place)), place.target)
    return replace(place, target=owner)


def _cache_place(found: CacheLocation) -> tuple[Path, str]:
    """A folder that settings make serve two purposes stays visible as both."""
    return found.path, found.role


def _each(
    host: Host, looks: Iterable[Callable[[Host], Iterable[Found]]], place: Callable[[Found], Hashable]
) -> tuple[Found, ...]:
    found: dict[Hashable, Found] = {}
    for look in looks:
        try:
            for thing in look(host):
                found.setdefault(place(thing), thing)
        except OSError:  # what the tool found before it stays, and so do the other tools
            continue
    return tuple(found.values())
