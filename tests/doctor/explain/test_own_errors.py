"""Error texts that users add in files of their own, and what is wrong in such a file."""

from __future__ import annotations

import io
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest

from idecare.core.errors import UsageError
from idecare.core.host import Host
from idecare.doctor.explain import KNOWN_ERRORS, answer, recognise
from idecare.doctor.explain.own_errors import own_errors, parse_errors
from tests.conftest import make_host

NAMES = frozenset(entry.id for entry in KNOWN_ERRORS)
GOOD = """
[[error]]
id = "our-proxy-login"
texts = ["proxy.corp.example: login required for {module}"]
meaning = "The proxy wants a login before it gives out {module}."
fix = "corp-login"
checks = ["go"]
"""


def host_with(tmp_path: Path, text: str) -> Host:
    host = make_host(home=tmp_path)
    host = replace(host, own=replace(host.own, config=tmp_path / "own"))
    (tmp_path / "own" / "explain").mkdir(parents=True)
    (tmp_path / "own" / "explain" / "team.toml").write_text(text)
    return host


def test_an_own_text_is_recognised_with_its_words(tmp_path: Path) -> None:
    host = host_with(tmp_path, GOOD)
    known = (*own_errors(host, NAMES), *KNOWN_ERRORS)
    text = b"go: proxy.corp.example: login required for example.com/lib"
    (found,) = recognise(io.BytesIO(text), known).recognised
    assert answer(host, found).meaning == "The proxy wants a login before it gives out example.com/lib."


def test_without_a_folder_there_are_none(tmp_path: Path) -> None:
    assert own_errors(make_host(home=tmp_path), NAMES) == ()


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        pytest.param(('id = "our-proxy-login"', ""), "error[1].id: is missing", id="no id"),
        pytest.param(("our-proxy-login", "checksum-mismatch"), "already", id="an id that is taken"),
        pytest.param(("fix =", "fixx ="), "there is no such key here", id="a misspelt key"),
        pytest.param(('["proxy.corp.example: login required for {module}"]', "[]"), "at least one", id="no text"),
        pytest.param(
            ("proxy.corp.example: login required for {module}", "{a} {b}"), "no run of 6", id="nothing to find"
        ),
        pytest.param(("gives out {module}", "gives out {version}"), "{version} is not in each", id="a hole"),
        pytest.param(('["go"]', '["gone"]'), "is one or more of", id="a group that is none"),
        pytest.param(('checks = ["go"]', "weight = 900"), "is a number from 1 to 100", id="a weight"),
    ],
)
def test_what_is_wrong_is_named(change: tuple[str, str], problem: str) -> None:
    _, problems = parse_errors(tomllib.loads(GOOD.replace(*change)), NAMES)
    assert any(problem in line for line in problems), problems


def test_a_broken_file_is_refused_with_its_place(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"cannot read ~/own/explain/team\.toml"):
        own_errors(host_with(tmp_path, "[[error"), NAMES)
    (tmp_path / "own" / "explain" / "team.toml").write_text(GOOD.replace("corp-login", " "))
    with pytest.raises(UsageError, match=r"team\.toml cannot be used:\n  error\[1\]\.fix"):
        own_errors(replace(make_host(home=tmp_path), own=replace(make_host().own, config=tmp_path / "own")), NAMES)
