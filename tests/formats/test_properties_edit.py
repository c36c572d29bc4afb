from __future__ import annotations

import pytest

from idecare.core.errors import RefusedError
from idecare.formats.edits import apply_edits
from idecare.formats.properties import parse
from idecare.formats.properties_edit import property_value, set_property, unset_property

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
