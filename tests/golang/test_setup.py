"""What of Go's configuration, and of the module we are in, bears on clearing the module cache."""

from __future__ import annotations

from pathlib import Path

import pytest

from idecare.golang.setup import GoSetup, inspect_go_setup, module_root
from tests.builders import write
from tests.conftest import make_host

SUM = """\
a.b/c v1.0.0 h1:x=
a.b/c v1.0.0/go.mod h1:y=
a.b/d v2.0.0/go.mod h1:z=
a.b/e v0.0.0-20200101000000-abcdefabcdef h1:x=

broken line
"""


def setup(home: Path, cwd: Path | None = None, **environment: str) -> GoSetup:
    return inspect_go_setup(make_host(environment=environment, home=home, cwd=cwd))


def test_without_a_configuration_and_a_module_nothing_is_special(tmp_path: Path) -> None:
    assert setup(tmp_path) == GoSetup()


@pytest.mark.parametrize(
    ("value", "is_offline"),
    [("off", True), ("direct", False), ("https://proxy.golang.org,off", False), ("file:///x", False), ("", False)],
)
def test_modules_cannot_come_back_where_the_proxy_is_off(tmp_path: Path, value: str, is_offline: bool) -> None:
    reason = "nothing could be downloaded again: GOPROXY in the environment is off"
    assert setup(tmp_path, GOPROXY=value).offline == (reason if is_offline else None)


def test_the_env_file_counts_and_is_named(tmp_path: Path) -> None:
    write(tmp_path, ".config/go/env", content="GOPROXY=off\nGOFLAGS=-mod=vendor\nGOCACHEPROG=prog --x\n")
    env = tmp_path / ".config/go/env"
    assert setup(tmp_path) == GoSetup(
        offline=f"nothing could be downloaded again: GOPROXY in {env} is off",
        vendored=f"builds use the vendor folder (GOFLAGS in {env})",
        cache_program="prog --x",
    )
    assert setup(tmp_path, GOPROXY="direct").offline is None


@pytest.mark.parametrize(
    ("flags", "vendored"),
    [
        ("-mod=vendor", True),
        ("--mod=vendor -v", True),
        ("-v -mod=mod -mod=vendor", True),
        ("-mod=vendor -mod=mod", False),
        ("-mod=readonly", False),
        ("-modcacherw", False),
        ("-modfile=vendor", False),
    ],
)
def test_flags_choose_the_vendor_folder_and_the_last_one_wins(tmp_path: Path, flags: str, vendored: bool) -> None:
    reason = "builds use the vendor folder (GOFLAGS in the environment)"
    assert setup(tmp_path, GOFLAGS=flags).vendored == (reason if vendored else None)


@pytest.mark.parametrize(
    ("files", "flags", "vendored"),
    [
        pytest.param(["go.mod", "vendor/modules.txt"], "", True, id="a vendor folder"),
        pytest.param(["go.mod", "vendor/x"], "", False, id="a folder that go did not make"),
        pytest.param(["vendor/modules.txt"], "", False, id="without a module"),
        pytest.param(["go.mod", "vendor/modules.txt"], "-mod=mod", False, id="flags say otherwise"),
    ],
)
def test_the_module_we_are_in_may_be_vendored(tmp_path: Path, files: list[str], flags: str, vendored: bool) -> None:
    shop = write(tmp_path / "shop", "cmd/x/", *files)
    found = setup(tmp_path, shop / "cmd/x", GOFLAGS=flags)
    assert found.vendored == ("builds of shop use its vendor folder" if vendored else None)


def test_the_nearest_module_above_is_the_one_we_are_in(tmp_path: Path) -> None:
    write(tmp_path, "a/go.mod", "a/b/go.mod", "a/b/c/go.mod/", "a/b/c/d/")
    assert module_root(tmp_path / "a/b/c/d") == tmp_path / "a/b"
    assert module_root(tmp_path / "a") == tmp_path / "a"
    assert module_root(tmp_path) is None
