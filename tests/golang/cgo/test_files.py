from __future__ import annotations

import pytest

from idecare.golang.cgo.files import constraint, holds, tags_of

TAGS = tags_of("linux", "amd64", cgo=True)


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        (None, True),
        ("linux", True),
        ("windows", False),
        ("!windows", True),
        ("unix && cgo", True),
        ("linux && arm64", False),
        ("windows || linux && amd64", True),
        ("(windows || linux) && arm64", False),
        ("!(windows || arm64)", True),
        ("boringcrypto && linux && (amd64 || arm64) && !android && cgo", False),
        ("go1.21 && !cgo", False),
        ("!!linux", True),
        ("windows &&", True),
        ("windows && (", True),
        ("windows ) linux", False),
        ("@!", True),
        ("(" * 5000 + "windows", True),
    ],
)
def test_a_constraint_is_decided_for_a_target(expression: str | None, value: bool) -> None:
    """What go could not read holds: it is for go to complain about."""
    assert holds(expression, TAGS) is value


def test_the_constraint_is_read_from_its_line() -> None:
    assert constraint("// Copyright\n\n//go:build linux || cgo \n\npackage p\n") == "linux || cgo"
    assert constraint("package p // go:build x\n") is None


def test_windows_is_no_unix_and_cgo_may_be_off() -> None:
    assert tags_of("windows", "arm64", cgo=False) == {"windows", "arm64", "gc"}
