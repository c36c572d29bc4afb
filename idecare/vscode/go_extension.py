"""Which settings each release of VS Code's Go extension has: by its own package.json where it is installed, else by
go_extension.json, which scripts/go_extension.py makes from those of several releases.

Source of the form: contributes.configuration (code.visualstudio.com/api/references/contribution-points).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from idecare.core.frozen import frozen
from idecare.core.language import mark, tr
from idecare.core.reading import read_file

if TYPE_CHECKING:
    from idecare.formats.jsonc.tree import JsonValue

TABLE = Path(__file__).with_name("go_extension.json")
GOPLS_SECTION = "gopls"
JSON_TYPES: Mapping[str, type | tuple[type, ...]] = {
    "string": str,
    "array": list,
    "object": Mapping,
    "null": type(None),
    "number": (int, float),
}


@frozen
class ExtensionSetting:
    """A setting as its manifest describes it. ``facts`` are what the table keeps of it."""

    name: str
    facts: Mapping[str, Any]

    @property
    def deprecated(self) -> str | None:
        """What the extension says in place of supporting the setting."""
        return self.facts.get("deprecated")

    @property
    def members(self) -> frozenset[str]:
        return frozenset(self.facts.get("members", ()))

    def fault(self, value: JsonValue) -> str | None:
        """What is wrong with the kind of a value; ``None`` where nothing is."""
        named: str | list[str] = self.facts.get("type", [])
        types = [named] if isinstance(named, str) else named
        if value == self.facts.get("default", self):
            return None
        if types and not any(_is_of(value, kind) for kind in types):
            return tr("{value} is no {types}", value=json.dumps(value), types=tr(" or ").join(types))
        allowed: list[JsonValue] = self.facts.get("enum", [])
        if allowed and value not in allowed:
            known = ", ".join(json.dumps(one) for one in allowed)
            return tr("{value} is none of {known}", value=json.dumps(value), known=known)
        return None


def _is_of(value: JsonValue, kind: str) -> bool:
    if isinstance(value, bool) or kind == "boolean":
        return isinstance(value, bool) and kind == "boolean"
    return isinstance(value, JSON_TYPES.get(kind, object))


@frozen
class Manifest:
    """One release of the extension: the table's, or an installed one."""

    version: str
    settings: Mapping[str, ExtensionSetting]


def read_manifest(text: str) -> Manifest:
    """The settings in a package.json; none where it is not one."""
    try:
        values = json.loads(text)
        sections = values["contributes"]["configuration"]
        properties = [
            item
            for section in (sections if isinstance(sections, list) else [sections])
            for item in section["properties"].items()
        ]
        settings = {name: ExtensionSetting(name, _facts(name, entry)) for name, entry in properties}
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return Manifest("", {})
    return Manifest(str(values.get("version", "")), settings)


def _facts(name: str, entry: Mapping[str, Any]) -> dict[str, Any]:
    if name == GOPLS_SECTION:  # a copy of what gopls knows: gopls is asked itself
        return {"type": "object"}
    deprecated = entry.get("deprecationMessage") or entry.get("markdownDeprecationMessage")
    closed = entry.get("additionalProperties") is not True
    facts = {
        "type": entry.get("type"),
        "enum": entry.get("enum"),
        "members": list(entry["properties"]) if closed and "properties" in entry else None,
        "deprecated": deprecated,
    }
    default = {"default": entry["default"]} if "default" in entry and entry.get("type") != "object" else {}
    return {key: value for key, value in facts.items() if value} | default


@cache
def _table() -> Mapping[str, Any]:
    values: dict[str, Any] = json.loads(read_file(TABLE))
    return values


def table_date() -> str:
    return str(_table()["date"])


def releases() -> tuple[str, ...]:
    """The releases that the table knows, oldest first."""
    return tuple(_table()["releases"])


@cache
def manifest_of(release: str | None = None) -> Manifest:
    """A release of the table; the newest where none is named."""
    known = releases()
    at = known.index(release or known[-1])
    found = {
        name: ExtensionSetting(name, {key: value for key, value in span.items() if key not in ("first", "last")})
        for name, spans in _table()["settings"].items()
        for span in spans
        if known.index(span["first"]) <= at <= known.index(span["last"])
    }
    return Manifest(known[at], found)


def lifetime(name: str) -> tuple[str, str] | None:
    """The first and the last release of the table that have a setting; nothing where none has it."""
    spans = _table()["settings"].get(name)
    return (spans[0]["first"], spans[-1]["last"]) if spans else None


def complaint(path: tuple[str, ...], value: JsonValue, installed: Iterable[Manifest]) -> str | None:
    """Why a setting has no effect or cannot be meant so: what every installed release has against it."""
    found = tuple(installed)
    if said := absence(path[0], found):
        return said
    faults = [_fault(one, path, value) for one in found if path[0] in one.settings]
    return None if not faults or None in faults else faults[0]


def _fault(manifest: Manifest, path: tuple[str, ...], value: JsonValue) -> str | None:
    setting = manifest.settings[path[0]]
    if len(path) == 1:
        fault = setting.fault(value)
        return tr("{fault}, says the Go extension {version}", fault=fault, version=manifest.version) if fault else None
    if setting.members and path[1] not in setting.members:
        text = mark("{setting} of the Go extension {version} has no member {member}")
        return tr(text, setting=path[0], version=manifest.version, member=path[1])
    return None


def absence(name: str, installed: Iterable[Manifest]) -> str | None:
    """That no installed release has a setting; ``None`` where one has, or where none is installed."""
    found = tuple(installed)
    if not found or any(name in one.settings for one in found):
        return None
    versions = tr(" and ").join(sorted({one.version or tr("without a version") for one in found}))
    return tr("the Go extension {versions} does not have it{where}", versions=versions, where=_where(name))


def _where(name: str) -> str:
    span = lifetime(name)
    if span is None:
        return ""
    text = mark("; {first} has it") if span[0] == span[1] else mark("; {first} and {last} have it")
    return tr(text, first=span[0], last=span[1])


def newest(manifests: Iterable[Manifest]) -> Manifest:
    """The newest release by its numbers."""
    return max(manifests, key=lambda one: [int(number) for number in re.findall(r"\d+", one.version)])
