"""Which language is spoken, and texts looked up in it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from idecare.core import language
from idecare.core.host import settings_path
from idecare.core.humanize import age_text, count_text
from idecare.core.language import choose, mark, settings_file, speaks_english, tr, use
from idecare.core.platforms import LINUX, MACOS, WINDOWS, Platform


@pytest.fixture
def other(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """A language whose texts a test gives."""
    texts: dict[str, str] = {}
    monkeypatch.setattr(language, "look_up", lambda text: texts.get(text, text))
    return texts


def test_english_is_what_the_source_says() -> None:
    assert speaks_english()
    assert (tr("held {count} times", count=3), tr("a {brace}"), mark("held"), tr("")) == (
        "held 3 times",
        "a {brace}",
        "held",
        "",
    )


def test_a_text_is_looked_up_before_its_values_come(other: dict[str, str]) -> None:
    other |= {"held for {time}": "{time}后删除", "held": "已移开"}
    assert not speaks_english()
    assert (tr("held for {time}", time="held"), tr(mark("held")), tr("unknown {x}", x=1)) == (
        "held后删除",
        "已移开",
        "unknown 1",
    )


def test_a_blank_between_two_chinese_signs_goes_and_no_blank_of_a_value(other: dict[str, str]) -> None:
    other |= {"a {what}": "清理 {what} 时", "b {count:,}{what}": "{count:,} 个{what} 在 {where}"}
    assert tr("a {what}", what="缓存") == "清理缓存时"
    assert tr("a {what}", what="gopls") == "清理 gopls 时"
    assert tr("a {what}", what="/我的 文件") == "清理 /我的 文件时"
    assert tr("b {count:,}{what}", count=1234, what="模块", where="") == "1,234 个模块在 "


def test_counts_and_ages_have_no_english_plural_there(other: dict[str, str]) -> None:
    other |= {"{count} entry": "{count} 个条目", "{count} days": "{count} 天"}
    assert (count_text(1, "entry"), count_text(2310, "entry"), age_text(864000)) == (
        "1 个条目",
        "2,310 个条目",
        "10 天",
    )


@pytest.mark.parametrize(
    ("environment", "chosen"),
    [
        ({}, "en"),
        ({"LANG": "zh_CN.UTF-8"}, "zh_CN"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "de_DE.UTF-8"}, "en"),
        ({"LANG": "en_US.UTF-8", "LC_MESSAGES": "zh_CN"}, "zh_CN"),
        ({"LANG": "de_DE.UTF-8", "LANGUAGE": "zh_CN:en"}, "zh_CN"),
        ({"LANG": "zh_CN.UTF-8", "LANGUAGE": "en:zh_CN"}, "en"),
        ({"LC_ALL": "C", "LANGUAGE": "zh_CN"}, "en"),
        ({"LC_ALL": "C.UTF-8", "LANG": "zh_CN.UTF-8"}, "en"),
        ({"LANG": "zh_TW.UTF-8"}, "en"),
        ({"LANG": "zh_Hans_CN"}, "zh_CN"),
        ({"LANG": "zh"}, "zh_CN"),
        ({"LANG": ""}, "en"),
    ],
)
def test_the_environment_chooses_as_it_does_for_gettext(environment: Mapping[str, str], chosen: str) -> None:
    assert choose(["clean"], environment, "") == chosen


def test_the_setting_comes_first_and_json_is_english() -> None:
    chinese = {"LANG": "zh_CN.UTF-8"}
    assert choose([], {}, 'hold = "1h"\nlanguage = "zh_CN"  # mine\n') == "zh_CN"
    assert choose([], chinese, 'language = "en"\n') == "en"
    assert choose([], chinese, 'language = "auto"\n') == "zh_CN"
    assert choose([], chinese, '#language = "en"\n') == "zh_CN"
    assert choose([], chinese, "", "gb18030") == "zh_CN"
    assert [choose([], chinese, "", encoding) for encoding in ("ascii", "latin-1", "cp437", "nosuch")] == ["en"] * 4
    assert choose(["clean", "--json"], chinese, 'language = "zh_CN"\n') == "en"


@pytest.mark.parametrize(
    ("system", "platform", "environment"),
    [
        ("linux", LINUX, {"HOME": "/home/g"}),
        ("linux", LINUX, {"HOME": "/home/g", "XDG_CONFIG_HOME": "/etc/g"}),
        ("linux", LINUX, {"HOME": "/home/g", "XDG_CONFIG_HOME": "relative"}),
        ("darwin", MACOS, {"HOME": "/Users/g", "XDG_CONFIG_HOME": "/etc/g"}),
        ("win32", WINDOWS, {"USERPROFILE": "C:/Users/g", "APPDATA": "D:/Roaming"}),
    ],
)
def test_the_settings_are_found_without_the_host(
    system: str, platform: Platform, environment: Mapping[str, str]
) -> None:
    config = platform.base_folders(environment, platform.home_in(environment)).config
    assert config is not None
    assert settings_file(system, environment) == str(settings_path(config / "idecare"))


def test_without_a_home_the_settings_are_not_looked_for() -> None:
    assert [settings_file(system, {}) for system in ("linux", "darwin", "win32")] == ["", "", ""]
    assert settings_file("win32", {"USERPROFILE": r"C:\Users\g"}).startswith(r"C:\Users\g\AppData\Roaming")


def test_a_catalogue_that_is_not_there_leaves_english(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(language, "LOCALE", str(tmp_path))
    monkeypatch.setattr(language, "look_up", str)
    use("zh_CN")
    assert speaks_english()
