"""What the doctor says of packages that two sides compile in turns, and who asks for which."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from idecare.caches.compiled import CompiledScan, Output
from idecare.cli.render.doctor_markdown import redact, redactions
from idecare.doctor.base import Finding
from idecare.doctor.snapshot.caches import GoParty
from idecare.golang.compiled import Settings
from idecare.system import processes
from idecare.system.processes import Process, Processes
from idecare.workspaces.base import GoSetting, GoSide
from tests.builders import NOW
from tests.caches.test_divergence import NEW, OLD, output, std
from tests.doctor.checks.snapshots import findings, make_snapshot

CHECK = "caches/divergence"
AT = NOW.timestamp()
TERMINAL = GoParty("your terminal", "", GoSide(settings=()))


def at(one: Output) -> Output:
    """The same, ending now."""
    from tests.caches.test_divergence import NOW as END

    return replace(one, made=one.made - END + AT, used=one.used - END + AT)


def twice(first: Settings, second: Settings, size_bytes: int = 60_000_000) -> tuple[Output, ...]:
    both = (output(first, 5, 1), output(second, 4, 0.5), std(first, 5, 1), std(second, 4, 0.5))
    return tuple(replace(at(one), size_bytes=size_bytes) for one in both)


def found_in(home: Path, outputs: tuple[Output, ...], *parties: GoParty, **changes: Any) -> tuple[Finding, ...]:
    parts = {"compiled": CompiledScan(outputs, **changes), "go_parties": parties, "now": NOW}
    snapshot = make_snapshot(home, **parts)
    snapshot.deep = True
    return findings(CHECK, snapshot)


def asks(name: str, *settings: tuple[str, str], root: str = "/home/u/app", **changes: Any) -> GoParty:
    found = tuple(GoSetting(key, value, "environment", f"{key} in the environment") for key, value in settings)
    return GoParty(name, root, GoSide(settings=found, **changes))


def test_nothing_is_read_unless_it_is_asked_for(tmp_path: Path) -> None:
    snapshot = make_snapshot(tmp_path)
    assert findings(CHECK, snapshot) == ()
    assert "compiled" not in vars(snapshot)


def test_bytes_and_settings_are_said_and_who_asks(tmp_path: Path) -> None:
    parties = (
        asks("GoLand", go=Path("/usr/local/go/bin/go"), go_version="go1.26.8"),
        asks("Cursor", root="/home/u/other", go_version="1.27.3"),
        asks("VS Code", go_version="1.27.3", go=Path("/opt/go/bin/go")),
    )
    (found,) = found_in(tmp_path, twice(OLD, NEW), *parties)
    assert (found.id, found.severity) == (f"{CHECK}/go-version", "warning")
    assert found.summary == "2 packages are compiled twice in turns, because the Go version differs"
    assert found.evidence[:2] == (
        "go1.26.8: 120 MB, used 60 min ago; GoLand (/usr/local/go/bin/go) asks for it",
        "go1.27.3: 120 MB, used 30 min ago; VS Code (/opt/go/bin/go) asks for it",
    )
    assert "120 MB are kept for nothing" in found.why


def test_little_is_information(tmp_path: Path) -> None:
    (found,) = found_in(tmp_path, twice(OLD, NEW, 1000))
    assert found.severity == "info"
    assert all("who asks for it is not known" in line for line in found.evidence[:2])


@pytest.mark.parametrize(
    ("second", "setting", "cause"),
    [
        (replace(NEW, is_trimmed=True), ("GOFLAGS", "-trimpath -mod=mod"), "trimpath"),
        (replace(NEW, tuning="GOAMD64=v3"), ("GOAMD64", "v3"), "tuning"),
        (replace(NEW, experiments=("arenas",)), ("GOEXPERIMENT", "arenas"), "experiment"),
        (replace(NEW, flags=("-race",)), ("GOFLAGS", "-race"), "sanitizer"),
        (replace(NEW, flags=("-N", "-l")), ("GOFLAGS", "-gcflags=all=-N -l"), "optimisation"),
        (replace(NEW, flags=("-shared",)), ("GOFLAGS", "-buildmode=pie"), "compiler-flags"),
        (replace(NEW, system="windows"), ("GOOS", "windows"), "target"),
    ],
)
def test_where_the_setting_is_made_is_said(
    tmp_path: Path, second: Settings, setting: tuple[str, str], cause: str
) -> None:
    (found,) = found_in(tmp_path, twice(NEW, second), TERMINAL, asks("VS Code", setting))
    assert found.id == f"{CHECK}/{cause}"
    assert [line for line in found.evidence if f"VS Code ({setting[0]} in the environment) asks for it" in line]


@pytest.mark.parametrize("flags", [("-race",), ("-N", "-l"), ("-shared",)])
def test_what_commands_ask_for_is_normal(tmp_path: Path, flags: tuple[str, ...]) -> None:
    outputs = twice(NEW, replace(NEW, flags=flags))
    assert found_in(tmp_path, outputs, TERMINAL, asks("GoLand", ("GOFLAGS", "-mod=mod"))) == ()


def test_an_ide_whose_settings_are_not_known_is_said_to_ask_for_nothing(tmp_path: Path) -> None:
    outputs = twice(NEW, replace(NEW, is_trimmed=True))
    hidden = GoParty("GoLand", "/home/u/app", GoSide(settings=(), unseen="login shell"))
    (found,) = found_in(tmp_path, outputs, hidden)
    assert not any("GoLand" in line for line in found.evidence)


def test_a_report_hides_what_packages_of_projects_are_called(tmp_path: Path) -> None:
    snapshot = make_snapshot(tmp_path, compiled=CompiledScan(twice(OLD, NEW)))
    text = redact("example.com/app, net", redactions(snapshot.host, None, "", snapshot.project_packages))
    assert text == "<package>, net"
    assert make_snapshot(tmp_path).project_packages == frozenset()


def test_what_was_not_looked_at_is_said(tmp_path: Path) -> None:
    (found,) = found_in(tmp_path, (at(output(OLD)),), left=1234, since=AT - 90_000, unknown=3)
    assert (found.id, found.severity) == (f"{CHECK}/not-known", "info")
    assert found.evidence == (
        "the 1.00 kB used last were looked at; 1,234 older outputs were not, those unused for 25 h",
        "3 packages of a Go whose object files are not known: go1.17 or older, or a new one",
    )


def test_a_command_that_runs_now_is_named_and_its_flags_are_no_setting(tmp_path: Path) -> None:
    flags = GoSetting("flags", "-race -trimpath", "environment", "its command line")
    command = GoParty("go (pid 47)", "/home/u/app", GoSide(settings=(flags,)), is_command=True)
    assert found_in(tmp_path, twice(NEW, replace(NEW, flags=("-race",))), command) == ()
    (found,) = found_in(tmp_path, twice(NEW, replace(NEW, is_trimmed=True)), command)
    assert any("go (pid 47) (its command line) asks for it" in line for line in found.evidence)


def test_go_commands_are_parties_with_their_flags(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "go.mod").write_text("module example.com/app\n\ngo 1.27\n")
    words = ("go", "build", "-trimpath", "-gcflags=all=-N -l", "./...")
    go = Process(47, "go", Path("/usr/local/go/bin/go"), words, {"GOAMD64": "v3"})
    monkeypatch.setattr(processes, "inspect_processes", lambda *names: Processes((go, replace(go, name="compile"))))
    monkeypatch.setattr(processes, "working_folder", lambda pid: tmp_path / "gone" if pid != 47 else tmp_path)
    party = next(one for one in make_snapshot(tmp_path).go_parties if one.is_command)
    assert (party.name, party.root, party.side.go) == ("go (pid 47)", str(tmp_path), go.executable)
    assert [(one.name, one.value) for one in party.side.settings or () if one.name in ("GOAMD64", "flags")] == [
        ("GOAMD64", "v3"),
        ("flags", "-trimpath -gcflags=all=-N -l"),
    ]
