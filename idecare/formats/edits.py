"""A change of a text as a value: which characters go and what replaces them."""

from __future__ import annotations

from collections.abc import Iterable

from idecare.core.frozen import frozen


@frozen
class Edit:
    """The characters from ``start`` up to ``end`` become ``text``; an insertion has both at the same place."""

    start: int
    end: int
    text: str


def ordered(edits: Iterable[Edit]) -> tuple[Edit, ...]:
    """In the order of the text; insertions at one place stay in the order given."""
    return tuple(sorted(edits, key=lambda edit: (edit.start, edit.end)))


def apply_edits(text: str, edits: Iterable[Edit]) -> str:
    """``text`` with every edit made. All offsets are those of ``text`` itself, so the order given does not matter."""
    pieces: list[str] = []
    done = 0
    for edit in ordered(edits):
        if not done <= edit.start <= edit.end <= len(text):
            raise ValueError(f"{edit} overlaps another edit or leaves the text")
        pieces += (text[done : edit.start], edit.text)
        done = edit.end
    return "".join((*pieces, text[done:]))
