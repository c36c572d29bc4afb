"""The states of a machine and a module that users asked about, made from files and settings: the doctor names each.

They are of the public threads in which go's own words misled, and of the kinds of tests/corpus/threads.toml.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from idecare.core.locations import Install
from idecare.doctor.go_facts import LAST_OF, BuiltTool
from idecare.doctor.runner import all_checks, run_checks
from tests.doctor.checks.snapshots import GO, make_snapshot
from tests.doctor.checks.test_healthy import Setup, module, write

USER = 4711  # owns nothing here


def workspace(home: Path, lines: str, go: str = "1.27") -> None:
    write(home / "go.work", f"go {go}\n\nuse (\n{lines})\n")


def work_of_older_go(home: Path) -> Setup:
    workspace(home, "\t./app\n", go="1.22")
    return Setup(module(home))


def work_with_a_folder_that_is_gone(home: Path) -> Setup:
    workspace(home, "\t./app\n\t./moved\n")
    return Setup(module(home))


def work_with_a_copy_of_a_module(home: Path) -> Setup:
    workspace(home, "\t./app\n\t./copy\n")
    write(home / "copy" / "go.mod", "module example.com/app\n\ngo 1.27\n")
    return Setup(module(home))


def work_that_leaves_this_module_out(home: Path) -> Setup:
    workspace(home, "\t./other\n")
    module(home, "other")
    return Setup(module(home))


def toolchain_that_the_database_forbids(home: Path) -> Setup:
    return Setup(module(home), {"GOTOOLCHAIN": "go1.24.3", "GOSUMDB": "off"})


def database_that_is_none(home: Path) -> Setup:
    return Setup(module(home), {"GOSUMDB": "on", "GOTOOLCHAIN": "go1.24.4"})


def private_host_that_the_public_is_asked_for(home: Path) -> Setup:
    return Setup(module(home, more="\nrequire git.example.corp/team/lib v1.4.0\n"), parts={"has_git": True})


def private_host_without_git(home: Path) -> Setup:
    folder = module(home, more="\nrequire git.example.corp/team/lib v1.4.0\n")
    return Setup(folder, {"GOPRIVATE": "git.example.corp"}, {"has_git": False})


def proxy_without_a_scheme(home: Path) -> Setup:
    return Setup(module(home), {"GOPROXY": "goproxy.io,direct"})


def goroot_of_two_releases(home: Path) -> Setup:
    root = home / "opt" / "go"
    write(root / "VERSION", "go1.27.3\n")
    write(root / LAST_OF[0][1], "package runtime\n")
    return Setup(
        module(home), parts={"go_installs": (Install("go", "go", root, "go in PATH", version="go1.27.3", via="PATH"),)}
    )


def tools_built_with_an_older_go(home: Path) -> Setup:
    names = {"gopls": "golang.org/x/tools/gopls", "staticcheck": "honnef.co/go/tools/cmd/staticcheck"}
    tools = tuple(BuiltTool(home / "go" / "bin" / name, path, "go1.25.4") for name, path in names.items())
    return Setup(module(home), parts={"built_tools": tools})


def newer_go_that_may_not_be_fetched(home: Path) -> Setup:
    folder = write(home / "app" / "go.mod", "module example.com/app\n\ngo 1.99.1\n").parent
    return Setup(folder, {"GOTOOLCHAIN": "local"})


def toolchain_line_without_a_patch_number(home: Path) -> Setup:
    return Setup(module(home, more="\ntoolchain go1.27\n"))


def vendor_folder_out_of_step(home: Path) -> Setup:
    folder = module(home, more="\nrequire example.com/lib v1.2.0\n")
    write(folder / "vendor" / "modules.txt", "# example.com/lib v1.0.0\n## explicit; go 1.20\nexample.com/lib\n")
    return Setup(folder)


def temp_folder_without_programs(home: Path) -> Setup:
    return Setup(module(home), parts={"temp_folder": (Path("/tmp"), ("noexec",))})


def caches_that_sudo_left(home: Path) -> Setup:
    (home / "go" / "pkg" / "mod" / "cache" / "download").mkdir(parents=True)
    (home / "go" / "pkg" / "mod").chmod(0o700)
    return Setup(module(home))


def modules_turned_off(home: Path) -> Setup:
    return Setup(module(home), {"GO111MODULE": "off"})


STATES: dict[Callable[[Path], Setup], str] = {
    work_of_older_go: "go/work/older",
    work_with_a_folder_that_is_gone: "go/work",
    work_with_a_copy_of_a_module: "go/work/twice",
    work_that_leaves_this_module_out: "go/work/left-out",
    toolchain_that_the_database_forbids: "go/toolchain",
    database_that_is_none: "go/sumdb",
    private_host_that_the_public_is_asked_for: "go/private/uncovered",
    private_host_without_git: "go/private/git",
    proxy_without_a_scheme: "go/goproxy",
    goroot_of_two_releases: "go/mixed-release",
    tools_built_with_an_older_go: "go/tools",
    newer_go_that_may_not_be_fetched: "go/toolchain",
    toolchain_line_without_a_patch_number: "go/toolchain",
    vendor_folder_out_of_step: "go/vendor",
    temp_folder_without_programs: "go/temp-folder",
    caches_that_sudo_left: "go/owners",
    modules_turned_off: "go/go111module",
}


@pytest.mark.parametrize(("make", "named"), [pytest.param(*state, id=state[0].__name__) for state in STATES.items()])
def test_the_doctor_names_the_cause(tmp_path: Path, make: Callable[[Path], Setup], named: str) -> None:
    setup = make(tmp_path)
    usual = {"built_tools": (), "delves": (), "temp_folder": (Path("/tmp"), ()), "go_installs": (GO,), "shell_go": GO}
    parts = {**usual, **setup.parts}
    snapshot = make_snapshot(tmp_path, "linux", setup.environment, cwd=setup.cwd, user_id=USER, **parts)
    checks = [check for check in all_checks() if check.id.startswith("go/")]
    found = [finding for one in run_checks(checks, snapshot) for finding in one.findings if finding.severity != "info"]
    assert not [finding for finding in found if finding.id.endswith("/crashed")]
    assert named in {finding.id for finding in found} | {finding.id.rpartition("/")[0] for finding in found}
