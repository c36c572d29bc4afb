"""The edits that take an entry out of an object or array of JSON with comments, and which comments go with it.

Its own go: on its line, and on the lines directly above. Its neighbours' and those apart by a blank line stay.
"""

from __future__ import annotations

from idecare.formats.edits import Edit
from idecare.formats.jsonc.scanner import BREAK, LineRest, blank_end, comma_after, comments, line_rest, space_end
from idecare.formats.jsonc.tree import Node


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
