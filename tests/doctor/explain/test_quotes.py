"""What a check's why quotes of an error text, `explain` knows too, and leads from there to that check."""

from __future__ import annotations

import ast
import inspect
import re
import sys
from collections.abc import Iterable, Iterator
from itertools import chain
from types import ModuleType

import pytest

from idecare.doctor.base import Check
from idecare.doctor.explain import KNOWN_ERRORS
from idecare.doctor.runner import all_checks
from tests.doctor.explain.test_known_errors import POSITIVE, recognised

QUOTE = re.compile(r"(?<![\w`])'([^'\n]{8,})'")
NO_ERROR_TEXTS = {
    "Open using Rosetta": "a box in the Finder's window",
    "attach to process": "an action of an IDE",
}


def _names(node: ast.AST) -> set[str]:
    return {child.id for child in ast.walk(node) if isinstance(child, ast.Name)}


def _definitions(module: ModuleType) -> dict[str, ast.stmt]:
    """What the module's top level defines, but for the list of its checks."""
    found: dict[str, ast.stmt] = {}
    for node in ast.parse(inspect.getsource(module)).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            found[node.name] = node
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            found |= dict.fromkeys(chain.from_iterable(map(_names, targets)), node)
    found.pop("CHECKS")
    return found


def _reached(start: Iterable[str], definitions: dict[str, ast.stmt]) -> set[str]:
    """The definitions that the named ones use, and they."""
    reached: set[str] = set()
    waiting = {name for name in start if name in definitions}
    while waiting:
        reached |= waiting
        used = set(chain.from_iterable(_names(definitions[name]) for name in waiting))
        waiting = (used & definitions.keys()) - reached
    return reached


def _texts(node: ast.AST) -> Iterator[str]:
    """The strings of the code; what an f-string or a template fills in is ``...``."""
    if isinstance(node, ast.JoinedStr):
        yield "".join(part.value if isinstance(part, ast.Constant) else "..." for part in node.values)
        return
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield re.sub(r"\{\w+\}", "...", node.value)
    for child in ast.iter_child_nodes(node):
        yield from _texts(child)


def _quotes(check: Check) -> Iterator[tuple[str, str]]:
    """Each text in quotes that the check can say, after its id."""
    definitions = _definitions(sys.modules[check.run.__module__])
    for name in _reached([check.run.__name__], definitions):
        for text in _texts(definitions[name]):
            yield from ((check.id, quote) for quote in QUOTE.findall(text) if quote not in NO_ERROR_TEXTS)


QUOTES = sorted(set(chain.from_iterable(map(_quotes, all_checks()))))


def _has(sample: str, quote: str) -> bool:
    """The pieces around each ``...``, in this order."""
    return re.search(r"[\s\S]*?".join(re.escape(piece.strip()) for piece in quote.split("...")), sample) is not None


def test_quotes_are_found() -> None:
    assert len(QUOTES) >= 50


@pytest.mark.parametrize(("check", "quote"), QUOTES)
def test_a_text_that_a_check_quotes_is_known_and_leads_to_that_check(check: str, quote: str) -> None:
    leading = {known.id for known in KNOWN_ERRORS if {check, check.partition("/")[0]} & set(known.checks)}
    samples = {(name, sample) for name, sample in POSITIVE if name in leading and _has(sample, quote)}
    assert [name for name, sample in samples if recognised(sample) == [name]]
