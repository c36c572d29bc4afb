"""Texts without blanks whose signs take two columns: what fits, where lines are broken, and columns."""

from __future__ import annotations

from collections.abc import Callable

import click
import pytest
from hypothesis import given
from hypothesis import strategies as st

from idecare.cli.pick_rows import Listed, Picker, Row
from idecare.cli.render.help import HelpFormatter, first_sentence, translate
from idecare.cli.render.pick import picture
from idecare.cli.render.tables import table
from idecare.cli.render.terminal import fit, pad, pieces, visible_width, wrap
from idecare.core import language
from tests.builders import NOW

Terminal = Callable[..., None]
TEXT = "构建缓存里有 3 个条目正在使用中（gopls，pid 4711），所以现在不清理：关闭 VS Code 后再运行 `idecare clean`。"
PATH = "~/项目/很长的目录名/而且还有一个更长的目录名/go.mod"


@pytest.fixture(autouse=True)
def texts(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """A language that is not English, of whose texts a test gives some."""
    found: dict[str, str] = {}
    monkeypatch.setattr(language, "look_up", lambda text: found.get(text, text))
    return found


@given(st.text("a缓，（“/~. \t\u3000\n", max_size=30))
def test_pieces_are_all_of_the_text(text: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(language, "look_up", lambda text: text)
        assert "".join(blank + piece for blank, piece in pieces(text)) == f" {text}"


@pytest.mark.parametrize("width", [80, 40])
def test_a_sentence_is_broken_between_signs_where_it_does_not_fit(terminal: Terminal, width: int) -> None:
    terminal(width)
    lines = wrap(TEXT * 2, "  ", "  ").split("\n")
    assert all(width - 10 <= visible_width(line) <= width for line in lines[:-1])
    assert "".join(line.strip() for line in lines).replace(" ", "") == (TEXT * 2).replace(" ", "")
    assert not any(line.strip()[0] in "，。：（）" and line.strip()[0] != "（" for line in lines)
    assert not any(line.endswith("（") for line in lines)


def test_a_path_stays_whole(terminal: Terminal) -> None:
    terminal(40)
    assert PATH in wrap(f"下面的文件没有改动：{PATH}，因为它是只读的。")


def test_a_text_that_fits_by_its_letters_alone_is_too_wide(terminal: Terminal) -> None:
    terminal(40)
    text = "没有可用的空间" * 4
    assert len(text) < 40
    assert [visible_width(line) for line in fit(text).split("\n")] == [40, 18]


def test_commands_stay_whole(terminal: Terminal, texts: dict[str, str]) -> None:
    terminal(40)
    command = "idecare doctor caches/divergence go/version cgo/compiler"
    assert fit(f"  {command}") == f"  {command}"


@pytest.mark.parametrize("width", [80, 40])
def test_a_table_is_aligned_and_fits(terminal: Terminal, width: int) -> None:
    terminal(width)
    rows = [("gocache", "已移开", TEXT), ("goland", "跳过", "没有在使用")]
    lines = table(rows, ("清理目标", "状态", "原因"), indent="").split("\n")
    assert max(map(visible_width, lines)) <= width
    starts = [visible_width(lines[0].partition("状态")[0]), visible_width(lines[-1].partition("跳过")[0])]
    assert starts == [10, 10] or width == 40  # there the last column is below the others


def test_padding_counts_columns() -> None:
    assert (pad("大小", 6), pad("大小", 6, to_right=True), pad("更大的大小", 6)) == ("大小  ", "  大小", "更大的大小")


@pytest.mark.parametrize("width", [80, 40])
def test_help_is_broken_between_signs(texts: dict[str, str], width: int) -> None:
    @click.command(epilog="\b\n示例：\n  idecare clean")
    @click.option("--older-than", metavar="AGE", help=TEXT)
    def clean() -> None:
        """Clear caches.

        Much more.
        """

    texts |= {"Clear caches.\n\nMuch more.": f"{TEXT}再见。\n\n{TEXT}", ". ": "。"}
    translate(clean)
    formatter = HelpFormatter(width=width)
    clean.format_help(click.Context(clean, info_name="idecare clean"), formatter)
    lines = formatter.getvalue().split("\n")
    assert max(map(visible_width, lines)) <= width
    assert "示例：\n    idecare clean" in formatter.getvalue()
    assert formatter.getvalue().replace("\n", "").replace(" ", "").count(TEXT.replace(" ", "")) == 3
    assert first_sentence(clean) == TEXT


@pytest.mark.parametrize("width", [80, 40])
def test_the_list_of_pick_is_aligned(monkeypatch: pytest.MonkeyPatch, texts: dict[str, str], width: int) -> None:
    texts |= {"SIZE": "大小", "AGE": "时间", "NAME": "名称", "PLACE": "位置", "{count} days": "{count} 天"}
    picker = Picker()
    picker.absorb(
        Listed(None, (Row(("m",), "模块缓存", "~/go", "modcache", bytes=10, last_used=NOW.replace(year=2025)),))
    )
    _, heads, row, *_ = (text for text, _ in picture(picker, width, 10, NOW))
    for word, value in (("大小*", "10 B"), ("时间", " 天")):
        ends = (text.index(sign) + len(sign) for text, sign in ((heads, word), (row, value)))
        at_heads, at_row = (visible_width(text[:end]) for text, end in zip((heads, row), ends, strict=True))
        assert at_heads == at_row
    assert visible_width(heads.partition("名称")[0]) == visible_width(row.partition("模块缓存")[0])
    assert ("位置" in heads) == (width == 80)
