"""The edits that put new entries into an object or array of JSON with comments, around comments which stay in place."""

from __future__ import annotations

from collections.abc import Sequence

from idecare.formats.edits import Edit
from idecare.formats.jsonc.layout import Layout, entry_indent, is_inline, line_indent, render_entry
from idecare.formats.jsonc.scanner import BREAK, LineRest, blank_end, comma_after, comments, line_rest, space_end
from idecare.formats.jsonc.tree import JsonValue, Node

NewEntry = tuple[str | None, JsonValue]  # an item of an array has no key


def insert(
    text: str, trail: Sequence[Node], at: int, new: Sequence[NewEntry], layout: Layout | None
) -> tuple[Edit, ...]:
    """Edits that put ``new`` before the entry number ``at`` of the last node of ``trail``, or after all of them."""
    node = trail[-1]
    if layout is None:
        return (_bare(node, at, new),)
    if not node.entries:
        # An empty one has no style of its own.
        return (_into_empty(text, node, new, layout, len(trail) > 1 and is_inline(text, trail[-2])),)
    if at == 0:
        return (_before_all(text, node, new, layout),)
    return _after(text, node, at, new, layout)


def _bare(node: Node, at: int, new: Sequence[NewEntry]) -> Edit:
    entries = ",".join(render_entry(key, value, None, None) for key, value in new)
    if at:
        return Edit(node.entries[at - 1].end, node.entries[at - 1].end, "," + entries)
    return Edit(node.start + 1, node.start + 1, entries + ("," if node.entries else ""))


def _inline(new: Sequence[NewEntry], layout: Layout) -> str:
    return ", ".join(render_entry(key, value, layout, None) for key, value in new)


def _lines(new: Sequence[NewEntry], layout: Layout, indent: str) -> str:
    start = layout.eol + indent
    return ",".join(start + render_entry(key, value, layout, indent) for key, value in new)


def _into_empty(text: str, node: Node, new: Sequence[NewEntry], layout: Layout, inline: bool) -> Edit:
    rest = line_rest(text, node.start + 1)
    base = line_indent(text, node.start)
    lines = _lines(new, layout, base + layout.indent)
    if rest.is_all:
        return Edit(rest.end, rest.blank_end, lines)
    if inline:
        blank = " " if rest.end > node.start + 1 else ""
        return Edit(rest.end, rest.blank_end, blank + _inline(new, layout))
    return Edit(rest.end, rest.blank_end, lines + layout.eol + base)


def _before_all(text: str, node: Node, new: Sequence[NewEntry], layout: Layout) -> Edit:
    rest = line_rest(text, node.start + 1)
    if rest.is_all:
        return Edit(rest.end, rest.blank_end, _lines(new, layout, entry_indent(text, node, 0, layout)) + ",")
    start = blank_end(text, node.start + 1)
    return Edit(start, start, _inline(new, layout) + ", ")


def _after(text: str, node: Node, at: int, new: Sequence[NewEntry], layout: Layout) -> tuple[Edit, ...]:
    """Behind the comments on the line of the entry before, whose comma goes right behind its value."""
    before = node.entries[at - 1]
    comma = comma_after(text, before.end)
    start = before.end if comma is None else comma + 1
    closing = "" if comma is None else ","  # another entry follows, or commas trail here
    rest = line_rest(text, start)
    if not rest.is_all and at < len(node.entries):
        return (Edit(start, start, f" {_inline(new, layout)},"),)
    if is_inline(text, node):
        return (Edit(rest.end, rest.end, f"{', ' if comma is None else ' '}{_inline(new, layout)}{closing}"),)
    lines = _lines(new, layout, entry_indent(text, node, at, layout)) + closing
    end = rest.blank_end if rest.is_all else rest.end
    if comma is not None:
        return (Edit(rest.end, end, lines),)
    if rest.end == start:
        return (Edit(start, end, "," + lines),)
    return Edit(start, start, ","), Edit(rest.end, end, lines)


def removal(text: str, node: Node, at: int) -> tuple[Edit, ...]:
    """Edits that remove the entry number ``at``."""
    entry = node.entries[at]
    left_comma = comma_after(text, node.entries[at - 1].end) if at else None
    left = node.start + 1 if left_comma is None else left_comma + 1
    right_comma = comma_after(text, entry.end)
    right = entry.end if right_comma is None else right_comma + 1
    after = line_rest(text, right)
    if at + 1 < len(node.entries):
        start, end = _between(text, left, entry.start, right, after)
        return (Edit(start, end, ""),)
    start, end = _last(text, node, left, entry.start, after)
    # A trailing comma stays one in an object, not in an array: what VS Code's own editor makes of a list.
    if left_comma is None or (right_comma is not None and node.kind == "object"):
        return (Edit(start, end, ""),)
    if start == left:
        return (Edit(left_comma, end, ""),)
    return Edit(left_comma, left, ""), Edit(start, end, "")


def _between(text: str, left: int, own: int, right: int, after: LineRest) -> tuple[int, int]:
    """The range of an entry with another one after it."""
    before = line_rest(text, left)
    if after.is_all:
        return _start(text, left, own), after.blank_end
    if before.is_all:
        return own, blank_end(text, right)
    is_first = text[left - 1] != ","
    return (blank_end(text, left), blank_end(text, right)) if is_first else (left, right)


def _last(text: str, node: Node, left: int, own: int, after: LineRest) -> tuple[int, int]:
    """The range of the last entry, which may be the only one."""
    is_only = len(node.entries) == 1
    start, end = _start(text, left, own), after.blank_end
    if not after.is_all:
        end = node.end - 1 if is_only else after.end
        # What stays before may be a line comment, which must not swallow the bracket.
        start = space_end(text, start) if start > left else start
    inner = text[node.start + 1 : start] + text[end : node.end - 1]
    is_emptied_list = node.kind == "array" and is_only and not inner.strip()
    return (node.start + 1, node.end - 1) if is_emptied_list else (start, end)


def _start(text: str, left: int, own: int) -> int:
    """Where an entry and the comments above it begin: at the end of the line before, or right behind ``left``."""
    before = line_rest(text, left)
    if not before.is_all:
        return left
    start = own
    for comment_start, comment_end in reversed(tuple(comments(text, before.end, own))):
        breaks = tuple(BREAK.finditer(text, comment_end, start))
        if len(breaks) > 1:
            return breaks[-1].start()
        start = comment_start
    return before.end
