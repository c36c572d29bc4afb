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
from idecare.core.language import tr
from idecare.formats.jvm_options import family
from idecare.jetbrains.jvm.option_lint import first_major
from idecare.vscode.go_extension import lifetime as extension_lifetime
from idecare.vscode.go_extension import releases as extension_releases
from idecare.vscode.gopls_settings import lifetime, releases, setting_name
from idecare.vscode.known_keys import GOPLS, setting_path

Value = JvmOption | PropertyValue | SettingValue


ALL_JAVAS = tr("all of Java 17 to 25")


@frozen
class Effects:
    """What a profile would change on this machine: the IDEs, and the name of one with each change."""

    ides: tuple[str, ...] = ()
    changes: tuple[tuple[str, Change], ...] = ()

    def of(self, value: Value) -> tuple[tuple[str, Change], ...]:
        return tuple(found for found in self.changes if found[1].key == _key(value))


def profiles_text(profiles: Iterable[Profile], home: Path | None) -> str:
    rows = [(profile.name, profile.description, _place(profile, home)) for profile in profiles]
    return table(rows, (tr("NAME"), tr("WHAT FOR"), tr("WHERE")), indent="")


def _place(profile: Profile, home: Path | None) -> str:
    return path_text(profile.path, home) if profile.path else profile.source


def profile_text(profile: Profile, home: Path | None, here: Effects) -> str:
    lines = [f"{profile.name}{tr(': ')}{profile.description}", f"  {_place(profile, home)}"]
    for title, values in _sections(profile):
        lines += ["", title] if values else []
        for value in values:
            condition = _condition(value.when)
            when = tr("  when {condition}", condition=condition) if condition else ""
            lines += [f"  {_name(value)} = {_shown(value)}{when}"]
            lines += [f"    {word}{tr(': ')}{text}" for word, text in _details(value, here) if text]
    if not here.ides:
        lines += ["", tr("No IDE was found here, so nothing would change.")]
    return "\n".join(lines)


def _details(value: Value, here: Effects) -> Iterator[tuple[str, str]]:
    yield tr("why"), value.why
    yield tr("evidence"), value.evidence
    yield tr("since"), _since(value) or tr("not known")
    for ide, change in here.of(value):
        yield tr("here"), f"{ide}: {change.before or tr('not set')} -> {change.after or tr('removed')}"
    if here.ides and not here.of(value):
        yield tr("here"), tr("no change")


def _since(value: Value) -> str:
    """The first version that knows the option or setting, as far as idecare's tables have it."""
    if value.since or isinstance(value, PropertyValue):
        return value.since
    if isinstance(value, JvmOption):
        first = None if isinstance(value.option, Heap) else first_major(value.option)
        return tr("Java {first}", first=first) if first else ALL_JAVAS if isinstance(value.option, Heap) else ""
    name = setting_path(value.key)
    if name[0] == GOPLS:
        return _span("gopls", lifetime(setting_name(name[-1])), releases()[0])
    known, span = extension_releases(), extension_lifetime(name[0])
    ended = span and (span[0], None if span[1] == known[-1] else span[1])
    return _span(tr("the Go extension"), ended, known[0])


def _span(product: str, span: tuple[str, str | None] | None, oldest: str) -> str:
    if span is None:
        return ""
    before = tr(" or before") if span[0] == oldest else ""
    until = tr(", until {version}", version=span[1]) if span[1] else ""
    return f"{product} {span[0]}{before}{until}"


def _key(value: Value) -> str:
    return family(_name(value)) if isinstance(value, JvmOption) else value.key


def _sections(profile: Profile) -> Iterator[tuple[str, tuple[Value, ...]]]:
    yield tr("VM options of JetBrains IDEs"), profile.jvm
    yield "idea.properties", profile.properties
    yield tr("settings of VS Code and its forks"), profile.settings


def _name(value: Value) -> str:
    if isinstance(value, JvmOption):
        return "-Xmx" if isinstance(value.option, Heap) else value.option
    return value.key


def _shown(value: Value) -> str:
    match value:
        case JvmOption(option=Heap() as heap):
            least, most = heap.least_bytes // MIB, heap.most_bytes // MIB
            return tr("{share:.0%} of the memory, from {least}m to {most}m", share=heap.share, least=least, most=most)
        case JvmOption(unset=unset):
            return tr("removed") if unset else tr("set")
        case PropertyValue():
            return tr("removed") if value.value is None else value.value
        case SettingValue(value=Found(program=program)):
            return tr("the {program} that is right for this machine", program=program)
        case SettingValue(value=Removed()):
            return tr("removed")
        case SettingValue():
            return json.dumps(value.value, ensure_ascii=False)
        case _:
            assert_never(value)


def _condition(when: When) -> str:
    words = [
        tr(" or ").join(when.os),
        tr(" or ").join(when.arch),
        _range_text("Java", when.jbr),
        _range_text(tr("GiB of memory"), when.memory),
        _range_text("gopls", when.gopls, "v0."),
    ]
    return ", ".join(filter(None, words))


def _range_text(noun: str, bounds: Range | None, prefix: str = "") -> str:
    if bounds is None:
        return ""
    if bounds.least == bounds.most:
        return f"{noun} {prefix}{bounds.least}"
    least = [] if bounds.least is None else [tr("from {least}", least=f"{prefix}{bounds.least}")]
    most = [] if bounds.most is None else [tr("to {most}", most=f"{prefix}{bounds.most}")]
    return " ".join([noun, *least, *most])


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
