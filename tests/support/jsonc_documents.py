"""Settings files made up by hypothesis: any value in any layout, with comments wherever they may stand."""

from __future__ import annotations

import json
from dataclasses import dataclass
from random import Random
from typing import Any

from hypothesis import strategies as st

KEYS = st.sampled_from(["go.goroot", "[go]", "editor.tabSize", "a", "b", "c", "é", "日本", "x y", 'q"', "\\", "😀"])
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=6)
NUMBERS = st.integers(-(2**53), 2**53) | st.floats(-1e15, 1e15)  # what Python and node write alike
SCALARS = st.none() | st.booleans() | NUMBERS | TEXTS
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=8,
)
OBJECTS = st.dictionaries(KEYS, VALUES, max_size=5)
REMARKS = ["", " plain", " // twice", ' "old": 1,', " {[", " é日😀", " *"]


@dataclass(frozen=True)
class Document:
    """A text and what it means; shown as the text alone when an example fails."""

    text: str
    value: Any


class _Writer:
    """Takes each decision on layout from a random generator of its own, so that a seed stands for a layout."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.eol = self.random.choice(["\n", "\n", "\r\n", "\r"])
        self.other_eol = self.random.choice([self.eol, self.eol, self.eol, "\n", "\r\n"])
        self.indent = self.random.choice(["  ", "    ", "\t", " ", ""])
        self.remarks = self.random.choice([0.0, 0.1, 0.4])  # how often a comment stands where one may
        self.line_share = self.random.choice([0.0, 0.5, 0.9, 1.0])
        self.trails = self.random.choice([0.0, 0.5, 1.0])

    def chance(self, share: float) -> bool:
        return self.random.random() < share

    def line_end(self) -> str:
        return self.eol if self.chance(0.9) else self.other_eol

    def space(self, depth: int, line: bool = False) -> str:
        """What stands between two tokens: perhaps comments, perhaps a line break (as a rule where ``line`` says so)."""
        text = ""
        while self.chance(self.remarks):
            text += self.random.choice(["", " ", self.line_end() + self.indent * depth]) + self.remark()
        if self.chance(self.line_share if line else 0.03):
            text += "".join(self.line_end() for _ in range(self.random.choice([1, 1, 1, 2])))
            return text + self.indent * depth
        return text + self.random.choice(["", " ", " ", "  "])

    def remark(self) -> str:
        words = self.random.choice(REMARKS)
        if self.chance(0.5):
            return f"//{words}{self.line_end()}"
        inside = self.line_end() if self.chance(0.2) else ""
        return f"/*{words}{inside} */"

    def written(self, value: Any, depth: int) -> str:
        if isinstance(value, dict):
            parts = [
                f"{self.scalar(key)}{self.space(depth)}:{self.space(depth)}{self.written(item, depth + 1)}"
                for key, item in value.items()
            ]
            return self.container("{}", parts, depth)
        if isinstance(value, list):
            return self.container("[]", [self.written(item, depth + 1) for item in value], depth)
        return self.scalar(value)

    def scalar(self, value: Any) -> str:
        return json.dumps(value, ensure_ascii=self.chance(0.3))

    def container(self, brackets: str, parts: list[str], depth: int) -> str:
        text = brackets[0]
        for at, part in enumerate(parts):
            is_last = at + 1 == len(parts)
            comma = "," if not is_last or self.chance(self.trails) else ""
            before_comma = self.space(depth + 1) if self.chance(0.1) else ""
            text += f"{self.space(depth + 1, line=True)}{part}{before_comma}{comma}"
        return f"{text}{self.space(depth, line=True)}{brackets[1]}"


@st.composite
def documents(draw: st.DrawFn) -> Document:
    """An object, as settings are, or now and then another value."""
    value = draw(OBJECTS | OBJECTS | OBJECTS | VALUES)
    writer = _Writer(draw(st.integers(0, 2**32)))
    text = writer.space(0) + writer.written(value, 0) + writer.space(0)
    return Document(draw(st.sampled_from(["", "", "", "\ufeff"])) + text, value)


def paths(value: Any, prefix: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """Every path that leads to something, from the root down."""
    items: list[tuple[str | int, Any]] = []
    if isinstance(value, dict):
        items = list(value.items())
    elif isinstance(value, list):
        items = list(enumerate(value))
    return [prefix, *(path for key, item in items for path in paths(item, (*prefix, key)))]
