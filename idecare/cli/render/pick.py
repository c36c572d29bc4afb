"""The screen of `idecare pick` as lines of text; the terminal is elsewhere (cli/pick_screen.py)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

from idecare.cli.pick_rows import Picker, Row, total_bytes
from idecare.cli.render.terminal import bar, pad, visible_width
from idecare.core.humanize import age_text, size_text, visible
from idecare.core.language import tr

Line = tuple[str, str]  # the text, and one of terminal.CODES, "cursor" or ""
KEYS = (
    (tr("up down j k"), tr("move; also PgUp, PgDn, Home, End, g, G")),
    (tr("space"), tr("mark the line, or unmark it")),
    ("a", tr("mark all lines that are shown, or unmark them")),
    (tr("enter l"), tr("open what has parts: modules, folders of gopls")),
    (tr("left h"), tr("go back")),
    ("c d", tr("clean what is marked: shows the plan and asks first")),
    ("u", tr("undo: the held line that is chosen, else the last")),
    ("/", tr("filter by name or place; Esc ends it")),
    ("s t n", tr("sort by size, age or name; again: reversed")),
    ("r", tr("measure again")),
    ("q", tr("quit")),
)
HINTS = (
    tr("space mark"),
    tr("c clean"),
    tr("u undo"),
    tr("/ filter"),
    tr("? help"),
    tr("q quit"),
    tr("s t n sort"),
    tr("a all"),
    tr("enter open"),
)
UNKNOWN = "..."
SMALLEST_WITH_BARS = 60  # columns; narrower, there is no place either but that of the chosen line
BAR_WIDTH, LONGEST_NAME = 10, 40
BESIDES_ROWS = 4  # title, heads of the columns, what is said of the chosen line, keys
SMALLEST_WITH_HEADS = 7  # lines


def picture(picker: Picker, width: int, height: int, now: datetime, has_signs: bool = True) -> list[Line]:
    """At most ``height`` lines of at most ``width`` columns."""
    lines = list(_help() if picker.is_help else _list(picker, width, height, now, has_signs))
    return [(cut(text, width), style) for text, style in lines[:height]]


def rows_that_fit(height: int) -> int:
    return max(1, height - (BESIDES_ROWS if height >= SMALLEST_WITH_HEADS else 2))


def cut(text: str, width: int) -> str:
    """The text as far as it fits; signs of others that a terminal would act on are escapes."""
    text = visible(text)
    if visible_width(text) <= width:
        return text
    while text and visible_width(text) > width - 1:
        text = text[:-1]
    return f"{text}~"


def _help() -> Iterator[Line]:
    yield tr("Keys of idecare pick"), "heading"
    yield from ((f"{pad(keys, 12)} {text}", "") for keys, text in KEYS)
    yield tr("Any key goes back."), "dim"


def _list(picker: Picker, width: int, height: int, now: datetime, has_signs: bool) -> Iterator[Line]:
    shown, current = picker.shown, picker.current
    count, has_heads = rows_that_fit(height), height >= SMALLEST_WITH_HEADS
    at = shown.index(current) if current else 0
    first = max(0, min(at - count // 2, len(shown) - count))
    draw = _drawer(picker, shown, width, now, has_signs)
    if has_heads:
        yield _title(picker), "heading"
        yield _heads(picker, width, _longest_name(shown)), "dim"
    visible_rows = shown[first : first + count]
    for row in visible_rows:
        yield draw(row), "cursor" if row is current else _style(picker, row)
    if not shown:
        yield _nothing(picker), "dim"
    yield from [("", "")] * (count - max(1, len(visible_rows)))
    yield _about(picker, current), "dim"
    yield _hints(picker, width), "heading" if picker.is_typing else "dim"


def _style(picker: Picker, row: Row) -> str:
    return "dim" if row.kept else "good" if picker.is_marked(row) else ""


def _title(picker: Picker) -> str:
    if marked := picker.marked:
        text = tr("{size} marked ({count})", size=size_text(total_bytes(marked)), count=len(marked))
    else:
        text = tr("idecare pick: {size}", size=size_text(total_bytes(picker.lists[picker.opened].values())))
    opened = picker.lists[None].get(picker.opened) if picker.opened else None
    place = tr(" in {name}", name=opened.name) if opened and not marked else ""
    return f"{text}{place}{tr(', measuring') if picker.is_measuring else ''}"


def _longest_name(shown: list[Row]) -> int:
    return min(LONGEST_NAME, max((visible_width(visible(_named(row))) for row in shown if row.place), default=0))


def _heads(picker: Picker, width: int, longest: int) -> str:
    size, age, name = (
        f"{word}{'*' if picker.order == order else ''}"
        for order, word in (("size", tr("SIZE")), ("age", tr("AGE")), ("name", tr("NAME")))
    )
    size, age = pad(size, 8, to_right=True), pad(age, 8, to_right=True)
    if width < SMALLEST_WITH_BARS:
        return f"      {size} {age}  {name}"
    place = f"  {tr('PLACE')}" if longest else ""
    return f"      {size} {'':{BAR_WIDTH}} {age}  {pad(name, longest)}{place}"


def _drawer(picker: Picker, shown: list[Row], width: int, now: datetime, has_signs: bool) -> Callable[[Row], str]:
    largest = max((row.bytes or 0 for row in shown), default=0) or 1
    longest = _longest_name(shown)
    current = picker.current

    def share(row: Row) -> str:
        part = (row.bytes or 0) / largest
        return f"{bar(part, BAR_WIDTH) if has_signs else '#' * round(part * BAR_WIDTH):<{BAR_WIDTH}} "

    def name(row: Row) -> str:
        if width < SMALLEST_WITH_BARS or not row.place:
            return _named(row)
        return f"{pad(cut(_named(row), longest), longest)}  {row.place}"

    def draw(row: Row) -> str:
        mark = "   " if row.kept else "[x]" if picker.is_marked(row) else "[ ]"
        size = UNKNOWN if row.bytes is None else size_text(row.bytes)
        age = age_text((now - row.last_used).total_seconds()) if row.last_used else "-"
        start = f"{'>' if row is current else ' '} {mark} {size:>8} {share(row) * (width >= SMALLEST_WITH_BARS)}"
        return f"{start}{pad(age, 8, to_right=True)}  {name(row)}"

    return draw


def _named(row: Row) -> str:
    return f"{row.name} >" if row.opens else row.name


def _nothing(picker: Picker) -> str:
    if picker.filter:
        return tr("Nothing here is called '{filter}'.", filter=picker.filter)
    return tr("Looking ...") if picker.is_measuring else tr("There is nothing here.")


def _about(picker: Picker, current: Row | None) -> str:
    if picker.message or current is None:
        return picker.message
    return tr(": ").join(filter(None, (current.kept or current.note, current.place)))


def _hints(picker: Picker, width: int) -> str:
    if picker.is_typing:
        return tr("/{filter}_  (Enter keeps it, Esc ends it)", filter=picker.filter)
    line = tr("filter: {filter}", filter=picker.filter) if picker.filter else HINTS[0]
    for hint in HINTS[not picker.filter :]:
        if visible_width(f"{line}  {hint}") <= width:
            line += f"  {hint}"
    return line
