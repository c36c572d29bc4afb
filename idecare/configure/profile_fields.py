"""Fields of a TOML table with their types checked: what is wrong is collected, not raised at the first."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from idecare.configure.profile import ALWAYS, Range, When
from idecare.core.errors import nearest
from idecare.core.frozen import frozen
from idecare.core.language import mark, tr
from idecare.formats.jvm_options import size_bytes

if TYPE_CHECKING:
    from idecare.formats.jsonc.tree import JsonValue

OSES = ("linux", "macos", "windows")
ARCHES = ("amd64", "arm64")
WHEN_KEYS = ("os", "arch", "jbr", "memory", "gopls")
BOUND = re.compile(r"(>=|<=|==)?\s*(?P<prefix>v0\.)?(\d+)\s*(GiB)?")
NAMES: dict[type, str] = {list: tr("a list"), dict: tr("a table")}


@dataclass
class Problems:
    """What was found wrong so far, each with its key."""

    lines: list[str] = field(default_factory=list)


@frozen
class Table:
    """One table of a profile. ``place`` is its key, such as ``vscode[2]``."""

    values: Mapping[str, Any]
    place: str
    problems: Problems

    def wrong(self, key: str, why: str) -> None:
        self.problems.lines.append(f"{self._key(key)}: {why}")

    def _key(self, key: str) -> str:
        return f"{self.place}.{key}" if self.place else key

    def only(self, known: Iterable[str]) -> None:
        names = tuple(known)
        for key in self.values:
            if key not in names:
                self.wrong(key, tr("there is no such key here.") + nearest(key, names))

    def one_of(self, *keys: str) -> str:
        """The one of ``keys`` that is there; an empty text where it is not exactly one."""
        present = [key for key in keys if key in self.values]
        if len(present) != 1:
            text = mark("{place}: needs one of {keys} and has none")
            if present:
                text = mark("{place}: needs one of {keys} and has {present}")
            values = {"place": self.place, "keys": ", ".join(keys), "present": tr(" and ").join(present)}
            self.problems.lines.append(tr(text, **values))
            return ""
        return present[0]

    def text(self, key: str) -> str:
        value = self.values.get(key)
        if isinstance(value, str) and value.strip():
            return value
        text = mark("is missing") if value is None else mark("is a text that is not empty, not {value}")
        self.wrong(key, tr(text, value=_shown(value)))
        return ""

    def flag(self, key: str) -> bool:
        value = self.values.get(key, False)
        if not isinstance(value, bool):
            self.wrong(key, tr("is true or false, not {value}", value=_shown(value)))
        return value is True

    def tables(self, key: str) -> Iterator[Table]:
        value = self.values.get(key, [])
        if not isinstance(value, list):
            self.wrong(key, tr("is a list of tables, written [[{key}]], not {value}", key=key, value=_shown(value)))
            return
        for number, entry in enumerate(value, 1):
            if isinstance(entry, dict):
                yield Table(entry, f"{self._key(key)}[{number}]", self.problems)
            else:
                self.wrong(f"{key}[{number}]", tr("is a table, not {value}", value=_shown(entry)))

    def table(self, key: str) -> Table | None:
        value = self.values.get(key)
        if isinstance(value, dict):
            return Table(value, self._key(key), self.problems)
        self.wrong(key, tr("is a table, not {value}", value=_shown(value)))
        return None

    def share(self, key: str) -> float | None:
        value = self.values.get(key)
        if isinstance(value, int | float) and not isinstance(value, bool) and 0 < value < 1:
            return float(value)
        self.wrong(key, tr("is a share of the memory between 0 and 1, not {value}", value=_shown(value)))
        return None

    def size(self, key: str) -> int | None:
        value = self.values.get(key)
        size = size_bytes(f"-Xmx{value}") if isinstance(value, str) else None
        if size is None:
            self.wrong(key, tr('is a size such as "2g" or "768m", not {value}', value=_shown(value)))
        return size

    def json(self, key: str) -> JsonValue:
        value = self.values[key]
        if _is_json(value):
            return value  # type: ignore[no-any-return]  # checked to the last member
        self.wrong(key, tr("holds a date, a time or a number that JSON does not know"))
        return None

    def when(self) -> When:
        if "when" not in self.values or (table := self.table("when")) is None:
            return ALWAYS
        table.only(WHEN_KEYS)
        return When(
            os=table.words("os", OSES),
            arch=table.words("arch", ARCHES),
            jbr=table.range("jbr"),
            memory=table.range("memory", "GiB"),
            gopls=table.range("gopls", prefix="v0."),
        )

    def words(self, key: str, known: tuple[str, ...]) -> tuple[str, ...]:
        value = self.values.get(key, [])
        words = [value] if isinstance(value, str) else value
        if not isinstance(words, list) or not all(word in known for word in words):
            self.wrong(key, tr("is one or more of {known}, not {value}", known=", ".join(known), value=_shown(value)))
            return ()
        return tuple(words)

    def range(self, key: str, suffix: str = "", prefix: str = "") -> Range | None:
        """``">=21"``, ``"<=17"``, ``"21"``, or two of them: ``">=21 <=23"``; of gopls ``">=v0.24"``."""
        if key not in self.values:
            return None
        parts = str(self.values[key]).replace(",", " ").split()
        matches = [BOUND.fullmatch(part) for part in parts]
        bounds: dict[str, int] = {}
        for match in matches:
            if match is None or (match[4] or "", match[2] or "") != (suffix, prefix):
                one, two = f'">={prefix}16{suffix}"', f'">={prefix}8{suffix} <={prefix}16{suffix}"'
                text = mark("is a bound or two such as {one} or {two}, not {value}")
                self.wrong(key, tr(text, one=one, two=two, value=_shown(self.values[key])))
                return None
            sign = match[1] or "=="
            bounds |= {name: int(match[3]) for name in (("least", "most") if sign == "==" else (SIGNS[sign],))}
        return Range(**bounds)


SIGNS = {">=": "least", "<=": "most"}


def _is_json(value: object) -> bool:
    if isinstance(value, dict):
        return all(_is_json(member) for member in value.values())
    if isinstance(value, list):
        return all(_is_json(item) for item in value)
    if isinstance(value, float):
        return value - value == 0  # neither infinite nor "not a number"
    return isinstance(value, str | int | bool)


def _shown(value: object) -> str:
    if value is None:
        return tr("nothing")
    if isinstance(value, dict | list | datetime.date | datetime.time):
        return NAMES.get(type(value), tr("a date or time"))
    return f"'{value}'"
