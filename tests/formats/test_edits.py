"""Edits as values, and a text with them made."""

from __future__ import annotations

import pytest

from idecare.formats.edits import Edit, apply_edits


@pytest.mark.parametrize(
    ("edits", "expected"),
    [
        pytest.param((), "abcdef", id="none"),
        pytest.param((Edit(1, 3, "X"),), "aXdef", id="a replacement"),
        pytest.param((Edit(0, 0, "X"), Edit(6, 6, "Y")), "XabcdefY", id="insertions at both ends"),
        pytest.param((Edit(4, 6, ""), Edit(0, 1, "longer")), "longerbcd", id="in any order, offsets of the old text"),
        pytest.param((Edit(1, 2, "X"), Edit(2, 3, "Y")), "aXYdef", id="side by side"),
        pytest.param((Edit(2, 2, "X"), Edit(2, 2, "Y"), Edit(2, 4, "")), "abXYef", id="at one place: as given"),
    ],
)
def test_apply_edits_makes_each_edit_once(edits: tuple[Edit, ...], expected: str) -> None:
    assert apply_edits("abcdef", edits) == expected


@pytest.mark.parametrize(
    "edits",
    [
        pytest.param((Edit(0, 3, ""), Edit(2, 4, "")), id="overlap"),
        pytest.param((Edit(0, 3, "X"), Edit(1, 1, "Y")), id="an insertion inside another edit"),
        pytest.param((Edit(5, 7, ""),), id="past the end"),
        pytest.param((Edit(-1, 0, ""),), id="before the start"),
        pytest.param((Edit(3, 2, ""),), id="ends before it starts"),
    ],
)
def test_apply_edits_takes_no_edit_that_cannot_be_meant(edits: tuple[Edit, ...]) -> None:
    with pytest.raises(ValueError, match="Edit"):
        apply_edits("abcdef", edits)
