"""What `clean` says around its plan: the command behind ``--``, a program that is not there, one object of JSON."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from typing import Any

import pytest

from idecare.changes.journal import Journal
from idecare.cli import clean as clean_module
from idecare.cli import run
from idecare.system.filesystem import link_files
from idecare.system.processes import Processes
from tests.builders import GO, build_cache, go_name, names, write

CLEAN = ("clean", "gocache", "-y", "--hold", "1h")


@pytest.fixture
def gocache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A build cache of the user; no purger is started."""
    for name in ("HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME"):
        monkeypatch.setenv(name, str(tmp_path / "home"))
    monkeypatch.setenv("GOCACHE", str(tmp_path / "gocache"))
    monkeypatch.setattr("idecare.cli.clean._purge_later", lambda session: None)
    monkeypatch.setattr("idecare.caches.find.inspect_processes", lambda names: Processes())
    return build_cache(tmp_path / "gocache")


def states(tmp_path: Path) -> list[str]:
    entries = Journal(tmp_path / "home" / "idecare").entries()
    return [record.state for entry in entries for record in entry.records]


def answered(capfd: pytest.CaptureFixture[str]) -> dict[str, Any]:
    values: dict[str, Any] = json.loads(capfd.readouterr().out)
    return values


def test_json_stays_one_object_whatever_the_command_prints(gocache: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert run([*CLEAN, "--json", "--", "sh", "-c", "echo loud; exit 3"]) == 3
    values = answered(capfd)
    assert (values["exit"], values["undone"]) == (3, False)
    assert values["ran"] == {"command": ["sh", "-c", "echo loud; exit 3"], "exit": 3, "reused_modules": 0}
    assert [target["state"] for target in values["targets"]] == ["held"]


def test_a_command_that_fails_puts_everything_back_and_json_says_so(
    gocache: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    before = names(gocache)
    assert run([*CLEAN, "--json", "--undo-on-failure", "--", "sh", "-c", "exit 7"]) == 7
    values = answered(capfd)
    assert (values["exit"], values["undone"], values["targets"][0]["state"]) == (7, True, "restored")
    assert (names(gocache), states(tmp_path)) == (before, ["restored"])


def test_a_program_that_does_not_exist_is_refused_before_anything_is_cleaned(
    gocache: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    before = names(gocache)
    assert run([*CLEAN, "--", "no-such-program-anywhere"]) == 2
    assert "nothing was cleaned: there is no program 'no-such-program-anywhere'" in capfd.readouterr().err
    assert (names(gocache), states(tmp_path)) == (before, [])


def test_quiet_says_nothing_of_a_clean_that_did_what_was_asked(
    gocache: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert run([*CLEAN, "-q"]) == 0
    assert capfd.readouterr() == ("", "")


def test_links_that_a_crash_left_go_with_the_next_run_unless_their_command_still_runs(
    gocache: Path, tmp_path: Path
) -> None:
    offers = tmp_path / "home" / "idecare" / "reuse"
    zips = write(tmp_path / "held", "a.zip", "b.zip")
    left, used = (
        link_files(offers / name, {f"x/@v/{name}.zip": zips / f"{name}.zip", "y.mod": zips}) for name in ("a", "b")
    )
    write(offers, "file")
    (offers / "link").symlink_to(zips)
    os.close(left)
    assert run(["clean", "gocache", "-n"]) == 0
    assert names(offers) == {"b/x/@v/b.zip", "b/y.mod", "file", "link"}
    os.close(used)
    assert run(["undo", "-n"]) == 0
    assert (names(offers), names(zips)) == ({"file", "link"}, {"a.zip", "b.zip"})


def test_what_is_queued_for_nobody_is_said(
    gocache: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("idecare.cli.clean.read_queue", lambda journal: ("gocache",))
    assert run([*CLEAN, "--when-idle"]) == 0
    assert "No daemon runs" in capfd.readouterr().err


def test_a_clean_that_came_second_plans_again_and_holds_no_empty_folders(
    gocache: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    apply_plan = clean_module._Clean._apply

    def overtaken(self: clean_module._Clean) -> Any:
        monkeypatch.setattr(clean_module._Clean, "_apply", apply_plan)
        assert run([*CLEAN]) == 0
        capfd.readouterr()
        return apply_plan(self)

    monkeypatch.setattr(clean_module._Clean, "_apply", overtaken)
    assert run([*CLEAN, "--json"]) == 0
    assert [target["state"] for target in answered(capfd)["targets"]] == ["absent"]
    assert states(tmp_path) == ["held"]
    assert run(["undo", "-y"]) == 0
    assert names(gocache) >= {"00/x-a", "00/x-d", "ff/y-d"}


DAY = 86_400


def aged(gocache: Path, days: dict[str, float]) -> None:
    """Entries by the days since they were last used."""
    for short, age in days.items():
        name, moment = go_name(short), time.time() - age * DAY
        write(gocache, name)
        os.utime(gocache / name, (moment, moment))


ENTRIES = set(map(go_name, ("00/x-a", "00/x-d", "ff/y-d", "ff/young-d")))


@pytest.fixture
def at_work(monkeypatch: pytest.MonkeyPatch) -> None:
    """A go command that uses the build cache."""
    monkeypatch.setattr("idecare.caches.find.inspect_processes", lambda names: Processes((GO,)))


LIMITS = pytest.mark.parametrize("limit", [("--older-than", "7d"), ("--max-size", "1B")], ids=["age", "size"])


@LIMITS
def test_a_trim_is_over_when_it_was_made(gocache: Path, limit: tuple[str, str], at_work: None) -> None:
    aged(gocache, {"00/x-a": 9, "00/x-d": 9, "ff/y-d": 8, "ff/young-d": 0})
    assert run(["clean", "gocache", *limit, "--check"]) == 4
    assert run([*CLEAN, *limit]) == 0
    old = {go_name(short) for short in ("00/x-a", "00/x-d", "ff/y-d")}
    assert names(gocache) & {*old, go_name("ff/young-d")} == {go_name("ff/young-d")}
    for _ in range(2):
        assert run(["clean", "gocache", *limit, "--check"]) == 0
        assert run([*CLEAN, *limit]) == 0


@LIMITS
def test_links_are_no_reason_for_a_trim(gocache: Path, limit: tuple[str, str], at_work: None) -> None:
    aged(gocache, {"00/x-a": 0, "00/x-d": 0, "ff/y-d": 0})
    link = gocache / go_name("ff/old-d")
    link.symlink_to(gocache / go_name("00/x-d"))
    os.utime(link, (0, 0), follow_symlinks=False)
    assert run(["clean", "gocache", *limit, "--check"]) == 0


def test_a_size_takes_the_least_recently_used_where_nothing_of_go_is_at_work(
    gocache: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    aged(gocache, {"00/x-a": 2 / DAY, "00/x-d": 20 / DAY, "ff/y-d": 10 / DAY, "ff/young-d": 0})
    stays = (gocache, gocache / "README", gocache / "trim.txt", *gocache.glob("??"), gocache / go_name("ff/young-d"))
    limit = sum(path.stat().st_blocks * 512 for path in stays)
    assert run([*CLEAN, "--max-size", f"{limit}B"]) == 0
    assert names(gocache) & ENTRIES == {go_name("ff/young-d")}
    assert "nothing of Go is at work, so also what was used in the last 2 h goes" in capfd.readouterr().out
    assert run(["undo", "-y"]) == 0
    assert names(gocache) >= ENTRIES


@pytest.mark.parametrize("variable", ["CI", "TF_BUILD"])
def test_in_ci_what_a_size_takes_is_not_saved_with_the_cache(
    gocache: Path, variable: str, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(variable, "true")
    entry = go_name("00/x-d")
    aged(gocache, {"00/x-d": 0})
    assert run(["clean", "gocache", "-y", "--max-size", "1B"]) == 0
    said = capfd.readouterr()
    assert "deleted" in said.out
    assert "In CI, what goes is deleted at once" in said.err
    assert entry not in names(gocache)
    assert not list(gocache.glob(f".idecare-held/*/*/{entry}"))


def test_a_clean_under_a_running_build_is_over_too(gocache: Path, at_work: None) -> None:
    aged(gocache, {"00/x-a": 0, "00/x-d": 0, "ff/y-d": 1})
    assert run(["clean", "gocache", "--check"]) == 4
    assert run([*CLEAN]) == 0
    assert run(["clean", "gocache", "--check"]) == 0
