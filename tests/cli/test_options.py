"""The options that a verb declares to click and the values that it works with are the same ones."""

from __future__ import annotations

import builtins
import importlib
import inspect
import typing
from collections import defaultdict
from dataclasses import fields

import click
import pytest

from idecare.cli import VERBS
from idecare.cli.common import COMMON_OPTIONS
from idecare.cli.group import group


def leaves(command: click.Command, words: tuple[str, ...]) -> dict[tuple[str, ...], click.Command]:
    if not isinstance(command, click.Group):
        return {words: command}
    found = ((name, command.get_command(click.Context(command), name)) for name in command.commands)
    return {key: leaf for name, below in found if below for key, leaf in leaves(below, (*words, name)).items()}


def all_commands() -> dict[tuple[str, ...], click.Command]:
    verbs = {name: group.get_command(click.Context(group), name) for name in VERBS}
    return {words: leaf for name, verb in verbs.items() if verb for words, leaf in leaves(verb, (name,)).items()}


def taken(command: click.Command) -> dict[str, object]:
    """The type of each value that the verb's own function takes, or of each field of its one value."""
    function = inspect.unwrap(command.callback or pytest.fail(f"{command.name} does nothing"))
    module = vars(importlib.import_module(function.__module__))
    names = defaultdict(lambda: object, vars(builtins) | module)  # what is imported for types alone is an object here
    hints = typing.get_type_hints(function, localns=names)
    own = {name: kind for name, kind in hints.items() if name not in ("session", "return")}
    options = own.get("options")
    return typing.get_type_hints(options, localns=names) if inspect.isclass(options) and fields(options) else own


def is_fitting(kind: object, parameter: click.Parameter) -> bool:
    if getattr(parameter, "is_flag", False):
        return kind is bool
    if parameter.multiple if isinstance(parameter, click.Option) else parameter.nargs == -1:
        return typing.get_origin(kind) is tuple
    can_be_missing = not parameter.required and parameter.to_info_dict()["default"] is None
    return can_be_missing == (type(None) in typing.get_args(kind))


@pytest.mark.parametrize("words", list(all_commands()), ids=" ".join)
def test_a_verb_takes_the_options_that_it_declares_with_their_types(words: tuple[str, ...]) -> None:
    command = all_commands()[words]
    declared = {found.name: found for found in command.params if found.name not in (*COMMON_OPTIONS, "help")}
    kinds = taken(command)
    assert set(kinds) == set(declared)
    assert [name for name, found in declared.items() if not is_fitting(kinds[name], found)] == []
