"""The Chinese catalogue has every text of the source and nothing else, with the same placeholders."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from string import Formatter

import pytest

from scripts.catalogue import ARGUMENTS, CATALOGUE, as_mo, as_po, source_texts, updated

SOURCES = sorted((Path(__file__).parents[1] / "idecare").rglob("*.py"))
NAME = re.compile(r"\{(\w+)\}")
TEXTS = {str(message.id): str(message.string) for message in updated() if message.id}


def test_what_is_there_is_what_the_script_makes() -> None:
    catalogue = updated()
    assert CATALOGUE.read_bytes() == as_po(catalogue), "run: python -m scripts.catalogue"
    assert CATALOGUE.with_suffix(".mo").read_bytes() == as_mo(catalogue)


def test_every_text_of_the_source_has_its_chinese() -> None:
    assert [text for text in source_texts() if not TEXTS[text]] == []


@pytest.mark.parametrize("text", TEXTS)
def test_a_translation_has_the_placeholders_of_its_text(text: str) -> None:
    assert set(NAME.findall(TEXTS[text])) == set(NAME.findall(text))
    assert [character for character in TEXTS[text] if not character.isprintable() and character != "\n"] == []
    if NAME.search(text) and "[" not in text:
        list(Formatter().parse(TEXTS[text]))  # ValueError for a brace without its other half


def test_what_is_looked_up_is_a_literal() -> None:
    """A catalogue cannot have a text that is put together when it runs."""
    looked_up = {
        (path.name, node.lineno): type(node.args[0])
        for path in SOURCES
        for node in ast.walk(ast.parse(path.read_bytes()))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("tr", "mark")
    }
    assert {place for place, kind in looked_up.items() if kind is ast.JoinedStr} == {
        place for place in looked_up if place[0] == "humanize.py" and looked_up[place] is ast.JoinedStr
    }
    assert set(ARGUMENTS) >= {"tr", "mark"}
