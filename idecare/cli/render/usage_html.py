"""`idecare usage --html`: one page with a treemap and tables, without scripts, and without anything from elsewhere."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator, Sequence

from idecare.caches.sizes import CacheUsage
from idecare.cli.render.terminal import without_codes
from idecare.cli.render.treemap import Tile, squarify
from idecare.cli.render.usage import KEPT, PartUsage, UsageReport, closing, last_used
from idecare.core.humanize import count_text, path_text, size_text, visible
from idecare.core.language import speaks_english, tr

MARK = "<!DOCTYPE html><!-- idecare usage -->"  # a file that begins so may be replaced by a newer page
TITLE, LANG = tr("Caches of Go and its IDEs"), "en" if speaks_english() else "zh-CN"
WIDTH, HEIGHT = 1000, 500  # the units of the treemap; the page makes them fit its width
SMALLEST_LABELLED = (60, 24)  # width and height of a tile, in these units
MOST_TILES, MOST_ROWS = 40, 50  # of the parts of one cache; of the table of parts
COMMAND, CODE = re.compile("`([^`]*)`"), r"<code>\1</code>"
KINDS = {"kept": tr("kept: never removed"), "held": tr("held for an undo")}
SIZE, ENTRIES = tr("Size"), tr("Entries")
POLICY = "default-src 'none'; style-src 'unsafe-inline'"
STYLE = """
:root { color-scheme: light dark; --page: #fff; --text: #1c2024; --dim: #5b6470; --line: #d8dde3;
  --go: #b9e3f2; --gopls: #c9e8c4; --jetbrains: #f6d6b4; --vscode: #c9d6f7; --kept: #e2e4e8; --held: #f4c9d0; }
@media (prefers-color-scheme: dark) { :root { --page: #15181c; --text: #e6e9ed; --dim: #9aa4b0; --line: #343a42;
  --go: #14505f; --gopls: #28502a; --jetbrains: #664018; --vscode: #2b3f73; --kept: #3a3f46; --held: #6a2a36; } }
body { margin: 2rem auto; max-width: 70rem; padding: 0 1rem; background: var(--page); color: var(--text);
  font: 15px/1.5 system-ui, sans-serif; }
h1 { font-size: 1.4rem; } h2 { font-size: 1.1rem; margin-top: 2rem; } p { margin: .4rem 0; } .dim { color: var(--dim); }
.map { position: relative; width: 100%; aspect-ratio: 2; border: 1px solid var(--line); }
.tile { position: absolute; box-sizing: border-box; overflow: hidden; border: 1px solid var(--page);
  font-size: 12px; line-height: 1.35; white-space: nowrap; }
.label { display: block; padding: 1px 4px; overflow: hidden; text-overflow: ellipsis; }
.inner { position: absolute; inset: 1.5em 1px 1px 1px; }
.inner .tile { font-size: 11px; white-space: normal; overflow-wrap: anywhere; }
.go { background: var(--go); } .gopls { background: var(--gopls); } .jetbrains { background: var(--jetbrains); }
.vscode { background: var(--vscode); } .kept { background: var(--kept); } .held { background: var(--held); }
.scroll { overflow-x: auto; } table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; padding: .25rem .75rem .25rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
.short, .number { white-space: nowrap; } .number { text-align: right; font-variant-numeric: tabular-nums; }
.bar { display: inline-block; height: .7em; min-width: 1px; } .key { padding: 0 .5em; margin-right: .75em; }
"""


def page(report: UsageReport) -> str:
    """The whole page."""
    body = "\n".join((*_head(report), *_map(report), *_caches(report), *_parts(report)))
    return (
        f'{MARK}\n<html lang="{LANG}"><head><meta charset="utf-8"><title>{TITLE}</title>\n'
        f'<meta name="viewport" content="width=device-width"><meta name="referrer" content="no-referrer">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n<style>{STYLE}</style></head>\n'
        f"<body>\n{body}\n</body></html>\n"
    )


def text(value: str) -> str:
    """A text of others in the page: neither markup nor a sign that turns the line round."""
    return html.escape(visible(value))


def _head(report: UsageReport) -> Iterator[str]:
    time = f"{report.now.astimezone():%Y-%m-%d %H:%M}"
    yield f"<h1>{TITLE}</h1>"
    yield f"<p>{tr('Measured {time}. Sizes are what is allocated on the disk.', time=time)}</p>"
    yield from (f"<p>{COMMAND.sub(CODE, text(without_codes(line)))}</p>" for line in closing(report))


def _class(found: CacheUsage) -> str:
    return found.location.tool if found.location.target else "kept"


def _map(report: UsageReport) -> Iterator[str]:
    """A tile for each cache, with the largest of its parts in it, and one for what is held for each."""
    tiles = [(found.usage.allocated_bytes, found, _class(found)) for found in report.usages]
    tiles += [(found.held.allocated_bytes, found, "held") for found in report.usages]
    tiles = sorted((tile for tile in tiles if tile[0]), key=lambda tile: -tile[0])
    classes = dict.fromkeys(kind for _, _, kind in tiles)
    yield "<p>" + "".join(f'<span class="key {kind}">{KINDS.get(kind, kind)}</span>' for kind in classes) + "</p>"
    yield '<div class="map">'
    for (size, found, kind), place in zip(tiles, squarify([tile[0] for tile in tiles], WIDTH, HEIGHT), strict=True):
        parts = [] if kind == "held" else [part for part in report.parts if part.root == found.location.path]
        name = tr(found.location.name)
        name = tr("held: {targets}", targets=name) if kind == "held" else name
        inside = f'<div class="inner">{"".join(_inner(parts, place))}</div>' if parts and _has_room(place) else ""
        yield _tile(kind, name, size, place, Tile(0, 0, WIDTH, HEIGHT), inside)
    yield "</div>"


def _has_room(place: Tile) -> bool:
    return place.width > SMALLEST_LABELLED[0] and place.height > 2 * SMALLEST_LABELLED[1]


def _inner(parts: Sequence[PartUsage], outer: Tile) -> Iterator[str]:
    known = sorted((part.usage.allocated_bytes, part.name) for part in parts if part.usage.allocated_bytes)[::-1]
    shown, rest = known[:MOST_TILES], known[MOST_TILES:]
    if rest:
        shown = sorted([*shown, (sum(size for size, _ in rest), count_text(len(rest), "other"))])[::-1]
    places = squarify([size for size, _ in shown], outer.width, outer.height)
    for (size, name), place in zip(shown, places, strict=True):
        yield _tile("", name, size, place, outer, "")


def _tile(kind: str, name: str, size: int, place: Tile, area: Tile, inside: str) -> str:
    label = f"{text(name)} {size_text(size)}"
    is_wide = place.width >= SMALLEST_LABELLED[0] and place.height >= SMALLEST_LABELLED[1]
    left, width = (100 * part / area.width for part in (place.left, place.width))
    top, height = (100 * part / area.height for part in (place.top, place.height))
    style = f"left:{left:.3f}%;top:{top:.3f}%;width:{width:.3f}%;height:{height:.3f}%"
    shown = f'<span class="label">{label}</span>' if is_wide else ""
    return f'<div class="tile {kind}" style="{style}" title="{label}">{shown}{inside}</div>'


def _caches(report: UsageReport) -> Iterator[str]:
    yield f"<h2>{tr('All of them, the largest first')}</h2>"
    largest = max((found.usage.allocated_bytes for found in report.usages), default=0) or 1
    rows = (
        (
            (text(tr(found.location.name)), ""),
            (text(found.location.target or KEPT), "short"),
            (size_text(found.usage.allocated_bytes), "number"),
            (_bar(found, largest), ""),
            (f"{found.usage.entries:,}", "number"),
            (last_used(found.usage, report.now), "short"),
            (f"{text(path_text(found.location.path, report.home))}{_why(found.location.source)}", ""),
        )
        for found in report.largest_first
    )
    yield _table((tr("Cache"), tr("Target"), SIZE, "", ENTRIES, tr("Last used"), tr("Path")), rows)


def _bar(found: CacheUsage, largest: int) -> str:
    width = 8 * found.usage.allocated_bytes / largest
    return f'<span class="bar {_class(found)}" style="width:{width:.2f}em"></span>'


def _why(source: str) -> str:
    return f' <span class="dim">({text(source)})</span>' if source else ""


def _parts(report: UsageReport) -> Iterator[str]:
    if not report.parts:
        return
    largest = sorted(report.parts, key=lambda part: -part.usage.allocated_bytes)[:MOST_ROWS]
    title = tr("The largest parts")
    if len(report.parts) > MOST_ROWS:
        title = tr("The largest parts, {count} of {all:,}", count=MOST_ROWS, all=len(report.parts))
    yield f"<h2>{title}</h2>"
    rows = (
        (
            (text(part.name), ""),
            (text(part.target), ""),
            (size_text(part.usage.allocated_bytes), "number"),
            (last_used(part.usage, report.now), "short"),
        )
        for part in largest
    )
    yield _table((tr("Part"), tr("Target"), SIZE, tr("Last used")), rows)


def _table(heads: Sequence[str], rows: Iterable[Iterable[tuple[str, str]]]) -> str:
    head = "".join(f"<th{_named('number' if title in (SIZE, ENTRIES) else '')}>{title}</th>" for title in heads)
    body = "\n".join("<tr>" + "".join(f"<td{_named(kind)}>{cell}</td>" for cell, kind in row) + "</tr>" for row in rows)
    return f'<div class="scroll"><table><thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n</tbody></table></div>'


def _named(kind: str) -> str:
    return f' class="{kind}"' if kind else ""


def is_page(start: bytes) -> bool:
    return start.startswith(MARK.encode())
