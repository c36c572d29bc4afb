"""The Ansible collection: its options are those of the command line, and what its modules make of an answer."""

from __future__ import annotations

import ast
import importlib.util
import json
from pathlib import Path
from typing import Any

import click
import pytest
import yaml

from idecare import __version__
from idecare.cli.clean import clean
from idecare.cli.configure import SCOPES, configure
from idecare.cli.doctor import doctor
from idecare.cli.ides import JETBRAINS_IDES, VSCODE_IDES
from idecare.core.targets import TARGETS

COLLECTION = Path(__file__).parents[2] / "packaging" / "ansible"
COMMANDS = {"clean": clean, "configure": configure, "doctor": doctor}
# What only a person at a terminal, or a script, would ask for.
LEFT_OUT = {
    "configure": {"check", "dry_run", "yes"},
    "clean": {"check", "dry_run", "yes", "queued", "undo_on_failure"},
    "doctor": {"list_", "report", "dry_run", "yes", "explain", "download", "sha256", "key"},
}
COMMON = {"as_json", "quiet", "verbose", "plain"}
spec = importlib.util.spec_from_file_location("collection_cli", COLLECTION / "plugins" / "module_utils" / "cli.py")
assert spec is not None
assert spec.loader is not None
cli = importlib.util.module_from_spec(spec)
spec.loader.exec_module(cli)


class EndedError(Exception):
    """A module ends where it says how it went."""


class Module:
    """What AnsibleModule is to the shared code, with an idecare that answers one thing."""

    def __init__(self, answer: object, code: int = 0, *, check_mode: bool = False, found: bool = True) -> None:
        self.answer, self.code, self.check_mode, self.found = answer, code, check_mode, found
        self.params: dict[str, Any] = {"executable": None, "chdir": None}
        self._diff = True
        self.warnings: list[str] = []
        self.command: list[str] = []
        self.ended: dict[str, Any] = {}

    def get_bin_path(self, name: str, opt_dirs: list[str] | None = None) -> str | None:
        return f"/bin/{name}" if self.found else None

    def run_command(self, command: list[str], cwd: str | None) -> tuple[int, str, str]:
        self.command = command
        text = self.answer if isinstance(self.answer, str) else json.dumps(self.answer)
        return self.code, text, "what went to stderr"

    def warn(self, text: str) -> None:
        self.warnings.append(text)

    def exit_json(self, **result: Any) -> None:
        self.ended = {"failed": False, **result}
        raise EndedError

    def fail_json(self, **result: Any) -> None:
        self.ended = {"failed": True, **result}
        raise EndedError


def ran(module: Module, verb: str = "clean", *words: str, may_change: bool = True) -> dict[str, Any]:
    with pytest.raises(EndedError):
        cli.run(module, verb, words, may_change)
    return module.ended


def answer(**values: object) -> dict[str, object]:
    return {"schema": 1, "command": "clean", "changed": False, "exit": 0, **values}


def target(state: str, reason: str | None = None, next_step: str | None = None, *busy: str) -> dict[str, object]:
    users = [{"pid": 7, "name": name, "since": None} for name in busy]
    values = {"target": "modcache", "root": "/c", "state": state, "busy": users}
    return {**values, "reason": reason, "next_step": next_step}


def documented(verb: str) -> dict[str, Any]:
    tree = ast.parse((COLLECTION / "plugins" / "modules" / f"{verb}.py").read_text())
    (text,) = (
        node.value.value
        for node in tree.body
        if isinstance(node, ast.Assign)
        and isinstance(node.value, ast.Constant)
        and ast.unparse(node.targets[0]) == "DOCUMENTATION"
    )
    options: dict[str, Any] = yaml.safe_load(str(text))["options"]
    return options


@pytest.mark.parametrize("verb", COMMANDS)
def test_a_module_has_the_options_of_its_verb(verb: str) -> None:
    words = {
        (parameter.opts[0].lstrip("-").replace("-", "_") if isinstance(parameter, click.Option) else parameter.name)
        for parameter in COMMANDS[verb].params
        if parameter.name not in LEFT_OUT[verb] | COMMON and not getattr(parameter, "hidden", False)
    }
    assert set(documented(verb)) == words


def test_choices_are_those_of_the_command_line() -> None:
    assert documented("clean")["targets"]["choices"] == list(TARGETS)
    assert documented("configure")["scope"]["choices"] == list(SCOPES)
    assert documented("configure")["ide"]["choices"] == [*JETBRAINS_IDES, *VSCODE_IDES]


def test_the_collection_has_the_version_of_idecare() -> None:
    assert yaml.safe_load((COLLECTION / "galaxy.yml").read_text())["version"] == __version__


def test_options_become_words_of_a_command_line() -> None:
    options = {
        "ide": ["goland", "vscode"],
        "set": {"a.b": "4", "c": 4, "d": True, "e": {"f": [None]}},
        "jvm": ["-Xmx4g"],
        "all_versions": True,
        "force": False,
        "profile": None,
        "version_dir": "~/GoLand 1",
    }
    assert list(cli.words_of(options)) == [
        *("--ide=goland", "--ide=vscode"),
        *('--set=a.b="4"', "--set=c=4", "--set=d=true", '--set=e={"f": [null]}'),
        *("--jvm=-Xmx4g", "--all-versions", "--version-dir=~/GoLand 1"),
    ]


@pytest.mark.parametrize(
    ("check_mode", "may_change", "words"), [(False, True, ["-y"]), (True, True, ["-n"]), (True, False, [])]
)
def test_only_check_mode_stops_before_a_change(check_mode: bool, may_change: bool, words: list[str]) -> None:
    module = Module(answer(), check_mode=check_mode)
    ran(module, "clean", "gocache", may_change=may_change)
    assert module.command == ["/bin/idecare", "clean", "--json", *words, "gocache"]


@pytest.mark.parametrize("code", [0, 4])
def test_what_is_fine_says_what_changed(code: int) -> None:
    ended = ran(Module(answer(changed=True, exit=code, targets=[target("held")]), code))
    assert (ended["failed"], ended["changed"], ended["exit"]) == (False, True, code)
    assert ended["diff"] == [{"prepared": "modcache: held /c\n"}]
    assert "rc" not in ended  # Ansible takes one that is not 0 for a failure


def test_the_diff_of_a_file_is_shown_and_not_repeated() -> None:
    change = {"name": "Code", "state": "written", "reason": None, "next_step": None, "diff": "--- a\n+++ b"}
    ended = ran(Module(answer(changed=True, changes=[change, {**change, "diff": None}])))
    assert ended["diff"] == [{"prepared": "--- a\n+++ b\n"}]
    assert all("diff" not in one for one in ended["changes"])


def test_what_was_left_out_is_a_warning() -> None:
    module = Module(
        answer(targets=[target("skipped", "is in use", "--wait 5m", "go", "gopls"), target("absent", "empty")])
    )
    assert ran(module)["failed"] is False
    assert module.warnings == ["modcache: is in use: go (pid 7), gopls (pid 7); --wait 5m"]


def test_when_all_is_in_use_the_task_is_skipped() -> None:
    ended = ran(Module(answer(exit=5, targets=[target("skipped", "is in use")]), 5))
    assert (ended["failed"], ended["skipped"], ended["msg"]) == (False, True, "modcache: is in use")


@pytest.mark.parametrize("hint", ["run it again", ""])
def test_an_error_is_that_of_idecare_with_its_next_step(hint: str) -> None:
    error = {"code": "locked", "message": "another one runs", "hint": hint}
    ended = ran(Module({"schema": 1, "command": "clean", "error": error, "exit": 1}, 1))
    assert (ended["failed"], ended["changed"], ended["error"]) == (True, False, error)
    assert ended["msg"] == "another one runs; run it again" if hint else "another one runs"


def test_what_was_refused_is_a_failure_with_all_that_changed() -> None:
    values = answer(changed=True, exit=1, targets=[target("held"), target("skipped", "no mark", "check it")])
    ended = ran(Module(values, 1))
    assert (ended["failed"], ended["changed"], ended["msg"]) == (True, True, "modcache: no mark; check it")
    assert "diff" in ended


def test_a_fix_that_did_not_help_is_a_failure() -> None:
    ended = ran(Module(answer(exit=1, not_taken=["go/path"]), 1), "doctor")
    assert (ended["failed"], ended["msg"]) == (True, "still there after the fix: go/path")


@pytest.mark.parametrize("text", ["", "Traceback", "[]", '{"schema": 2}', '{"a": 1}', "null"])
def test_what_is_no_answer_of_idecare_is_shown_as_it_is(text: str) -> None:
    ended = ran(Module(text, 127))
    assert (ended["failed"], ended["rc"], ended["stdout"], ended["stderr"]) == (True, 127, text, "what went to stderr")


def test_an_older_idecare_is_named_as_such() -> None:
    ended = ran(Module({"schema": 1, "command": "clean", "targets": [], "exit": 0}))
    assert (ended["failed"], ended["msg"]) == (True, cli.TOO_OLD)


def test_idecare_is_a_program_or_a_module_of_this_python() -> None:
    module = Module(answer(), found=False)
    ran(module)
    assert module.command[1:4] == ["-m", "idecare", "clean"]
    module.params["executable"] = "/opt/idecare"
    assert ran(module)["msg"] == cli.NOT_FOUND
