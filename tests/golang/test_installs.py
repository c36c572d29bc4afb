from __future__ import annotations

import os
from pathlib import Path

import pytest
from pyfakefs.fake_filesystem import FakeFilesystem, OSType
from pyfakefs.helpers import set_uid

from idecare.core.host import Host
from idecare.core.platforms import PlatformName
from idecare.golang.environment import MODULE_CACHE
from idecare.golang.installs import GO, other_modcaches, shim_manager
from tests.conftest import make_host

SYSTEMS = {"linux": OSType.LINUX, "macos": OSType.MACOS, "windows": OSType.WINDOWS}
HOME = Path("/home/gopher")


def host_on(fs: FakeFilesystem, platform: PlatformName = "linux", **environment: str) -> Host:
    fs.os = SYSTEMS[platform]
    return make_host(platform, environment)


def make_go(fs: FakeFilesystem, root: Path | str, version: str = "go1.27.3", executable: str = "go") -> Path:
    fs.create_file(Path(root) / "bin" / executable)
    fs.create_file(Path(root) / "VERSION", contents=f"{version}\ntime 2026-10-19T00:00:00Z\n")
    return Path(root)


@pytest.mark.parametrize(
    ("platform", "root", "source"),
    [
        pytest.param("linux", "/usr/local/go", "official package", id="official on Linux"),
        pytest.param("macos", "/usr/local/go", "official package", id="official on macOS"),
        pytest.param("macos", "/opt/homebrew/Cellar/go/1.27.3/libexec", "Homebrew", id="Homebrew on Apple silicon"),
        pytest.param("macos", "/usr/local/Cellar/go@1.25/1.25.5/libexec", "Homebrew", id="Intel Homebrew, a version"),
        pytest.param("linux", "/home/gopher/sdk/go1.26.0", "golang.org/dl", id="golang.org/dl"),
        pytest.param("linux", "/home/gopher/.goenv/versions/1.22.3", "goenv", id="goenv"),
        pytest.param("linux", "/home/gopher/.gvm/gos/go1.22", "gvm", id="gvm"),
        pytest.param("linux", "/home/gopher/.asdf/installs/golang/1.22.3/go", "asdf", id="asdf"),
        pytest.param("linux", "/home/gopher/.local/share/mise/installs/go/1.25.0", "mise", id="mise"),
        pytest.param("macos", "/Users/gopher/.local/share/mise/installs/go/1.20/go", "mise", id="mise, old layout"),
        pytest.param("linux", "/snap/go/current", "snap", id="snap"),
        pytest.param("linux", "/usr/lib/go-1.22", "distribution package", id="Debian"),
        pytest.param(
            "linux",
            "/home/gopher/go/pkg/mod/golang.org/toolchain@v0.0.1-go1.25.5.linux-amd64",
            "downloaded toolchain in /home/gopher/go/pkg/mod",
            id="toolchain",
        ),
    ],
)
def test_every_go_is_found_with_its_reason(fs: FakeFilesystem, platform: PlatformName, root: str, source: str) -> None:
    host = host_on(fs, platform)
    make_go(fs, root)
    (found,) = GO.installs(host)
    assert (found.path, found.source, found.version) == (Path(root), source, "go1.27.3")
    assert (found.binary, found.via) == (Path(root) / "bin" / "go", "toolchain" if "toolchain@" in root else "")


def test_windows_has_it_in_program_files(fs: FakeFilesystem) -> None:
    host = host_on(fs, "windows", ProgramFiles="D:\\Programs", PATH="D:\\Programs\\Go\\bin")
    root = make_go(fs, Path("D:\\Programs\\Go"), executable="go.exe")
    (found,) = GO.installs(host)
    assert (found.path, found.binary, found.source, found.via) == (
        root,
        root / "bin" / "go.exe",
        "go.exe in PATH (D:\\Programs\\Go\\bin)",
        "PATH",
    )


@pytest.mark.parametrize(
    ("variable", "value", "root"),
    [
        pytest.param("GOROOT", "/a", "/a", id="GOROOT"),
        pytest.param("GOENV_ROOT", "/e", "/e/versions/1.22.3", id="goenv"),
        pytest.param("GVM_ROOT", "/v", "/v/gos/go1.22", id="gvm"),
        pytest.param("ASDF_DATA_DIR", "/d", "/d/installs/golang/1.22.3/go", id="asdf"),
        pytest.param("MISE_DATA_DIR", "/m", "/m/installs/go/1.22.3", id="mise"),
        pytest.param("XDG_DATA_HOME", "/x", "/x/mise/installs/go/1.22.3", id="mise by XDG"),
        pytest.param("GOMODCACHE", "/mod", "/mod/golang.org/toolchain@v0.0.1-go1.25.5.linux-amd64", id="GOMODCACHE"),
    ],
)
def test_moved_managers_are_followed(fs: FakeFilesystem, variable: str, value: str, root: str) -> None:
    host = host_on(fs, **{variable: value})
    make_go(fs, root)
    assert [found.path for found in GO.installs(host)] == [Path(root)]


def test_path_comes_first_and_each_go_once(fs: FakeFilesystem) -> None:
    host = host_on(fs, "macos", PATH="/Users/gopher/bin:/opt/homebrew/bin:/usr/local/go/bin")
    homebrew = make_go(fs, "/opt/homebrew/Cellar/go/1.27.3/libexec")
    official = make_go(fs, "/usr/local/go", "go1.26.0")
    fs.create_symlink("/opt/homebrew/Cellar/go/1.27.3/bin/go", "../libexec/bin/go")
    fs.create_symlink("/opt/homebrew/bin/go", "../Cellar/go/1.27.3/bin/go")
    fs.create_symlink("/opt/homebrew/opt/go", "../Cellar/go/1.27.3")
    fs.create_symlink("/Users/gopher/bin/go1.26", "/usr/local/go/bin/go")
    assert [(found.path, found.source) for found in GO.installs(host)] == [
        (official, "go1.26 in PATH (/Users/gopher/bin)"),
        (homebrew, "go in PATH (/opt/homebrew/bin)"),
    ]


@pytest.mark.parametrize(
    ("shim", "manager"),
    [
        pytest.param("/home/gopher/.goenv/shims/go", "goenv", id="goenv"),
        pytest.param("/home/gopher/.asdf/shims/go", "asdf", id="asdf"),
        pytest.param("/home/gopher/.local/share/mise/shims/go", "mise", id="mise"),
        pytest.param("/usr/local/go/bin/go", None, id="the real one"),
        pytest.param("/home/gopher/shims/go", None, id="another folder called shims"),
    ],
)
def test_a_shim_is_no_install(fs: FakeFilesystem, shim: str, manager: str | None) -> None:
    assert shim_manager(Path(shim)) == manager
    host = host_on(fs, PATH=os.path.dirname(shim))
    fs.create_file(shim)
    assert [found.managed for found in GO.installs(host)] == ([] if manager else [False])


def test_a_wrapper_is_shown_and_left_alone(fs: FakeFilesystem) -> None:
    host = host_on(fs, PATH="/venv/bin")
    fs.create_file("/venv/bin/go", contents="#!/venv/bin/python3\n")
    fs.create_file("/venv/bin/go1.22.3")  # of golang.org/dl: starts the one in ~/sdk
    fs.create_file("/venv/bin/gofmt")
    (found,) = GO.installs(host)
    assert (found.path, found.version, found.managed) == (Path("/venv/bin/go"), None, False)


@pytest.mark.parametrize(
    ("text", "version"),
    [
        pytest.param("go1.27.3\ntime 2026\n", "go1.27.3", id="release"),
        pytest.param("go1.16", "go1.16", id="without a line end"),
        pytest.param("devel go1.28-abc Mon\n", "devel go1.28-abc Mon", id="development"),
        pytest.param("", None, id="empty"),
        pytest.param("\n", None, id="blank"),
    ],
)
def test_the_version_is_the_first_line(fs: FakeFilesystem, text: str, version: str | None) -> None:
    host = host_on(fs)
    fs.create_file("/usr/local/go/VERSION", contents=text)
    fs.create_file("/usr/local/go/bin/go")
    assert [found.version for found in GO.installs(host)] == [version]


def test_a_checkout_of_go_has_no_version_file(fs: FakeFilesystem) -> None:
    host = host_on(fs, GOROOT="/src/go")
    fs.create_file("/src/go/bin/go")
    fs.create_dir("/src/go/pkg/tool/linux_amd64")
    assert [(found.path, found.version) for found in GO.installs(host)] == [(Path("/src/go"), None)]


def test_folders_without_a_go_command_are_no_installs(fs: FakeFilesystem) -> None:
    host = host_on(fs, "macos", GOROOT="/empty")
    fs.create_dir("/empty")
    fs.create_file("/usr/local/go/VERSION", contents="go1.27.3")
    fs.create_dir("/opt/homebrew/Cellar/gopls/0.20.0/libexec")
    assert list(GO.installs(host)) == []


@pytest.mark.parametrize(
    ("environment", "gopath", "name"),
    [
        pytest.param({}, "/home/gopher/go/1.22.3", "module cache (goenv 1.22.3)", id="goenv"),
        pytest.param({"GOENV_GOPATH_PREFIX": "/p"}, "/p/1.21", "module cache (goenv 1.21)", id="goenv, moved"),
        pytest.param(
            {}, "/home/gopher/.gvm/pkgsets/go1.22/global", "module cache (gvm go1.22, global)", id="gvm package set"
        ),
        pytest.param(
            {}, "/home/gopher/.asdf/installs/golang/1.22.3/packages", "module cache (asdf 1.22.3)", id="asdf packages"
        ),
        pytest.param({"GOPATH": "/srv/go"}, "/home/gopher/go", "module cache (default GOPATH)", id="the default one"),
    ],
)
def test_module_caches_of_others_are_found(
    fs: FakeFilesystem, environment: dict[str, str], gopath: str, name: str
) -> None:
    host = host_on(fs, **environment)
    fs.create_dir(Path(gopath) / "pkg" / "mod")
    (found,) = other_modcaches(host)
    assert (found.name, found.path, found.role, found.effective) == (
        name,
        Path(gopath) / "pkg" / "mod",
        MODULE_CACHE,
        False,
    )


def test_the_module_cache_of_this_shell_is_not_another_one(fs: FakeFilesystem) -> None:
    host = host_on(fs, GOPATH="/home/gopher/go/1.22.3")
    fs.create_dir("/home/gopher/go/1.22.3/pkg/mod")
    fs.create_dir("/home/gopher/go/bin")
    assert list(other_modcaches(host)) == []
    assert [found.effective for found in GO.caches(host) if found.role == MODULE_CACHE] == [True]


@pytest.mark.parametrize(
    ("environment", "folder"),
    [
        pytest.param({}, "/tmp", id="temporary folder"),
        pytest.param({"TMPDIR": "/t"}, "/t", id="TMPDIR"),
        pytest.param({"GOTMPDIR": "/g", "TMPDIR": "/t"}, "/g", id="GOTMPDIR"),
    ],
)
def test_folders_of_killed_builds_are_shown_only(fs: FakeFilesystem, environment: dict[str, str], folder: str) -> None:
    host = host_on(fs, **environment)
    for name in ("go-build123", "go-build", "go-build12x", "other"):
        fs.create_dir(Path(folder) / name)
    fs.create_file(Path(folder) / "go-build7")
    found = [cache for cache in GO.caches(host) if cache.name == "build folder"]
    assert [(cache.path, cache.role) for cache in found] == [(Path(folder) / "go-build123", "")]


def test_folders_of_other_users_builds_are_not_ours_to_show(fs: FakeFilesystem) -> None:
    host = host_on(fs)
    fs.create_dir("/tmp/go-build123")
    os.chown("/tmp/go-build123", 4711, 4711)
    assert not [cache for cache in GO.caches(host) if cache.name == "build folder"]


def test_loops_files_and_strange_names_are_passed_over(fs: FakeFilesystem) -> None:
    host = host_on(fs, PATH="/loop:/file:/odd", GOROOT="/loop", GOENV_ROOT="relative", ASDF_DATA_DIR="/file")
    fs.create_symlink("/loop", "/loop")
    fs.create_file("/file")
    fs.create_symlink("/odd/go", "/odd/go")
    fs.create_dir(HOME / "sdk" / "go1.\udcff")
    assert list(GO.installs(host)) == []


def test_folders_that_may_not_be_read_are_passed_over(fs: FakeFilesystem) -> None:
    host = host_on(fs, PATH="/closed/bin", GOROOT="/closed")
    make_go(fs, "/closed")
    fs.chmod("/closed", 0)
    set_uid(1000)
    try:
        assert list(GO.installs(host)) == []
    finally:
        set_uid(0)


def test_a_user_without_a_home_still_has_the_machines_go(fs: FakeFilesystem) -> None:
    fs.os = OSType.LINUX
    known = make_host("linux")
    root = make_go(fs, "/usr/local/go")
    host = Host(known.platform, {}, None, Path("/"), known.own, known.user_id)
    assert [found.path for found in GO.installs(host)] == [root]
    assert [found.problem is None for found in GO.caches(host)] == [False, False]
