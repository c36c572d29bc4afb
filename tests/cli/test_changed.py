"""`changed` in JSON: predicted by a dry run, true once something was done, false of the same command again."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from idecare.cli import run
from tests.support.caches import Machine, add_vscode, furnish, make_machine, running, running_goland
from tests.support.goland import add_install, fake_runtime
from tests.support.modules import add_module
from tests.support.schemas import faults

KEEP = ("--hold", "1h")
Reported = Callable[..., dict[str, Any]]


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Machine]:
    """A home with every cache, a GoLand, settings of Code and a damaged module."""
    made = furnish(make_machine(tmp_path / "machine"))
    add_vscode(made)
    (made.vscode / "User" / "settings.json").write_text('{"go.delvePath": "/dev/null/gone/dlv"}')
    add_install(made.home / "GoLand-2026.1")
    fake_runtime(made.home / "GoLand-2026.1" / "jbr", java=b"#!/bin/sh\nexit 0\n")
    fake_runtime(made.home / "jdk", java=b"#!/bin/sh\nexit 0\n")
    module = add_module(made.modcache)
    (made.modcache / module.file("zip")).write_bytes(b"cut")
    yield made
    made.end()


@pytest.fixture
def reported(machine: Machine, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Reported:
    """Runs a command line in this process, to which only its own children are visible; returns its JSON."""
    for name, value in machine.env.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(machine.base)

    def report(*words: str) -> dict[str, Any]:
        code = run(["--json", *words])
        values: dict[str, Any] = json.loads(capfd.readouterr().out)
        assert values["exit"] == code
        return values

    return report


@pytest.mark.parametrize(
    "words",
    [
        pytest.param(("clean", "gocache", "modcache", "gopls", "goland", *KEEP), id="clean"),
        pytest.param(("clean", "--now", "gocache"), id="clean now"),
        pytest.param(("repair", "example.test/Aa", *KEEP), id="repair"),
        pytest.param(("configure", "--jvm=-Xmx3g", "--set", "editor.tabSize=4"), id="configure"),
        pytest.param(("jbr", "use", "~/jdk"), id="jbr use"),
        pytest.param(("doctor", "--fix", "vscode", "delve"), id="doctor"),
    ],
)
def test_it_is_predicted_then_true_and_then_false(machine: Machine, reported: Reported, words: tuple[str, ...]) -> None:
    words = tuple(word.replace("~", str(machine.home)) for word in words)
    runs = [reported(*words, option)["changed"] for option in ("-n", "-n", "-y", "-y", "-n")]
    assert runs == [True, True, True, False, False]


def test_of_undo_and_purge_it_is_what_came_back_or_went(reported: Reported) -> None:
    before = [reported(*words)["changed"] for words in (("undo", "-y"), ("purge", "-y"), ("undo", "-n"))]
    reported("clean", "gocache", "-y", *KEEP)
    undone = [reported("undo", option)["changed"] for option in ("-n", "-y", "-y")]
    reported("clean", "gocache", "-y", *KEEP)
    purged = [reported("purge", option)["changed"] for option in ("-n", "-y", "-y")]
    assert (before, undone, purged) == ([False] * 3, [True, True, False], [True, True, False])


def test_what_is_put_back_after_a_command_that_failed_is_no_change(reported: Reported) -> None:
    values = reported("clean", "gocache", "-y", "--undo-on-failure", "--", "sh", "-c", "exit 7")
    assert (values["undone"], values["changed"]) == (True, False)


def test_the_index_of_an_open_goland_is_scheduled_once(machine: Machine, reported: Reported) -> None:
    with running_goland(machine):
        runs = [reported("clean", "goland", option) for option in ("-n", "-y", "-y", "-n")]
    assert [values["changed"] for values in runs] == [True, True, False, False]
    (again,) = runs[2]["targets"]
    assert (again["state"], again["code"]) == ("absent", "scheduled")


def test_a_target_is_queued_once(machine: Machine, reported: Reported) -> None:
    with running(machine.base / "bin" / "go", env=machine.env):
        runs = [reported("clean", "modcache", "--when-idle", option) for option in ("-n", "-y", "-y", "-n")]
    assert [values["changed"] for values in runs] == [True, True, False, False]


def test_a_machine_without_an_ide_has_nothing_to_change(
    tmp_path: Path, reported: Reported, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "empty"))
    values = reported("configure", "-y")
    assert faults(values) == []
    assert (values["changed"], values["changes"], values["id"], values["exit"]) == (False, [], None, 0)
