"""What completes arguments: each source finds values, each belongs to a parameter, and none raises into a prompt."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import click
import pytest
from click.shell_completion import BashComplete

from idecare.cli import VERBS
from idecare.cli.completion import POWERSHELL
from idecare.cli.completion_values import SOURCES, add_values
from idecare.cli.group import group
from idecare.core.host import Host
from idecare.core.targets import TARGETS
from tests.conftest import make_host
from tests.support.modules import NAME, go_sum

FROM_THIS_MACHINE = {"_entry_ids", "_modules", "_runtimes", "_setting_values"}


def command_of(path: str) -> click.Command:
    verb, _, below = path.partition(" ")
    command = group.get_command(click.Context(group), verb)
    assert command is not None
    add_values(verb, command)
    return command.commands[below] if below and isinstance(command, click.Group) else command


def completed(path: str, name: str, incomplete: str, **params: object) -> list[str]:
    command = command_of(path)
    ctx = click.Context(command)
    ctx.params.update(params)
    (parameter,) = (found for found in command.params if found.name == name)
    return [item.value for item in parameter.shell_complete(ctx, incomplete)]


@pytest.mark.parametrize(("path", "name"), SOURCES, ids=" ".join)
def test_each_source_belongs_to_a_parameter_and_finds_values(tmp_path: Path, path: str, name: str) -> None:
    assert name in {parameter.name for parameter in command_of(path).params}
    source = SOURCES[path, name]
    found = dict(source(make_host(home=tmp_path), click.Context(command_of(path))))
    assert found or source.__name__ in FROM_THIS_MACHINE
    assert all(isinstance(text, str) for text in found.values())


def test_what_is_typed_already_is_not_proposed_again() -> None:
    assert completed("clean", "targets", "") == list(TARGETS)
    assert completed("clean", "targets", "go", targets=("gopls",)) == ["gocache", "goimports", "goland"]


def test_modules_are_those_of_this_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "go.mod").write_text("module example.test/m\n")
    (tmp_path / "go.sum").write_text(go_sum())
    monkeypatch.chdir(tmp_path)
    assert completed("repair", "names", "example") == [NAME]


def test_the_values_of_a_setting_are_those_of_its_key() -> None:
    assert completed("config set", "values", "", key="notify") == ["true", "false"]
    assert completed("config set", "values", "", key="hold") == []


def test_help_completes_verbs_and_their_sub_verbs() -> None:
    assert completed("help", "words", "") == list(VERBS)
    assert completed("help", "words", "s", words=("daemon",)) == ["start", "stop", "status", "snooze"]


def test_what_fails_leaves_the_shell_without_values(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(host: Host, ctx: click.Context) -> Iterable[tuple[str, str]]:
        raise OSError("disk full")

    monkeypatch.setitem(SOURCES, ("clean", "targets"), broken)
    assert completed("clean", "targets", "") == []


@pytest.mark.parametrize(
    ("words", "found"),
    [
        pytest.param(["cl"], ["clean"], id="a verb"),
        pytest.param(["usage", ""], list(TARGETS), id="nothing yet"),
        pytest.param(["clean", "gocache", "test"], ["testcache"], id="a target"),
        pytest.param(["watch", "C:\\my folder", "--j"], ["--json"], id="after a path of Windows"),
    ],
)
def test_words_as_the_script_for_powershell_quotes_them(
    words: list[str], found: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As ``.Replace("'", "'\\''")`` between single quotes does."""
    line = " ".join("'" + word.replace("'", "'\\''") + "'" for word in ("idecare", *words))
    monkeypatch.setenv("COMP_WORDS", line)
    monkeypatch.setenv("COMP_CWORD", str(len(words)))
    completer = BashComplete(group, {}, "idecare", "_IDECARE_COMPLETE")
    assert completer.complete().split() == [f"plain,{word}" for word in found]


def test_the_script_for_powershell_speaks_that_protocol() -> None:
    """No PowerShell has run it yet."""
    assert all(POWERSHELL.count(opening) == POWERSHELL.count(closing) for opening, closing in ("{}", "()", "[]"))
    for text in ("'bash_complete'", "$env:COMP_WORDS", "$env:COMP_CWORD = $words.Count - 1", "\"'\\''\""):
        assert text in POWERSHELL
