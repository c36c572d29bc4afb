"""Edits of made-up settings files, held against what the published form of VS Code's own editor makes of them."""

from __future__ import annotations

import copy
import os
import re
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from idecare.formats import jsonc
from idecare.formats.edits import Edit, apply_edits
from idecare.formats.jsonc.tree import is_same
from tests.support.jsonc_documents import KEYS, VALUES, Document, documents, paths
from tests.support.jsonc_parser import Oracle, UnavailableError

EXAMPLES = int(os.environ.get("ORACLE_EXAMPLES", "700"))  # of each test
DEEPER: list[jsonc.Path] = [(), (), ("deep",), ("deep", 0)]  # what is missing on the way, too
LINE_BREAK = re.compile("\r\n|[\n\r]")
BLANK_LINE = re.compile("(?:\n|\r(?!\n))[ \t]*[\n\r]")
REMARK = re.compile(r"//[^\r\n]*|/\*.*?\*/", re.DOTALL)
many = settings(
    max_examples=EXAMPLES, deadline=None, database=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture(scope="module")
def oracle() -> Iterator[Oracle]:
    try:
        with Oracle() as running:
            yield running
    except UnavailableError as reason:
        pytest.skip(str(reason))


def _reads(oracle: Oracle, text: str) -> Any:
    """The value and the comments; the package takes a BOM for a mistake, VS Code removes it before."""
    answer = oracle.ask(text=text.removeprefix("\ufeff"))
    assert answer["errors"] == 0
    return answer


def _remarks(answer: Any) -> list[str]:
    return [remark for _, remark in answer["comments"]]


def _value_at(value: Any, path: tuple[str | int, ...]) -> Any:
    for segment in path:
        value = value[segment]
    return value


def _with_value(value: Any, path: tuple[str | int, ...], new: Any) -> Any:
    """What a set must lead to, said in another way."""
    if not path:
        return new
    changed = copy.deepcopy(value)
    parent = _value_at(changed, path[:-1])
    if isinstance(parent, list) and not 0 <= int(path[-1]) < len(parent):
        parent.append(new)
    else:
        parent[path[-1]] = new
    return changed


def _removed_text(text: str, edits: tuple[Edit, ...]) -> str:
    return "".join(text[edit.start : edit.end] for edit in edits)


def _place(text: str, units: int) -> int:
    """The character at an offset that node counted in UTF-16 units."""
    return len(text.encode("utf-16-le")[: units * 2].decode("utf-16-le"))


def _usual_break(text: str) -> str:
    breaks = LINE_BREAK.findall(text)
    return max(("\n", "\r\n", "\r"), key=breaks.count)


@many
@given(documents(), st.data())
def test_a_value_set_in_place_leaves_all_the_rest(oracle: Oracle, document: Document, data: st.DataObject) -> None:
    path = data.draw(st.sampled_from(paths(document.value)))
    new = data.draw(VALUES)
    text = document.text
    edits = jsonc.set_value(text, path, new)
    after = apply_edits(text, edits)
    bom = len(text) - len(text.removeprefix("\ufeff"))
    asked = oracle.ask(text=text[bom:], path=path, value=new)
    answer = _reads(oracle, after)
    assert is_same(answer["value"], _with_value(document.value, path, new))
    assert is_same(answer["value"], asked["after"]["value"])
    _, start, end = asked["range"]
    first, last = (_place(text[bom:], at) + bom for at in (start, end))
    assert all(first <= edit.start <= edit.end <= last for edit in edits)
    lost = _lost(asked["before"]["comments"], text[bom:], edits, bom)
    assert _remarks(answer) == [remark for at, remark in asked["before"]["comments"] if at not in lost]
    assert jsonc.set_value(after, path, new) == ()


@many
@given(documents(), st.data())
def test_a_new_value_takes_nothing_but_blanks_away(oracle: Oracle, document: Document, data: st.DataObject) -> None:
    parents = [path for path in paths(document.value) if isinstance(_value_at(document.value, path), (dict, list))]
    if not parents:
        return
    parent = data.draw(st.sampled_from(parents))
    container = _value_at(document.value, parent)
    is_object = isinstance(container, dict)
    keys: Any = KEYS.filter(lambda key: key not in container) if is_object else st.just(len(container))
    path: jsonc.Path = (*parent, data.draw(keys))
    new: Any = data.draw(VALUES)
    deeper: jsonc.Path = data.draw(st.sampled_from(DEEPER))
    for segment in reversed(deeper):
        new = {segment: new} if isinstance(segment, str) else [new]
    text = document.text
    at = data.draw(st.none() | st.integers(0, len(container))) if is_object else None
    edits = jsonc.set_value(text, (*path, *deeper), _value_at(new, deeper), at=at)
    after = apply_edits(text, edits)
    asked = oracle.ask(text=text.removeprefix("\ufeff"), path=path, value=new)
    answer = _reads(oracle, after)
    assert is_same(answer["value"], _with_value(document.value, path, new))
    assert is_same(answer["value"], asked["after"]["value"])
    assert _remarks(answer) == _remarks(asked["before"])
    assert _removed_text(text, edits).strip(" \t") == ""
    if LINE_BREAK.search(text):
        assert {found for edit in edits for found in LINE_BREAK.findall(edit.text)} <= {_usual_break(text)}
    if is_object:
        assert jsonc.set_value(after, (*path, *deeper), _value_at(new, deeper)) == ()


@many
@given(documents(), st.data())
def test_a_removal_takes_only_what_belongs_to_it(oracle: Oracle, document: Document, data: st.DataObject) -> None:
    present = paths(document.value)[1:]
    if not present:
        return
    path = data.draw(st.sampled_from(present))
    text = document.text.removeprefix("\ufeff")
    edits = jsonc.remove(text, path)
    after = apply_edits(text, edits)
    expected = copy.deepcopy(document.value)
    del _value_at(expected, path[:-1])[path[-1]]
    asked = oracle.ask(text=text, path=path)
    answer = _reads(oracle, after)
    assert is_same(answer["value"], expected)
    if isinstance(path[-1], str) and asked["after"]["errors"] == 0:  # of lists it can take the wrong item out
        assert is_same(answer["value"], asked["after"]["value"])
    assert all(edit.text == "" for edit in edits)
    lost = _lost(asked["before"]["comments"], text, edits)
    kept = [remark for offset, remark in asked["before"]["comments"] if offset not in lost]
    assert _remarks(answer) == kept
    start, _, end = (_place(text, at) for at in asked["range"])
    assert all(_is_own(text, start, end, offset) for offset in lost.values())
    assert jsonc.remove(after, path) == () or isinstance(path[-1], int)


def _lost(comments: Any, text: str, edits: tuple[Edit, ...], bom: int = 0) -> dict[int, int]:
    """The comments inside the edits, by their place as node counts it and as Python does."""
    places = {at: _place(text, at) + bom for at, _ in comments}
    return {at: place for at, place in places.items() if any(edit.start <= place < edit.end for edit in edits)}


def _is_own(text: str, start: int, end: int, comment: int) -> bool:
    """Inside, above it without a blank line between, or after it: before its comma, or on the line of either."""
    if start <= comment < end:
        return True
    if comment > end:
        is_before_comma = REMARK.sub("", text[comment:]).lstrip(" \t\r\n").startswith(",")
        return is_before_comma or not LINE_BREAK.search(REMARK.sub("", text[end:comment]).rpartition(",")[2])
    return not BLANK_LINE.search(REMARK.sub("#", text[comment:start]))


@many
@given(documents(), st.floats(0, 1, exclude_max=True), st.sampled_from(["", *'{}[],:"/*\\-+.0e \n\t\0x']))
def test_a_damaged_file_is_refused_when_the_other_refuses_it(
    oracle: Oracle, document: Document, share: float, damage: str
) -> None:
    text = document.text.removeprefix("\ufeff")
    at = int(share * len(text))
    damaged = text[:at] + damage + text[at + (damage == "") :]
    try:
        jsonc.parse(damaged)
        is_refused = False
    except jsonc.JsoncError:
        is_refused = True
    assert is_refused == (oracle.ask(text=damaged)["errors"] > 0)
