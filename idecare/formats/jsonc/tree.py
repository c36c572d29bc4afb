"""JSON with comments as a tree of ranges: parsed whole or refused, walked by path, read as values."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Literal, NoReturn, TypeAlias

from idecare.core.frozen import frozen
from idecare.core.language import mark, tr
from idecare.formats.jsonc.scanner import JsoncError, lines_of, tokens

JsonValue: TypeAlias = "bool | int | float | str | Sequence[JsonValue] | Mapping[str, JsonValue] | None"
Path: TypeAlias = tuple[str | int, ...]
Kind: TypeAlias = Literal["object", "array", "string", "number", "word"]

MAX_DEPTH = 100  # a settings file of five levels is a deep one; each level costs a call
WORDS: dict[str, JsonValue] = {"true": True, "false": False, "null": None}
SCALARS: dict[str, Kind] = {"string": "string", "number": "number", "word": "word"}
MOST_DIGITS = 4000  # int() refuses more by default


@frozen
class Node:
    """A value and its range; an object or array has its brackets in the range."""

    kind: Kind
    start: int
    end: int
    entries: tuple[Entry, ...] = ()


@frozen
class Entry:
    """A member of an object, which begins at its key, or an item of an array, which has none."""

    key: str | None
    start: int
    value: Node

    @property
    def end(self) -> int:
        return self.value.end


@frozen
class Trail:
    """The nodes from the root down a path as far as they exist, and the part of the path that does not."""

    nodes: tuple[Node, ...]
    missing: Path


@frozen
class Duplicate:
    """A key that one object has several times. A reader takes the last, VS Code's writer changes the first."""

    key: str
    offsets: tuple[int, ...]
    lines: tuple[int, ...]


def parse(text: str) -> Node | None:
    """The root, or nothing where the text has only blanks and comments."""
    reader = _Reader(text)
    root = None if reader.kind == "end" else reader.value(0)
    if reader.kind != "end":
        reader.refuse(tr("nothing more, as the document is complete"))
    return root


class _Reader:
    """Reads one token at a time. Commas may trail, as VS Code reads them."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.rest = tokens(text)
        self.kind, self.start, self.end = next(self.rest)

    def advance(self) -> None:
        self.kind, self.start, self.end = next(self.rest)

    def refuse(self, wanted: str) -> NoReturn:
        text = mark("expected {wanted}, but {found} is here")
        if self.kind == "end":
            text = mark("expected {wanted}, but the text ends here")
        why = tr(text, wanted=wanted, found=self.text[self.start : self.end][:40])
        hint = tr("Fix it in an editor, then run the command again.")
        raise JsoncError("invalid-json", self.text, self.start, why, hint)

    def value(self, depth: int) -> Node:
        if self.kind == "{":
            return self.container("object", "}", self.member, depth + 1)
        if self.kind == "[":
            return self.container("array", "]", self.item, depth + 1)
        if self.kind not in SCALARS:
            self.refuse(tr("a value"))
        node = Node(SCALARS[self.kind], self.start, self.end)
        self.advance()
        return node

    def container(self, kind: Kind, closing: str, entry: Callable[[int], Entry], depth: int) -> Node:
        start, entries = self.start, []
        if depth > MAX_DEPTH:
            why = tr("brackets are nested more than {count} deep", count=MAX_DEPTH)
            raise JsoncError("too-deep", self.text, start, why)
        self.advance()
        while self.kind != closing:
            entries.append(entry(depth))
            if self.kind == ",":
                self.advance()
            elif self.kind != closing:
                self.refuse(tr("a comma or {bracket}", bracket=closing))
        end = self.end
        self.advance()
        return Node(kind, start, end, tuple(entries))

    def member(self, depth: int) -> Entry:
        start, source = self.start, self.text[self.start : self.end]
        if self.kind != "string":
            self.refuse(tr("a key in double quotes"))
        self.advance()
        if self.kind != ":":
            self.refuse(tr("a colon"))
        self.advance()
        return Entry(string_value(source), start, self.value(depth))

    def item(self, depth: int) -> Entry:
        value = self.value(depth)
        return Entry(None, value.start, value)


def string_value(source: str) -> str:
    return str(json.loads(source)) if "\\" in source else source[1:-1]


def value_of(text: str, node: Node) -> JsonValue:
    """What the node means; of a key that occurs twice the last counts."""
    source = text[node.start : node.end] if not node.entries else ""
    match node.kind:
        case "object":
            return {str(entry.key): value_of(text, entry.value) for entry in node.entries}
        case "array":
            return [value_of(text, entry.value) for entry in node.entries]
        case "string":
            return string_value(source)
        case "word":
            return WORDS[source]
        case "number":
            is_whole = source.lstrip("-").isdigit() and len(source) < MOST_DIGITS
            return int(source) if is_whole else float(source)


def is_same(left: JsonValue, right: JsonValue) -> bool:
    """Whether both mean the same in JSON, where ``true`` is not 1, 1.0 is, and members have no order."""
    if isinstance(left, Mapping) and isinstance(right, Mapping):
        return left.keys() == right.keys() and all(is_same(left[key], right[key]) for key in left)
    if isinstance(left, (str, bool)) or isinstance(right, (str, bool)):
        return type(left) is type(right) and left == right
    if isinstance(left, Sequence) and isinstance(right, Sequence):
        return len(left) == len(right) and all(map(is_same, left, right))
    return left == right


def positions(node: Node, segment: str | int) -> tuple[int, ...]:
    """The places among the entries which ``segment`` names: none, one, or several where a key is repeated."""
    if node.kind == "object" and isinstance(segment, str):
        return tuple(at for at, entry in enumerate(node.entries) if entry.key == segment)
    if node.kind == "array" and isinstance(segment, int) and 0 <= segment < len(node.entries):
        return (segment,)
    return ()


def descend(root: Node, path: Path) -> Trail:
    """Down the path as a reader would go: of repeated keys the last."""
    nodes = [root]
    for done, segment in enumerate(path):
        found = positions(nodes[-1], segment)
        if not found:
            return Trail(tuple(nodes), path[done:])
        nodes.append(nodes[-1].entries[found[-1]].value)
    return Trail(tuple(nodes), ())


def duplicates(text: str, root: Node, path: Path) -> tuple[Duplicate, ...]:
    """The repeated keys on a path, from the root down."""
    found = []
    for node, segment in zip(descend(root, path).nodes, path, strict=False):
        offsets = tuple(node.entries[at].start for at in positions(node, segment))
        if len(offsets) > 1:
            found.append(Duplicate(str(segment), offsets, lines_of(text, offsets)))
    return tuple(found)
