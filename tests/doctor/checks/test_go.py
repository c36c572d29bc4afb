"""Each check of Go fires where it should and is silent where it should."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import Literal

import pytest

from idecare.core.locations import Install
from idecare.doctor.checks.go_toolchain import parse_choice
from idecare.doctor.snapshot import Snapshot
from idecare.system.mounts import Mount
from tests.builders import write_file
from tests.doctor.checks.snapshots import findings, make_snapshot, reported

RIGHT_FILE = "GOFLAGS=-modcacherw\nGOPROXY=direct\n"


def go(root: Path, version: str = "go1.27.3", via: Literal["", "PATH", "toolchain"] = "PATH") -> Install:
    """A Go at ``root``, with the files by which one is known."""
    (root / "bin").mkdir(parents=True, exist_ok=True)
    (root / "bin" / "go").write_text("")
    (root / "VERSION").write_text(f"{version}\n")
    (root / "go.env").write_text("GOTOOLCHAIN=auto\n")
    return Install("go", "go", root, "in /mod", binary=root / "bin" / "go", version=version, via=via)


def on_mac(home: Path, version: str, release: str, machine: str = "arm64") -> Snapshot:
    snapshot = make_snapshot(home, "macos", go_installs=(go(home / "go-root", version),), chain=())
    snapshot.host = replace(snapshot.host, release=release, machine=machine)
    return snapshot


def test_one_go_for_all_is_silent(tmp_path: Path) -> None:
    own = go(tmp_path / "own")
    write_file(tmp_path / ".idea" / "workspace.xml", f'<component name="GOROOT" url="file://{own.path}" />')
    write_file(tmp_path / ".config" / "Code" / "User" / "settings.json", f'{{"go.goroot": "{own.path}"}}')
    assert reported("go/installs", make_snapshot(tmp_path, go_installs=(own,))) == []


def test_ides_with_another_go_are_reported(tmp_path: Path) -> None:
    own, old = go(tmp_path / "own"), go(tmp_path / "old", "go1.25.1")
    write_file(tmp_path / ".idea" / "workspace.xml", f'<component name="GOROOT" url="file://{old.path}" />')
    write_file(
        tmp_path / ".config" / "Code" / "User" / "settings.json", f'{{"go.alternateTools": {{"go": "{old.binary}"}}}}'
    )
    snapshot = make_snapshot(tmp_path, go_installs=(own,))
    assert reported("go/installs", snapshot) == [("differ", "warning")]
    assert [line.partition(":")[0] for line in findings("go/installs", snapshot)[0].evidence] == [
        "this shell",
        "GoLand",
        "VS Code",
    ]


def test_an_ide_with_a_go_that_is_gone_is_reported(tmp_path: Path) -> None:
    write_file(tmp_path / ".idea" / "workspace.xml", '<component name="GOROOT" path="$USER_HOME$/gone" />')
    snapshot = make_snapshot(tmp_path, go_installs=(go(tmp_path / "own"),))
    assert reported("go/installs", snapshot) == [("gone", "warning")]
    assert str(tmp_path / "gone") in findings("go/installs", snapshot)[0].evidence[0]


def test_a_go_outside_path_is_reported_with_the_line_for_the_shell(tmp_path: Path) -> None:
    install = go(tmp_path / "own", via="")
    (finding,) = findings("go/installs", make_snapshot(tmp_path, go_installs=(install,)))
    assert (finding.id, finding.severity) == ("go/installs/path", "warning")
    assert str(tmp_path / "own" / "bin") in finding.remedies[0].command  # type: ignore[union-attr]


def test_no_go_at_all_is_a_note(tmp_path: Path) -> None:
    assert reported("go/installs", make_snapshot(tmp_path, go_installs=())) == [("none", "info")]


@pytest.mark.parametrize(
    ("version", "named", "said"),
    [
        pytest.param("go1.27.3", "own", [], id="its own root"),
        pytest.param("go1.27.3", "other", [("", "error")], id="the root of another release"),
        pytest.param("go1.26.1", "other", [], id="another root of the same release"),
        pytest.param("go1.27.3", "gone", [("", "error")], id="nothing there"),
    ],
)
def test_goroot_belongs_to_the_go_in_path(tmp_path: Path, version: str, named: str, said: list[object]) -> None:
    own = go(tmp_path / "own", version)
    go(tmp_path / "other", "go1.26.1")
    snapshot = make_snapshot(tmp_path, environment={"GOROOT": str(tmp_path / named)}, go_installs=(own,))
    assert reported("go/goroot", snapshot) == said
    assert reported("go/goroot", make_snapshot(tmp_path, go_installs=(own,))) == []


@pytest.mark.parametrize(
    ("version", "said"),
    [
        pytest.param("go1.27.3", [], id="newest"),
        pytest.param("go1.26.7", [], id="last of the older supported line"),
        pytest.param("go1.26.5", [("", "info")], id="supported, not its last"),
        pytest.param("go1.25.14", [("", "warning")], id="no longer supported"),
        pytest.param("go1.19.2", [("", "warning")], id="long gone"),
        pytest.param(None, [], id="a working copy of Go"),
    ],
)
def test_support_is_reported(tmp_path: Path, version: str | None, said: list[object]) -> None:
    install = replace(go(tmp_path / "own"), version=version)
    assert reported("go/support", make_snapshot(tmp_path, go_installs=(install,))) == said


def test_a_distribution_fixes_its_go_itself(tmp_path: Path) -> None:
    install = replace(go(tmp_path / "own", "go1.22.2"), path=Path("/usr/lib/go-1.22"))
    assert reported("go/support", make_snapshot(tmp_path, go_installs=(install,))) == [("", "info")]


def test_vulnerabilities_are_counted_where_they_are_known(tmp_path: Path) -> None:
    (finding,) = findings("go/support", make_snapshot(tmp_path, go_installs=(go(tmp_path / "own", "go1.22.5"),)))
    assert "known vulnerabilities: 58 in the standard library, 11 in the toolchain" in finding.evidence
    assert "as known on 2026-08-21" in finding.evidence


@pytest.mark.parametrize(
    ("version", "release", "said"),
    [
        pytest.param("go1.27.3", "22.6.0", [], id="macOS 13 is enough for 1.27"),
        pytest.param("go1.27.3", "21.6.0", [("macos", "error")], id="macOS 12 is not"),
    ],
)
def test_a_go_too_new_for_this_macos_is_reported(
    tmp_path: Path, version: str, release: str, said: list[object]
) -> None:
    assert reported("go/support", on_mac(tmp_path, version, release)) == said


@pytest.mark.parametrize(
    ("version", "machine", "numbers"),
    [
        pytest.param("go1.26.0", "arm64", ["79804", "77593", "GO-2026-4867"], id="1.26.0 on Apple silicon"),
        pytest.param("go1.26.0", "amd64", ["79804", "GO-2026-4867"], id="1.26.0 on Intel"),
        pytest.param("go1.26.4", "arm64", ["79804"], id="1.26.4"),
        pytest.param("go1.26.5", "arm64", [], id="1.26.5 is fixed"),
        pytest.param("go1.21.12", "arm64", [], id="the tale of the M2 Pro is no rule"),
        pytest.param("go1.27.3", "arm64", [], id="nothing known"),
    ],
)
def test_known_defects_are_reported_for_the_systems_they_bite(
    tmp_path: Path, version: str, machine: str, numbers: list[str]
) -> None:
    found = findings("go/known-bugs", on_mac(tmp_path, version, "25.0.0", machine))
    assert [any(number in finding.evidence[1] for finding in found) for number in numbers] == [True] * len(numbers)
    assert len(found) == len(numbers)


def test_known_defects_of_macs_are_not_reported_on_linux(tmp_path: Path) -> None:
    assert reported("go/known-bugs", make_snapshot(tmp_path, go_installs=(go(tmp_path / "own", "go1.26.4"),))) == []


@pytest.mark.parametrize(
    ("version", "release", "said"),
    [
        pytest.param("go1.23.12", "25.0.0", [("", "error")], id="before 1.24 on macOS 26"),
        pytest.param("go1.23.12", "24.1.0", [("", "warning")], id="before 1.24 on macOS 15"),
        pytest.param("go1.23.12", "23.6.0", [], id="before 1.24 on macOS 14"),
        pytest.param("go1.24.0", "25.0.0", [], id="1.24 on macOS 26"),
    ],
)
def test_programs_without_uuid_are_reported_where_macos_wants_one(
    tmp_path: Path, version: str, release: str, said: list[object]
) -> None:
    assert reported("go/lc-uuid", on_mac(tmp_path, version, release)) == said


@pytest.mark.parametrize(
    ("asked", "environment", "said"),
    [
        pytest.param("1.27", {}, [], id="old enough"),
        pytest.param("1.99", {}, [], id="newer, to be downloaded"),
        pytest.param("1.99", {"GOTOOLCHAIN": "local"}, [("", "error")], id="newer, and local"),
        pytest.param("1.99", {"GOTOOLCHAIN": "path"}, [("", "error")], id="newer, and not in PATH"),
        pytest.param("1.99", {"GOPROXY": "off"}, [("", "error")], id="newer, and offline"),
        pytest.param("1.99", {"GOSUMDB": "off"}, [("", "error")], id="newer, and no checksum database"),
        pytest.param("1.27", {"GOTOOLCHAIN": "go1.22.1"}, [("", "error")], id="pinned to an older one"),
        pytest.param("1.27", {"GOTOOLCHAIN": "go1.22.1+auto"}, [], id="at least an older one"),
        pytest.param("1.27", {"GOTOOLCHAIN": "latest"}, [("", "error")], id="no choice"),
    ],
)
def test_the_toolchain_that_a_module_asks_for_can_be_had(
    tmp_path: Path, asked: str, environment: dict[str, str], said: list[object]
) -> None:
    write_file(tmp_path / "app" / "go.mod", f"module example.com/app\n\ngo {asked} // a remark\n")
    snapshot = make_snapshot(
        tmp_path, environment=environment, cwd=tmp_path / "app", go_installs=(go(tmp_path / "own"),)
    )
    assert reported("go/toolchain", snapshot) == said


def test_a_toolchain_that_is_here_needs_no_download(tmp_path: Path) -> None:
    write_file(tmp_path / "app" / "go.mod", "module example.com/app\n\ngo 1.99.1\n")
    here = go(tmp_path / "there", "go1.99.1", "toolchain")
    snapshot = make_snapshot(
        tmp_path, environment={"GOPROXY": "off"}, cwd=tmp_path / "app", go_installs=(go(tmp_path / "own"), here)
    )
    assert reported("go/toolchain", snapshot) == []


@pytest.mark.parametrize("value", ["local", "auto", "path", "go1.22.1", "go1.22.1+path", "local+auto", "go1.22rc1"])
def test_each_choice_of_toolchain_is_known(value: str) -> None:
    assert parse_choice(value) is not None


@pytest.mark.parametrize(
    ("manager", "file", "text", "said"),
    [
        pytest.param(".goenv/versions", ".go-version", "1.22.3\n", [], id="goenv has it"),
        pytest.param(".goenv/versions", ".go-version", "1.22\n", [], id="goenv has one of the line"),
        pytest.param(".goenv/versions", ".go-version", "system\n", [], id="goenv, a word"),
        pytest.param(".goenv/versions", ".go-version", "1.25.1\n", [("missing", "warning")], id="goenv has it not"),
        pytest.param(".asdf/installs/golang", ".tool-versions", "golang 1.25.1\n", [("missing", "warning")], id="asdf"),
        pytest.param(".local/share/mise/installs/go", "mise.toml", '[tools]\ngo = "1.22.3"\n', [], id="mise"),
        pytest.param(
            ".local/share/mise/installs/go",
            "mise.toml",
            '[tools]\ngo = "1.25"\n',
            [("missing", "warning")],
            id="mise, no",
        ),
    ],
)
def test_a_version_manager_has_what_a_file_asks_for(
    tmp_path: Path, manager: str, file: str, text: str, said: list[object]
) -> None:
    (tmp_path / manager / "1.22.3").mkdir(parents=True)
    write_file(tmp_path / "app" / file, text)
    assert reported("go/managers", make_snapshot(tmp_path, cwd=tmp_path / "app")) == said


def test_a_file_for_a_manager_that_is_not_there_is_silent(tmp_path: Path) -> None:
    write_file(tmp_path / ".go-version", "1.25.1\n")
    assert reported("go/managers", make_snapshot(tmp_path)) == []


def test_module_caches_of_single_versions_are_a_note(tmp_path: Path) -> None:
    (tmp_path / "go" / "1.22.3" / "pkg" / "mod").mkdir(parents=True)
    assert reported("go/managers", make_snapshot(tmp_path)) == [("module-caches", "info")]


@pytest.mark.parametrize(
    ("check", "environment", "said"),
    [
        pytest.param("go/go111module", {}, [], id="modules by default"),
        pytest.param("go/go111module", {"GO111MODULE": "on"}, [], id="modules on"),
        pytest.param("go/go111module", {"GO111MODULE": "off"}, [("", "warning")], id="modules off"),
        pytest.param("go/go111module", {"GO111MODULE": "auto"}, [("", "info")], id="modules auto"),
        pytest.param("go/gopath", {}, [], id="GOPATH by default"),
        pytest.param("go/gopath", {"GOPATH": "/a:~/b"}, [("", "error")], id="GOPATH with a tilde"),
        pytest.param("go/goflags", {"GOFLAGS": "-modcacherw"}, [], id="a harmless flag"),
        pytest.param("go/goflags", {"GOFLAGS": "-mod=mod"}, [("", "warning")], id="-mod=mod"),
        pytest.param("go/goflags", {"GOFLAGS": "--mod=mod -v"}, [("", "warning")], id="--mod=mod"),
        pytest.param("go/goflags", {"GOFLAGS": "-mod=mod -mod=readonly"}, [], id="the last -mod counts"),
        pytest.param("go/goflags", {"GOFLAGS": "-tags a"}, [("", "error")], id="no flag"),
        pytest.param("go/goflags", {"GOFLAGS": "'-ldflags=-X a.b=c d' -v"}, [], id="a flag in quotes"),
        pytest.param("go/goflags", {"GOFLAGS": "'-mod=mod'"}, [("", "warning")], id="-mod=mod in quotes"),
        pytest.param("go/goproxy", {"GOPROXY": "https://proxy.golang.org,direct"}, [], id="a proxy"),
        pytest.param("go/goproxy", {"GOPROXY": "off"}, [], id="offline by choice"),
        pytest.param("go/goproxy", {"GOPROXY": "file:///tmp"}, [("", "warning")], id="a folder"),
        pytest.param(
            "go/goproxy", {"GOPROXY": "file:///dev/null/x,direct"}, [("", "error")], id="a folder that is gone"
        ),
    ],
)
def test_variables_that_surprise_are_reported(
    tmp_path: Path, check: str, environment: dict[str, str], said: list[object]
) -> None:
    assert reported(check, make_snapshot(tmp_path, environment=environment)) == said


def test_a_variable_of_the_env_file_is_unset_there(tmp_path: Path) -> None:
    write_file(tmp_path / ".config" / "go" / "env", "GO111MODULE=off\n")
    (finding,) = findings("go/go111module", make_snapshot(tmp_path))
    assert finding.remedies[0].command == "go env -u GO111MODULE"  # type: ignore[union-attr]


def test_vendor_mode_without_a_vendor_folder_is_reported(tmp_path: Path) -> None:
    write_file(tmp_path / "app" / "go.mod", "module example.com/app\n")
    snapshot = make_snapshot(tmp_path, environment={"GOFLAGS": "-mod=vendor"}, cwd=tmp_path / "app")
    assert reported("go/goflags", snapshot) == [("", "warning")]
    write_file(tmp_path / "app" / "vendor" / "modules.txt", "")
    assert (
        reported("go/goflags", make_snapshot(tmp_path, environment={"GOFLAGS": "-mod=vendor"}, cwd=tmp_path / "app"))
        == []
    )


def test_a_folder_in_gopath_without_a_module_is_reported(tmp_path: Path) -> None:
    folder = tmp_path / "go" / "src" / "app"
    folder.mkdir(parents=True)
    assert reported("go/gopath", make_snapshot(tmp_path, cwd=folder)) == [("no-module", "warning")]
    write_file(folder / "go.mod", "module app\n")
    assert reported("go/gopath", make_snapshot(tmp_path, cwd=folder)) == []


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        pytest.param(RIGHT_FILE, [], id="right"),
        pytest.param("# a remark\n\nGOBIN=/b in\n", [], id="remarks, and blanks within"),
        pytest.param("GOPROXY=direct\r\nGOBIN=/b\r\n", ["line 1", "line 2"], id="carriage returns"),
        pytest.param('GOPROXY="direct"\n', ["line 1"], id="quotes"),
        pytest.param(" GOPROXY=direct\n", ["line 1"], id="a blank before the key"),
        pytest.param("GOPROXY=direct \n", ["line 1"], id="a blank after the value"),
        pytest.param("GOBIN=/b\nexport GOPROXY=direct\n", ["line 2"], id="as for a shell"),
    ],
)
def test_lines_that_go_reads_differently_are_reported(tmp_path: Path, text: str, lines: list[str]) -> None:
    path = tmp_path / ".config" / "go" / "env"
    path.parent.mkdir(parents=True)
    path.write_bytes(text.encode())
    found = findings("go/env-file", make_snapshot(tmp_path))
    assert [line.partition(":")[0] for finding in found for line in finding.evidence] == lines


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        pytest.param({}, [], id="default"),
        pytest.param({"GOCACHE": "cache"}, [("", "error")], id="relative"),
        pytest.param({"GOCACHE": "off"}, [("", "error")], id="off"),
        pytest.param({"GOMODCACHE": "~/mod"}, [("", "error")], id="tilde"),
        pytest.param({"GOCACHE": "{home}"}, [("", "warning")], id="home"),
        pytest.param({"GOMODCACHE": "{home}/Dropbox/mod"}, [("", "warning")], id="synced"),
        pytest.param({"GOCACHE": "{home}/app/.cache"}, [("", "info")], id="in the module"),
        pytest.param({"GOCACHE": "{home}/one", "GOMODCACHE": "{home}/one"}, [("same", "warning")], id="one for both"),
    ],
)
def test_unusual_places_of_caches_are_reported(tmp_path: Path, environment: dict[str, str], said: list[object]) -> None:
    write_file(tmp_path / "app" / "go.mod", "module app\n")
    values = {name: value.format(home=tmp_path) for name, value in environment.items()}
    assert reported("go/cache-places", make_snapshot(tmp_path, environment=values, cwd=tmp_path / "app")) == said


def test_a_cache_that_is_no_folder_is_reported(tmp_path: Path) -> None:
    """go says: could not create module cache."""
    file, link = tmp_path / "file", tmp_path / "link"
    file.write_text("")
    link.symlink_to(tmp_path / "gone")
    found = findings(
        "go/cache-places", make_snapshot(tmp_path, environment={"GOCACHE": str(link), "GOMODCACHE": str(file)})
    )
    assert [(one.severity, one.evidence[1]) for one in found] == [
        ("error", f"it is a link to {tmp_path / 'gone'}, which is gone"),
        ("error", "it is a file, not a folder"),
    ]
    (tmp_path / "gone").mkdir()
    assert reported("go/cache-places", make_snapshot(tmp_path, environment={"GOCACHE": str(link)})) == []


@pytest.mark.parametrize(
    ("kind", "count"),
    [
        pytest.param("ext4", 0, id="ext4"),
        pytest.param("apfs", 0, id="APFS"),
        pytest.param("overlay", 0, id="overlay"),
        pytest.param("nfs4", 2, id="NFS"),
        pytest.param("9p", 2, id="a Windows drive in WSL"),
        pytest.param("fuse.sshfs", 2, id="sshfs"),
    ],
)
def test_file_systems_without_locks_are_reported(tmp_path: Path, kind: str, count: int) -> None:
    mounts = (Mount(Path("/"), "ext4"), Mount(tmp_path, kind))
    assert reported("go/file-systems", make_snapshot(tmp_path, mounts=mounts)) == [("", "warning")] * count


def make_caches(home: Path) -> None:
    for folder in (
        "go/bin",
        ".cache/go-build/00",
        "go/pkg/mod/cache/download/example.com/aa/@v",
        "go/pkg/mod/example.com/aa@v1",
    ):
        (home / folder).mkdir(parents=True)
    (home / "go/pkg/mod/example.com/aa@v1").chmod(0o555)


def test_own_caches_are_silent_and_read_only_modules_with_them(tmp_path: Path) -> None:
    make_caches(tmp_path)
    assert reported("go/owners", make_snapshot(tmp_path, user_id=os.geteuid() or 1000)) == [] or os.geteuid() == 0


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files to another user")
@pytest.mark.parametrize(
    ("foreign", "said"),
    [
        pytest.param(None, [], id="all own"),
        pytest.param(".cache/go-build/00", [("", "error")], id="a folder of the build cache"),
        pytest.param("go/bin", [("", "error")], id="where go install puts programs"),
        pytest.param("go/pkg/mod/cache/download/example.com/aa/@v", [("", "error")], id="one module, after sudo go"),
        pytest.param("go/pkg/mod/example.com/aa@v1", [], id="an extracted module is not written to"),
    ],
)
def test_folders_of_root_in_the_caches_of_a_user_are_reported(
    tmp_path: Path, foreign: str | None, said: list[object]
) -> None:
    make_caches(tmp_path)
    for path in (tmp_path, *tmp_path.rglob("*")):
        os.chown(path, 1000, 1000)
    if foreign:
        os.chown(tmp_path / foreign, 0, 0)
    assert reported("go/owners", make_snapshot(tmp_path)) == said


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files to another user")
def test_a_build_cache_that_its_owner_may_not_change_is_reported(tmp_path: Path) -> None:
    make_caches(tmp_path)
    for path in (tmp_path, *tmp_path.rglob("*")):
        os.chown(path, 1000, 1000)
    (tmp_path / ".cache/go-build").chmod(0o555)
    (finding,) = findings("go/owners", make_snapshot(tmp_path))
    assert "mode 0555" in finding.evidence[0]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files to another user")
def test_root_in_the_home_of_a_user_is_reported(tmp_path: Path) -> None:
    assert reported("go/owners", make_snapshot(tmp_path, user_id=0)) == []
    os.chown(tmp_path, 1000, 1000)
    assert reported("go/owners", make_snapshot(tmp_path, user_id=0)) == [("root", "warning")]


WORK = {
    "whole": ("go 1.27\n\nuse (\n\t./app\n\t./lib\n)\n", []),
    "one line each": ("go 1.27\nuse ./app\nuse ./lib // here\n", []),
    "a module that is gone": ("go 1.27\nuse ./app\nuse ./gone\n", ["error"]),
    "without this module": ("go 1.27\nuse ./lib\n", ["warning"]),
    "for an older Go": ("go 1.22\nuse (\n./app\n./lib\n)\n", ["error"]),
}


@pytest.mark.parametrize(("text", "severities"), [pytest.param(*case, id=name) for name, case in WORK.items()])
def test_surprises_of_a_workspace_are_reported(tmp_path: Path, text: str, severities: list[str]) -> None:
    write_file(tmp_path / "go.work", text)
    write_file(tmp_path / "app" / "go.mod", "module example.com/app\n\ngo 1.25\n")
    write_file(tmp_path / "lib" / "go.mod", "module example.com/lib\n\ngo 1.21\n")
    found = findings("go/work", make_snapshot(tmp_path, cwd=tmp_path / "app"))
    assert [finding.severity for finding in found] == severities
    assert findings("go/work", make_snapshot(tmp_path, environment={"GOWORK": "off"}, cwd=tmp_path / "app")) == ()


def test_gowork_that_leads_nowhere_is_reported(tmp_path: Path) -> None:
    assert reported("go/work", make_snapshot(tmp_path, environment={"GOWORK": "/dev/null/go.work"})) == [
        ("named", "error")
    ]


def test_mod_mod_in_a_workspace_is_reported(tmp_path: Path) -> None:
    write_file(tmp_path / "go.work", "go 1.27\nuse ./app\n")
    write_file(tmp_path / "app" / "go.mod", "module example.com/app\n\ngo 1.25\n")
    snapshot = make_snapshot(tmp_path, environment={"GOFLAGS": "-mod=mod"}, cwd=tmp_path / "app")
    assert reported("go/work", snapshot) == [("mod-mod", "error")]


def test_a_workspace_from_outside_the_repository_is_a_note(tmp_path: Path) -> None:
    write_file(tmp_path / "go.work", "go 1.27\nuse ./app\n")
    write_file(tmp_path / "app" / "go.mod", "module example.com/app\n\ngo 1.25\n")
    (tmp_path / "app" / ".git").mkdir()
    write_file(tmp_path / "app" / "vendor" / "modules.txt", "")
    assert reported("go/work", make_snapshot(tmp_path, cwd=tmp_path / "app")) == [
        ("outside", "info"),
        ("vendor", "info"),
    ]
