"""What counts as a failed start, by the files that a JVM leaves; tests/e2e has a real JVM that crashes."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from idecare.changes.journal import Entry, FileRecord
from idecare.watcher.first_start import START_SECONDS, Failed, Survived, Watched, edited_ides, judge
from tests.builders import record
from tests.conftest import make_host
from tests.support.goland import make_world

EDIT = 1_000_000.0  # when the file was edited
MARK = "-Djb.vmOptionsFile=/home/u/.config/JetBrains/GoLand2026.1/goland64.vmoptions"
CRASH = """#
# A fatal error has been detected by the Java Runtime Environment:
#
#  {problem}
#
# JRE version: OpenJDK Runtime Environment JBR-21.0.8

---------------  S U M M A R Y ------------

Command Line: -Xmx2g {mark}

Time: Sun Nov 22 12:00:00 2026 UTC elapsed time: {lived:.6f} seconds (0d 0h 0m 2s)
{more}
"""
OOM = "Internal Error (debug.cpp:282), pid=47, tid=48\n#  fatal error: OutOfMemory encountered: Metaspace"
SEGV = "SIGSEGV (0xb) at pc=0x00007f93, pid=47, tid=48"


@pytest.fixture
def watched(tmp_path: Path) -> Watched:
    """An IDE that was edited and has not been started since."""
    return Watched(
        target="goland",
        name="GoLand2026.1",
        files=(tmp_path / "goland64.vmoptions",),
        since=EDIT,
        lock=tmp_path / ".lock",
        crash_log=tmp_path / "java_error_in_goland_%p.log",
        heap_dump=tmp_path / "java_error_in_goland.hprof",
        marks=(MARK,),
    )


def write(path: Path, text: str, at: float) -> None:
    path.write_text(text)
    os.utime(path, (at, at))


def crash(watched: Watched, at: float = EDIT + 10, lived: float = 2.0, **changes: str) -> None:
    values = {"problem": OOM, "mark": MARK, "more": "", **changes}
    write(watched.lock.parent / "java_error_in_goland_47.log", CRASH.format(lived=lived, **values), at)


def verdict(watched: Watched, now: float = EDIT + 20, alive: tuple[int, ...] = ()) -> object:
    return judge(watched, now, lambda pid, then: pid in alive)


@pytest.mark.parametrize(
    ("problem", "what"), [(OOM, "OutOfMemory encountered: Metaspace"), (SEGV, "SIGSEGV (0xb) at pc=0x00007f93")]
)
def test_a_crash_in_the_first_minute_is_a_failure(watched: Watched, problem: str, what: str) -> None:
    crash(watched, problem=problem)
    log = watched.lock.parent / "java_error_in_goland_47.log"
    assert verdict(watched) == Failed(f"crashed 2 s after its start ({what})", log)


def test_nothing_is_said_before_the_jvm_has_ended(watched: Watched) -> None:
    """It is still writing its log."""
    crash(watched)
    assert verdict(watched, alive=(47,)) is None


def test_what_is_no_crash_of_this_start_is_none(watched: Watched) -> None:
    crash(watched, at=EDIT - 1)
    assert verdict(watched) is None  # before the edit
    crash(watched, at=EDIT + 1, lived=30)
    assert verdict(watched) is None  # of a start before the edit
    crash(watched, at=EDIT + 100, lived=START_SECONDS + 1)
    assert verdict(watched) is None  # later than at the start
    crash(watched, mark="-Didea.paths.selector=IntelliJIdea2026.1")
    assert verdict(watched) is None  # of another IDE
    crash(watched, problem=SEGV, more="siginfo: si_signo: 11 (SIGSEGV), si_code: 0 (SI_USER), si_addr: 0x1")
    assert verdict(watched) is None  # by somebody's kill
    write(watched.lock.parent / "java_error_in_goland_47.log", "cut sh", EDIT + 10)
    assert verdict(watched) is None
    write(
        watched.lock.parent / "java_error_in_idea_47.log",
        CRASH.format(problem=OOM, mark=MARK, lived=1, more=""),
        EDIT + 9,
    )
    assert verdict(watched) is None


def test_an_ide_that_runs_for_a_minute_has_survived(watched: Watched) -> None:
    write(watched.lock, "47", EDIT + 1)
    assert verdict(watched, EDIT + START_SECONDS, alive=(47,)) is None
    assert verdict(watched, EDIT + 1 + START_SECONDS, alive=(47,)) == Survived()


def test_one_that_ran_before_the_edit_says_nothing(watched: Watched) -> None:
    write(watched.lock, "47", EDIT - 1)
    assert verdict(watched, EDIT + 1000, alive=(47,)) is None


def test_a_heap_dump_of_a_jvm_that_is_gone_is_a_failure(watched: Watched) -> None:
    write(watched.lock, "47", EDIT + 1)
    write(watched.heap_dump, "", EDIT + 5)
    assert verdict(watched, alive=(47,)) is None  # it may recover
    assert verdict(watched) == Failed("ran out of memory", watched.heap_dump)
    write(watched.heap_dump, "", EDIT + 2 + START_SECONDS)
    assert verdict(watched, EDIT + 1000) is None  # later than at the start
    write(watched.heap_dump, "", EDIT - 5)
    assert verdict(watched) is None  # an old one


def test_an_ide_that_is_gone_without_a_word_was_closed_or_killed(watched: Watched) -> None:
    write(watched.lock, "47", EDIT + 1)
    assert verdict(watched) is None
    watched.lock.unlink()
    assert verdict(watched) is None


def test_a_folder_that_is_gone_has_no_crash_logs(watched: Watched, tmp_path: Path) -> None:
    tmp_path.rmdir()
    assert verdict(watched) is None


def entry_of(*paths: Path) -> Entry:
    records = [
        record(target="goland", state="written", detail=FileRecord(str(path), str(path), False, False, {}))
        for path in paths
    ]
    return Entry("20261122-120000", ("idecare", "configure"), "/", "2026-11-22T12:00:00+00:00", tuple(records))


@pytest.mark.parametrize("name", ["goland64.vmoptions", "goland.jdk", "idea.properties"])
def test_an_ide_is_watched_whose_start_reads_an_edited_file(tmp_path: Path, name: str) -> None:
    world = make_world(tmp_path / "home", None)
    world.config.mkdir(parents=True)
    (world.config / name).touch()
    os.utime(world.config / name, (2e9, 2e9))  # written later than the command began: somebody was asked
    host = make_host(environment={"HOME": str(world.home)}, home=world.home, cwd=world.home)
    (found,) = edited_ides(host, entry_of(world.config / name, world.home / "settings.json"))
    assert (found.target, found.name, found.files) == ("goland", "GoLand2026.1", (world.config / name,))
    assert (found.since, found.lock) == (2e9, world.config / ".lock")
    assert found.crash_log == world.home / "java_error_in_goland_%p.log"
    assert found.heap_dump == world.home / "java_error_in_goland.hprof"
    assert "-Didea.paths.selector=GoLand2026.1" in found.marks
    assert list(edited_ides(host, entry_of(world.home / "settings.json"))) == []


def test_where_the_user_has_crash_logs_written_is_where_they_are_looked_for(tmp_path: Path) -> None:
    world = make_world(tmp_path / "home", None)
    world.config.mkdir(parents=True)
    world.options_file.write_text("-XX:ErrorFile=/var/crash/goland-%p.log\n")
    host = make_host(environment={"HOME": str(world.home)}, home=world.home, cwd=world.home)
    (found,) = edited_ides(host, entry_of(world.options_file))
    assert found.crash_log == Path("/var/crash/goland-%p.log")
