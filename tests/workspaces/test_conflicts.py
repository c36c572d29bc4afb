"""What clashes between IDEs, and what does not: over scans made by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from shlex import quote

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


@pytest.mark.parametrize("flags", ["-mod=readonly", "-mod=vendor", "-mod=", "-tags=-mod=mod", "-mod=mod -mod=readonly"])
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
        *(
            pytest.param(
                CODE,
                in_settings("flags", "-mod=mod", "go.buildFlags", Path(file)),
                "go.buildFlags",
                f"{folder}idecare configure --ide vscode --set 'go.buildFlags=[]' --scope {scope}",
                id=scope.partition(" ")[0] + file,
            )
            for file, folder, scope in (
                ("/src/x.code-workspace", "", "code-workspace --code-workspace /src/x.code-workspace"),
                ("/src/app/.devcontainer/devcontainer.json", "cd /src/app && ", "devcontainer"),
                ("/src/app/.devcontainer.json", "cd /src/app && ", "devcontainer"),
                ("/home/x/.vscode-server/data/Machine/settings.json", "", "machine"),
                ("/home/x/.config/Code/User/profiles/5a1b/settings.json", "", "profile"),
            )
        ),
        pytest.param(
            CODE,
            in_environment("GOFLAGS", "-mod=mod"),
            "GOFLAGS in the environment that Code was started with",
            "env -u GOFLAGS code",
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
def test_mod_mod_is_removed_from_where_it_is_set(
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


def test_mod_mod_and_another_go_are_a_warning_and_an_information() -> None:
    goland = with_side(GOLAND, go_version="go1.27.3", go=Path("/go/bin/go"))
    code = with_side(CODE, in_environment("GOFLAGS", "-mod=mod"), go_version="go1.26.1")
    assert graded(conflicts(goland, code)) == [("warning", "mod-mod"), ("info", "go-version")]


def test_the_older_go_gives_way() -> None:
    newer, older = {"go_version": "go1.27.3", "go": Path("/new/go")}, {"go_version": "go1.9.1", "go": Path("/old/go")}
    (found,) = conflicts(with_side(GOLAND, **newer), with_side(CODE, **older))
    assert found.grade == "warning"
    assert found.command == (
        "cd /src/app && idecare configure --ide vscode --set go.alternateTools/go=/new/go --scope workspace"
    )
    (found,) = conflicts(with_side(GOLAND, **older), with_side(CODE, **newer))
    assert (found.command, found.setting) == (None, "Settings | Go | GOROOT of GoLand2026.1")


@pytest.mark.parametrize("unknown", [{"go_version": None}, {"go_version": "go1.27.3"}])
def test_a_go_that_is_not_known_or_the_same_is_no_difference(unknown: dict[str, object]) -> None:
    goland, code = with_side(GOLAND, go_version="go1.27.3"), with_side(CODE, **unknown)
    assert graded(conflicts(goland, code)) == [("info", "shared")]


def test_two_gopls_of_different_versions_are_information() -> None:
    vim = with_side(presence("nvim", "nvim"), gopls=Path("/a/gopls"), gopls_version="v0.9.0")
    code = with_side(CODE, gopls=Path("/b/gopls"), gopls_version="v0.20.0")
    (found,) = conflicts(vim, code)
    assert (found.grade, found.code, found.command) == ("info", "gopls-version", None)


SHARED = [
    ("GOFLAGS", "-modcacherw", ""),
    ("GOFLAGS", "--modfile=other.mod -v", "-v"),
    ("GOWORK", "off", ""),
    ("GOPRIVATE", "corp.example/*", "other.example/*"),
    ("GOPROXY", "direct", ""),
]
PRIVATE = [
    ("GOFLAGS", "-trimpath", ""),
    ("GOFLAGS", "-tags=a", "-tags=b -v"),
    ("GOFLAGS", "-mod=vendor", ""),
    ("GOMODCACHE", "/a", "/b"),
    ("GOOS", "darwin", "linux"),
    ("GOARCH", "arm64", ""),
]


@pytest.mark.parametrize(
    ("grade", "name", "one", "other"),
    [*(("warning", *case) for case in SHARED), *(("info", *case) for case in PRIVATE)],
)
def test_variables_that_differ_are_a_warning_where_they_touch_what_is_shared(
    grade: str, name: str, one: str, other: str
) -> None:
    goland = with_side(GOLAND, in_environment(name, one))
    code = with_side(CODE, in_environment(name, other)) if other else CODE
    (found,) = conflicts(goland, code)
    assert (found.grade, found.code) == (grade, name.lower())
    assert (found.command is None) is (grade == "info")


def test_a_stray_variable_of_one_launch_is_removed_there_and_copied_nowhere() -> None:
    (found,) = conflicts(with_side(CODE, in_environment("GOPROXY", "direct")), GOLAND)
    assert found.command == "env -u GOPROXY code"
    (found,) = conflicts(with_side(GOLAND, in_environment("GOPROXY", "direct")), CODE)
    assert found.command == "env -u GOPROXY goland"


def test_of_three_the_one_that_differs_is_changed() -> None:
    usual = in_settings("GOPROXY", "off", "go.toolsEnvVars/GOPROXY")
    goland, idea = (with_side(party, in_environment("GOPROXY", usual.value)) for party in (GOLAND, IDEA))
    (found,) = conflicts(goland, with_side(CODE, replace(usual, value="direct")), idea)
    assert found.command == "idecare configure --ide vscode --set go.toolsEnvVars/GOPROXY=off"
    (found,) = conflicts(goland, CODE, idea)
    assert found.command == (
        "cd /src/app && idecare configure --ide vscode --set go.toolsEnvVars/GOPROXY=off --scope workspace"
    )


CLASH = "-modcacherw"
LINKER = "-ldflags=-X main.version=1"
QUOTED = f"GOFLAGS='{LINKER}'"


@pytest.mark.parametrize(
    ("setting", "command"),
    [
        pytest.param(in_environment("GOFLAGS", f"-v {CLASH} --trimpath"), "GOFLAGS='-v --trimpath' code", id="launch"),
        pytest.param(
            in_goenv("GOFLAGS", f"--modcacherw '{LINKER}'"), f"go env -w {quote(QUOTED)}", id="the GOENV file"
        ),
        pytest.param(
            in_settings("GOFLAGS", f"-v {CLASH}", "go.toolsEnvVars/GOFLAGS"),
            "idecare configure --ide vscode --set go.toolsEnvVars/GOFLAGS=-v",
            id="settings",
        ),
        pytest.param(
            in_settings("flags", f"'{LINKER}' {CLASH}", "go.buildFlags"),
            f"""idecare configure --ide vscode --set 'go.buildFlags=["{LINKER}"]'""",
            id="a list",
        ),
    ],
)
def test_of_flags_only_those_that_clash_are_changed(setting: GoSetting, command: str) -> None:
    goland = with_side(GOLAND, in_environment("GOFLAGS", "-tags=a"))
    (found,) = conflicts(goland, with_side(CODE, setting))
    assert (found.grade, found.code, found.command) == ("warning", "goflags", command)


@pytest.mark.parametrize(
    ("settings", "command"),
    [
        pytest.param((), f"go.toolsEnvVars/GOFLAGS={CLASH} --scope workspace", id="none"),
        pytest.param((in_environment("GOFLAGS", "-v"),), f"GOFLAGS='-v {CLASH}' code", id="others"),
        pytest.param(
            (in_settings("flags", "-v -modfile=x", "go.buildFlags"),),
            f"""'go.buildFlags=["-v","{CLASH}"]'""",
            id="another one that clashes",
        ),
    ],
)
def test_the_odd_one_gets_the_flags_that_clash_and_no_others(settings: tuple[GoSetting, ...], command: str) -> None:
    goland, idea = (with_side(party, in_environment("GOFLAGS", f"-x {CLASH}")) for party in (GOLAND, IDEA))
    found = next(one for one in conflicts(goland, with_side(CODE, *settings), idea) if one.code == "goflags")
    assert (found.command or "").endswith(command)


def test_who_differs_is_decided_by_the_flags_that_clash() -> None:
    first, second = with_side(GOLAND, in_environment("GOFLAGS", "-v")), with_side(IDEA, in_goenv("GOFLAGS", "-x"))
    (found,) = conflicts(first, second, with_side(CODE, in_goenv("GOFLAGS", f"-a {CLASH}")))
    assert found.command == "go env -w GOFLAGS=-a"


def test_one_whose_settings_are_not_all_known_is_not_changed() -> None:
    unseen = replace(presence("Cursor", "cursor"), side=GoSide(settings=(), unseen="login shell"))
    direct = in_settings("GOPROXY", "direct", "go.toolsEnvVars/GOPROXY")
    parties = (with_side(GOLAND, in_environment("GOPROXY", "off")), with_side(CODE, direct))
    found = next(one for one in conflicts(unseen, *parties) if one.code == "goproxy")
    assert found.command == "GOPROXY=direct goland"


def test_settings_of_the_folder_are_changed_before_those_of_the_user() -> None:
    key = "go.toolsEnvVars/GOPROXY"
    folder = in_settings("GOPROXY", "direct", key, ROOT / ".vscode/settings.json")
    cursor = presence("Cursor", "cursor")
    (found,) = conflicts(with_side(cursor, in_settings("GOPROXY", "off", key)), with_side(CODE, folder))
    assert found.command == f"cd /src/app && idecare configure --ide vscode --set {key}=off --scope workspace"


def test_the_terminal_that_asks_is_a_party() -> None:
    shell = with_side(presence("your terminal", "shell", "certain"), in_environment("GOFLAGS", "-mod=mod"))
    (found,) = conflicts(CODE, terminal=shell)
    assert (found.grade, found.code, found.parties) == ("warning", "mod-mod", ("your terminal", "Code"))
    assert (found.setting, found.command) == ("GOFLAGS in this terminal", "unset GOFLAGS")
    assert conflicts(terminal=shell) == ()
    assert conflicts(CODE, terminal=replace(shell, side=CODE.side)) == ()


@pytest.mark.parametrize(
    ("side", "missing"),
    [
        (GoSide(settings=()), "GoLand2026.1's Go is not known"),
        (GoSide(go_version="go1.27.3"), "GoLand2026.1's environment is not known"),
        (GoSide(go_version="go1.27.3", settings=(), unseen="login shell"), "a login shell is not known"),
        (GoSide(go_version="go1.27.3", settings=(), unseen="client"), "user settings on another machine is not known"),
    ],
)
def test_calm_is_said_only_when_all_is_known(side: GoSide, missing: str) -> None:
    known = GoSide(go_version="go1.27.3", settings=())
    (found,) = conflicts(replace(GOLAND, side=side), replace(CODE, side=known))
    assert found.message.endswith(missing)
    (found,) = conflicts(replace(GOLAND, side=known), replace(CODE, side=known))
    assert found.message == "GoLand2026.1 and Code have it open, and nothing of theirs clashes"


def test_flags_in_another_order_are_no_difference() -> None:
    goland = with_side(GOLAND, in_environment("GOFLAGS", "-v -trimpath"))
    code = with_side(CODE, in_environment("GOFLAGS", "-trimpath -v"))
    assert graded(conflicts(goland, code)) == [("info", "shared")]


def test_an_environment_that_cannot_be_read_is_no_difference() -> None:
    hidden = replace(CODE, side=GoSide())
    goland = with_side(GOLAND, in_environment("GOWORK", "off"))
    assert graded(conflicts(goland, hidden)) == [("info", "shared")]


def test_what_an_ide_may_have_from_a_login_shell_is_no_difference() -> None:
    goland = replace(GOLAND, side=GoSide(settings=(), unseen="login shell"))
    code = with_side(CODE, in_environment("GOPRIVATE", "corp.example"))
    assert graded(conflicts(goland, code)) == [("info", "shared")]
    other = replace(GOLAND, side=GoSide(settings=(in_environment("GOPRIVATE", "x"),), unseen="login shell"))
    assert graded(conflicts(other, code)) == [("warning", "goprivate")]


def test_without_a_vs_code_the_other_must_be_started_again() -> None:
    (found,) = conflicts(with_side(GOLAND, in_environment("GOWORK", "off")), IDEA)
    assert (found.command, "quit it" in (found.setting or "")) == ("env -u GOWORK goland", True)


def waiting(seconds: float, *holders: int, **state: object) -> tuple[LockWait, ...]:
    held = (
        replace(
            LockWait(pid, "go", "holds", LOCK, NOW, command="go mod download", starter="Code"),
            **state,  # type: ignore[arg-type]
        )
        for pid in holders
    )
    tidy = LockWait(7, "go", "waits", LOCK, NOW - timedelta(seconds=seconds), holders, "go mod tidy", ROOT, "GoLand")
    return (tidy, *held)


def test_a_go_command_that_waits_for_a_download_is_information_that_names_both() -> None:
    (found,) = conflicts(locks=waiting(12, 8, idle_since=NOW - timedelta(seconds=3)))
    assert (found.grade, found.code, found.root) == ("info", "lock-wait", ROOT)
    assert found.message == (
        "go mod tidy (pid 7, in /src/app, started by GoLand) has waited 12 s for a download by go mod download"
        f" (pid 8, started by Code) ({LOCK})"
    )
    assert (found.parties, found.command) == (("go 7", "go 8"), None)


@pytest.mark.parametrize(
    ("seconds", "state", "grade"),
    [
        pytest.param(12, {"is_stopped": True}, "error", id="stopped"),
        pytest.param(12, {"idle_since": NOW - timedelta(seconds=40)}, "error", id="no progress"),
        pytest.param(12, {"idle_since": NOW - timedelta(seconds=10)}, "info", id="slow"),
        pytest.param(200, {"idle_since": NOW}, "info", id="a long download that goes on"),
        pytest.param(400, {"idle_since": NOW}, "error", id="minutes"),
        pytest.param(60, {}, "info", id="the kernel does not say"),
    ],
)
def test_waiting_is_graded_by_what_the_holder_does(seconds: float, state: dict[str, object], grade: str) -> None:
    (found,) = conflicts(locks=waiting(seconds, 8, **state))
    assert found.grade == grade
    assert "kill" not in f"{found.setting} {found.command}"


def test_a_moment_of_waiting_is_nothing() -> None:
    assert conflicts(locks=waiting(2, 8)) == ()
    assert conflicts(locks=(LockWait(8, "go", "holds", LOCK, NOW - timedelta(hours=1)),)) == ()


def test_a_holder_that_cannot_be_seen_is_reported_so() -> None:
    (found,) = conflicts(locks=waiting(60))
    assert "a download by an unknown process" in found.message
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


MOMENTS = tuple(NOW - timedelta(minutes=minutes) for minutes in (60, 3, 1))


def test_a_go_mod_that_two_who_differ_rewrite_is_an_error() -> None:
    code = with_side(CODE, in_environment("GOFLAGS", "-mod=mod"))
    assert graded(conflicts(GOLAND, code, go_mod_changes=MOMENTS)) == [("error", "to-and-fro"), ("warning", "mod-mod")]
    assert graded(conflicts(GOLAND, code, go_mod_changes=MOMENTS[:2])) == [("warning", "mod-mod")]


def test_one_alone_and_two_who_agree_do_not_rewrite_it_against_each_other() -> None:
    known = GoSide(go_version="go1.27.3", settings=())
    goland, code = replace(GOLAND, side=known), replace(CODE, side=known)
    assert conflicts(code, go_mod_changes=MOMENTS) == ()
    assert graded(conflicts(goland, code, go_mod_changes=MOMENTS)) == [("info", "shared")]
    found = conflicts(replace(goland, side=GoSide()), code, go_mod_changes=MOMENTS)
    assert graded(found) == [("info", "to-and-fro"), ("info", "shared")]


def test_the_worst_comes_first() -> None:
    goland = with_side(GOLAND, in_environment("GOWORK", "off"))
    found = conflicts(goland, CODE, locks=waiting(60, 8, is_stopped=True))
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
