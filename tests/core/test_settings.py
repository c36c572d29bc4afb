"""idecare's own settings: read over the defaults, refused with the key and the reason, edited with comments kept."""

from __future__ import annotations

from datetime import time, timedelta
from pathlib import Path

import pytest

from idecare.core.errors import ExitCode, IdecareError, UsageError
from idecare.core.host import settings_path
from idecare.core.settings import (
    QuietHours,
    Settings,
    age_value,
    edit_settings,
    parse_age,
    parse_settings,
    parse_size,
    read_settings,
    size_value,
)

FILE = Path("/home/gopher/.config/idecare/config.toml")
COMMENTED = """\
# mine
hold = "5m"  # short

targets = [
  "gocache",  # the big one
]
# the end
"""


def test_without_a_file_the_defaults_hold(tmp_path: Path) -> None:
    assert read_settings(tmp_path / "none") == Settings(
        timedelta(minutes=10), ("gocache", "modcache", "gopls", "goland")
    )


def test_a_file_in_place_of_the_folder_is_no_settings(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert read_settings(tmp_path / "file") == Settings()


def test_each_key_replaces_its_default(tmp_path: Path) -> None:
    text = 'hold = "7d"\ntargets = ["go-build", "GOPLS"]\nnever_touch = ["/srv/keep/../kept"]\n'
    settings_path(tmp_path).write_text(text)
    assert read_settings(tmp_path) == Settings(timedelta(days=7), ("gocache", "gopls"), (Path("/srv/kept"),))


def test_what_the_watcher_is_told(tmp_path: Path) -> None:
    settings_path(tmp_path).write_text(
        'notify = false\nquiet_hours = "22:00-07:00"\nnotices_per_hour = 0\non_conflict = ["/bin/bell", "-x"]\n'
    )
    settings = read_settings(tmp_path)
    assert (settings.notify, settings.notices_per_hour, settings.on_conflict) == (False, 0, ("/bin/bell", "-x"))
    assert settings.quiet_hours == QuietHours(time(22), time(7))


def test_a_tilde_in_never_touch_is_the_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    assert parse_settings('never_touch = ["~/kept"]', FILE).never_touch == (tmp_path / "kept",)


def test_a_link_in_never_touch_stands_for_where_it_leads(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to("real")
    assert parse_settings(f'never_touch = ["{tmp_path}/link"]', FILE).never_touch == (tmp_path / "real",)


@pytest.mark.parametrize(
    ("text", "problem", "hint"),
    [
        pytest.param("hold =", "is not valid TOML", "fix that line", id="not TOML"),
        pytest.param('holt = "1m"', "there is no setting 'holt'. Did you mean 'hold'?", "settings: hold", id="a typo"),
        pytest.param("hold = 10", "'10' is not an age", "idecare config set", id="an age without a unit"),
        pytest.param('hold = ["10m"]', "is not an age", "idecare config set", id="a list for an age"),
        pytest.param('targets = "gopls"', "targets is a list of texts", "idecare config set", id="a text for a list"),
        pytest.param("targets = [1]", "targets is a list of texts", "idecare config set", id="numbers in a list"),
        pytest.param('targets = ["gopl"]', "there is no target 'gopl'", "targets: gocache", id="an unknown target"),
        pytest.param(
            'never_touch = ["x"]', "takes absolute paths, not 'x'", "idecare config set", id="a relative path"
        ),
        pytest.param('never_touch = [""]', "takes absolute paths, not ''", "idecare config set", id="an empty path"),
        pytest.param(
            'notify = "no"', "notify is true or false, not 'no'", "idecare config set", id="a text for a switch"
        ),
        pytest.param(
            "notices_per_hour = true", "is a number such as 6", "idecare config set", id="a switch for a count"
        ),
        pytest.param("notices_per_hour = -1", "is a number such as 6", "idecare config set", id="less than nothing"),
        pytest.param('quiet_hours = "22-7"', "write 22:00-07:00", "idecare config set", id="hours without minutes"),
        pytest.param('quiet_hours = "22:00-24:00"', "write 22:00-07:00", "idecare config set", id="an hour too far"),
        pytest.param('quiet_hours = "07:00-07:00"', "write 22:00-07:00", "idecare config set", id="no hour at all"),
        pytest.param('on_conflict = "bell"', "on_conflict is a list", "idecare config set", id="a shell's line"),
        pytest.param('on_conflict = ["bell"]', "on_conflict takes absolute", "idecare config set", id="a bare program"),
        pytest.param(
            'never_touch = ["~nobody-has-this-name/x"]',
            "never_touch: '~nobody-has-this-name/x'",
            "idecare config set",
            id="the home of an unknown user",
        ),
    ],
)
def test_what_cannot_be_used_is_named_with_its_file_and_the_next_step(text: str, problem: str, hint: str) -> None:
    with pytest.raises(UsageError) as raised:
        parse_settings(text, FILE)
    assert str(raised.value).startswith(str(FILE))
    assert problem in str(raised.value)
    assert hint in raised.value.hint
    assert raised.value.exit_code is ExitCode.USAGE


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(lambda path: path.write_bytes(b"\xff\xfe"), id="not UTF-8"),
        pytest.param(lambda path: path.mkdir(), id="a folder"),
    ],
)
def test_a_file_that_cannot_be_read_is_an_error_not_the_defaults(tmp_path: Path, damage: object) -> None:
    damage(settings_path(tmp_path))  # type: ignore[operator]
    with pytest.raises(IdecareError, match=r"cannot read .*config\.toml"):
        read_settings(tmp_path)


@pytest.mark.parametrize(
    ("text", "age"),
    [
        ("90s", timedelta(seconds=90)),
        ("15m", timedelta(minutes=15)),
        ("12h", timedelta(hours=12)),
        ("7d", timedelta(days=7)),
        ("4w", timedelta(weeks=4)),
        (" 1.5H ", timedelta(minutes=90)),
        ("0s", timedelta(0)),
    ],
)
def test_ages_are_read(text: str, age: timedelta) -> None:
    assert parse_age(text) == age


@pytest.mark.parametrize("text", ["", "10", "m", "-5m", "1 h", "1h30m", "1y", "1e3s", ".5h", None, 10])
def test_what_is_not_an_age_is_refused(text: object) -> None:
    with pytest.raises(UsageError, match="write 90s, 15m, 12h, 7d or 4w"):
        parse_age(text)


@pytest.mark.parametrize("digits", ["99999999999", "9" * 400])
def test_an_age_longer_than_time_itself_is_refused(digits: str) -> None:
    with pytest.raises(UsageError, match="is too long an age"):
        parse_age(f"{digits}w")


@pytest.mark.parametrize(
    ("text", "written"),
    [("90s", "90s"), ("60s", "1m"), ("120m", "2h"), ("36h", "36h"), ("14d", "2w"), ("0m", "0s"), ("0.5s", "0.5s")],
)
def test_an_age_is_written_in_its_largest_whole_unit(text: str, written: str) -> None:
    assert age_value(parse_age(text)) == written


@pytest.mark.parametrize("text", ["1m", "3601s", "400w", "1234567s", "0.5s", "1.5d"])
def test_what_is_written_reads_as_the_same_age(text: str) -> None:
    assert parse_age(age_value(parse_age(text))) == parse_age(text)


@pytest.mark.parametrize(
    ("text", "count", "written"),
    [
        ("20GB", 20 * 10**9, "20GB"),
        ("1.5 gib", 3 << 29, "1536MiB"),
        ("1500MB", 1_500_000_000, "1500MB"),
        ("1025B", 1025, "1025B"),
        ("0B", 0, "0B"),
        ("1T", 10**12, "1TB"),
    ],
)
def test_a_size_is_written_in_the_unit_that_fits(text: str, count: int, written: str) -> None:
    assert parse_size(text) == count
    assert size_value(count) == written
    assert parse_size(written) == count


def test_without_a_limit_there_is_no_size() -> None:
    assert size_value(None) is None
    limits = parse_settings('gocache_max = "20GB"\nheld_max = "1GiB"', FILE)
    assert (limits.gocache_max, limits.held_max) == (20 * 10**9, 1 << 30)


def test_as_json_every_value_is_as_the_user_writes_it() -> None:
    settings = Settings(timedelta(hours=1), ("gopls",), (Path("/kept"),))
    assert settings.as_json() == {
        "hold": "1h",
        "targets": ["gopls"],
        "never_touch": ["/kept"],
        "projects": [],
        "gocache_max": None,
        "modcache_max": None,
        "held_max": None,
        "notify": True,
        "quiet_hours": None,
        "notices_per_hour": 6,
        "on_conflict": [],
        "language": "auto",
        "watch_starts": True,
    }


@pytest.mark.parametrize(
    ("before", "key", "values", "after"),
    [
        pytest.param("", "hold", ("1h",), 'hold = "1h"\n', id="into an empty file"),
        pytest.param("# mine", "hold", ("1h",), '# mine\nhold = "1h"\n', id="behind a line without an end"),
        pytest.param(COMMENTED, "hold", ("1h",), COMMENTED.replace("5m", "1h"), id="a value, with its comment kept"),
        pytest.param(COMMENTED, "hold", None, COMMENTED.replace('hold = "5m"  # short\n', ""), id="a key is taken out"),
        pytest.param(COMMENTED, "never_touch", None, COMMENTED, id="a key that is not there is taken out"),
        pytest.param("", "targets", ("gopls", "goindex"), 'targets = ["gopls", "goindex"]\n', id="a list"),
        pytest.param("", "notify", ("false",), "notify = false\n", id="a switch"),
        pytest.param("", "notify", ("on",), "notify = true\n", id="a switch by another word"),
        pytest.param("", "notices_per_hour", ("12",), "notices_per_hour = 12\n", id="a number"),
        pytest.param("", "quiet_hours", ("22:00-7:00",), 'quiet_hours = "22:00-7:00"\n', id="hours"),
        pytest.param("", "on_conflict", ("/bin/x", "a b"), 'on_conflict = ["/bin/x", "a b"]\n', id="a program"),
        pytest.param('hold = "1h"\r\n', "hold", ("2h",), 'hold = "2h"\r\n', id="line ends stay"),
    ],
)
def test_an_edit_changes_its_key_alone(before: str, key: str, values: tuple[str, ...] | None, after: str) -> None:
    edited = edit_settings(before, key, values, FILE)
    assert edited == after
    assert edit_settings(edited, key, values, FILE) == edited


@pytest.mark.parametrize(
    ("before", "key", "values", "problem"),
    [
        pytest.param("", "holt", ("1m",), "there is no setting 'holt'", id="an unknown key"),
        pytest.param("", "hold", ("1m", "2m"), "hold takes one age", id="two ages"),
        pytest.param("", "notify", ("maybe",), "notify is true or false", id="a word that is no switch"),
        pytest.param("", "notices_per_hour", ("٣",), "is a number such as 6", id="digits that TOML does not know"),
        pytest.param("", "quiet_hours", ("22:00", "07:00"), "quiet_hours takes one span", id="two words for hours"),
        pytest.param("", "hold", ("soon",), "'soon' is not an age", id="not an age"),
        pytest.param("", "targets", ("gopl",), "there is no target 'gopl'", id="an unknown target"),
        pytest.param("", "never_touch", ("here",), "absolute paths", id="a relative path"),
        pytest.param("hold = ", "hold", ("1m",), "is not valid TOML", id="a file that is broken already"),
    ],
)
def test_an_edit_that_would_not_be_readable_is_refused(
    before: str, key: str, values: tuple[str, ...], problem: str
) -> None:
    with pytest.raises(UsageError, match=problem):
        edit_settings(before, key, values, FILE)
