"""Edits of JSON with comments: set, merge, insert and remove by path, touching nothing else; text in, edits out.

A path holds keys and indexes; -1 and any index past the end append. A path that meets a key twice, or a parent of
another kind, is refused, as is a text that does not parse. What is already as asked needs no edit.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from idecare.core.language import mark, tr
from idecare.formats.edits import Edit, ordered
from idecare.formats.jsonc.entries import NewEntry, insert, removal
from idecare.formats.jsonc.layout import Layout, check_writable, detect, is_inline, line_indent, render
from idecare.formats.jsonc.scanner import BOM, JsoncError, place
from idecare.formats.jsonc.tree import (
    MAX_DEPTH,
    Duplicate,
    Entry,
    JsonValue,
    Node,
    Path,
    Trail,
    descend,
    duplicates,
    is_same,
    parse,
    positions,
    value_of,
)

__all__ = [
    "MAX_DEPTH",
    "Duplicate",
    "Edit",
    "Entry",
    "JsonValue",
    "JsoncError",
    "Layout",
    "Node",
    "Path",
    "duplicate_keys",
    "insert_item",
    "merge",
    "node_at",
    "parse",
    "place",
    "remove",
    "set_value",
    "value_at",
    "value_of",
]

MOST_LINES = 5  # that a message names
USUAL = Layout()  # for a text that shows neither indent nor line end


def node_at(text: str, path: Path) -> Node | None:
    """The value at ``path``, with its range; of a key that occurs twice the last."""
    root = parse(text)
    trail = descend(root, path) if root else None
    return trail.nodes[-1] if trail and not trail.missing else None


def value_at(text: str, path: Path, default: JsonValue = None) -> JsonValue:
    """The value at ``path``, as a reader of the whole text would have it."""
    node = node_at(text, path)
    return value_of(text, node) if node else default


def duplicate_keys(text: str, path: Path) -> tuple[Duplicate, ...]:
    """The keys of ``path`` that their object has several times."""
    root = parse(text)
    return duplicates(text, root, path) if root else ()


def set_value(
    text: str, path: Path, value: JsonValue, *, at: int | None = None, layout: Layout | None = USUAL
) -> tuple[Edit, ...]:
    """Edits after which ``path`` has ``value``; objects missing on the way are made.

    ``at`` is the place of a new member among the others, else it is the last. ``layout`` is for a text that shows
    none; with ``None`` nothing is laid out.
    """
    trail = _unique_trail(text, path)
    check_writable(_wrapped(path, value), MAX_DEPTH)
    if trail is None:
        return _fill(text, _wrapped(path, value), layout)
    layout = detect(text, trail.nodes, layout)
    if not trail.missing:
        return ordered(_replace(text, trail.nodes, value, layout))
    return _insert(text, trail, value, at, layout)


def insert_item(text: str, path: Path, value: JsonValue, *, layout: Layout | None = USUAL) -> tuple[Edit, ...]:
    """Edits that put ``value`` before the item at ``path`` (the items from there on move up), or after the last."""
    index = path[-1] if path else None
    if not isinstance(index, int):
        raise TypeError(f"{path} does not end with an index")
    trail = _unique_trail(text, path)
    if trail is None or trail.missing:
        return set_value(text, path, value, layout=layout)
    check_writable(_wrapped(path, value), MAX_DEPTH)
    above = Trail(trail.nodes[:-1], (index,))
    return _insert(text, above, value, index, detect(text, above.nodes, layout))


def merge(
    text: str, path: Path, members: Mapping[str, JsonValue], *, layout: Layout | None = USUAL
) -> tuple[Edit, ...]:
    """Edits after which the object at ``path`` has ``members`` besides its others; it is made where it is missing."""
    root = parse(text)
    if root is None:
        return set_value(text, path, members, layout=layout)
    for key in members:
        _refuse_duplicates(text, root, (*path, key))
    trail = descend(root, path)
    if trail.missing:
        return set_value(text, path, members, layout=layout)
    node = trail.nodes[-1]
    present = value_of(text, node)
    if isinstance(present, Mapping):  # what is there is not written again: 1e400 is more than a float can hold
        check_writable(_wrapped(path, members), MAX_DEPTH)
        return ordered(_replace(text, trail.nodes, {**present, **members}, detect(text, trail.nodes, layout)))
    raise _wrong_parent(text, node, next(iter(members), ""))


def remove(text: str, path: Path) -> tuple[Edit, ...]:
    """Edits that take the member or item at ``path`` out; none where there is nothing."""
    if not path:
        raise ValueError("a document cannot be removed from itself")
    trail = _unique_trail(text, path)
    if trail is None or trail.missing:
        return ()
    node = trail.nodes[-2]
    return removal(text, node, positions(node, path[-1])[0])


def _unique_trail(text: str, path: Path) -> Trail | None:
    if any(isinstance(segment, int) and segment < -1 for segment in path):
        raise ValueError(f"{path} has an index below -1")
    root = parse(text)
    if root is None:
        return None
    _refuse_duplicates(text, root, path)
    return descend(root, path)


def _refuse_duplicates(text: str, root: Node, path: Path) -> None:
    for duplicate in duplicates(text, root, path):
        more = (tr("more"),) if len(duplicate.lines) > MOST_LINES else ()
        lines = tr(" and ").join((*map(str, duplicate.lines[:MOST_LINES]), *more))
        why = mark("the key {key} occurs more than once (lines {lines}), and only the last counts")
        why = tr(why, key=json.dumps(duplicate.key), lines=lines)
        raise JsoncError("duplicate-key", text, duplicate.offsets[-1], why, tr("Remove the others first."))


def _wrapped(path: Path, value: JsonValue) -> JsonValue:
    """``value`` inside the objects and one-item arrays that ``path`` asks for."""
    for segment in reversed(path):
        value = {segment: value} if isinstance(segment, str) else [value]
    return value


def _fill(text: str, value: JsonValue, layout: Layout | None) -> tuple[Edit, ...]:
    """Into a text of blanks and comments, before them all."""
    start = len(BOM) if text.startswith(BOM) else 0
    layout = detect(text, (), layout)
    return (Edit(start, start, render(value, layout, "") + (" " if text.startswith("/", start) else "")),)


def _insert(text: str, trail: Trail, value: JsonValue, at: int | None, layout: Layout | None) -> tuple[Edit, ...]:
    """The first missing part of the path becomes an entry of the last node there is."""
    node, segment = trail.nodes[-1], trail.missing[0]
    if node.kind != ("object" if isinstance(segment, str) else "array"):
        raise _wrong_parent(text, node, segment)
    entry: NewEntry = (segment if isinstance(segment, str) else None, _wrapped(trail.missing[1:], value))
    count = len(node.entries)
    return insert(text, trail.nodes, count if at is None else min(max(at, 0), count), [entry], layout)


def _wrong_parent(text: str, node: Node, segment: str | int) -> JsoncError:
    member = isinstance(segment, str)
    wanted = tr("the member {key}", key=json.dumps(segment)) if member else tr("the item {number}", number=segment)
    names = {"object": tr("an object"), "array": tr("an array"), "string": tr("a string"), "number": tr("a number")}
    found = names.get(node.kind, text[node.start : node.end])
    why = tr("here is {found}, which cannot have {wanted}", found=found, wanted=wanted)
    return JsoncError("wrong-parent", text, node.start, why)


def _replace(text: str, nodes: Sequence[Node], value: JsonValue, layout: Layout | None) -> Iterable[Edit]:
    """Make the last of ``nodes`` mean ``value``; an object that loses no member keeps its own text and comments."""
    node = nodes[-1]
    if is_same(value_of(text, node), value):
        return ()
    if node.kind == "object" and isinstance(value, Mapping) and _only_gains(text, node, value):
        return _merge_into(text, nodes, value, layout)
    inline = any(is_inline(text, near) for near in nodes[-2:])
    return (Edit(node.start, node.end, render(value, layout, None if inline else line_indent(text, node.start))),)


def _only_gains(text: str, node: Node, members: Mapping[str, JsonValue]) -> bool:
    """Whether each present key is in ``members``, and those whose value changes are there once."""
    counts = Counter(entry.key for entry in node.entries)
    repeated = {key for key, count in counts.items() if key is not None and count > 1}
    present = value_of(text, node)
    assert isinstance(present, Mapping)
    return present.keys() <= members.keys() and all(is_same(present[key], members[key]) for key in repeated)


def _merge_into(
    text: str, nodes: Sequence[Node], members: Mapping[str, JsonValue], layout: Layout | None
) -> Iterator[Edit]:
    present = {entry.key: entry.value for entry in nodes[-1].entries}
    for key in members.keys() & present.keys():
        yield from _replace(text, (*nodes, present[key]), members[key], layout)
    new: list[NewEntry] = [(key, value) for key, value in members.items() if key not in present]
    if new:
        yield from insert(text, nodes, len(nodes[-1].entries), new, layout)
