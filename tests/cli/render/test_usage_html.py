"""The page of `idecare usage --html`: whole, closed in itself, and with nothing of others as markup."""

from __future__ import annotations

from dataclasses import replace
from html.parser import HTMLParser

import pytest

from idecare.caches.sizes import Usage
from idecare.cli.render.usage import PartUsage, UsageReport
from idecare.cli.render.usage_html import MOST_ROWS, MOST_TILES, is_page, page
from tests.cli.render.test_usage import BUILD, HOME, NOW, REPORT

EVIL = "<script>alert(1)</script>\"'&\x1b[2J\u202e\udcff"
VOID = {"meta", "br"}


class Reader(HTMLParser):
    """Tags with their attributes and the text between them; an end tag without its start fails."""

    def __init__(self, content: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.open: list[str] = []
        self.feed(content)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data

    def tiles(self, kind: str = "") -> list[str | None]:
        return [
            attributes["title"]
            for _, attributes in self.tags
            if (attributes.get("class") or "").split() == ["tile", *([kind] if kind else [])]
        ]


def part(number: int, **changes: object) -> PartUsage:
    made = PartUsage(BUILD.location.path, "modcache", f"example.test/m{number}@v1.0.0", Usage(1, 1, 1000 + number))
    return replace(made, **changes)  # type: ignore[arg-type]


def evil_report() -> UsageReport:
    location = replace(BUILD.location, name=EVIL, source=EVIL, path=HOME / EVIL)
    return replace(
        REPORT,
        usages=(replace(BUILD, location=location),),
        notes=(EVIL,),
        parts=(part(1, name=EVIL, root=location.path, target=EVIL),),
    )


def test_a_page_names_every_cache_with_its_size_and_what_is_held() -> None:
    held = replace(REPORT, usages=(*REPORT.usages, replace(BUILD, held=Usage(9, 1, 500_000_000))))
    found = Reader(page(held))
    assert found.open == []
    assert found.tiles("go")[0] == "build cache 1.24 GB"
    assert found.tiles("kept") == ["telemetry 4.10 kB"]
    assert found.tiles("held") == ["held: build cache 500 MB"]
    for wanted in ("2026-11-22", "~/.cache/go-build", "1,200", "3 h ago", "never removes it", "idecare purge"):
        assert wanted in found.text


@pytest.mark.parametrize("report", [REPORT, evil_report()], ids=["usual", "evil"])
def test_nothing_comes_from_elsewhere_and_nothing_runs(report: UsageReport) -> None:
    found = Reader(page(report))
    used = {tag for tag, _ in found.tags}
    assert not used & {"script", "link", "img", "iframe", "object", "embed", "form", "a", "base"}
    names = {name for _, attributes in found.tags for name in attributes}
    assert not [name for name in names if name in ("src", "href", "srcset") or name.startswith("on")]
    assert "url(" not in page(report)
    assert "@import" not in page(report)
    (policy,) = [tag["content"] for _, tag in found.tags if tag.get("http-equiv") == "Content-Security-Policy"]
    assert policy == "default-src 'none'; style-src 'unsafe-inline'"


def test_names_of_others_are_text() -> None:
    content = page(evil_report())
    assert content.encode()  # also what is no UTF-8 on the disk
    assert content.replace("\n", "").isprintable()
    assert "<script>alert(1)</script>\"'&\\x1b[2J\\u202e\\xff" in Reader(content).text
    assert "&lt;script&gt;" in content


def test_parts_are_tiles_in_their_cache_and_rows_of_a_table() -> None:
    found = Reader(page(replace(REPORT, parts=tuple(part(number) for number in range(100)))))
    inner = found.tiles()
    assert len(inner) == MOST_TILES + 1
    assert f"{100 - MOST_TILES} others" in (inner[0] or "")
    assert f"The largest parts, {MOST_ROWS} of 100" in found.text
    assert "example.test/m99@v1.0.0" in found.text
    assert "example.test/m1@v1.0.0" not in found.text


def test_nothing_found_is_a_page_too() -> None:
    found = Reader(page(UsageReport((), ("No cache was found.",), HOME, NOW)))
    assert "No cache was found." in found.text
    assert found.tiles() == []


def test_a_page_knows_itself() -> None:
    assert is_page(page(REPORT).encode()[:100])
    assert not is_page(b"<!DOCTYPE html><p>mine")
    assert not is_page(b"")
