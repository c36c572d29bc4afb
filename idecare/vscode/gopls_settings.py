"""What each release of gopls knows of its settings, and what it says of those that it does not take.

The facts are in gopls_settings.json, which scripts/gopls_settings.py makes from gopls' own `api-json` and source. The
texts are those of gopls/internal/settings/settings.go and internal/server/general.go, v0.17 to v0.24.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from idecare.core.frozen import frozen

if TYPE_CHECKING:
    from idecare.formats.jsonc.tree import JsonValue

TABLE = Path(__file__).with_name("gopls_settings.json")
GO_DURATION = re.compile(r"[+-]?(?:0|(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+)")
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
    values: dict[str, Any] = json.loads(TABLE.read_bytes())
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


def complaint(key: str, value: JsonValue, version: str | None) -> str | None:
    """What a gopls of this version says of one setting; ``None`` where it takes it without a word."""
    name = setting_name(key)
    setting = settings_of(version).get(name)
    if setting is None:
        why = "unexpected setting"
    elif setting.deprecated is not None:
        use = f', use "{setting.deprecated}" instead' if setting.deprecated else ""
        why = f"this setting is deprecated{use}"
    else:
        why = _value_fault(setting, value) or setting.warning
    return f'setting option "{name}": {why}' if why else None


def invalid_settings(values: Mapping[str, JsonValue], version: str | None) -> str | None:
    """The message that gopls shows for this object, as `Invalid settings: …`; ``None`` where all is well.

    A deprecated setting is as much an error to it as an unknown one (seen with v0.21.1 and v0.24.0).
    """
    counts = Counter(setting_name(key) for key in values)
    repeated = [f"duplicate value for {name}" for name, count in counts.items() for _ in range(count - 1)]
    texts = [*repeated, *filter(None, (complaint(key, value, version) for key, value in values.items()))]
    return f"Invalid settings: {'; '.join(sorted(texts))}" if texts else None


def duplicates(keys: Iterable[str]) -> tuple[tuple[str, ...], ...]:
    """The names that are one setting, a group each."""
    groups: dict[str, list[str]] = {}
    for key in keys:
        groups.setdefault(setting_name(key), []).append(key)
    return tuple(tuple(group) for group in groups.values() if len(group) > 1)


def _value_fault(setting: GoplsSetting, value: JsonValue) -> str | None:
    """What gopls says of a value of the wrong kind; types with a syntax of their own are for gopls to judge."""
    match setting.type:
        case "bool" if not isinstance(value, bool):
            return _wrong_type(value, "bool")
        case "string" | "time.Duration" if not isinstance(value, str):
            return _wrong_type(value, "string")
        case "time.Duration" if isinstance(value, str) and not GO_DURATION.fullmatch(value):
            fault = "missing unit in" if re.fullmatch("[0-9.]+", value) else "invalid"
            return f"time: {fault} duration {json.dumps(value)}"
        case "[]string":
            return _list_fault(value)
        case "map[string]bool" | "map[enum]bool" | "map[string]string" if not isinstance(value, Mapping):
            return _wrong_type(value, "JSON object")
        case "enum" if all(isinstance(one, str) for one in setting.enum):
            return _enum_fault(setting, value)
    return None


def _list_fault(value: JsonValue) -> str | None:
    if not isinstance(value, list | tuple):
        return _wrong_type(value, "JSON array of string")
    wrong = next((item for item in value if not isinstance(item, str)), "")
    return None if wrong == "" else _wrong_type(wrong, "string").replace("invalid type", "invalid array element type")


def _enum_fault(setting: GoplsSetting, value: JsonValue) -> str | None:
    if not isinstance(value, str):
        return _wrong_type(value, "string")
    known = {str(one).lower() for one in setting.enum}
    return None if value.lower() in known else f"invalid option {json.dumps(value)} for enum"


def _wrong_type(value: JsonValue, wanted: str) -> str:
    """Go's names for what JSON decodes to."""
    name = next((name for kind, name in GO_TYPES if isinstance(value, kind)), "[]interface {}")
    return f"invalid type {'<nil>' if value is None else name} (want {wanted})"
