"""The Chinese catalogue has every text of the source and nothing else, with the same placeholders."""

from __future__ import annotations

import ast
import re
from gettext import GNUTranslations
from pathlib import Path

from scripts.catalogue import CATALOGUE, as_po, source_texts, updated

SOURCES = sorted((Path(__file__).parents[1] / "idecare").rglob("*.py"))
NAME = re.compile(r"\{(\w+)\}")
RUN = "run: python -m scripts.catalogue"
TEXTS = {str(message.id): str(message.string) for message in updated() if message.id}


def test_what_is_there_is_what_the_script_makes() -> None:
    assert _without_header(CATALOGUE.read_bytes()) == _without_header(as_po(updated())), RUN
    with CATALOGUE.with_suffix(".mo").open("rb") as file:
        compiled = GNUTranslations(file)
    assert {text: compiled.gettext(text) for text in TEXTS} == TEXTS, RUN


def _without_header(po: bytes) -> list[bytes]:
    """The header names the Babel that wrote it."""
    return po.split(b"\n\n")[1:]


def test_every_text_of_the_source_has_its_chinese() -> None:
    assert [text for text in source_texts() if not TEXTS[text]] == []


def test_a_translation_has_the_placeholders_of_its_text() -> None:
    named = {text: (set(NAME.findall(chinese)), set(NAME.findall(text))) for text, chinese in TEXTS.items()}
    assert {text: names for text, names in named.items() if names[0] != names[1]} == {}


def test_a_translation_holds_what_a_terminal_can_show() -> None:
    odd = {text: [sign for sign in chinese if not sign.isprintable()] for text, chinese in TEXTS.items()}
    assert {text: signs for text, signs in odd.items() if not set(signs) <= {*text, "\n"}} == {}


def test_what_is_looked_up_is_a_literal() -> None:
    """A catalogue cannot have a text that is put together when it runs; the nouns that are counted it has."""
    put_together = {
        path.name
        for path in SOURCES
        for node in ast.walk(ast.parse(path.read_bytes()))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("tr", "mark")
        if isinstance(node.args[0], ast.JoinedStr | ast.BinOp)
    }
    assert put_together == {"humanize.py"}
