"""A run in Chinese, with a catalogue of a few texts: what click says, the help of commands, questions."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import click
import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo

from idecare.cli import VERBS
from idecare.cli.group import group
from idecare.cli.render.help import HelpFormatter

TEXTS = {
    "Usage:": "用法:",
    "Options": "选项",
    "Commands": "命令",
    "Clean up": "清理",
    "Show this message and exit.": "显示本帮助后退出。",
    "No such option {name!r}.": "没有选项 {name}。",
    "Missing argument": "缺少参数",
    "see '{command} --help'": "参见 '{command} --help'",
    "Do not ask.": "不询问。",
    "Print the shell completion script.": "打印 shell 补全脚本。",
    "Delete now what cleans hold aside. It cannot be undone then.": "立即删除移开暂存的内容。之后无法撤销。",
    "End the daemon.": "停止守护进程。",
    "Examples:": "示例：",
    ". ": "。",
}


@pytest.fixture
def locale(tmp_path: Path) -> Path:
    folder = tmp_path / "zh_CN" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    catalogue = Catalog("zh_CN")
    for text, chinese in TEXTS.items():
        catalogue.add(text, chinese)
    with open(folder / "idecare.mo", "wb") as file:
        write_mo(file, catalogue)
    return tmp_path


def idecare(locale: Path, *words: str, language: str = "zh_CN.UTF-8") -> tuple[int, str, str]:
    """With that folder of catalogues."""
    start = (
        "import sys; from pathlib import Path; from idecare.core import language; from idecare.cli import run;"
        "language.LOCALE = sys.argv[1]; sys.exit(run(sys.argv[2:]))"
    )
    environment = {"HOME": str(locale / "home"), "LANG": language, "PYTHONIOENCODING": "utf-8", "PATH": "/nowhere"}
    command = [sys.executable, "-c", start, str(locale), *words]
    done = subprocess.run(command, capture_output=True, env=environment, encoding="utf-8", stdin=subprocess.DEVNULL)
    return done.returncode, done.stdout, done.stderr


def test_the_help_of_a_verb(locale: Path) -> None:
    code, text, _ = idecare(locale, "purge", "--help")
    assert (code, text.splitlines()[:3]) == (
        0,
        ["用法: idecare purge [OPTIONS]", "", "  立即删除移开暂存的内容。之后无法撤销。"],
    )
    for part in ("选项:\n", "不询问。", "显示本帮助后退出。", "示例：\n"):
        assert part in text


def test_the_list_of_verbs_and_of_sub_verbs(locale: Path) -> None:
    text = idecare(locale, "--help")[1]
    assert "清理:\n" in text
    assert "completion  打印 shell 补全脚本。" in text
    assert "stop       停止守护进程。" in idecare(locale, "daemon", "--help")[1]


@pytest.mark.parametrize("verb", VERBS)
def test_english_help_is_as_click_has_it(verb: str) -> None:
    command = group.get_command(click.Context(group), verb)
    assert command is not None
    texts = []
    for formatter in (HelpFormatter(width=78), click.HelpFormatter(width=78)):
        command.format_help(click.Context(command, info_name=verb), formatter)
        texts.append(formatter.getvalue())
    assert texts[0] == texts[1]


def test_what_is_wrong_with_the_command_line(locale: Path) -> None:
    assert idecare(locale, "purge", "--nope") == (
        2,
        "",
        "idecare: 没有选项 --nope。\n  参见 'idecare purge --help'\n",
    )
    assert "缺少参数 'ARCHIVE'" in idecare(locale, "verify")[2]


def test_json_and_the_report_for_a_bug_report_are_english(locale: Path) -> None:
    assert "No such option" in idecare(locale, "purge", "--nope", "--json")[1]
    assert "No such option" in idecare(locale, "doctor", "--nope", "--report")[2]
    assert "No such option" in idecare(locale, "purge", "--nope", language="C")[2]
