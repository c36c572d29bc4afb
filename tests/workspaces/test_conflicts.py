"""What clashes between IDEs, and what does not: over scans made by hand."""

from __future__ import annotations

import shlex
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from idecare.workspaces.base import Evidence, GoSetting, GoSide, LockWait, Presence, Scan, Strength, Workspace
from idecare.workspaces.conflicts import Conflict, find_conflicts
from idecare.workspaces.conflicts.base import shared_things
from tests.builders import NOW

ROOT = Path("/src/app")
SETTINGS = Path("/home/x/.config/Code/User/settings.json")
GOENV = Path("/home/x/.config/go/env")
LOCK = Path("/mod/cache/download/a.b/c/@v/v1.0.0.lock")


def presence(name: str = "GoLand2026.1", product: str = "goland", strength: Strength = "likely") -> Presence:
    sign = Evidence("recent", strength, "…")
    return Presence(product, name, None, 1, (1,), NOW, (ROOT,), (sign,), GoSide(settings=()))


GOLAND = presence()
CODE = presence("Code", "vscode", "certain")
IDEA = presence("IntelliJIdea2026.1", "idea")


def with_side(party: Presence, *settings: GoSetting, **side: object) -> Presence:
    return replace(party, side=GoSide(settings=settings, **side))  # type: ignore[arg-type]


def in_environment(name: str, value: str) -> GoSetting:
    return GoSetting(name, value, "environment", f"{name} in the environment")


def in_settings(name: str, value: str, key: str, path: Path = SETTINGS) -> GoSetting:
    return GoSetting(name, value, "setting", f"{key} in {path}", path, key)


def in_goenv(name: str, value: str) -> GoSetting:
    return GoSetting(name, value, "goenv", f"{name} in {GOENV}", GOENV)


def conflicts(*parties: Presence, **changes: object) -> tuple[Conflict, ...]:
    module = Workspace(ROOT, "example.com/app", parties, **changes)  # type: ignore[arg-type]
    return find_conflicts(Scan(NOW, (module,)), NOW)


def graded(found: tuple[Conflict, ...]) -> list[tuple[str, str]]:
    return [(conflict.grade, conflict.code) for conflict in found]


def test_two_ides_that_agree_are_reported_and_no_more() -> None:
    (found,) = conflicts(GOLAND, CODE)
    assert (found.grade, found.code, found.root) == ("info", "shared", ROOT)
    assert found.parties == ("GoLand2026.1", "Code")
    assert (found.setting, found.command) == (None, None)


@pytest.mark.parametrize(
    "parties",
    [
        pytest.param((), id="nobody"),
        pytest.param((CODE,), id="one IDE"),
        pytest.param((CODE, replace(GOLAND, is_running=False)), id="one that is closed"),
        pytest.param((CODE, replace(GOLAND, is_lingering=True)), id="a language server without a window"),
        pytest.param((CODE, presence(strength="hint")), id="a hint alone"),
    ],
)
def test_what_is_no_conflict(parties: tuple[Presence, ...]) -> None:
    different = tuple(with_side(party, go_version=f"go1.2{place}.0") for place, party in enumerate(parties))
    marked = tuple(
        replace(mine, is_running=party.is_running, is_lingering=party.is_lingering, evidence=party.evidence)
        for mine, party in zip(different, parties, strict=True)
    )
    assert conflicts(*marked) == ()


@pytest.mark.parametrize("flags", ["-mod=mod", "--mod=mod", "-v -mod=mod"])
def test_mod_mod_on_one_side_is_a_warning(flags: str) -> None:
    code = with_side(CODE, in_environment("GOFLAGS", flags))
    found = [conflict for conflict in conflicts(GOLAND, code) if conflict.code == "mod-mod"]
    assert [conflict.grade for conflict in found] == ["warning"]
    assert found[0].parties == ("Code", "GoLand2026.1")
    assert "GOFLAGS in the environment" in found[0].message


@pytest.mark.parametrize("flags", ["-mod=readonly", "-mod=vendor", "-mod=", "-tags=-mod=mod"])
def test_other_modes_are_not_mod_mod(flags: str) -> None:
    code = with_side(CODE, in_environment("GOFLAGS", flags))
    assert "mod-mod" not in [conflict.code for conflict in conflicts(GOLAND, code)]


@pytest.mark.parametrize(
    ("party", "setting", "what", "command"),
    [
        pytest.param(
            CODE,
            in_settings("GOFLAGS", "-mod=mod -v", "go.toolsEnvVars/GOFLAGS"),
            f"go.toolsEnvVars/GOFLAGS in {SETTINGS}",
            "idecare configure --ide vscode --set go.toolsEnvVars/GOFLAGS=-v",
            id="go.toolsEnvVars",
        ),
        pytest.param(
            CODE,
            in_settings("flags", "-mod=mod -v", "go.buildFlags"),
            "go.buildFlags",
            """idecare configure --ide vscode --set 'go.buildFlags=["-v"]'""",
            id="go.buildFlags",
        ),
        pytest.param(
            CODE,
            in_settings("GOFLAGS", "-mod=mod", "gopls/build.env/GOFLAGS"),
            "gopls/build.env/GOFLAGS",
            """idecare configure --ide vscode --set 'gopls/build.env={"GOFLAGS":""}'""",
            id="gopls build.env",
        ),
        pytest.param(
            CODE,
            in_settings("flags", "-mod=mod", "go.buildFlags", ROOT / ".vscode/settings.json"),
            "go.buildFlags",
            "cd /src/app && idecare configure --ide vscode --set 'go.buildFlags=[]' --scope workspace",
            id="settings of the folder",
        ),
        pytest.param(
            CODE,
            in_environment("GOFLAGS", "-mod=mod"),
            "go.toolsEnvVars/GOFLAGS of Code",
            "idecare configure --ide vscode --set go.toolsEnvVars/GOFLAGS=",
            id="the environment of VS Code",
        ),
        pytest.param(
            GOLAND,
            in_environment("GOFLAGS", "-mod=mod"),
            "GOFLAGS in the environment",
            "env -u GOFLAGS goland",
            id="the environment of GoLand",
        ),
        pytest.param(
            GOLAND,
            GoSetting("GOFLAGS", "-mod=mod", "project", "…", ROOT / ".idea/workspace.xml", "GOFLAGS"),
            "Settings | Go | Go Modules | Environment",
            None,
            id="GoLand's project",
        ),
        pytest.param(
            CODE, in_goenv("GOFLAGS", "-mod=mod"), f"GOFLAGS in {GOENV}", "go env -u GOFLAGS", id="the GOENV file"
        ),
        pytest.param(
            CODE,
            in_goenv("GOFLAGS", "-mod=mod -trimpath"),
            f"GOFLAGS in {GOENV}",
            "go env -w GOFLAGS=-trimpath",
            id="the GOENV file with more",
        ),
    ],
)
def test_mod_mod_is_taken_out_of_where_it_stands(
    party: Presence, setting: GoSetting, what: str, command: str | None
) -> None:
    other = CODE if party is GOLAND else GOLAND
    found = next(conflict for conflict in conflicts(other, with_side(party, setting)) if conflict.code == "mod-mod")
    assert found.setting is not None
    assert what in found.setting
    assert found.command == command


def test_a_goenv_file_that_both_read_is_one_warning() -> None:
    setting = in_goenv("GOFLAGS", "-mod=mod")
    assert graded(conflicts(with_side(GOLAND, setting), with_side(CODE, setting))) == [("warning", "mod-mod")]


def test_mod_mod_and_another_go_are_two_warnings() -> None:
    goland = with_side(GOLAND, go_version="go1.27.3", go=Path("/go/bin/go"))
    code = with_side(CODE, in_environment("GOFLAGS", "-mod=mod"), go_version="go1.26.1")
    assert graded(conflicts(goland, code)) == [("warning", "mod-mod"), ("warning", "go-version")]


def test_the_older_go_gives_way() -> None:
    newer, older = {"go_version": "go1.27.3", "go": Path("/new/go")}, {"go_version": "go1.9.1", "go": Path("/old/go")}
    (found,) = conflicts(with_side(GOLAND, **newer), with_side(CODE, **older))
    assert found.command == "idecare configure --ide vscode --set go.alternateTools/go=/new/go"
    (found,) = conflicts(with_side(GOLAND, **older), with_side(CODE, **newer))
    assert found.command == "go env -w GOTOOLCHAIN=go1.27.3+auto"
    assert "GOROOT of GoLand2026.1" in (found.setting or "")


@pytest.mark.parametrize("unknown", [{"go_version": None}, {"go_version": "go1.27.3"}])
def test_a_go_that_is_not_known_or_the_same_is_no_difference(unknown: dict[str, object]) -> None:
    goland, code = with_side(GOLAND, go_version="go1.27.3"), with_side(CODE, **unknown)
    assert graded(conflicts(goland, code)) == [("info", "shared")]


def test_two_gopls_of_different_versions_are_a_warning() -> None:
    vim = with_side(presence("nvim", "nvim"), gopls=Path("/a/gopls"), gopls_version="v0.9.0")
    code = with_side(CODE, gopls=Path("/b/gopls"), gopls_version="v0.20.0")
    (found,) = conflicts(vim, code)
    assert (found.code, found.command) == ("gopls-version", "go install golang.org/x/tools/gopls@v0.20.0")
    (found,) = conflicts(replace(vim, side=code.side), replace(code, side=vim.side))
    assert found.command == "idecare configure --ide vscode --set go.alternateTools/gopls=/b/gopls"


@pytest.mark.parametrize(
    ("name", "one", "other"),
    [
        ("GOFLAGS", "-trimpath", ""),
        ("GOWORK", "off", ""),
        ("GOPRIVATE", "corp.example/*", "other.example/*"),
        ("GOPROXY", "direct", ""),
        ("GOMODCACHE", "/a", "/b"),
        ("GOOS", "darwin", "linux"),
        ("GOARCH", "arm64", ""),
    ],
)
def test_variables_that_differ_are_a_warning(name: str, one: str, other: str) -> None:
    goland = with_side(GOLAND, in_environment(name, one))
    code = with_side(CODE, in_environment(name, other)) if other else CODE
    (found,) = conflicts(goland, code)
    assert (found.grade, found.code) == ("warning", name.lower())
    assert one in found.message
    assert found.command == shlex.join(
        ["idecare", "configure", "--ide", "vscode", "--set", f"go.toolsEnvVars/{name}={one}"]
    )


def test_flags_in_another_order_are_no_difference() -> None:
    goland = with_side(GOLAND, in_environment("GOFLAGS", "-v -trimpath"))
    code = with_side(CODE, in_environment("GOFLAGS", "-trimpath -v"))
    assert graded(conflicts(goland, code)) == [("info", "shared")]


def test_an_environment_that_cannot_be_read_is_no_difference() -> None:
    hidden = replace(CODE, side=GoSide())
    goland = with_side(GOLAND, in_environment("GOOS", "darwin"))
    assert graded(conflicts(goland, hidden)) == [("info", "shared")]


def test_what_an_ide_may_have_from_a_login_shell_is_no_difference() -> None:
    goland = replace(GOLAND, side=GoSide(settings=(), knows_all=False))
    code = with_side(CODE, in_environment("GOPRIVATE", "corp.example"))
    assert graded(conflicts(goland, code)) == [("info", "shared")]
    other = replace(GOLAND, side=GoSide(settings=(in_environment("GOPRIVATE", "x"),), knows_all=False))
    assert graded(conflicts(other, code)) == [("warning", "goprivate")]


def test_without_a_vs_code_the_other_must_be_started_again() -> None:
    (found,) = conflicts(with_side(GOLAND, in_environment("GOOS", "darwin")), IDEA)
    assert (found.command, "quit it" in (found.setting or "")) == ("env -u GOOS goland", True)


def waiting(seconds: float, *holders: int) -> tuple[LockWait, ...]:
    held = (LockWait(pid, "go", "holds", LOCK, NOW) for pid in holders)
    return (LockWait(7, "go", "waits", LOCK, NOW - timedelta(seconds=seconds), holders), *held)


def test_a_go_command_that_has_waited_for_long_is_an_error_that_names_the_holder() -> None:
    (found,) = conflicts(locks=waiting(12, 8))
    assert (found.grade, found.code, found.root) == ("error", "lock-wait", ROOT)
    assert found.message == f"go (pid 7) has waited 12 s for the lock {LOCK}, which go (pid 8) holds"
    assert (found.parties, found.command) == (("go 7", "go 8"), "kill 8")


def test_a_moment_of_waiting_is_nothing() -> None:
    assert conflicts(locks=waiting(2, 8)) == ()
    assert conflicts(locks=(LockWait(8, "go", "holds", LOCK, NOW - timedelta(hours=1)),)) == ()


def test_a_holder_that_cannot_be_seen_is_reported_so() -> None:
    (found,) = conflicts(locks=waiting(60))
    assert "an unknown process holds" in found.message
    assert found.command is None


def test_a_lock_of_no_open_module_is_reported_once() -> None:
    locks = waiting(60, 8)
    scan = Scan(NOW, (Workspace(ROOT, "app", (), locks),), locks)
    assert [conflict.root for conflict in find_conflicts(scan, NOW)] == [ROOT]
    assert [conflict.root for conflict in find_conflicts(Scan(NOW, (), locks), NOW)] == [LOCK.parent]


def test_a_half_extracted_module_is_an_error_by_its_name() -> None:
    marker = Path("/mod/cache/download/github.com/!burnt!sushi/toml/@v/v1.5.0.partial")
    (found,) = conflicts(half_extracted=(marker,))
    assert (found.grade, found.code) == ("error", "half-extracted")
    assert found.command == "go mod download github.com/BurntSushi/toml@v1.5.0"


def test_a_go_mod_that_goes_to_and_fro_is_an_error() -> None:
    moments = tuple(NOW - timedelta(minutes=minutes) for minutes in (60, 3, 1))
    assert graded(conflicts(GOLAND, CODE, go_mod_changes=moments)) == [("error", "to-and-fro"), ("info", "shared")]
    assert graded(conflicts(GOLAND, CODE, go_mod_changes=moments[:2])) == [("info", "shared")]


def test_the_worst_comes_first() -> None:
    goland = with_side(GOLAND, go_version="go1.27.3", go=Path("/go"))
    code = with_side(CODE, go_version="go1.26.1")
    found = conflicts(goland, code, locks=waiting(60, 8))
    assert [conflict.grade for conflict in found] == ["error", "warning"]


def test_what_is_shared() -> None:
    caches = {"GOMODCACHE": "/mod", "GOCACHE": "/a"}
    mine = tuple(in_environment(name, value) for name, value in caches.items())
    module = Workspace(ROOT, "app", (with_side(GOLAND, *mine), with_side(CODE, mine[0])))
    assert [(thing.name, thing.path) for thing in shared_things(module)] == [
        ("go.mod and go.sum", None),
        ("module cache", Path("/mod")),
    ]
    assert shared_things(Workspace(ROOT, "app", (GOLAND,))) == ()
