"""Records of the journal as idecare 0.1.0 wrote them: one flat object, whose fields say what kind it is."""

from __future__ import annotations

from typing import Any

# What its records do not say, by their targets.
HOW_HELD: dict[str, dict[str, Any]] = {
    "gocache": {"returns_in_use": True, "uniform_suffix": "-a"},
    "modcache": {"restore": "module-trees"},
    "goland": {"restore": "whole"},
    "vscode": {"restore": "whole"},
}
HEADER = ("target", "root", "device", "inode", "state", "held_until", "entries", "bytes", "reason")


def upgraded(values: dict[str, Any]) -> dict[str, Any]:
    """The values of a record in schema 2; KeyError for what is no record."""
    kind, detail = _detail(values)
    return {**{name: values[name] for name in HEADER}, "kind": kind, kind: detail}


def _detail(values: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """An object in it describes an edit, or, with go's lock file, parts that were replaced; ``name`` alone is that of a
    file rewritten in place."""
    for detail in values.values():
        if isinstance(detail, dict):
            return ("parts", {"hold": values["hold"], **detail}) if "lock" in detail else ("file", detail)
    if values["name"] is not None:
        return "stamp", {name: values[name] for name in ("name", "previous", "content")}
    how = {"restore": "merge", **HOW_HELD.get(values["target"], {})}
    return "hold", {"hold": values["hold"], "trimmed": values["trimmed"], **how}
