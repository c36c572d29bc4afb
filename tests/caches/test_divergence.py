"""Packages that two sides compile in turns, on values."""

from __future__ import annotations

from typing import Any

import pytest

from idecare.caches.compiled import Output
from idecare.caches.divergence import DAY, Divergence, find_divergences
from idecare.golang.compiled import Compiled, Settings

NOW = 1_000_000.0
HOUR = 3600.0
OLD, NEW = Settings("go1.26.8", "linux", "amd64", "GOAMD64=v1"), Settings("go1.27.3", "linux", "amd64", "GOAMD64=v1")


def output(settings: Settings = NEW, made: float = 0.0, used: float | None = None, **changes: Any) -> Output:
    """``made`` and ``used`` are hours ago. Without ``sources`` it is a package of a project."""
    package, place = changes.pop("package", "example.com/app"), changes.pop("place", "/home/u/app")
    folder = changes.pop("folder", place)
    compiled = Compiled(package, settings, folder=folder, **changes)
    begin, end = (NOW - HOUR * hours for hours in (made, made if used is None else used))
    return Output(compiled, 1000, begin, end, place)


def std(settings: Settings = NEW, made: float = 0.0, used: float | None = None, **changes: Any) -> Output:
    given = {"package": "net", "folder": "", "place": "", "sources": ("net.go",), **changes}
    return output(settings, made, used, **given)


def found_in(*outputs: Output) -> list[tuple[str, ...]]:
    return [found.causes for found in find_divergences(outputs, NOW)]


def in_turns(first: Settings, second: Settings) -> tuple[Divergence, ...]:
    """A project on both sides, each of which came back after the other."""
    return find_divergences((output(first, 5, 1), output(second, 4, 0.5)), NOW)


def test_both_sides_came_back() -> None:
    (found,) = find_divergences((output(OLD, 5, 1), output(NEW, 4, 0.5), std(OLD, 5, 1), std(NEW, 4, 0.5)), NOW)
    assert (found.causes, found.packages, found.twice_bytes) == (("go-version",), ("example.com/app", "net"), 2000)


def test_an_edit_that_both_compiled_is_a_return() -> None:
    assert found_in(output(OLD, 5), output(NEW, 4), output(OLD, 3), output(NEW, 2)) == [("go-version",)]


@pytest.mark.parametrize(
    "outputs",
    [
        (output(OLD, 5), output(NEW, 4, 0.5)),
        (output(OLD, 5, 0.5), output(NEW, 4)),
        (output(OLD, 5), output(NEW, 4), output(NEW, 3)),
        (output(OLD, 0.1), output(OLD, 0.09), output(NEW, 0.1), output(NEW, 0.09)),
    ],
    ids=["an upgrade", "one build", "an upgrade with edits", "one command and its tests at the same time"],
)
def test_what_happens_once_is_calm(outputs: tuple[Output, ...]) -> None:
    assert found_in(*outputs) == []


def test_what_was_not_used_within_a_day_is_over() -> None:
    hours = DAY / HOUR
    assert found_in(output(OLD, 50, hours + 1), output(NEW, 49, 0)) == []
    assert found_in(output(OLD, 50, hours - 1), output(NEW, 49, 0)) == [("go-version",)]


def test_the_standard_library_twice_may_be_of_two_projects() -> None:
    """Each with its own toolchain line; nothing of either is compiled twice."""
    others = {"package": "example.com/other", "place": "/home/u/other"}
    assert found_in(std(OLD, 5, 1), std(NEW, 4, 0), output(OLD, 5, 1), output(NEW, 4, 0, **others)) == []


def test_two_checkouts_are_two_projects() -> None:
    assert found_in(output(OLD, 5, 1), output(NEW, 4, 0, place="/home/u/worktree")) == []
    assert found_in(output(NEW, 5, 1), output(NEW, 4, 0, place="/home/u/worktree")) == []


def test_main_of_one_program_is_not_that_of_another() -> None:
    assert found_in(output(OLD, 5, 1, package="main"), output(NEW, 4, 0, package="main")) == []


@pytest.mark.parametrize(
    ("changes", "cause"),
    [
        ({"system": "darwin"}, "target"),
        ({"architecture": "arm64", "tuning": "GOARM64=v8.0"}, "target"),
        ({"tuning": "GOAMD64=v3"}, "tuning"),
        ({"experiments": ("arenas",)}, "experiment"),
        ({"flags": ("-race",)}, "sanitizer"),
        ({"flags": ("-N", "-l")}, "optimisation"),
        ({"flags": ("-shared",)}, "compiler-flags"),
        ({"version": "go1.26.8", "experiments": ("gone",), "tuning": ""}, "go-version"),
    ],
)
def test_what_differs_is_named(changes: dict[str, Any], cause: str) -> None:
    other = Settings(
        **{"version": "go1.27.3", "system": "linux", "architecture": "amd64", "tuning": "GOAMD64=v1", **changes}
    )
    assert [found.causes for found in in_turns(NEW, other)] == [(cause,)]


def test_what_differs_in_two_things_is_compared_with_the_nearest() -> None:
    both = Settings("go1.26.8", "linux", "amd64", "GOAMD64=v1", is_trimmed=True)
    usual = std(NEW), std(NEW, package="os"), std(OLD)
    found = found_in(output(NEW, 5, 0), output(OLD, 5, 0), output(both, 5, 0), *usual)
    assert found == [("go-version",), ("trimpath",)]


def test_a_runtime_that_is_never_compiled_without_optimisation_is_of_the_same_build() -> None:
    slow, runtime = (
        Settings("go1.27.3", "linux", "amd64", "GOAMD64=v1", flags=flags) for flags in (("-N", "-l"), ("-l",))
    )
    outputs = (output(NEW, 5, 1), output(slow, 4, 0), std(NEW, package="runtime"), std(runtime, package="runtime"))
    (found,) = find_divergences(outputs, NOW)
    assert (found.causes, found.packages, found.is_on_purpose) == (
        ("optimisation",),
        ("example.com/app", "runtime"),
        True,
    )


def test_cgo_and_tags_show_in_packages_with_other_files() -> None:
    cgo = std(NEW, 5, 1, has_cgo=True, sources=("cgo.go",)), std(NEW, 4, 0, sources=("stub.go",))
    again = std(NEW, 5, 1, package="net/http"), std(NEW, 4, 0, package="net/http")
    (found,) = find_divergences((*cgo, *again), NOW)
    assert (found.causes, found.packages, found.followers) == (("cgo",), ("net",), 1)
    assert found_in(std(NEW, 5, 1, sources=("on.go",)), std(NEW, 4, 0, sources=("off.go",))) == [("tags",)]


def test_another_place_of_the_same_sources_is_named() -> None:
    one = {"package": "other.org/x", "folder": "/home/u/go/pkg/mod/other.org/x@v1.0.0", "sources": ("x.go",)}
    other = {**one, "folder": "/data/mod/other.org/x@v1.0.0"}
    assert found_in(output(NEW, 5, 1, **one), output(NEW, 4, 0, **other)) == [("module-cache",)]
    assert found_in(output(NEW, 5, 1, folder="/home/u/link"), output(NEW, 4, 0)) == [("link",)]


def test_edits_alone_are_no_divergence() -> None:
    assert found_in(*(output(NEW, hours, hours) for hours in range(9))) == []
