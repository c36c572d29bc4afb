"""GOFLAGS as text and as flags."""

from __future__ import annotations

import pytest

from idecare.golang.goflags import changed_flags, join_flags, normal_flags, split_flags


@pytest.mark.parametrize(
    ("text", "flags"),
    [
        pytest.param(" -v\t-mod=mod ", ("-v", "-mod=mod"), id="blanks"),
        pytest.param("'-ldflags=-s -w' \"-tags=it's\"", ("-ldflags=-s -w", "-tags=it's"), id="quotes"),
        pytest.param("-ldflags='-s -w'", ("-ldflags='-s", "-w'"), id="quotes inside do not count"),
        pytest.param("'-v", ("'-v",), id="a quote that does not end"),
        pytest.param("''", ("",), id="empty"),
        pytest.param("", (), id="none"),
    ],
)
def test_flags_are_split_as_go_splits_them(text: str, flags: tuple[str, ...]) -> None:
    assert split_flags(text) == flags
    if text != "-ldflags='-s -w'":
        assert split_flags(join_flags(flags)) == flags


def test_only_what_is_named_changes() -> None:
    text = "--trimpath --mod=mod '-ldflags=-X a.b=-mod=mod c' -tags=-mod=mod"
    changed = changed_flags(text, {"-mod=mod"}, ["-v"])
    assert changed == "--trimpath '-ldflags=-X a.b=-mod=mod c' -tags=-mod=mod -v"
    assert "-mod=mod" in normal_flags(text)
