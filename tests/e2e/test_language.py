"""The whole program in Chinese: every screen, nothing of JSON, and the same exit codes."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from idecare.core.targets import TARGETS
from tests.builders import build_cache
from tests.support.goland import World, apart, fake_runtime, make_world

CHINESE = {"LC_ALL": "zh_CN.UTF-8"}
LETTER = re.compile(r"[\u4e00-\u9fff]")
# Four English words in a row are a sentence, if they are no command.
SENTENCE = re.compile(r"(?<![\w/.-])(?!idecare |go )[a-z]+(?: [a-z]+){3,}(?![\w/.-])")
SCREENS = (
    "",
    "--help",
    "clean --help",
    "help doctor",
    "clean -n",
    "clean -y",
    "history",
    "undo -y",
    "usage",
    "locate",
    "doctor",
    "doctor --list",
    "explain Multiple garbage collectors selected",
    "configure -n",
    "configure -y --ide goland",
    "status",
    "jbr list",
    "profile list",
    "profile show balanced",
    "purge -n",
    "repair -n",
    "clean nosuchtarget",
    "undo nosuchid",
    "configure --ide nosuch",
)
JSON = (
    "clean -n",
    "usage",
    "locate",
    "doctor",
    "configure -n",
    "status",
    "jbr list",
    "config get",
    "clean nosuchtarget",
)


@pytest.fixture
def world(tmp_path: Path) -> World:
    made = make_world(tmp_path / "家 home", None)
    fake_runtime(made.install / "jbr")
    build_cache(made.home / ".cache" / "go-build")
    temp = made.home / "tmp"
    temp.mkdir()
    environment = {**made.environment, "PATH": "/usr/bin:/bin", "TMPDIR": str(temp)}
    return replace(made, environment=environment, prefix=apart())


def test_every_screen_is_chinese(world: World) -> None:
    left = {}
    for words in SCREENS:
        english, chinese = (world.run(*words.split(), **spoken) for spoken in ({"NO_COLOR": "1"}, CHINESE))
        shown = chinese.stdout + chinese.stderr
        if not LETTER.search(shown) or (found := SENTENCE.findall(_prose(shown))):
            left[words] = found if LETTER.search(shown) else shown
        assert words.endswith("-y") or chinese.returncode == english.returncode, words
    assert left == {}


def _prose(text: str) -> str:
    """Without what is quoted, the names of targets, and lines of a diff."""
    lines = (line for line in text.splitlines() if not re.match(r"\s*[-+@]", line))
    return re.sub(rf"`[^`]*`|'[^']*'|\"[^\"]*\"|\b({'|'.join(TARGETS)})\b", "", "\n".join(lines))


@pytest.mark.parametrize("words", JSON)
def test_json_is_the_same_in_every_language(world: World, words: str) -> None:
    english, chinese = (world.run(*words.split(), "--json", **spoken) for spoken in ({}, CHINESE))
    assert (_without_numbers(chinese.stdout), chinese.returncode) == (
        _without_numbers(english.stdout),
        english.returncode,
    )


def _without_numbers(text: str) -> str:
    """Nor what grows with each run."""
    return re.sub(r"\d+", "0", re.sub(r'"trend": \[[^]]*\]', "", text))


def test_the_setting_counts_for_every_terminal(world: World) -> None:
    assert world.run("config", "set", "language", "zh_CN").returncode == 0
    assert LETTER.search(world.run("status").stdout)
    assert not LETTER.search(world.run("config", "set", "language", "en", **CHINESE).stderr)
    assert not LETTER.search(world.run("status", **CHINESE).stdout)


def test_a_terminal_that_cannot_show_it_gets_english(world: World) -> None:
    done = world.run("status", PYTHONIOENCODING="latin-1", **CHINESE)
    assert not LETTER.search(done.stdout)
    assert "\\u" not in done.stdout
