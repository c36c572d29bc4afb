"""How a JSON text is laid out, read from the text itself, and new values written the same way."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain, islice

from idecare.core.errors import UsageError
from idecare.core.frozen import frozen
from idecare.core.language import tr
from idecare.formats.jsonc.scanner import BLANK_RUN, BLANKS, BOM, BREAK, BREAKS
from idecare.formats.jsonc.tree import JsonValue, Node

OWN_LINE = re.compile(rf"[{BREAKS}]([{BLANKS}]*)\Z")
SURROGATE = re.compile("[\ud800-\udfff]")
MOST_LOOKED_AT = 100  # containers, before the indent of a strange text is taken as unknown


@frozen
class Layout:
    """One step of indent, and the line end."""

    indent: str = "  "
    eol: str = "\n"


def detect(text: str, nodes: Sequence[Node], fallback: Layout | None) -> Layout | None:
    """The line end most lines have, and the indent in the nearest of ``nodes`` (from the root down) that shows one."""
    if fallback is None:
        return None
    looked_at = islice(chain(reversed(nodes), _containers(nodes[:1])), MOST_LOOKED_AT)
    steps = (_step(text, node) for node in looked_at)
    return Layout(next(filter(None, steps), fallback.indent), _line_end(text) or fallback.eol)


def _line_end(text: str) -> str | None:
    pairs = text.count("\r\n")
    counts = {"\n": text.count("\n") - pairs, "\r\n": pairs, "\r": text.count("\r") - pairs}
    most = max(counts, key=lambda eol: counts[eol])
    return most if counts[most] else None


def _containers(nodes: Sequence[Node]) -> Iterator[Node]:
    for node in nodes:
        yield node
        yield from _containers([entry.value for entry in node.entries if entry.value.entries])


def _step(text: str, node: Node) -> str:
    own = next((indent for at in range(len(node.entries)) if (indent := own_indent(text, node, at)) is not None), "")
    base = line_indent(text, node.start)
    return own.removeprefix(base) if own.startswith(base) else ""


def gap(node: Node, at: int) -> tuple[int, int]:
    """The range before an entry, from the end of the one before or the bracket; ``len(entries)``: after the last."""
    start = node.entries[at - 1].end if at else node.start + 1
    return start, node.entries[at].start if at < len(node.entries) else node.end - 1


def own_indent(text: str, node: Node, at: int) -> str | None:
    """The blanks before an entry that begins its line."""
    found = OWN_LINE.search(text, *gap(node, at))
    return found[1] if found else None


def is_inline(text: str, node: Node) -> bool:
    """Whether the entries and both brackets are on one line (an entry may have lines inside)."""
    return bool(node.entries) and not any(BREAK.search(text, *gap(node, at)) for at in range(len(node.entries) + 1))


def line_indent(text: str, offset: int) -> str:
    """The blanks at the start of the line."""
    start = max(text.rfind(mark, 0, offset) for mark in BREAKS) + 1
    found = BLANK_RUN.match(text, start + (start == 0 and text.startswith(BOM)), offset)
    return found.group() if found else ""


def entry_indent(text: str, node: Node, at: int, layout: Layout) -> str:
    """The indent of a new entry: that of the nearest one which begins a line, above first, then below."""
    others = chain(range(at - 1, -1, -1), range(at, len(node.entries)))
    known = (own_indent(text, node, other) for other in others)
    return next((own for own in known if own is not None), line_indent(text, node.start) + layout.indent)


def render(value: JsonValue, layout: Layout | None, indent: str | None) -> str:
    """The value as JSON, its first line unindented; without an indent on one line, without a layout without blanks."""
    if layout is None:
        return _json(value)
    inner = None if indent is None else indent + layout.indent
    if isinstance(value, Mapping):
        return _enclosed("{}", [render_entry(key, item, layout, inner) for key, item in value.items()], layout, indent)
    if isinstance(value, Sequence) and not isinstance(value, str):
        return _enclosed("[]", [render(item, layout, inner) for item in value], layout, indent)
    return _json(value)


def render_entry(key: str | None, value: JsonValue, layout: Layout | None, indent: str | None) -> str:
    text = render(value, layout, indent)
    return text if key is None else f"{_json(key)}: {text}"


def _json(value: JsonValue) -> str:
    source = json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=_plain)
    # Half a pair of surrogates has no bytes, so it stays the escape it must have come from.
    return SURROGATE.sub(lambda found: f"\\u{ord(found[0]):04x}", source)


def _plain(value: JsonValue) -> JsonValue:
    return dict(value) if isinstance(value, Mapping) else list(value) if isinstance(value, Sequence) else value


def _enclosed(brackets: str, parts: Sequence[str], layout: Layout, indent: str | None) -> str:
    if indent is None or not parts:
        return brackets[0] + ", ".join(parts) + brackets[1]
    lines = f",{layout.eol}{indent}{layout.indent}".join(("", *parts)).removeprefix(",")
    return f"{brackets[0]}{lines}{layout.eol}{indent}{brackets[1]}"


def check_writable(value: JsonValue, levels: int) -> None:
    """Refuse what JSON cannot say, and what has more than so many brackets around another."""
    is_list = isinstance(value, Sequence) and not isinstance(value, (str, bytes))
    if not isinstance(value, Mapping) and not is_list:
        _check_scalar(value)
    elif levels < 1:
        raise UsageError("bad-value", tr("the value is nested too deep"))
    elif isinstance(value, Mapping):
        _check_members(value, levels)
    elif isinstance(value, Sequence):
        for item in value:
            check_writable(item, levels - 1)


def _check_members(members: Mapping[str, JsonValue], levels: int) -> None:
    for key, item in members.items():
        if not isinstance(key, str):
            raise UsageError("bad-value", tr("{key} cannot be a key in JSON", key=repr(key)))
        check_writable(item, levels - 1)


def _check_scalar(value: object) -> None:
    try:
        json.dumps(value, allow_nan=False)
    except (TypeError, ValueError) as error:
        raise UsageError("bad-value", tr("{value} cannot be written as JSON", value=f"{value!r:.60}")) from error
