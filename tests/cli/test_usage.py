"""``idecare usage`` as a user runs it."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from idecare.cli import run
from idecare.cli import usage as verb
from tests.builders import GO_README, write

LONG_AGO = 1_700_000_000


@pytest.fixture
def home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A home with a build cache, a fuzzing corpus in it, a module cache, and something a clean holds."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("GOCACHE", str(tmp_path / "build"))
    monkeypatch.setenv("GOMODCACHE", str(tmp_path / "mod"))
    monkeypatch.setenv("TMPDIR", str(tmp_path / "tmp"))  # builds of others leave folders in the system's
    for name in ("build/00/1-d", "build/fuzz/a/input", "build/.idecare-held/7/00/2-d", "mod/a.b/c@v1.0.0/c.go"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x" * 5000)
    write(write(tmp_path, "mod/cache/download/") / "build", "README")
    for folder, _, _ in os.walk(tmp_path):
        os.utime(folder, (LONG_AGO, LONG_AGO))
    return tmp_path


def usage(*words: str) -> int:
    return run(["usage", *words])


def values(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(capsys.readouterr().out)
    return answer


def test_all_caches_with_a_total_that_counts_nothing_twice(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert usage("--json") == 0
    answer = values(capsys)
    sizes = {cache["target"]: cache["logical_bytes"] for cache in answer["caches"] if cache["tool"] == "go"}
    assert sizes == {"gocache": 5000 + len(GO_README), "fuzzcache": 5000, "modcache": 5000}
    assert answer["total_allocated_bytes"] == sum(cache["allocated_bytes"] for cache in answer["caches"])
    assert answer["total_held_bytes"] == sum(cache["held_bytes"] for cache in answer["caches"]) > 5000


@pytest.mark.parametrize(
    ("word", "target"), [("gocache", "gocache"), ("go-build", "gocache"), ("go-mod", "modcache"), ("fuzzcache",) * 2]
)
def test_only_what_was_asked_for(home: Path, capsys: pytest.CaptureFixture[str], word: str, target: str) -> None:
    assert usage(word, "--json") == 0
    assert [cache["target"] for cache in values(capsys)["caches"]] == [target]


def test_a_second_run_says_the_same_and_reads_nothing_again(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    usage("--json")
    first = values(capsys)
    (home / "mod/a.b/c@v1.0.0/c.go").write_bytes(b"only a look inside would show this")
    usage("--json")
    second = values(capsys)
    for cache, before in zip(second["caches"], first["caches"], strict=True):
        sizes = [sample["allocated_bytes"] for sample in cache.pop("trend")]
        assert sizes == [sample["allocated_bytes"] for sample in before.pop("trend")] * 2
    assert second == first
    usage("modcache", "-v")
    assert "remembered" in capsys.readouterr().out


def test_a_memory_that_cannot_be_written_is_no_failure(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(path: Path, data: bytes) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(verb, "write_atomic", full)
    assert usage("modcache") == 0


@pytest.mark.parametrize(
    ("word", "note"),
    [
        ("gopls", "There is no gopls at "),
        ("goindex", "No place of a goland cache is known"),
        ("testcache", "Test results lie in the build cache and take no space of their own: idecare usage gocache"),
    ],
)
def test_what_is_not_there_is_said(home: Path, capsys: pytest.CaptureFixture[str], word: str, note: str) -> None:
    assert usage(word) == 0
    assert capsys.readouterr().out.startswith(note)


def test_a_cache_that_cannot_be_used_is_not_measured(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("GOMODCACHE", "relative")
    assert usage("modcache") == 0
    assert capsys.readouterr().out == "Not measured: module cache: the path is not absolute, so go refuses to use it\n"


@pytest.mark.parametrize("place", ["/", "{home}"])
def test_a_folder_of_the_users_that_a_variable_calls_a_cache_is_not_measured(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], place: str
) -> None:
    monkeypatch.setenv("GOCACHE", place.format(home=home))
    assert usage("gocache", "fuzzcache") == 0
    why = f"{place.format(home='~')} is or contains a home folder"
    expected = [f"Not measured: build cache: {why}", f"Not measured: fuzzing corpus: {why}"]
    assert capsys.readouterr().out.splitlines()[:2] == expected


@pytest.mark.parametrize(
    ("target", "variable", "also"),
    [("gocache", "GOCACHE", "fuzzcache"), ("modcache", "GOMODCACHE", ""), ("gopls", "GOPLSCACHE", "")],
)
@pytest.mark.parametrize("files", [("notes.txt",), ("00/db", "fuzz/x", "README", "pkg/mod/x", "0123456a/x")])
def test_a_folder_without_the_mark_of_that_cache_is_not_measured(
    home: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    files: tuple[str, ...],
    target: str,
    variable: str,
    also: str,
) -> None:
    place = home / "work" / ("gopls" if target == "gopls" else "")
    write(place, *files, content="mine")
    monkeypatch.setenv(variable, str(home / "work"))
    assert usage(*filter(None, (target, also))) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 1 + bool(also)
    assert all(f"~/{place.relative_to(home)} does not look like this cache: it lacks " in line for line in lines)
    assert usage("--json") == 0
    assert {target, also} & {cache["target"] for cache in values(capsys)["caches"]} == set()
    run(["clean", target, "-n"])
    assert "does not look like this cache" in capsys.readouterr().out


def test_an_unknown_target_is_a_usage_error(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert usage("gocach") == 2
    assert "Did you mean 'gocache'?" in capsys.readouterr().err


def test_text_for_a_pipe_has_no_terminal_codes(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert usage() == 0
    out = capsys.readouterr().out
    assert "\x1b" not in out
    assert "Held by idecare for build cache" in out


def test_a_page_is_written_and_written_again(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = home / "usage.html"
    (home / "mod/cache/download").mkdir(parents=True, exist_ok=True)
    assert usage("--html", str(page)) == 0
    first = capsys.readouterr()
    assert first.err == "wrote ~/usage.html\n"
    assert "build cache" in first.out
    assert "a.b/c@v1.0.0" in page.read_text()
    page.write_text(page.read_text() + "older")
    assert usage("--html", str(page), "--json") == 0
    assert values(capsys)["exit"] == 0
    assert not page.read_text().endswith("older")


def test_only_the_parts_of_what_was_asked_for(home: Path) -> None:
    (home / "mod/cache/download").mkdir(parents=True, exist_ok=True)
    usage("gocache", "--html", str(home / "usage.html"))
    assert "a.b/c@v1.0.0" not in (home / "usage.html").read_text()


@pytest.mark.parametrize("content", [b"", b"thesis", b"<!DOCTYPE html><p>mine"])
def test_a_page_replaces_nothing_but_a_page(home: Path, capsys: pytest.CaptureFixture[str], content: bytes) -> None:
    mine, link = home / "mine", home / "link"
    mine.write_bytes(content)
    link.symlink_to(mine)
    for path in (mine, link):
        assert usage("--html", str(path)) == 2
        assert "no page of `idecare usage`" in capsys.readouterr().err
    assert mine.read_bytes() == content
    assert link.is_symlink()


@pytest.mark.parametrize("name", ["", "none/usage.html", "pipe"])
def test_a_page_needs_a_place(home: Path, capsys: pytest.CaptureFixture[str], name: str) -> None:
    os.mkfifo(home / "pipe")
    assert usage("--html", str(home / name)) == 2
    assert "choose another --html FILE" in capsys.readouterr().err
    assert not (home / "none").exists()
