"""The group of verbs: what --help says of them, and what is imported to say it."""

from __future__ import annotations

import json
import platform
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import click
import pytest
from hatchling.metadata.core import ProjectMetadata
from hatchling.plugin.manager import PluginManager

from idecare import __version__
from idecare.cli import GROUPS, VERBS, run
from idecare.cli.group import group
from idecare.cli.render.help import EXAMPLES

PROJECT = Path(__file__).parents[2]


def command_of(name: str) -> click.Command:
    command = group.get_command(click.Context(group), name)
    assert command is not None
    return command


@pytest.mark.parametrize("name", VERBS)
def test_each_verb_of_the_table_is_there_under_its_name(name: str) -> None:
    command = command_of(name)
    assert command.name == name
    assert VERBS[name].endswith(".")
    assert len(VERBS[name]) < 80


@pytest.mark.parametrize("name", VERBS)
def test_each_verb_has_a_help_with_every_option_explained(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run([name, "--help"]) == 0
    assert capsys.readouterr().out.startswith(f"Usage: idecare {name}")
    command = command_of(name)
    leaves = command.commands.values() if isinstance(command, click.Group) else [command]
    for leaf in leaves:
        options = [found for found in leaf.params if isinstance(found, click.Option) and not found.hidden]
        assert {"as_json", "quiet", "verbose"} <= {found.name for found in options}
        assert [found.name for found in options if not found.help] == []


def test_help_lists_the_table_in_its_order(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--help"]) == run(["-h"]) == 0
    text = " ".join(capsys.readouterr().out.split())
    assert all(text.count(f"{name} {words}") == 2 for name, words in VERBS.items())


def test_help_lists_the_table_in_groups(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--help"]) == 0
    text = capsys.readouterr().out
    assert [line for line in text.splitlines() if line.removesuffix(":") in GROUPS] == [f"{title}:" for title in GROUPS]
    assert "..." not in text.partition("Clean up")[2]


@pytest.mark.parametrize("words", [*((verb,) for verb in VERBS), ("daemon", "snooze"), ("config", "set")])
def test_help_of_a_verb_is_that_of_its_option_with_examples(
    words: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["help", *words]) == 0
    text = capsys.readouterr().out
    assert run([*words, "--help"]) == 0
    assert text == capsys.readouterr().out
    assert f"Examples:\n    {EXAMPLES[' '.join(words)][0][0]}" in text
    assert f"Manual: man idecare-{words[0]}, docs/commands/{words[0]}.md" in text


def test_help_alone_is_that_of_the_program_and_of_what_is_no_verb_a_usage_error(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(["help"]) == 0
    assert capsys.readouterr().out.startswith("Usage: idecare [OPTIONS]")
    assert run(["help", "cleen"]) == run(["help", "clean", "gocache"]) == run(["help", "daemon", "nothing"]) == 2
    assert "Did you mean 'clean'?" in capsys.readouterr().err


def test_each_verb_and_sub_verb_has_examples() -> None:
    commands = {name: command_of(name) for name in VERBS}
    groups = {name: found for name, found in commands.items() if isinstance(found, click.Group)}
    below = {f"{name} {sub}" for name, found in groups.items() for sub in found.commands}
    assert set(EXAMPLES) == {*VERBS, *below}


def test_common_options_may_come_before_the_verb(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--json", "config", "get"]) == 0
    assert json.loads(capsys.readouterr().out)["command"] == "config get"


@pytest.mark.parametrize(
    ("word", "near"),
    [("cleen", " Did you mean 'clean'?"), ("hist", " Did you mean 'history'?"), ("xyz", ""), ("--bogus", None)],
)
def test_an_unknown_verb_is_refused_with_the_nearest(
    word: str, near: str | None, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run([word]) == 2
    first = capsys.readouterr().err.splitlines()[0]
    assert first == (f"idecare: there is no command '{word}'.{near}" if near is not None else first)
    assert word in first


def test_the_version_is_that_of_the_package(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--version"]) == 0
    assert capsys.readouterr().out == f"idecare {__version__}\n"
    assert ProjectMetadata(str(PROJECT), PluginManager()).version == __version__


@pytest.mark.parametrize("words", [["--version", "--verbose"], ["-v", "--version"]])
def test_a_bug_report_gets_the_versions_of_what_idecare_runs_on(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(words) == 0
    first, python, system, packages = capsys.readouterr().out.splitlines()
    assert first == f"idecare {__version__}"
    assert python.startswith(f"Python {platform.python_version()} (")
    assert platform.machine() in system
    assert f"click {version('click')}" in packages.split(", ")


IMPORTED = """
import json, sys
sys.argv[1:] = json.loads(sys.argv[1])
from idecare.__main__ import main
try:
    main()
finally:
    print(json.dumps(sorted(sys.modules)))
"""


def imported(*arguments: str) -> set[str]:
    """The modules that a run has imported by its end."""
    done = subprocess.run(
        [sys.executable, "-c", IMPORTED, json.dumps(arguments)], capture_output=True, text=True, timeout=60
    )
    return set(json.loads(done.stdout.splitlines()[-1]))


def test_the_version_alone_imports_nothing_more() -> None:
    names = imported("--version")
    assert {name for name in names if name.startswith("idecare")} == {"idecare", "idecare.__main__"}
    assert names & {"click", "psutil", "rich"} == set()


def test_the_first_screen_imports_no_click() -> None:
    names = imported()
    assert "idecare.cli.overview" in names
    assert names & {"click", "psutil", "rich", "tomlkit"} == set()


def test_help_imports_no_verb() -> None:
    names = imported("--help")
    assert {f"idecare.cli.{name}" for name in VERBS} & names == set()
    assert names & {"psutil", "rich", "tomlkit"} == set()


def test_a_verb_imports_no_other_and_nothing_heavy() -> None:
    names = imported("history")
    assert {f"idecare.cli.{name}" for name in VERBS} & names == {"idecare.cli.history"}
    assert names & {"rich", "tomlkit"} == set()


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_completion_script_names_the_program(shell: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["completion", shell]) == 0
    assert "_IDECARE_COMPLETE" in capsys.readouterr().out
    assert run(["completion", shell, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["command"] == "completion"
