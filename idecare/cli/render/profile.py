"""Profiles in words and as JSON: each value with its condition and its reason."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, assert_never

from idecare.cli.render.tables import table
from idecare.configure.profile import (
    MIB,
    Found,
    Heap,
    JvmOption,
    Profile,
    PropertyValue,
    Range,
    Removed,
    SettingValue,
    When,
)
from idecare.core.humanize import path_text

Value = JvmOption | PropertyValue | SettingValue


def profiles_text(profiles: Iterable[Profile], home: Path | None) -> str:
    rows = [(profile.name, profile.description, _place(profile, home)) for profile in profiles]
    return table(rows, ("NAME", "WHAT FOR", "WHERE"), indent="")


def _place(profile: Profile, home: Path | None) -> str:
    return path_text(profile.path, home) if profile.path else profile.source


def profile_text(profile: Profile, home: Path | None) -> str:
    lines = [f"{profile.name}: {profile.description}", f"  {_place(profile, home)}"]
    for title, values in _sections(profile):
        lines += ["", title] if values else []
        for value in values:
            condition = _condition(value.when)
            lines += [f"  {_name(value)} = {_shown(value)}{f'  when {condition}' if condition else ''}"]
            lines += [f"    {value.why}"]
    return "\n".join(lines)


def _sections(profile: Profile) -> Iterator[tuple[str, tuple[Value, ...]]]:
    yield "VM options of JetBrains IDEs", profile.jvm
    yield "idea.properties", profile.properties
    yield "settings of VS Code and its forks", profile.settings


def _name(value: Value) -> str:
    if isinstance(value, JvmOption):
        return "-Xmx" if isinstance(value.option, Heap) else value.option
    return value.key


def _shown(value: Value) -> str:
    match value:
        case JvmOption(option=Heap() as heap):
            least, most = heap.least_bytes // MIB, heap.most_bytes // MIB
            return f"{heap.share:.0%} of the memory, from {least}m to {most}m"
        case JvmOption(unset=unset):
            return "removed" if unset else "set"
        case PropertyValue():
            return "removed" if value.value is None else value.value
        case SettingValue(value=Found(program=program)):
            return f"the {program} that is right for this machine"
        case SettingValue(value=Removed()):
            return "removed"
        case SettingValue():
            return json.dumps(value.value, ensure_ascii=False)
        case _:
            assert_never(value)


def _condition(when: When) -> str:
    words = [
        " or ".join(when.os),
        " or ".join(when.arch),
        _range_text("Java", when.jbr),
        _range_text("GiB of memory", when.memory),
    ]
    return ", ".join(filter(None, words))


def _range_text(noun: str, bounds: Range | None) -> str:
    if bounds is None:
        return ""
    least, most = bounds.least, bounds.most
    if least == most:
        return f"{noun} {least}"
    return f"{noun} {'' if least is None else f'from {least}'}{'' if most is None else f' to {most}'}".replace(
        "  ", " "
    )


def profile_json(profile: Profile) -> dict[str, Any]:
    return {
        "name": profile.name,
        "description": profile.description,
        "source": profile.source,
        "path": str(profile.path) if profile.path else None,
        "values": [
            {
                "key": _name(value),
                "value": _shown(value),
                "kind": kind,
                "reason": value.why,
                "when": _condition(value.when) or None,
            }
            for kind, values in zip(("jvm", "property", "setting"), (v for _, v in _sections(profile)), strict=True)
            for value in values
        ],
    }
