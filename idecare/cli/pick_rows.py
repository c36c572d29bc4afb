"""What `idecare pick` lists, and what is marked, sorted and filtered of it: no terminal, no disk."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Literal

from idecare.core.frozen import frozen
from idecare.core.language import tr

Key = tuple[str, ...]
Order = Literal["size", "age", "name"]
Wanted = Literal["quit", "clean", "undo", "open", "rescan"]
ORDERS: dict[str, Order] = {"s": "size", "t": "age", "n": "name"}
MOVES = {"up": -1, "k": -1, "down": 1, "j": 1}
WANTED: dict[str, Wanted] = {"q": "quit", "c": "clean", "d": "clean", "u": "undo", "r": "rescan"}


@frozen
class Row:
    """Something with a size. ``paths``: what is picked of ``target`` by marking it; ``kept``: why it cannot be marked.
    What is held has the id of its journal entry. ``bytes`` is ``None`` until they are measured."""

    key: Key
    name: str
    place: str
    target: str = ""
    paths: tuple[Path, ...] = ()
    kept: str = ""
    entry_id: str = ""
    note: str = ""
    opens: bool = False
    bytes: int | None = None
    last_used: datetime | None = None

    def matches(self, text: str) -> bool:
        return text.lower() in f"{self.name} {self.target} {self.place}".lower()


@frozen
class Listed:
    """All rows of the top list, or of one that was opened."""

    above: Key | None
    rows: tuple[Row, ...]


@frozen
class Measured:
    key: Key
    bytes: int
    last_used: datetime | None


@frozen
class Finished:
    """A measuring has come to its end; ``notes``: what could not be measured, and why."""

    notes: tuple[str, ...] = ()


Event = Listed | Measured | Finished


@dataclass
class Picker:
    """What the user sees and has marked so far. ``lists``: rows by their key, of the top list (``None``) and of each
    row that was opened; ``jobs``: how many measurings go on."""

    lists: dict[Key | None, dict[Key, Row]] = field(default_factory=lambda: {None: {}})
    opened: Key | None = None
    marks: set[Key] = field(default_factory=set)
    at: dict[Key | None, Key] = field(default_factory=dict)
    order: Order = "size"
    is_reversed: bool = False
    filter: str = ""
    is_typing: bool = False
    is_help: bool = False
    message: str = ""
    jobs: int = 0
    _sorted: list[Row] | None = None  # of thousands of modules: not for each line of a screen again

    def absorb(self, event: Event) -> None:
        self._sorted = None
        match event:
            case Listed(above=above, rows=rows):
                self.lists[above] = {row.key: row for row in rows}
            case Measured():
                for known in self.lists.values():
                    if row := known.get(event.key):
                        known[event.key] = replace(row, bytes=event.bytes, last_used=event.last_used)
            case Finished():
                self.jobs -= 1
                self.message = "; ".join(event.notes) or self.message

    @property
    def shown(self) -> list[Row]:
        """The rows of the open list that the filter leaves, in their order; what is not measured comes last."""
        if self._sorted is None:
            self._sorted = self._sort_rows()
        return self._sorted

    def _sort_rows(self) -> list[Row]:
        rows = [row for row in self.lists[self.opened].values() if row.matches(self.filter)]
        rows.sort(key=lambda row: row.name)
        if self.order == "name":
            return rows[::-1] if self.is_reversed else rows
        known = [row for row in rows if _value(row, self.order) is not None]
        known.sort(key=lambda row: _value(row, self.order) or 0, reverse=(self.order == "size") != self.is_reversed)
        return known + [row for row in rows if _value(row, self.order) is None]

    @property
    def current(self) -> Row | None:
        shown = self.shown
        wanted = self.at.get(self.opened)
        return next((row for row in shown if row.key == wanted), shown[0] if shown else None)

    def is_marked(self, row: Row) -> bool:
        """Also where what it is a part of is marked."""
        return row.key in self.marks or self.opened in self.marks

    @property
    def marked(self) -> list[Row]:
        """Each thing once: parts of what is marked whole are in that."""
        found = [(above, row) for above, rows in self.lists.items() for row in rows.values() if row.key in self.marks]
        return [row for above, row in found if above not in self.marks]

    @property
    def is_measuring(self) -> bool:
        return self.jobs > 0

    def press(self, key: str, page: int = 10) -> Wanted | None:
        """Do what a key stands for; what it wants of the disk is for the caller."""
        wanted = self._press(key, page)
        self._sorted = None
        return wanted

    def _press(self, key: str, page: int) -> Wanted | None:
        self.message = ""
        if self.is_help:
            self.is_help = False
            return None
        if self.is_typing:
            self._type(key)
            return None
        if key in MOVES or key in ("pgup", "pgdn", "home", "end", "g", "G"):
            self._move(key, page)
        elif key == " ":
            self._toggle()
        elif key == "a":
            self._toggle_all()
        elif key in ORDERS:
            self._sort(ORDERS[key])
        elif key == "/":
            self.is_typing = True
        elif key == "?":
            self.is_help = True
        elif key in ("left", "h", "backspace", "esc"):
            self._back(key)
        elif key in ("right", "l", "enter"):
            return self._open()
        return self._wanted(key)

    def _type(self, key: str) -> None:
        if key in ("enter", "esc"):
            self.is_typing = False
            self.filter = "" if key == "esc" else self.filter
        elif key == "backspace":
            self.filter = self.filter[:-1]
        elif len(key) == 1 and key.isprintable():
            self.filter += key

    def _move(self, key: str, page: int) -> None:
        shown, current = self.shown, self.current
        if current is None:
            return
        steps = {**MOVES, "pgup": -page, "pgdn": page, "home": -len(shown), "g": -len(shown)}
        at = shown.index(current) + steps.get(key, len(shown))
        self.at[self.opened] = shown[max(0, min(at, len(shown) - 1))].key

    def _toggle(self) -> None:
        row = self.current
        if row is None:
            return
        if row.kept:
            self.message = f"{row.name}{tr(': ')}{row.kept}"
        elif self.opened in self.marks:
            self.message = tr("all of this is marked: go back and unmark it to choose")
        else:
            self.marks ^= {row.key}
            self._move("down", 1)

    def _toggle_all(self) -> None:
        """Mark all that is shown, or unmark it where it is marked."""
        keys = {row.key for row in self.shown if not row.kept}
        self.marks = self.marks - keys if keys <= self.marks else self.marks | keys

    def _sort(self, order: Order) -> None:
        self.is_reversed = not self.is_reversed if order == self.order else False
        self.order = order

    def _back(self, key: str) -> None:
        if self.filter and key == "esc":
            self.filter = ""
        else:
            self.opened, self.filter = None, ""

    def _open(self) -> Wanted | None:
        row = self.current
        if row is None or not row.opens:
            self.message = (
                tr("{name} has no parts to choose from: space marks it, c cleans", name=row.name) if row else ""
            )
            return None
        self.opened, self.filter = row.key, ""
        if row.key in self.lists:
            return None
        self.lists[row.key] = {}
        return "open"

    def _wanted(self, key: str) -> Wanted | None:
        wanted = WANTED.get(key)
        if wanted == "clean" and not self.marks:
            self.message = tr("nothing is marked: space marks a line, a all of them")
            return None
        return wanted


def _value(row: Row, order: Order) -> float | None:
    if order == "age":
        return row.last_used.timestamp() if row.last_used else None
    return row.bytes


def total_bytes(rows: Iterable[Row]) -> int:
    return sum(row.bytes or 0 for row in rows)
