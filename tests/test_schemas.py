"""docs/schema holds a schema for each command, as scripts/schemas.py says; outputs are checked where they are made."""

from __future__ import annotations

from pathlib import Path

import click
import pytest

from idecare.cli import VERBS
from idecare.cli.group import group
from scripts.schemas import COMMANDS, FOLDER, files, schema_of
from tests.support.schemas import faults

MADE = files()
RIGHT = {"schema": 1, "command": "config path", "path": "/x", "exit": 0}


@pytest.mark.parametrize("path", MADE, ids=lambda path: path.name)
def test_a_file_is_what_the_module_says(path: Path) -> None:
    assert path.read_text() == MADE[path], "run: python -m scripts.schemas"


def test_each_command_has_a_schema_and_no_file_is_left_over() -> None:
    commands = {name: group.get_command(click.Context(group), name) for name in VERBS}
    below = {
        f"{name} {word}"
        for name, found in commands.items()
        if isinstance(found, click.Group)
        for word in found.commands
    }
    plain = {name for name, found in commands.items() if not isinstance(found, click.Group)}
    assert set(COMMANDS) == {"", *plain, *below} - {"daemon run"}
    assert set(FOLDER.iterdir()) == set(MADE)


def test_the_schemas_are_schemas() -> None:
    validators = pytest.importorskip("jsonschema")
    for command in COMMANDS:
        validators.Draft202012Validator.check_schema(schema_of(command))


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"schema": 2}, id="another version"),
        pytest.param({"exit": 7}, id="no exit code of idecare"),
        pytest.param({"path": None}, id="null where there is always a text"),
        pytest.param({"more": 1}, id="a field that is not documented"),
    ],
)
def test_what_a_schema_does_not_allow_is_found(changes: dict[str, object]) -> None:
    pytest.importorskip("jsonschema")
    assert faults(RIGHT) == []
    assert faults({**RIGHT, **changes}) != []


def test_an_error_needs_no_other_field() -> None:
    error = {"code": "x", "message": "y", "hint": ""}
    assert faults({"schema": 1, "command": "clean", "error": error, "exit": 1}) == []
