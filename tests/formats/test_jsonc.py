"""Edits of JSON with comments: the vectors in tests/data, then what they do not say."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest

from idecare.core import language
from idecare.core.errors import IdecareError
from idecare.formats import jsonc
from idecare.formats.edits import Edit, apply_edits
from idecare.formats.jsonc import JsoncError, Layout

VECTORS: list[dict[str, Any]] = [
    vector
    for path in sorted(Path(__file__).parents[1].joinpath("data", "jsonc").glob("*.json"))
    for vector in json.loads(path.read_text(encoding="utf-8"))
]
# Where the reference has a defect, or lays out a line again that need not change: what is right here.
OURS = {
    22: '{"p":1, "q": 2}',
    23: '{\n  "o": { "p": 1, "q": 2 }\n}',
    34: '{\n  "p": 1, // about p\n  "q": 2\n}',
    37: '{\n  "p": 1, // about p\n  "q": 2,\n}',
    43: "{\n}",
    44: '{\n  "p": 1 // about p\n}',
    49: '{\n  "p": 1 /* c */,\n  "q": 2,\n  "r": 3\n}',
    50: '{\n  "p": 1, // about p\n  "q": 2,\n  "r": 3\n}',
    52: "[\n  1, // one\n  2\n]",
    65: '{\n  "l": [1, 2, 9]\n}',
    70: '{\n  "l": ["a", "b", "c"]\n}',
    92: '{\n\t"p": 1,\n\t"q": 2\n}\n',
}


def after_set(text: str, path: jsonc.Path, value: Any, **how: Any) -> str:
    return apply_edits(text, jsonc.set_value(text, path, value, **how))


def after_remove(text: str, path: jsonc.Path) -> str:
    return apply_edits(text, jsonc.remove(text, path))


def _title(vector: dict[str, Any]) -> str:
    return f"{vector['n']} {vector['title']}"


def _edits(vector: dict[str, Any]) -> tuple[Edit, ...]:
    text, path = vector["input"], tuple(vector["path"])
    if vector.get("remove"):
        return jsonc.remove(text, path)
    layout: Layout | None = Layout()
    if "format" in vector:
        options = vector["format"]
        indent = options and (" " * options["tabSize"] if options["insertSpaces"] else "\t")
        layout = options and Layout(indent, options["eol"])
    if vector.get("insert"):
        return jsonc.insert_item(text, path, vector["value"], layout=layout)
    return jsonc.set_value(text, path, vector["value"], at=vector.get("at"), layout=layout)


@pytest.mark.parametrize("vector", VECTORS, ids=_title)
def test_every_vector_comes_out_as_accepted(vector: dict[str, Any]) -> None:
    if vector["accept"][0] == "refuse":
        with pytest.raises(JsoncError, match=r"^line \d+, column \d+: "):
            _edits(vector)
        return
    edits = _edits(vector)
    if vector["accept"][0] == "unchanged":
        assert edits == ()
    else:
        expected = OURS.get(vector["n"], vector["reference"].get("output"))
        assert apply_edits(vector["input"], edits) == expected


@pytest.mark.parametrize("vector", [vector for vector in VECTORS if "refuse" not in vector["accept"]], ids=_title)
def test_the_second_time_there_is_nothing_to_do(vector: dict[str, Any]) -> None:
    text = apply_edits(vector["input"], _edits(vector))
    is_item = isinstance(vector["path"][-1] if vector["path"] else None, int)
    if not is_item or vector["n"] == 64:  # an appended item is appended again, a removed one is another one
        assert _edits({**vector, "input": text}) == ()


@pytest.mark.parametrize(
    ("text", "line", "column", "why"),
    [
        pytest.param('{\n  "a": 1\n  "b": 2\n}', 3, 3, "expected a comma or }", id="no comma"),
        pytest.param('{"a": 1', 1, 8, "the text ends", id="no closing bracket"),
        pytest.param("{\r\n  'a': 1}", 2, 3, "double quotes", id="single quotes"),
        pytest.param('{"a": "x\ny"}', 1, 7, "no closing quote", id="a string over two lines"),
        pytest.param('{"a": "x\ty"}', 1, 9, r"U\+0009", id="a tab inside a string"),
        pytest.param('{"a": "\\x41"}', 1, 8, "not an escape", id="an escape of another language"),
        pytest.param('{"a": 1} /* x', 1, 10, "never closed", id="an open comment"),
        pytest.param('{"a": 01}', 1, 8, "expected a comma", id="a leading zero"),
        pytest.param('{"a": NaN}', 1, 7, "'N' does not belong", id="not a word of JSON"),
        pytest.param('{"a": nullify}', 1, 11, "does not belong", id="a word that goes on"),
        pytest.param('{,"a": 1}', 1, 2, "a key in double quotes", id="a comma first"),
        pytest.param('{"a": 1,,}', 1, 9, "a key in double quotes", id="two trailing commas"),
        pytest.param("[,]", 1, 2, "expected a value", id="a comma alone in an array"),
        pytest.param('{"a" 1}', 1, 6, "a colon", id="no colon"),
        pytest.param("{]", 1, 2, "a key in double quotes", id="the wrong bracket"),
        pytest.param("{} {}", 1, 4, "nothing more", id="two documents"),
        pytest.param("\ufeff{1}", 1, 2, "a key in double quotes", id="a BOM takes no column"),
        pytest.param("[" * 100_000, 1, 101, "more than 100 deep", id="nested without end"),
        pytest.param('{"a":' * 100_000, 1, 501, "more than 100 deep", id="objects nested without end"),
    ],
)
def test_what_does_not_parse_is_refused_with_its_place(text: str, line: int, column: int, why: str) -> None:
    with pytest.raises(JsoncError, match=why) as caught:
        jsonc.set_value(text, ("a",), 1)
    assert (caught.value.line, caught.value.column) == (line, column)
    assert str(caught.value).startswith(f"line {line}, column {column}: ")


def test_nodes_know_their_ranges() -> None:
    text = '{ /* c */ "a": [1, {"b": "x"}] }'
    node, inner = jsonc.node_at(text, ("a",)), jsonc.node_at(text, ("a", 1, "b"))
    assert node is not None
    assert inner is not None
    assert (node.kind, text[node.start : node.end]) == ("array", '[1, {"b": "x"}]')
    assert text[inner.start : inner.end] == '"x"'
    assert jsonc.node_at(text, ("a", 2)) is None
    assert jsonc.node_at("// nothing", ()) is None


@pytest.mark.parametrize(
    ("text", "path", "value"),
    [
        pytest.param("[true, false, null]", (), [True, False, None], id="words"),
        pytest.param("[1, -2.5, 1e2, -0]", (), [1, -2.5, 100.0, 0], id="numbers"),
        pytest.param('"\\u00e9\\ud83d\\ude00\\n/"', (), "é😀\n/", id="escapes"),
        pytest.param('{"a": 1, "a": 2}', ("a",), 2, id="of repeated keys the last"),
        pytest.param('{"a": {"b": 1}}', ("a", "c"), "absent", id="what is not there"),
        pytest.param("", ("a",), "absent", id="an empty text"),
        pytest.param('{"a": null}', ("a",), None, id="null is there"),
        pytest.param('{\u00a0"a":\u3000[1,\v2]}\u2028// x', ("a",), [1, 2], id="blanks that only VS Code takes"),
        pytest.param('// a\u2028{"a": 1}', ("a",), 1, id="a line break that only VS Code takes"),
        pytest.param("[" + "1" * 5000 + "]", (0,), float("inf"), id="more digits than Python reads"),
    ],
)
def test_value_at_reads_as_vs_code_does(text: str, path: jsonc.Path, value: Any) -> None:
    assert jsonc.value_at(text, path, "absent") == value


@pytest.mark.parametrize(
    ("text", "path", "value", "expected"),
    [
        pytest.param("", ("a", "b"), 1, '{\n  "a": {\n    "b": 1\n  }\n}', id="an empty file"),
        pytest.param("\ufeff\r\n", ("a",), 1, '\ufeff{\r\n  "a": 1\r\n}\r\n', id="only a BOM and a line end"),
        pytest.param("{}\n", ("a",), [], '{\n  "a": []\n}\n', id="an empty object"),
        pytest.param("{ // c\n}", ("a",), 1, '{ // c\n  "a": 1\n}', id="a comment next to the bracket stays there"),
        pytest.param("{ /* c */ }", ("a",), 1, '{ /* c */\n  "a": 1\n}', id="a comment in an empty object"),
        pytest.param('{"a": {}}', ("a", "b"), 1, '{"a": {"b": 1}}', id="empty, inside one line"),
        pytest.param('{"a": { /* c */ }}', ("a", "b"), 1, '{"a": { /* c */ "b": 1}}', id="one line and a comment"),
        pytest.param('{ "a": 1 /* c */ }', ("b",), 2, '{ "a": 1 /* c */, "b": 2 }', id="one line, comment behind"),
        pytest.param("[1, 2, ]", (-1,), 3, "[1, 2, 3, ]", id="one line with a trailing comma"),
        pytest.param('{\n\t"a": 1 }', ("b",), 2, '{\n\t"a": 1,\n\t"b": 2 }', id="the bracket on the last line"),
        pytest.param('{\n"a": 1\n, "b": 2\n}', ("c",), 3, '{\n"a": 1\n, "b": 2,\n"c": 3\n}', id="commas in front"),
        pytest.param(
            '{\n "a": 1 // x\n ,\n}', ("b",), 2, '{\n "a": 1 // x\n ,\n "b": 2,\n}', id="comma after a comment"
        ),
        pytest.param(
            '{\n    "a": {}\n}', ("a", "b"), 1, '{\n    "a": {\n        "b": 1\n    }\n}', id="its own indent"
        ),
        pytest.param('{"a": {\n   "b": 1}}', ("a", "c"), {}, '{"a": {\n   "b": 1,\n   "c": {}}}', id="odd indent"),
        pytest.param(
            '{\r\n "a": 1,\r\n "b": 2\n}', ("c",), 3, '{\r\n "a": 1,\r\n "b": 2,\r\n "c": 3\n}', id="majority"
        ),
        pytest.param('{"a": [1]}', ("a",), [2, {"b": 3}], '{"a": [2, {"b": 3}]}', id="a list stays on its line"),
        pytest.param('{\n  "a": 1\n}', ("a",), [2], '{\n  "a": [\n    2\n  ]\n}', id="a new list has lines"),
        pytest.param("// c\n[1]", (), {"a": 1}, '// c\n{"a": 1}', id="the root itself"),
        pytest.param("{}", ("\ud83d",), "\udc00é", '{\n  "\\ud83d": "\\udc00é"\n}', id="half a pair stays an escape"),
    ],
)
def test_set_value_writes_like_the_text_around(text: str, path: jsonc.Path, value: Any, expected: str) -> None:
    assert after_set(text, path, value) == expected


@pytest.mark.parametrize(
    ("text", "at", "expected"),
    [
        pytest.param('{ "a": 1 }', 0, '{ "n": 0, "a": 1 }', id="first on one line"),
        pytest.param('{ // head\n  "a": 1\n}', 0, '{ // head\n  "n": 0,\n  "a": 1\n}', id="first, below the head"),
        pytest.param('{\n  // on a\n  "a": 1\n}', 0, '{\n  "n": 0,\n  // on a\n  "a": 1\n}', id="above a's comment"),
        pytest.param('{\n "a": 1, /* on b */ "b": 2\n}', 1, '{\n "a": 1, "n": 0, /* on b */ "b": 2\n}', id="in a line"),
        pytest.param('{\n "a": 1 // on a\n}', 9, '{\n "a": 1, // on a\n "n": 0\n}', id="past the end is last"),
    ],
)
def test_a_new_member_goes_where_it_is_told(text: str, at: int, expected: str) -> None:
    assert after_set(text, ("n",), 0, at=at) == expected


@pytest.mark.parametrize(
    ("text", "value"),
    [
        pytest.param('{"a": 1.0}', 1, id="numbers that are equal"),
        pytest.param('{"a": {"x": 1, /* c */ "y": [2,],}}', {"y": [2], "x": 1}, id="members in another order"),
        pytest.param('{"a": "\\u0041"}', "A", id="another spelling"),
        pytest.param('{"a": [1, 2]}', (1, 2), id="a tuple is a list"),
    ],
)
def test_what_is_already_so_needs_no_edit(text: str, value: Any) -> None:
    assert jsonc.set_value(text, ("a",), value) == ()


@pytest.mark.parametrize(("source", "value"), [("1", True), ("0", False), ('"1"', 1), ("null", False), ("[]", {})])
def test_values_of_different_kinds_are_never_the_same(source: str, value: Any) -> None:
    assert len(jsonc.set_value(f'{{"a": {source}}}', ("a",), value)) == 1


def test_an_object_that_loses_no_member_keeps_its_comments() -> None:
    text = '{\n  "t": {\n    // mine\n    "go": "/a", // old\n    "dlv": {"x": 1}\n  }\n}'
    expected = '{\n  "t": {\n    // mine\n    "go": "/b", // old\n    "dlv": {"x": 1, "y": 2},\n    "gopls": 3\n  }\n}'
    assert after_set(text, ("t",), {"go": "/b", "dlv": {"x": 1, "y": 2}, "gopls": 3}) == expected
    assert after_set(text, ("t",), {"go": "/b"}) == '{\n  "t": {\n    "go": "/b"\n  }\n}'


def test_merge_adds_and_changes_members_and_keeps_the_others() -> None:
    text = '{\n  "t": {\n    "go": "/a", // mine\n    "dlv": "/old"\n  },\n}'
    merged = apply_edits(text, jsonc.merge(text, ("t",), {"dlv": "/new", "gopls": "/g", "x": MappingProxyType({})}))
    expected = '{\n  "t": {\n    "go": "/a", // mine\n    "dlv": "/new",\n    "gopls": "/g",\n    "x": {}\n  },\n}'
    assert merged == expected
    assert jsonc.merge(merged, ("t",), {"dlv": "/new"}) == ()
    assert apply_edits("{}", jsonc.merge("{}", ("t",), {"a": 1})) == '{\n  "t": {\n    "a": 1\n  }\n}'
    with pytest.raises(JsoncError, match=r'^line 1, column 7: here is a number, which cannot have the member "a"'):
        jsonc.merge('{"t": 1}', ("t",), {"a": 1})


def test_merge_changes_no_member_that_only_another_key_repeats() -> None:
    text = '{"t": {"a": 1, "a": 2, "b": 3}}'
    assert apply_edits(text, jsonc.merge(text, ("t",), {"b": 4})) == '{"t": {"a": 1, "a": 2, "b": 4}}'
    with pytest.raises(JsoncError, match='"a" occurs more than once'):
        jsonc.merge(text, ("t",), {"a": 4})


@pytest.mark.parametrize(
    ("text", "path", "expected"),
    [
        pytest.param('{\n  "a": 1,\n  "b": 2,\n}', ("b",), '{\n  "a": 1,\n}', id="commas go on trailing"),
        pytest.param('{ "a": 1, "b": 2 }', ("a",), '{ "b": 2 }', id="the first on one line"),
        pytest.param('{ "a": 1 }', ("a",), "{}", id="the only one on one line"),
        pytest.param("[1, /* two */ 2, 3]", (1,), "[1, 3]", id="a comment right before it goes"),
        pytest.param("[1 /* one */, 2]", (1,), "[1 /* one */]", id="the comment of the one before stays"),
        pytest.param("[1, 2, 3]", (2,), "[1, 2]", id="the last item on one line"),
        pytest.param(
            '{\n  "a": 1, "b": 2,\n  "c": 3\n}', ("a",), '{\n  "b": 2,\n  "c": 3\n}', id="before one in its line"
        ),
        pytest.param('{\n  "a": 1, "b": 2, // c\n  "c": 3\n}', ("b",), '{\n  "a": 1,\n  "c": 3\n}', id="behind one"),
        pytest.param('{ // head\n  "a": 1,\n  "b": 2\n}', ("a",), '{ // head\n  "b": 2\n}', id="the head stays"),
        pytest.param(
            '{\n  // apart\n\n  // mine\n  "a": 1\n}', ("a",), "{\n  // apart\n\n}", id="a comment apart stays"
        ),
        pytest.param('{\n  "a": 1\n  // tail\n}', ("a",), "{\n  // tail\n}", id="a comment below stays"),
        pytest.param('{ // head\n  "a": 1 }', ("a",), "{ // head\n  }", id="no comment swallows the bracket"),
        pytest.param('{\n "a": 1, // a\n "b": 2 }', ("b",), '{\n "a": 1 // a\n  }', id="nor that of the one before"),
        pytest.param(
            '{\n  "a": 1\n  , "b": 2\n  , "c": 3\n}', ("b",), '{\n  "a": 1\n  , "c": 3\n}', id="commas in front"
        ),
        pytest.param('{"a": {"b": 1}}', ("a", "b", "c"), '{"a": {"b": 1}}', id="below a value that is no object"),
        pytest.param('{"a": [1]}', ("a", "x"), '{"a": [1]}', id="a name in a list"),
        pytest.param("// c\n", ("a",), "// c\n", id="an empty text"),
        pytest.param("[\n  1,\n]", (0,), "[]", id="the only item with a trailing comma"),
        pytest.param("[\n  // why\n\n  1\n]", (0,), "[\n  // why\n\n]", id="a list with a comment is not emptied"),
    ],
)
def test_remove_takes_what_belongs_to_the_member_and_no_more(text: str, path: jsonc.Path, expected: str) -> None:
    assert after_remove(text, path) == expected


def test_an_item_is_inserted_before_another_or_appended() -> None:
    text = "[\n  1, // one\n  3\n]"
    assert apply_edits(text, jsonc.insert_item(text, (1,), 2)) == "[\n  1, // one\n  2,\n  3\n]"
    assert apply_edits(text, jsonc.insert_item(text, (-1,), 4)) == "[\n  1, // one\n  3,\n  4\n]"
    assert apply_edits("{}", jsonc.insert_item("{}", ("l", 0), 1)) == '{\n  "l": [\n    1\n  ]\n}'
    with pytest.raises(JsoncError, match="an object, which cannot have the item 0"):
        jsonc.insert_item('{"l": {}}', ("l", 0), 1)


def test_repeated_keys_are_refused_on_the_path_only() -> None:
    text = '{\n  "a": {"x": 1},\n  "b": 1,\n  "\\u0061": {"y": 2}\n}'
    (found,) = jsonc.duplicate_keys(text, ("a", "y"))
    assert (found.key, found.lines, text[found.offsets[1]]) == ("a", (2, 4), '"')
    assert jsonc.duplicate_keys(text, ("b",)) == ()
    assert after_set(text, ("b",), 2) == text.replace('"b": 1', '"b": 2')
    with pytest.raises(JsoncError, match=r"^line 4, .*lines 2 and 4.*only the last counts"):
        jsonc.set_value(text, ("a", "y"), 1)
    with pytest.raises(JsoncError, match="occurs more than once"):
        jsonc.remove(text, ("a",))


@pytest.mark.parametrize(
    "value",
    [
        pytest.param(float("nan"), id="not a number"),
        pytest.param({"a": [float("inf")]}, id="infinity, inside"),
        pytest.param({1: 2}, id="a key that is no text"),
        pytest.param(b"x", id="bytes"),
        pytest.param({"a": Path("/x")}, id="an object of Python's"),
    ],
)
def test_what_json_cannot_say_is_refused(value: Any) -> None:
    with pytest.raises(IdecareError, match="JSON"):
        jsonc.set_value("{}", ("a",), value)


def test_without_a_layout_nothing_is_laid_out() -> None:
    value: Any = MappingProxyType({"x": (1, MappingProxyType({}))})
    assert after_set('{"a":1,"b":[]}', ("b", 0), value, layout=None) == '{"a":1,"b":[{"x":[1,{}]}]}'
    assert after_set('{"a":1}', ("a",), value, layout=None) == '{"a":{"x":[1,{}]}}'
    assert after_set('{"a":1 // on a\n}', ("b",), 2, at=0, layout=None) == '{"b": 2,"a":1 // on a\n}'


def test_no_edit_leads_deeper_than_can_be_read() -> None:
    deep: Any = 1
    for _ in range(jsonc.MAX_DEPTH - 1):
        deep = [deep]
    assert jsonc.value_at(after_set("{}", ("a",), deep), ("a",)) == deep
    with pytest.raises(IdecareError, match="nested too deep"):
        jsonc.set_value("{}", ("a", "b"), deep)


def test_paths_that_cannot_be_meant_are_mistakes_of_the_caller() -> None:
    with pytest.raises(ValueError, match="itself"):
        jsonc.remove("{}", ())
    with pytest.raises(ValueError, match="below -1"):
        jsonc.set_value("[]", (-2,), 1)
    with pytest.raises(TypeError, match="end with an index"):
        jsonc.insert_item('{"a": 1}', ("a",), 1)


@pytest.mark.parametrize(
    "build",
    [
        pytest.param(lambda n: "{\n" + "".join(f'  "k{i}": "v", // c\n' for i in range(n)) + "}", id="members"),
        pytest.param(lambda n: '{"l": [\n' + "1, " * n + "], }", id="items on one line"),
        pytest.param(lambda n: "{" + "/* c */ " * n + "}", id="comments on one line"),
        pytest.param(lambda n: "{\n" + "// c\n" * n + "}", id="comment lines"),
        pytest.param(lambda n: '{"a": 1' + " \n" * 4 * n + "}", id="blank lines"),
        pytest.param(lambda n: '{"a": "' + "\\n" * 4 * n + '"}', id="escapes"),
    ],
)
def test_the_time_of_an_edit_grows_as_the_text_does(build: Callable[[int], str]) -> None:
    def seconds(size: int) -> float:
        text, started = build(size), time.process_time()
        jsonc.set_value(text, ("new", "member"), 1)
        jsonc.remove(text, ("a",))
        return time.process_time() - started

    small, large = (min(seconds(size) for _ in range(3)) for size in (2_000, 32_000))
    assert large < 16 * 5 * max(small, 0.001)  # were it quadratic: 256 times


def test_a_number_that_no_float_holds_is_left_alone() -> None:
    text = '{"gopls": {"a": 1e400}}'
    assert apply_edits(text, jsonc.merge(text, ("gopls",), {"b": 1})) == '{"gopls": {"a": 1e400, "b": 1}}'


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"a" 1}', "<line 1, column 6: <expected <a colon>, but 1 is here>>"),
        ('{"a": ', "<line 1, column 7: <expected <a value>, but the text ends here>>"),
        ("{\n'a'}", """<line 2, column 1: <texts need double quotes>>"""),
    ],
)
def test_what_is_wrong_is_said_in_the_users_language(monkeypatch: pytest.MonkeyPatch, text: str, message: str) -> None:
    monkeypatch.setattr(language, "look_up", lambda text: f"<{text}>")
    with pytest.raises(JsoncError) as refused:
        jsonc.value_at(text, ("a",))
    assert (str(refused.value), refused.value.code) == (message, "invalid-json")
