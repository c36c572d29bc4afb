"""Java properties as JetBrains IDEs read them."""

from __future__ import annotations

import pytest

from idecare.core.errors import RefusedError
from idecare.formats.edits import apply_edits
from idecare.formats.properties import (
    LONGEST_VALUE,
    expand,
    may_define,
    parse,
    property_value,
    set_property,
    unquoted,
    unset_property,
)


@pytest.mark.parametrize(
    ("text", "values"),
    [
        pytest.param("", {}, id="empty"),
        pytest.param("a=1\nb: 2\nc 3\n", {"a": "1", "b": "2", "c": "3"}, id="three separators"),
        pytest.param("# a=1\n  ! b=2\n", {}, id="comments"),
        pytest.param("a=1\na=2\n", {"a": "1"}, id="the first definition of a key wins"),
        pytest.param("p=/long/\\\n    path\n", {"p": "/long/path"}, id="continuation line"),
        pytest.param("p=C:\\\\Users\\\\me\n", {"p": "C:\\Users\\me"}, id="escaped backslashes"),
        pytest.param("p=caf\\u00e9\n", {"p": "café"}, id="unicode escape"),
        pytest.param("p=café\r\n", {"p": "café"}, id="plain unicode, CRLF"),
        pytest.param("a=1\nb=\\u12\nc=3\n", {"a": "1"}, id="nothing after a malformed escape"),
        pytest.param("idea.system.path=\n", {"idea.system.path": ""}, id="empty value"),
    ],
)
def test_parse_reads_what_java_reads(text: str, values: dict[str, str]) -> None:
    assert parse(text) == values


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("idea.system.path=/x\n", True, id="defined"),
        pytest.param("  # idea.system.path=/x\nother=1\n", False, id="only in a comment"),
        pytest.param("idea.s\\u0079stem.path=/x\n", True, id="spelled with an escape"),
        pytest.param("idea.sys\\\ntem.path=/x\n", True, id="split over two lines"),
        pytest.param("idea.max.intellisense.filesize=2500\n", False, id="another key"),
        pytest.param("", False, id="empty"),
    ],
)
def test_may_define_says_no_only_when_parse_finds_none(text: str, expected: bool) -> None:
    assert may_define(text, ["idea.system.path"]) is expected
    assert expected or "idea.system.path" not in parse(text)


@pytest.mark.parametrize(
    ("value", "expanded"),
    [
        pytest.param("/plain", "/plain", id="no macro"),
        pytest.param("${user.home}/x", "/home/gopher/x", id="one macro"),
        pytest.param("${user.home}/${name}", "/home/gopher/gopher", id="two macros"),
        pytest.param("${outer}", "/home/gopher/in", id="a macro in a replacement"),
        pytest.param("${unknown}/x", "/x", id="an unknown name vanishes"),
        pytest.param("${user.home", "${user.home", id="not closed"),
        pytest.param("${}", "${}", id="no name"),
        pytest.param("$HOME", "$HOME", id="not a macro"),
    ],
)
def test_expand_replaces_macros(value: str, expanded: str) -> None:
    known = {"user.home": "/home/gopher", "name": "gopher", "outer": "${user.home}/in"}
    assert expand(value, known.get) == expanded


def test_expand_ends_for_a_value_which_contains_itself() -> None:
    assert expand("${loop}", {"loop": "${loop}"}.get) == "${loop}"


def test_expand_bounds_a_value_which_grows() -> None:
    assert len(expand("${grow}", {"grow": "${grow}${grow}"}.get)) < 3 * LONGEST_VALUE


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param('"/a b"', "/a b", id="quoted"),
        pytest.param("/a b", "/a b", id="plain"),
        pytest.param('"', '"', id="a single quote"),
        pytest.param('""', "", id="empty in quotes"),
        pytest.param('"/a', '"/a', id="only at the start"),
    ],
)
def test_unquoted_removes_a_pair_of_quotes(value: str, expected: str) -> None:
    assert unquoted(value) == expected


TEXTS = [
    pytest.param("dlv.path=/old\n", "dlv.path=/new\n", id="value replaced"),
    pytest.param("# c\r\n dlv.path : /old\r\nx=1\r\n", "# c\r\n dlv.path : /new\r\nx=1\r\n", id="blanks and CRLF stay"),
    pytest.param("dlv.path /old", "dlv.path /new", id="blank as separator, no line end"),
    pytest.param("dlv.path\nx=1\n", "dlv.path=/new\nx=1\n", id="key without value"),
    pytest.param("dlv.path=/o\\\n  ld\nx=1\n", "dlv.path=/new\nx=1\n", id="value over two lines"),
    pytest.param("dlv\\\n.path=/old\nx=1\n", "dlv.path=/new\nx=1\n", id="key over two lines"),
    pytest.param(
        "dlv.path=/a\nx=1\ndlv.path=/b\n", "dlv.path=/new\nx=1\ndlv.path=/new\n", id="every line with the key"
    ),
    pytest.param("x=1", "x=1\ndlv.path=/new\n", id="added after a last line without end"),
    pytest.param("x=1\r\n", "x=1\r\ndlv.path=/new\r\n", id="added with the line end of the text"),
    pytest.param("", "dlv.path=/new\n", id="into an empty text"),
    pytest.param("#dlv.path=/old\n", "#dlv.path=/old\ndlv.path=/new\n", id="a comment is no line with the key"),
]


@pytest.mark.parametrize(("text", "expected"), TEXTS)
def test_setting_a_key_touches_its_lines_alone(text: str, expected: str) -> None:
    assert apply_edits(text, set_property(text, "dlv.path", "/new")) == expected


@pytest.mark.parametrize(("text", "expected"), TEXTS)
def test_setting_a_key_twice_changes_nothing(text: str, expected: str) -> None:
    assert set_property(expected, "dlv.path", "/new") == ()


@pytest.mark.parametrize("value", ["C:\\Go\\dlv.exe", " leading", "é=日", "${user.home}/dlv", "a#b!c", "tab\tend "])
def test_a_value_is_read_as_it_was_written(value: str) -> None:
    text = apply_edits("x=1\n", set_property("x=1\n", "dlv.path", value))
    assert (parse(text)["dlv.path"], text.isascii()) == (value, True)


def test_a_key_that_goes_takes_its_lines_along() -> None:
    text = "# c\ndlv.path=/a\\\n  b\nx=1\ndlv.path=/c\n"
    assert apply_edits(text, unset_property(text, "dlv.path")) == "# c\nx=1\n"


def test_the_first_line_of_a_key_decides() -> None:
    assert property_value("a=1\na=2\n", "a") == "1"


def test_a_damaged_escape_is_named_and_nothing_is_written_behind_it() -> None:
    with pytest.raises(RefusedError, match=r"line 2 .*\\u"):
        set_property("a=1\nb=\\u12\n", "c", "3")


def test_a_new_text_takes_the_line_end_of_the_platform() -> None:
    assert apply_edits("", set_property("", "a", "1", newline="\r\n")) == "a=1\r\n"
