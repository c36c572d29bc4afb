"""From a proposal to an exit code: the same for every verb that changes something."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from idecare.cli import run
from idecare.cli.flow import Proposal, Report, Request, settle
from idecare.cli.session import Session
from tests.builders import write
from tests.conftest import make_host

QUESTION = "Change it?"


class Verb:
    """A proposal that counts how often it was carried out."""

    def __init__(self, has_changes: bool = True) -> None:
        self.done = 0
        self.proposal = Proposal(has_changes, self.show, self.carry_out, QUESTION)

    def show(self) -> Report:
        return Report({"dry_run": True}, "the plan")

    def carry_out(self) -> Report:
        self.done += 1
        return Report({"dry_run": False}, "the outcome", 0, ("a note",))


@pytest.fixture
def session(tmp_path: Path) -> Session:
    return Session(make_host(home=tmp_path), "clean", as_json=False, quiet=False, verbose=False)


def answering(monkeypatch: pytest.MonkeyPatch, answer: bool) -> list[tuple[str, bool]]:
    """Somebody at a terminal; returns what was asked, with the default."""
    asked: list[tuple[str, bool]] = []
    monkeypatch.setattr(Session, "may_ask", property(lambda self: True))
    monkeypatch.setattr("click.confirm", lambda text, default, err: asked.append((text, default)) or answer)
    return asked


def test_a_dry_run_shows_and_stops(session: Session, capsys: pytest.CaptureFixture[str]) -> None:
    verb = Verb()
    assert settle(session, verb.proposal, Request(dry_run=True), ()) == 0
    assert (verb.done, capsys.readouterr().out) == (0, "the plan\n")


@pytest.mark.parametrize(
    ("has_changes", "is_pending", "code"), [(True, None, 4), (False, None, 0), (False, True, 4), (True, False, 0)]
)
def test_a_check_answers_whether_something_is_pending(
    session: Session, has_changes: bool, is_pending: bool | None, code: int
) -> None:
    verb = Verb(has_changes)
    assert settle(session, replace(verb.proposal, is_pending=is_pending), Request(check=True), ()) == code
    assert verb.done == 0


def test_yes_is_not_asked(session: Session, capsys: pytest.CaptureFixture[str]) -> None:
    verb = Verb()
    assert settle(session, verb.proposal, Request(yes=True), ()) == 0
    assert verb.done == 1
    assert capsys.readouterr() == ("the outcome\n", "a note\n")


def test_a_no_says_that_nothing_was_changed_and_stops_what_follows(
    session: Session, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    verb, asked = Verb(), answering(monkeypatch, False)
    assert settle(session, verb.proposal, Request(), ()) == 1
    assert (verb.done, asked) == (0, [(QUESTION, True)])
    assert capsys.readouterr() == ("the plan\n", "nothing was changed\n")


def test_what_cannot_be_undone_is_no_by_default(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    verb, asked = Verb(), answering(monkeypatch, True)
    assert settle(session, replace(verb.proposal, default=False), Request(), ()) == 0
    assert (verb.done, asked) == (1, [(QUESTION, False)])


def test_nothing_to_change_is_not_asked_about(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    verb, asked = Verb(has_changes=False), answering(monkeypatch, False)
    assert settle(session, verb.proposal, Request(), ()) == 0
    assert (verb.done, asked) == (1, [])


def test_without_a_terminal_the_plan_is_shown_and_json_says_why_nothing_was_done(
    session: Session, capsys: pytest.CaptureFixture[str]
) -> None:
    verb = Verb()
    assert settle(replace(session, as_json=True), verb.proposal, Request(), ()) == 2
    values = json.loads(capsys.readouterr().out)
    assert (verb.done, values["dry_run"], values["error"]["code"], values["exit"]) == (0, True, "not-asked", 2)


@pytest.mark.parametrize("has_changes", [True, False])
def test_json_says_whether_something_would_be_changed(
    session: Session, capsys: pytest.CaptureFixture[str], has_changes: bool
) -> None:
    verb, as_json = Verb(has_changes), replace(session, as_json=True)
    for request in (Request(dry_run=True), Request(check=True)):
        settle(as_json, verb.proposal, request, ())
        assert json.loads(capsys.readouterr().out)["changed"] is has_changes


def test_a_proposal_that_was_carried_out_has_changed_what_its_report_says(
    session: Session, capsys: pytest.CaptureFixture[str]
) -> None:
    verb, as_json = Verb(), replace(session, as_json=True)
    changed = replace(verb.proposal, carry_out=lambda: replace(verb.carry_out(), has_changed=True))
    for proposal, value in ((verb.proposal, False), (changed, True)):
        settle(as_json, proposal, Request(yes=True), ())
        assert json.loads(capsys.readouterr().out)["changed"] is value


@pytest.mark.parametrize(
    "words",
    [
        ("clean", "-n"),
        ("clean",),
        ("undo",),
        ("purge",),
        ("repair", "--all", "-n"),
        ("repair", "--all"),
        ("configure", "-n"),
        ("configure", "--ide", "vscode", "--set", "go.useLanguageServer=true", "--check"),
        ("configure", "--ide", "vscode", "--set", "go.useLanguageServer=true"),
        ("doctor", "vscode", "--fix", "-n"),
        ("doctor", "vscode", "--fix", "-y"),
        ("history",),
    ],
    ids=" ".join,
)
def test_every_verb_that_changes_something_names_what_it_cannot_read_of_the_journal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], words: tuple[str, ...]
) -> None:
    for name, folder in (("XDG_STATE_HOME", "state"), ("GOMODCACHE", "mod"), ("XDG_CONFIG_HOME", "config")):
        monkeypatch.setenv(name, str(write(tmp_path / folder, "x/")))
    write(tmp_path / "mod", "cache/download/")
    write(tmp_path / "config" / "Code" / "User", "settings.json", content="{}")
    write(tmp_path / "state" / "idecare" / "journal", "20260101-000000.json", content="[]")
    run([*words, "--json"])
    output = capsys.readouterr()
    values = json.loads(output.out)
    assert [Path(found["path"]).name for found in values["unreadable"]] == ["20260101-000000.json"]
    assert values["exit"] in (1, 2, 4)
    assert "20260101-000000.json: it is not a journal entry" in output.err
