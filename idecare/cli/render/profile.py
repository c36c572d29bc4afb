"""Profiles in words and as JSON: each value with its condition and its reason."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, assert_never

from idecare.changes.plan import Change
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
from idecare.core.frozen import frozen
from idecare.core.humanize import path_text
from idecare.formats.jvm_options import family
from idecare.jetbrains.jvm.option_lint import first_major
from idecare.vscode.go_extension import lifetime as extension_lifetime
from idecare.vscode.go_extension import releases as extension_releases
from idecare.vscode.gopls_settings import lifetime, releases, setting_name
from idecare.vscode.known_keys import GOPLS, setting_path

Value = JvmOption | PropertyValue | SettingValue


ALL_JAVAS = "all of Java 17 to 25"


@frozen
class Effects:
    """What a profile would change on this machine: the IDEs, and the name of one with each change."""

    ides: tuple[str, ...] = ()
    changes: tuple[tuple[str, Change], ...] = ()

    def of(self, value: Value) -> tuple[tuple[str, Change], ...]:
        return tuple(found for found in self.changes if found[1].key == _key(value))


def profiles_text(profiles: Iterable[Profile], home: Path | None) -> str:
    rows = [(profile.name, profile.description, _place(profile, home)) for profile in profiles]
    return table(rows, ("NAME", "WHAT FOR", "WHERE"), indent="")


def _place(profile: Profile, home: Path | None) -> str:
    return path_text(profile.path, home) if profile.path else profile.source


def profile_text(profile: Profile, home: Path | None, here: Effects) -> str:
    lines = [f"{profile.name}: {profile.description}", f"  {_place(profile, home)}"]
    for title, values in _sections(profile):
        lines += ["", title] if values else []
        for value in values:
            condition = _condition(value.when)
            lines += [f"  {_name(value)} = {_shown(value)}{f'  when {condition}' if condition else ''}"]
            lines += [f"    {word}: {text}" for word, text in _details(value, here) if text]
    if not here.ides:
        lines += ["", "No IDE was found here, so nothing would change."]
    return "\n".join(lines)


def _details(value: Value, here: Effects) -> Iterator[tuple[str, str]]:
    yield "why", value.why
    yield "evidence", value.evidence
    yield "since", _since(value) or "not known"
    for ide, change in here.of(value):
        yield "here", f"{ide}: {change.before or 'not set'} -> {change.after or 'removed'}"
    if here.ides and not here.of(value):
        yield "here", "no change"


def _since(value: Value) -> str:
    """The first version that knows the option or setting, as far as idecare's tables have it."""
    if value.since or isinstance(value, PropertyValue):
        return value.since
    if isinstance(value, JvmOption):
        first = None if isinstance(value.option, Heap) else first_major(value.option)
        return f"Java {first}" if first else ALL_JAVAS if isinstance(value.option, Heap) else ""
    name = setting_path(value.key)
    if name[0] == GOPLS:
        return _span("gopls", lifetime(setting_name(name[-1])), releases()[0])
    known, span = extension_releases(), extension_lifetime(name[0])
    ended = span and (span[0], None if span[1] == known[-1] else span[1])
    return _span("the Go extension", ended, known[0])


def _span(product: str, span: tuple[str, str | None] | None, oldest: str) -> str:
    if span is None:
        return ""
    before = " or before" if span[0] == oldest else ""
    return f"{product} {span[0]}{before}{f', until {span[1]}' if span[1] else ''}"


def _key(value: Value) -> str:
    return family(_name(value)) if isinstance(value, JvmOption) else value.key


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
        _range_text("gopls", when.gopls, "v0."),
    ]
    return ", ".join(filter(None, words))


def _range_text(noun: str, bounds: Range | None, prefix: str = "") -> str:
    if bounds is None:
        return ""
    if bounds.least == bounds.most:
        return f"{noun} {prefix}{bounds.least}"
    ends = (("from", bounds.least), ("to", bounds.most))
    return " ".join([noun, *(f"{word} {prefix}{number}" for word, number in ends if number is not None)])


def profile_json(profile: Profile, here: Effects | None = None) -> dict[str, Any]:
    """``here``: with what it would change; `profile list` does not look for IDEs."""
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
                "evidence": value.evidence or None,
                "since": _since(value) or None,
                **({"here": _here_values(value, here)} if here else {}),
            }
            for kind, values in zip(("jvm", "property", "setting"), (v for _, v in _sections(profile)), strict=True)
            for value in values
        ],
    }


def _here_values(value: Value, here: Effects) -> list[dict[str, str | None]]:
    return [{"name": ide, "before": change.before, "after": change.after} for ide, change in here.of(value)]
