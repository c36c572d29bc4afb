"""Writes the Chinese catalogue: ``python -m scripts.catalogue``.

Texts come from the source: the literals in ``tr`` and ``mark``, the nouns of ``count_text``, the sentences of the known
errors, which are looked up where they are shown, the docstrings of the commands, which are their help, the profiles
that come with idecare, and what click says itself. What the catalogue has for them stays; texts that are gone go. What
is not translated yet is printed. Tests check what is there against this module.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from inspect import getdoc
from io import BytesIO
from pathlib import Path

import click
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from idecare.cli import VERBS
from idecare.cli.group import group
from idecare.configure.profile import Profile
from idecare.configure.profile_file import shipped_profiles
from idecare.doctor.explain import KNOWN_ERRORS

PACKAGE = Path(__file__).parent.parent / "idecare"
CATALOGUE = PACKAGE / "locale" / "zh_CN" / "LC_MESSAGES" / "idecare.po"
ARGUMENTS = {"tr": 0, "mark": 0, "count_text": 1, "BrokenError": 0}  # which argument is the text
CLICK = (  # click 8.5
    "Usage:",
    "Options",
    "Commands",
    "Show this message and exit.",
    "default: {default}",
    "required",
    "Error: invalid input",
    "Missing argument",
    "Missing option",
    "Missing command.",
    "No such option {name!r}.",
    "No such command {name!r}.",
    "Did you mean {possibility}?",
    "(Did you mean one of: {possibilities}?)",
    "Option {name!r} requires an argument.",
    "Option {name!r} does not take a value.",
    "Got unexpected extra argument ({args})",
    "Got unexpected extra arguments ({args})",
    "Invalid value: {message}",
    "Invalid value for {param_hint}: {message}",
    "Choose from:\n\t{choices}",
    "{value!r} is not {choice}.",
    "{value!r} is not one of {choices}.",
    "{value} is not in the range {range}.",
    "{value!r} is not a valid {number_type}.",
    "{name} {filename!r} does not exist.",
    "{name} {filename!r} is a file.",
    "{name} {filename!r} is not readable.",
    "file",
    "directory",
    "path",
)


def source_texts() -> dict[str, str]:
    """Each text with the file that it is first in."""
    texts: dict[str, str] = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        for text in _texts_of(ast.parse(path.read_bytes())):
            texts.setdefault(text, path.relative_to(PACKAGE.parent).as_posix())
    for known in KNOWN_ERRORS:
        for text in (known.meaning, known.why, known.fix):
            texts.setdefault(text, "idecare/doctor/explain")
    for verb in VERBS:
        for command in _with_commands_below(group.get_command(click.Context(group), verb)):
            texts.setdefault(getdoc(command.callback) or "", f"idecare/cli/{verb}.py")
    texts.setdefault(getdoc(group.callback) or "", "idecare/cli/group.py")
    for profile in shipped_profiles():
        for text in _texts_of_profile(profile):
            texts.setdefault(text, f"profiles/{profile.name}.toml")
    return texts | dict.fromkeys((text for text in CLICK if text not in texts), "click")


def _with_commands_below(command: click.Command | None) -> Iterator[click.Command]:
    if command is not None:
        yield command
    if isinstance(command, click.Group):
        yield from command.commands.values()


def _texts_of_profile(profile: Profile) -> Iterator[str]:
    yield profile.description
    for value in (*profile.jvm, *profile.properties, *profile.settings):
        yield from filter(None, (value.why, value.evidence, value.since))


def _texts_of(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ARGUMENTS:
            position = ARGUMENTS[node.func.id]
            argument = node.args[position] if len(node.args) > position else None
            if isinstance(argument, ast.Constant) and (text := str(argument.value)):
                yield f"{{count}} {text}" if node.func.id == "count_text" else text


def updated() -> Catalog:
    """The catalogue with exactly the texts of the source."""
    before = read_po(BytesIO(CATALOGUE.read_bytes()), locale="zh_CN") if CATALOGUE.exists() else Catalog("zh_CN")
    catalogue = Catalog(
        "zh_CN",
        header_comment="# Chinese (simplified) texts of idecare.",
        project="idecare",
        version="",
        msgid_bugs_address="",
        last_translator="",
        language_team="",
        fuzzy=False,
    )
    catalogue.creation_date = catalogue.revision_date = datetime(
        2026, 1, 1, tzinfo=UTC
    )  # the same texts, the same file
    for text, file in source_texts().items():
        known = before.get(text)
        catalogue.add(text, known.string if known else "", locations=[(file, None)])  # type: ignore[list-item]
    return catalogue


def as_po(catalogue: Catalog) -> bytes:
    file = BytesIO()
    write_po(file, catalogue, width=0, include_lineno=False)
    return file.getvalue()


def as_mo(catalogue: Catalog) -> bytes:
    file = BytesIO()
    write_mo(file, catalogue)
    return file.getvalue()


def main() -> int:
    catalogue = updated()
    CATALOGUE.parent.mkdir(parents=True, exist_ok=True)
    CATALOGUE.write_bytes(as_po(catalogue))
    CATALOGUE.with_suffix(".mo").write_bytes(as_mo(catalogue))
    missing = [message.id for message in catalogue if message.id and not message.string]
    print(f"{len(catalogue)} texts, {len(missing)} of them without a translation", *missing, sep="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
