"""Completions with values in the real shells; in zsh loaded before, after and without compinit."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest

from idecare.changes.journal import Entry, Journal
from tests.builders import record
from tests.support.modules import NAME, go_sum
from tests.support.shells import STARTS, Shell, shell

ID = "20261122-120000"
LINES = {
    "cl\tfuz\t": ["clean", "fuzzcache"],
    "usage mod\tgopl\t": ["usage", "modcache", "gopls"],
    "configure --ide vscodi\t": ["configure", "--ide", "vscodium"],
    "configure --profile low\t": ["configure", "--profile", "low-memory"],
    "profile show lar\t": ["profile", "show", "large-module"],
    "doctor arm64/ch\t": ["doctor", "arm64/chain"],
    "undo 2026\t": ["undo", ID],
    "config set notif\tfal\t": ["config", "set", "notify", "false"],
    "repair example.test/A\t": ["repair", NAME],
    "repair example.test/Aa@v\t": ["repair", NAME],
    "help daem\tsno\t": ["help", "daemon", "snooze"],
    "status --lo\t": ["status", "--locks"],
}


@pytest.fixture(scope="module")
def typed(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shell]:
    """A shell in a module, in a home with a journal."""
    if shutil.which(STARTS[request.param][0]) is None:
        pytest.skip(f"there is no {STARTS[request.param][0]}")
    home = tmp_path_factory.mktemp("shell")
    (home / "go.mod").write_text("module example.test/m\n")
    (home / "go.sum").write_text(go_sum())
    entry = Entry(ID, ("idecare", "clean"), str(home), "2026-11-22T12:00:00+00:00", (record(home),))
    Journal(home / ".local" / "state" / "idecare").write(entry)
    with shell(home, request.param) as made:
        yield made


@pytest.mark.parametrize("typed", ["bash", "zsh after compinit", "fish"], indirect=True)
@pytest.mark.parametrize("line", LINES)
def test_what_is_typed_is_completed(typed: Shell, line: str) -> None:
    assert typed.run(f"idecare {line}") == LINES[line]


@pytest.mark.parametrize("typed", ["zsh before compinit", "zsh without compinit"], indirect=True)
def test_zsh_may_load_it_before_or_without_compinit(typed: Shell) -> None:
    assert typed.run("idecare cl\tfuz\t") == ["clean", "fuzzcache"]
