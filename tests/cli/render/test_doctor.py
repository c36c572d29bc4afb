"""What the doctor says: one calm line, worst first, JSON, Markdown without names, and the page of all checks."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from idecare.cli.render.doctor import examined_json, examined_text, exit_code
from idecare.cli.render.doctor_markdown import list_markdown, markdown, redact, redactions
from idecare.core.locations import Install
from idecare.doctor.base import Check, CleanTarget, EditSettings, Finding, RunByUser, Severity
from idecare.doctor.runner import Examined, all_checks
from idecare.doctor.snapshot import Snapshot
from idecare.golang.module import ModuleFile
from tests.conftest import make_host

PAGE = Path(__file__).parents[3] / "docs" / "checks.md"
HOME = Path("/home/gopher")
CHECK = Check("go/a", "meaning", "fix", lambda snapshot: ())
FOUND = Finding(
    "go/a",
    "warning",
    "a summary",
    ("/home/gopher/x: one", "/home/gopherling/y"),
    "harm",
    "do it",
    (RunByUser("go env -u X"), EditSettings(HOME / "f", "vscode", (("k", None),)), CleanTarget("gopls")),
)


def examined(*severities: Severity) -> tuple[Examined, ...]:
    found = tuple(replace(FOUND, severity=severity) for severity in severities)
    return (Examined(CHECK, found, "found" if found else "passed", 0.0123),)


@pytest.mark.parametrize(
    ("severities", "line", "code"),
    [
        pytest.param((), "All is well: 1 check found nothing wrong.", 0, id="nothing"),
        pytest.param(("info",), "All is well: 1 check found nothing wrong (1 note).", 0, id="a note"),
        pytest.param(("info", "warning"), "1 warning, 1 note in 1 check.", 4, id="a warning"),
        pytest.param(("error", "warning", "error"), "2 errors, 1 warning in 1 check.", 4, id="errors"),
    ],
)
def test_the_first_line_says_how_many_findings_there_are(
    severities: tuple[Severity, ...], line: str, code: int
) -> None:
    reported = examined(*severities)
    assert examined_text(reported, HOME, verbose=False).splitlines()[0] == line
    assert exit_code([found for one in reported for found in one.findings]) == code


def test_a_finding_is_reported_with_evidence_harm_fix_and_command() -> None:
    assert examined_text(examined("warning"), HOME, verbose=False) == (
        "1 warning in 1 check.\n\n"
        "warning  a summary  [go/a]\n"
        "    ~/x: one\n"
        "    /home/gopherling/y\n"
        "    why: harm\n"
        "    fix: do it\n"
        "    run: go env -u X\n\n"
        "`idecare doctor --fix` shows what it would change and asks."
    )


def test_what_passed_is_reported_on_demand() -> None:
    assert examined_text(examined(), HOME, verbose=True).endswith("Passed:\n  12 ms  go/a")


def test_json_has_findings_remedies_and_checks() -> None:
    values = examined_json(examined("warning"))
    assert values["checks"] == [{"id": "go/a", "state": "found", "milliseconds": 12}]
    assert [remedy["kind"] for remedy in values["findings"][0]["remedies"]] == ["run", "edit", "clean"]
    assert values["findings"][0]["evidence"][0] == "/home/gopher/x: one"


@pytest.mark.parametrize(
    ("text", "redacted"),
    [
        pytest.param("/home/gopher/go/bin/dlv", "~/go/bin/dlv", id="home"),
        pytest.param("/home/gophers/x", "/home/gophers/x", id="another home"),
        pytest.param("owned by gopher, on mill", "owned by <user>, on <host>", id="user and host"),
        pytest.param("gopherlike windmill mills", "gopherlike windmill mills", id="words with a name in them"),
        pytest.param("mill.example.org", "<host>", id="host with its domain"),
        pytest.param("https://me:secret@proxy.example/x", "https://<hidden>@proxy.example/x", id="password"),
        pytest.param("corp.example/Team/x@v1.2.3", "<private module>@v1.2.3", id="private by GOPRIVATE"),
        pytest.param("/mod/corp.example/!team/x@v1", "/mod/<private module>@v1", id="the same as a folder"),
        pytest.param("git.corp.example.com/y", "<private module>", id="by a pattern"),
        pytest.param("github.com/go-delve/delve@v1.27.1", "github.com/go-delve/delve@v1.27.1", id="public"),
        pytest.param("module example.com/own/app in ...", "module <this module> in ...", id="this module"),
        pytest.param("/srv/own/go.work", "<module>/go.work", id="its folder"),
    ],
)
def test_a_report_does_not_show_who_the_user_is(text: str, redacted: str) -> None:
    host = make_host(environment={"GOPRIVATE": "corp.example/Team,*.corp.example.com", "USER": "gopher"})
    module = ModuleFile(Path("/srv/own/go.mod"), "example.com/own/app")
    assert redact(text, redactions(host, module, "mill.example.org")) == redacted


def test_markdown_has_the_set_up_and_each_finding() -> None:
    go = Install("go", "go", HOME / "sdk" / "go", "official", version="go1.27.3")
    snapshot = Snapshot(make_host(), go_installs=(go,), jetbrains_installs=())
    text = markdown(examined("warning"), snapshot, redactions(snapshot.host, None, ""))
    assert "## warning: a summary" in text
    assert "- Go go1.27.3: `~/sdk/go (official)`" in text
    assert "/home/gopher/" not in text


def test_the_page_of_all_checks_is_made_from_the_code() -> None:
    """After a change: idecare doctor --list --report > docs/checks.md"""
    assert PAGE.read_text() == list_markdown(all_checks()).rstrip() + "\n"


def test_every_check_has_a_meaning_and_a_fix_of_one_line() -> None:
    assert all(found.meaning and found.fix and "\n" not in found.meaning + found.fix for found in all_checks())
