"""Tables: aligned columns in a pipe; on a terminal the same, folded or broken into groups of columns where too wide."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence

from idecare.cli.render.terminal import current_terminal, marked, pad, paint, pieces, visible_width, with_codes, wrap
from idecare.core.language import speaks_english

Row = tuple[str, ...]
GAP = "  "
SMALLEST_FOLDED = 24  # columns; text in a narrower one is hard to read
DETAIL_INDENT = "    "


def table(
    rows: Iterable[Row],
    header: Row = (),
    indent: str = "  ",
    right: Collection[str] = (),
    details: Sequence[Sequence[str]] = (),
) -> str:
    """Rows as left-aligned columns, two spaces apart; ``right`` names the header's columns of numbers.

    ``details`` are, for each row, the lines to show below it. A row may be shorter than others.
    """
    body = [tuple(row) for row in rows]
    lines = [header, *body] if header else body
    if not lines:
        return ""
    count = max(map(len, lines))
    widths = [max(visible_width(row[column]) for row in lines if column < len(row)) for column in range(count)]
    numbers = {column for column, title in enumerate(header) if title in right}
    layout = _layout(lines, widths, indent, numbers)
    shown = [paint(layout[0], "heading"), *layout[1:]] if header else layout
    below: list[Sequence[str]] = [(), *details] if header else [*details]
    text = []
    for number, row in enumerate(shown):
        text += [row, *(wrap(line, indent + DETAIL_INDENT) for lines in below[number : number + 1] for line in lines)]
    return "\n".join(text)


def _layout(lines: list[Row], widths: list[int], indent: str, numbers: Collection[int]) -> list[str]:
    """One text for each row, of several lines where the terminal is too narrow for the table."""
    terminal = current_terminal()
    if terminal is None or _total(widths) + len(indent) <= terminal.width:
        return [indent + _line(row, widths, numbers) for row in lines]
    folded = _folded_widths(lines, widths, terminal.width - len(indent))
    if folded:
        return _fold(lines, folded, indent, numbers)
    return _group(lines, widths, indent, numbers, terminal.width)


def _total(widths: Sequence[int]) -> int:
    return sum(widths) + len(GAP) * (len(widths) - 1)


def _line(row: Row, widths: Sequence[int], numbers: Collection[int], first: int = 0) -> str:
    cells = (
        pad(cell, width, column in numbers)
        for column, (cell, width) in enumerate(zip(row, widths, strict=False), first)
    )
    return GAP.join(cells).rstrip()


def _folded_widths(lines: list[Row], widths: list[int], room: int) -> list[int]:
    """The widths with the last column made narrower; none where its words, such as paths, would be torn."""
    left = room - _total(widths[:-1]) - len(GAP) if len(widths) > 1 else room
    words = (piece for row in lines if len(row) == len(widths) for _, piece in pieces(row[-1]))
    longest = max(map(visible_width, words), default=0)
    return [*widths[:-1], left] if left >= max(SMALLEST_FOLDED, longest) else []


def _fold(lines: list[Row], widths: list[int], indent: str, numbers: Collection[int]) -> list[str]:
    """Each row as a grid of rich's, as many lines high as its last cell needs."""
    from rich.console import Console
    from rich.padding import Padding
    from rich.table import Table
    from rich.text import Text

    terminal = current_terminal()
    assert terminal is not None
    console = Console(
        force_terminal=True,
        width=terminal.width,
        color_system="standard" if terminal.has_colour else None,
        highlight=False,
        _environ={},
    )
    shown = []
    for row in lines:
        grid = Table.grid(padding=(0, len(GAP), 0, 0))
        for column, width in enumerate(widths):
            grid.add_column(width=width, justify="right" if column in numbers else "left", overflow="fold")
        # rich breaks lines at blanks only.
        cells = row if speaks_english() else (*row[:-1], wrap(row[-1], width=widths[len(row) - 1]))
        grid.add_row(*(Text.from_ansi(with_codes(cell)) for cell in cells))
        with console.capture() as captured:
            console.print(Padding(grid, (0, 0, 0, len(indent))))
        shown.append("\n".join(line.rstrip() for line in marked(captured.get()).rstrip("\n").split("\n")))
    return shown


def _group(lines: list[Row], widths: list[int], indent: str, numbers: Collection[int], width: int) -> list[str]:
    """Columns that fit beside each other on one line, the others on indented lines below."""
    groups: list[list[int]] = [[]]
    for column in range(len(widths)):
        room = width - len(indent) - (len(DETAIL_INDENT) if len(groups) > 1 else 0)
        if groups[-1] and _total([widths[one] for one in (*groups[-1], column)]) > room:
            groups.append([])
        groups[-1].append(column)
    return ["\n".join(_grouped(row, groups, widths, indent, numbers)) for row in lines]


def _grouped(
    row: Row, groups: list[list[int]], widths: list[int], indent: str, numbers: Collection[int]
) -> Iterator[str]:
    for number, columns in enumerate(groups):
        start = indent + (DETAIL_INDENT if number else "")
        cells = row[columns[0] : columns[-1] + 1]
        if any(cells) and len(columns) == 1:
            yield wrap(cells[0], start)
        elif any(cells):
            yield start + _line(cells, [widths[column] for column in columns], numbers, columns[0])
