"""What each release of gopls knows of its settings, and what it says of those that it does not take.

The facts are in gopls_settings.json, which scripts/gopls_settings.py makes from gopls' own `api-json` and source. The
texts are those of gopls/internal/settings/settings.go and internal/server/general.go, v0.14 to v0.24: they changed with
v0.16 and v0.17.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from idecare.core.frozen import frozen
from idecare.core.language import mark, tr
from idecare.core.reading import read_file

if TYPE_CHECKING:
    from idecare.formats.jsonc.tree import JsonValue

TABLE = Path(__file__).with_name("gopls_settings.json")
GO_DURATION = re.compile(r"[+-]?(?:0|(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+)")
OLD_WORDS = {"JSON array of string": "list", "JSON object": "map"}
TAKES_ANY = ("buildFlags", "directoryFilters")  # lists that took any element before v0.16
GO_TYPES = ((bool, "bool"), (str, "string"), (int, "float64"), (float, "float64"), (Mapping, "map[string]interface {}"))


@frozen
class GoplsSetting:
    """A setting as the releases ``first`` to ``last`` have it. ``deprecated``: they ignore it, and name another one if
    there is one; ``hidden``: not documented."""

    name: str
    first: str
    last: str
    group: str = ""
    type: str = ""
    default: JsonValue = None
    enum: tuple[JsonValue, ...] = ()
    keys: tuple[str, ...] = ()
    status: str = ""
    deprecated: str | None = None
    warning: str = ""
    hidden: bool = False

    @property
    def dotted(self) -> str:
        """The name as VS Code's settings editor writes it."""
        return f"{self.group}.{self.name}" if self.group else self.name


def setting_name(key: str) -> str:
    """The part of a name that counts: the last. ``directoryFilters``, ``build.directoryFilters`` and
    ``gopls.build.directoryFilters`` are one setting (settings.go, Set)."""
    return key.rpartition(".")[2]


@cache
def _table() -> Mapping[str, Any]:
    values: dict[str, Any] = json.loads(read_file(TABLE))
    return values


def releases() -> tuple[str, ...]:
    """The releases that the table knows, oldest first."""
    return tuple(_table()["releases"])


def table_date() -> str:
    return str(_table()["date"])


def _number(release: str | None) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d+", (release or "").partition("-")[0]))


def nearest_release(version: str | None) -> str:
    """The newest release of the table that is not newer than ``version``; the newest of all for one that names no
    release."""
    known = releases()
    if not _number(version):
        return known[-1]
    return next((release for release in reversed(known) if _number(release) <= _number(version)), known[0])


def basis(version: str | None) -> str:
    """Which release of the table is taken for ``version``, where that is older or newer than all of them."""
    number, known = _number(version), releases()
    if number and number < _number(known[0]):
        text = mark("older than the table of {date}: judged as {release}, its oldest release")
        return tr(text, date=table_date(), release=known[0])
    if number and number[:2] > _number(known[-1])[:2]:
        text = mark("newer than the table of {date}: judged as {release}, its newest release")
        return tr(text, date=table_date(), release=known[-1])
    return ""


def release_with(names: frozenset[str]) -> str:
    """The newest release all of whose documented settings are among ``names``; the oldest where there is none."""
    found = (release for release in reversed(releases()) if documented_names(release) <= names)
    return next(found, releases()[0])


def documented_names(release: str) -> set[str]:
    found = settings_of(release).values()
    return {setting.name for setting in found if not setting.hidden and setting.deprecated is None}


def minor_version(version: str | None) -> int:
    """24 for v0.24.1, of the newest release for no version."""
    return _number(version or releases()[-1])[1]


@cache
def settings_of(version: str | None) -> Mapping[str, GoplsSetting]:
    """What a gopls of this version knows, by the last part of the name."""
    known = releases()
    at = known.index(nearest_release(version))
    found = {}
    for name, spans in _table()["settings"].items():
        for span in spans:
            if known.index(span["first"]) <= at <= known.index(span["last"]):
                found[name] = GoplsSetting(name=name, **{key: _frozen(value) for key, value in span.items()})
    return found


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def lifetime(name: str) -> tuple[str, str | None] | None:
    """The first release that takes a setting and the last one, ``None`` where the newest does; nothing for a name that
    none takes. The first release of the table is taken for all before it."""
    spans = [span for span in _table()["settings"].get(name, ()) if "deprecated" not in span]
    if not spans:
        return None
    last = spans[-1]["last"]
    return spans[0]["first"], None if last == releases()[-1] else last


FIRST_WITH_OPTION, FIRST_WITH_NAME = (0, 16), (0, 17)  # the releases whose texts begin in another way


def complaint(key: str, value: JsonValue, version: str | None) -> str | None:
    """What a gopls of this version says of one setting; ``None`` where it takes it without a word."""
    name, old = setting_name(key), _is_before(version, FIRST_WITH_OPTION)
    setting = settings_of(version).get(name)
    if setting is None:
        return f'unexpected gopls setting "{name}"' if old else _said(key, "unexpected setting", version)
    if setting.deprecated is not None:
        use = f', use "{setting.deprecated}" instead' if setting.deprecated else ""
        says = f"is deprecated{use}"
        return f'gopls setting "{name}" {says}' if old else _said(key, f"this setting {says}", version)
    if fault := _value_fault(setting, value, old):
        return f'parsing setting "{name}": {fault}' if old else _said(key, fault, version)
    if setting.warning:
        return setting.warning if old else _said(key, setting.warning, version)
    return None


def _said(key: str, text: str, version: str | None) -> str:
    name = key if _is_before(version, FIRST_WITH_NAME) else f'"{setting_name(key)}"'
    return f"setting option {name}: {text}"


def _is_before(version: str | None, first: tuple[int, ...]) -> bool:
    return _number(nearest_release(version)) < first


def _repeated(key: str, version: str | None) -> str:
    """Of a setting that has another name too."""
    name = setting_name(key)
    if _is_before(version, FIRST_WITH_OPTION):
        return f'parsing setting "{name}": duplicate configuration for {name}'
    if _is_before(version, FIRST_WITH_NAME):
        return f"setting option {key}: duplicate value"
    return f"duplicate value for {name}"


def invalid_settings(values: Mapping[str, JsonValue], version: str | None) -> str | None:
    """The message that gopls shows for this object, as `Invalid settings: …`; ``None`` where all is well.

    A deprecated setting is as much an error to it as an unknown one (seen with v0.16.2 to v0.24.0); before v0.16 what
    is deprecated comes after the errors.
    """
    old = _is_before(version, FIRST_WITH_OPTION)
    texts = sorted(
        _texts(values, version), key=lambda text: (old and not text.startswith(("parsing", "unexpected")), text)
    )
    return f"Invalid settings: {'; '.join(texts)}" if texts else None


def _texts(values: Mapping[str, JsonValue], version: str | None) -> Iterator[str]:
    """gopls takes the names at random: here in their order. Of a repeated one v0.16 reads no value, others do."""
    repeated = {key for group in duplicates(values) for key in group[1:]}
    for key, value in values.items():
        again = _repeated(key, version) if key in repeated else None
        said = complaint(key, value, version)
        if not _is_before(version, FIRST_WITH_NAME):
            yield from filter(None, (again, said))
        elif text := (said or again if _is_before(version, FIRST_WITH_OPTION) else again or said):
            yield text


def duplicates(keys: Iterable[str]) -> tuple[tuple[str, ...], ...]:
    """The names that are one setting, a group each."""
    groups: dict[str, list[str]] = {}
    for key in keys:
        groups.setdefault(setting_name(key), []).append(key)
    return tuple(tuple(group) for group in groups.values() if len(group) > 1)


def _value_fault(setting: GoplsSetting, value: JsonValue, old: bool) -> str | None:
    """What gopls says of a value of the wrong kind; types with a syntax of their own are for gopls to judge. ``old``:
    in the words before v0.16."""
    match setting.type:
        case "bool" if not isinstance(value, bool):
            return _wrong_type(value, "bool", old)
        case "string" | "time.Duration" if not isinstance(value, str):
            return _wrong_type(value, "string", old)
        case "time.Duration" if isinstance(value, str) and not GO_DURATION.fullmatch(value):
            fault = "missing unit in" if re.fullmatch("[0-9.]+", value) else "invalid"
            shown = json.dumps(value)
            return f"{f'failed to parse duration {shown}: ' if old else ''}time: {fault} duration {shown}"
        case "[]string" if setting.name != "templateExtensions":  # null is one to it
            return _list_fault(setting, value, old)
        case "map[string]string" if not isinstance(value, Mapping):
            return _wrong_type(value, "JSON object", old)
        case "map[string]bool" | "map[enum]bool" if not isinstance(value, Mapping):
            return _wrong_type(value, "JSON object", old).replace(", expect map", " for map[string]bool option")
        case "enum" if all(isinstance(one, str) for one in setting.enum):
            return _enum_fault(setting, value, old)
        case "enum" if isinstance(value, str) and value not in setting.enum:
            *others, last = map(json.dumps, setting.enum)
            return f"invalid value {value}; expect {', '.join(others)}, or {last}"
    return None


def _list_fault(setting: GoplsSetting, value: JsonValue, old: bool) -> str | None:
    if not isinstance(value, list | tuple):
        return _wrong_type(value, "JSON array of string", old)
    wrong = next((item for item in value if not isinstance(item, str)), "")
    if wrong == "" or (old and setting.name in TAKES_ANY):
        return None
    said = _wrong_type(wrong, "string", old)
    return said.replace("invalid type", "invalid element type" if old else "invalid array element type")


def _enum_fault(setting: GoplsSetting, value: JsonValue, old: bool) -> str | None:
    if not isinstance(value, str):
        return _wrong_type(value, "string", old)
    known = {str(one).lower() for one in setting.enum}
    return None if value.lower() in known else f"invalid option {json.dumps(value)} for enum"


def _wrong_type(value: JsonValue, wanted: str, old: bool) -> str:
    """Go's names for what JSON decodes to."""
    name = next((name for kind, name in GO_TYPES if isinstance(value, kind)), "[]interface {}")
    got = "<nil>" if value is None else name
    return (
        f"invalid type {got}, expect {OLD_WORDS.get(wanted, wanted)}" if old else f"invalid type {got} (want {wanted})"
    )
