from __future__ import annotations

from pathlib import Path

import pytest

from idecare.core.platforms import PlatformName
from idecare.doctor.base import RunByUser
from idecare.doctor.snapshot import Snapshot
from idecare.golang.cgo import triple_target
from idecare.golang.developer_tools import Sdk, inspect_sdk
from tests.conftest import make_host
from tests.doctor.checks.snapshots import findings, make_snapshot, reported
from tests.golang.test_delve import APPLE, INTEL
from tests.support.programs import macho

CGO_FILE = 'package p\n\n/*\n#cgo pkg-config: libfoo\n*/\nimport "C"\n'


def program(folder: Path, name: str, says: str = "", code: int = 0) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(f"#!/bin/sh\necho '{says}'\nexit {code}\n")
    (folder / name).chmod(0o755)
    return folder / name


def module(home: Path, files: dict[str, str] | None = None, requires: str = "") -> Path:
    folder = home / "module"
    folder.mkdir(exist_ok=True)
    (folder / "go.mod").write_text(f"module example.test/m\n\ngo 1.24\n{requires}")
    for name, text in (files or {}).items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder


def look_cgo(home: Path, platform: PlatformName = "linux", own: str = "amd64", **environment: str) -> Snapshot:
    """The working folder is the module's, if there is one; PATH is ``bin``."""
    folder = home / "module"
    environment = {"PATH": str(home / "bin"), **environment}
    return make_snapshot(home, platform, environment, own, folder if folder.is_dir() else None)


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        pytest.param({}, [], id="the default compiler is missing, so cgo is off"),
        pytest.param({"CGO_ENABLED": "1"}, [("missing", "error")], id="cgo is asked for"),
        pytest.param({"CC": "nope"}, [("missing", "error")], id="CC is set, which turns cgo on"),
        pytest.param({"CC": "nope", "CGO_ENABLED": "0"}, [], id="cgo is off"),
        pytest.param({"CC": "gcc -m64"}, [], id="CC has options"),
        pytest.param({"CC": "nope", "GOARCH": "arm64"}, [], id="another target turns cgo off"),
    ],
)
def test_a_compiler_that_is_not_there(tmp_path: Path, environment: dict[str, str], said: list[object]) -> None:
    if environment.get("CC", "").startswith("gcc"):
        program(tmp_path / "bin", "gcc", "x86_64-linux-gnu")
    assert reported("cgo/compiler", look_cgo(tmp_path, **environment)) == said


@pytest.mark.parametrize(
    ("triple", "environment", "said"),
    [
        pytest.param("x86_64-linux-gnu", {}, [], id="of this machine"),
        pytest.param("aarch64-linux-gnu", {"GOARCH": "arm64", "CGO_ENABLED": "1", "CC": "cc"}, [], id="of the target"),
        pytest.param(
            "x86_64-linux-gnu", {"GOARCH": "arm64", "CGO_ENABLED": "1"}, [("other-target", "error")], id="not of it"
        ),
        pytest.param(
            "x86_64-linux-gnu", {"GOOS": "windows", "CGO_ENABLED": "1"}, [("other-target", "error")], id="other system"
        ),
        pytest.param("x86_64-w64-mingw32", {"GOOS": "windows", "CGO_ENABLED": "1"}, [], id="mingw for Windows"),
        pytest.param("xtensa-none-elf", {"CC": "cc"}, [], id="a target that idecare does not know"),
        pytest.param(
            "x86_64-linux-gnu",
            {"GOARCH": "arm64", "CGO_ENABLED": "1", "CC": "cc --target=aarch64-linux-gnu"},
            [],
            id="clang reported its target",
        ),
    ],
)
def test_a_compiler_for_another_machine(
    tmp_path: Path, triple: str, environment: dict[str, str], said: list[object]
) -> None:
    for name in ("gcc", "cc"):
        program(tmp_path / "bin", name, triple)
    assert reported("cgo/compiler", look_cgo(tmp_path, **environment)) == said


def test_apples_clang_compiles_for_both_kinds_of_mac(tmp_path: Path) -> None:
    program(tmp_path / "bin", "clang", "arm64-apple-darwin24.1.0")
    snapshot = look_cgo(tmp_path, "macos", "arm64", GOARCH="amd64", CGO_ENABLED="1")
    assert (snapshot.cgo.compiler.triple, reported("cgo/compiler", snapshot)) == ("arm64-apple-darwin24.1.0", [])


@pytest.mark.parametrize(
    ("triple", "target"),
    [
        ("x86_64-linux-gnu", ("linux", "amd64")),
        ("aarch64-unknown-linux-musl", ("linux", "arm64")),
        ("x86_64-w64-mingw32", ("windows", "amd64")),
        ("arm64-apple-darwin24.1.0", ("darwin", "arm64")),
        ("arm-linux-gnueabihf", ("linux", "arm")),
        ("i686-linux-android21", ("android", "386")),
        ("riscv64-linux-gnu", ("linux", None)),
        ("", (None, None)),
    ],
)
def test_the_target_of_a_triple(triple: str, target: object) -> None:
    assert triple_target(triple) == target


@pytest.mark.parametrize(
    ("files", "requires", "said"),
    [
        pytest.param({"a.go": CGO_FILE}, "", [("", "warning")], id='import "C"'),
        pytest.param({"a.go": 'package p\n\nimport "fmt"\n'}, "", [], id="no C"),
        pytest.param({"a.go": CGO_FILE, "b.go": "//go:build !cgo\n\npackage p\n"}, "", [], id="has a counterpart"),
        pytest.param({"doc.go": '/*\nimport "C"\n*/\npackage p\n'}, "", [], id="reported of in the documentation"),
        pytest.param({"a_windows.go": CGO_FILE}, "", [], id="of another system"),
        pytest.param({"a_amd64.go": CGO_FILE}, "", [], id="of another processor"),
        pytest.param({"a.go": f"//go:build sometag\n\n{CGO_FILE}"}, "", [], id="behind a tag"),
        pytest.param({"a.go": f"//go:build cgo\n\n{CGO_FILE}"}, "", [("", "warning")], id="behind the tag cgo"),
        pytest.param({"a.go": f"//go:build linux && boringcrypto\n\n{CGO_FILE}"}, "", [], id="behind two tags"),
        pytest.param(
            {"a.go": f"//go:build cgo\n\n{CGO_FILE}", "b.go": "package p\n"}, "", [], id="the package can do without"
        ),
        pytest.param({"a.go": CGO_FILE, "b.go": "package p\n"}, "", [("", "warning")], id="the package cannot"),
        pytest.param({"a.go": f"//go:build !windows\n\n{CGO_FILE}"}, "", [("", "warning")], id="not on Windows"),
        pytest.param({"a_test.go": CGO_FILE, "testdata/x.go": CGO_FILE}, "", [], id="tests and their data"),
        pytest.param(
            {"vendor/x/x.go": CGO_FILE, "sub/go.mod": "module y\n", "sub/x.go": CGO_FILE}, "", [], id="others"
        ),
        pytest.param({}, "require github.com/mattn/go-sqlite3 v1.14.22\n", [("", "warning")], id="go-sqlite3"),
        pytest.param({}, "require github.com/mattn/go-sqlite3 v1.14.22 // indirect\n", [], id="indirectly"),
    ],
)
def test_cgo_that_goes_off_without_a_word(
    tmp_path: Path, files: dict[str, str], requires: str, said: list[object]
) -> None:
    module(tmp_path, files, requires)
    program(tmp_path / "bin", "gcc")
    assert reported("cgo/off", look_cgo(tmp_path, GOARCH="arm64")) == said
    assert reported("cgo/off", look_cgo(tmp_path, GOARCH="arm64", CGO_ENABLED="0")) == []
    assert reported("cgo/off", look_cgo(tmp_path)) == []


def test_a_machine_without_a_c_compiler_builds_without_c(tmp_path: Path) -> None:
    module(tmp_path, {"a.go": CGO_FILE})
    (found,) = findings("cgo/off", look_cgo(tmp_path))
    assert "off because there is no C compiler gcc in PATH" in found.evidence


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        pytest.param("-O2 '-I{home}'", [], id="there"),
        pytest.param("-I/dev/null/gone/include", [("missing", "info")], id="no headers there"),
        pytest.param("-isysroot /dev/null/gone/sdk", [("missing", "warning")], id="no SDK"),
        pytest.param("--sysroot=/dev/null/gone", [("missing", "warning")], id="no sysroot"),
        pytest.param("-Irelative -L ../x", [], id="relative to who knows what"),
    ],
)
def test_folders_in_flags(tmp_path: Path, flags: str, said: list[object]) -> None:
    program(tmp_path / "bin", "gcc")
    assert reported("cgo/folders", look_cgo(tmp_path, CGO_CFLAGS=flags.format(home=tmp_path))) == said
    assert reported("cgo/folders", look_cgo(tmp_path, CGO_CFLAGS=flags.format(home=tmp_path), CGO_ENABLED="0")) == []


@pytest.mark.parametrize(
    ("machines", "said"),
    [
        pytest.param([APPLE], [], id="fit"),
        pytest.param([INTEL], [("other-processor", "warning")], id="do not"),
        pytest.param([INTEL, APPLE], [], id="one fits"),
        pytest.param([], [], id="none"),
    ],
)
def test_libraries_must_be_for_the_target(tmp_path: Path, machines: list[int], said: list[object]) -> None:
    program(tmp_path / "bin", "clang", "arm64-apple-darwin24.1.0")
    (tmp_path / "lib").mkdir()
    for number, machine in enumerate(machines):
        (tmp_path / "lib" / f"lib{number}.dylib").write_bytes(macho(machine))
    snapshot = look_cgo(tmp_path, "macos", "arm64", CGO_LDFLAGS=f"'-L{tmp_path}/lib' -lx")
    assert reported("cgo/folders", snapshot) == said


@pytest.mark.parametrize(
    ("flags", "own", "said"),
    [
        pytest.param("-L/opt/homebrew/lib", "amd64", [("other-processor", "warning")], id="arm64's for amd64"),
        pytest.param("-I/opt/homebrew/include", "arm64", [], id="arm64's for arm64"),
        pytest.param("-I/usr/local/include", "arm64", [("other-processor", "info")], id="Intel's headers for arm64"),
        pytest.param("-I/usr/local/include", "amd64", [], id="Intel's for amd64"),
    ],
)
def test_each_homebrew_has_one_processors_libraries(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, flags: str, own: str, said: list[object]
) -> None:
    """The folders of a Mac do not exist here: a replacement for each is there."""
    program(tmp_path / "bin", "clang", f"{own}-apple-darwin24.1.0")
    monkeypatch.setattr(Snapshot, "is_folder", lambda self, path: True)
    monkeypatch.setattr("idecare.doctor.checks.cgo_folders.children", lambda path: ())
    assert reported("cgo/folders", look_cgo(tmp_path, "macos", own, CGO_CPPFLAGS=flags)) == said


@pytest.mark.parametrize(
    ("script", "environment", "said"),
    [
        pytest.param(None, {}, [("missing", "warning")], id="not there"),
        pytest.param(0, {}, [], id="knows the library"),
        pytest.param(1, {}, [("unknown-package", "warning")], id="does not"),
        pytest.param(
            0, {"PKG_CONFIG": "/dev/null/gone/pkg-config"}, [("missing", "warning")], id="another that is not there"
        ),
        pytest.param(0, {"GOARCH": "arm64", "CGO_ENABLED": "1"}, [("other-target", "info")], id="for another machine"),
        pytest.param(
            0,
            {"GOARCH": "arm64", "CGO_ENABLED": "1", "PKG_CONFIG_LIBDIR": "/x"},
            [],
            id="reported about another machine",
        ),
    ],
)
def test_pkg_config_is_asked_for_what_the_module_names(
    tmp_path: Path, script: int | None, environment: dict[str, str], said: list[object]
) -> None:
    module(tmp_path, {"a.go": CGO_FILE})
    program(tmp_path / "bin", "gcc")
    if script is not None:
        program(tmp_path / "bin", "pkg-config", "Package libfoo was not found", script)
    assert reported("cgo/pkg-config", look_cgo(tmp_path, **environment)) == said


def test_a_module_without_pkg_config_lines_needs_none(tmp_path: Path) -> None:
    module(tmp_path, {"a.go": 'package p\n\nimport "C"\n'})
    program(tmp_path / "bin", "gcc")
    assert reported("cgo/pkg-config", look_cgo(tmp_path)) == []


INVALID = "xcrun: error: invalid active developer path (/Library/Developer/CommandLineTools), missing xcrun at: …"
UTILITY = 'xcrun: error: unable to find utility "xcodebuild", not a developer tool or in PATH'


@pytest.mark.parametrize(
    ("sdk", "said"),
    [
        pytest.param(Sdk(Path("/"), Path("/")), [], id="there"),
        pytest.param(None, [], id="no Mac"),
        pytest.param(Sdk(), [("none", "error")], id="no developer tools"),
        pytest.param(Sdk(Path("/dev/null/gone")), [("gone", "error")], id="the chosen ones are gone"),
        pytest.param(Sdk(Path("/"), None, INVALID), [("gone", "error")], id="an update removed them"),
        pytest.param(Sdk(Path("/"), None, UTILITY), [("no-sdk", "error")], id="a program lacks"),
        pytest.param(
            Sdk(Path("/"), None, "You have not agreed to the Xcode license"), [("licence", "error")], id="law"
        ),
        pytest.param(Sdk(Path("/"), None, "something new"), [("other", "error")], id="a text not known"),
        pytest.param(Sdk(Path("/"), Path("/dev/null/gone")), [("no-sdk", "error")], id="an SDK that is not there"),
        pytest.param(
            Sdk(Path("/"), Path("/"), sdkroot="/dev/null/gone"), [("sdkroot", "error")], id="SDKROOT leads nowhere"
        ),
    ],
)
def test_what_apples_tools_say(tmp_path: Path, sdk: Sdk | None, said: list[object]) -> None:
    assert reported("cgo/sdk", make_snapshot(tmp_path, "macos", sdk=sdk)) == said
    assert reported("cgo/sdk", make_snapshot(tmp_path, "macos", {"CGO_ENABLED": "0"}, sdk=sdk)) == []


def test_the_way_out_of_missing_tools_is_a_command(tmp_path: Path) -> None:
    (found,) = findings("cgo/sdk", make_snapshot(tmp_path, "macos", sdk=Sdk()))
    assert found.remedies == (RunByUser("xcode-select --install"),)


def test_xcrun_is_asked_only_where_a_developer_folder_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without one it would open a dialog."""
    mac, xcrun = make_host("macos", home=tmp_path), program(tmp_path, "xcrun", "/SDKs/MacOSX.sdk")
    monkeypatch.setattr("idecare.golang.developer_tools.USUAL", (tmp_path / "tools",))
    assert inspect_sdk(mac, xcrun) == Sdk()
    (tmp_path / "tools").mkdir()
    assert inspect_sdk(mac, xcrun) == Sdk(tmp_path / "tools", Path("/SDKs/MacOSX.sdk"))
    assert inspect_sdk(make_host("linux", home=tmp_path), xcrun) is None


def test_a_failing_xcrun_is_quoted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("idecare.golang.developer_tools.USUAL", (tmp_path,))
    (tmp_path / "xcrun").write_text("#!/bin/sh\necho 'xcrun: error: no' >&2\nexit 1\n")
    (tmp_path / "xcrun").chmod(0o755)
    found = inspect_sdk(make_host("macos", home=tmp_path), tmp_path / "xcrun")
    assert found == Sdk(tmp_path, None, "xcrun: error: no")


@pytest.mark.parametrize(
    ("environment", "env_file", "fix"),
    [
        pytest.param({"CC": "nope"}, "", "unset CC in your shell", id="set in the shell"),
        pytest.param({}, "CC=nope\n", "correct it, or: go env -u CC", id="set in the env file"),
        pytest.param({"CGO_ENABLED": "1"}, "", "install a C compiler, or set CGO_ENABLED=0", id="not set"),
    ],
)
def test_the_way_out_of_a_missing_compiler_depends_on_who_named_it(
    tmp_path: Path, environment: dict[str, str], env_file: str, fix: str
) -> None:
    (tmp_path / ".config" / "go").mkdir(parents=True)
    (tmp_path / ".config" / "go" / "env").write_text(env_file)
    (found,) = findings("cgo/compiler", look_cgo(tmp_path, **environment))
    assert found.fix == fix


def test_a_mac_without_a_compiler_is_reported_where_it_comes_from(tmp_path: Path) -> None:
    module(tmp_path, {f"{name}.go": CGO_FILE for name in "abcde"})
    (found,) = findings("cgo/off", look_cgo(tmp_path, "macos", "arm64"))
    assert found.remedies == (RunByUser("xcode-select --install"),)
    assert found.evidence[-1] == "and 2 more"
    (found,) = findings("cgo/off", look_cgo(tmp_path, "macos", "arm64", GOOS="linux"))
    assert (found.remedies, found.fix.endswith("a C compiler for linux/arm64")) == ((), True)


def test_a_file_that_may_not_be_run_is_no_compiler(tmp_path: Path) -> None:
    program(tmp_path / "bin", "cc").chmod(0o644)
    assert reported("cgo/compiler", look_cgo(tmp_path, CC="cc")) == [("missing", "error")]
    program(tmp_path / "bin", "cc")
    assert reported("cgo/compiler", look_cgo(tmp_path, CC=f"'{tmp_path}/bin/cc'")) == []


def test_folders_of_pkg_config_are_read_where_they_are_absolute(tmp_path: Path) -> None:
    program(tmp_path / "bin", "gcc")
    snapshot = look_cgo(tmp_path, PKG_CONFIG_PATH=f"/dev/null/gone/pkgconfig:relative:{tmp_path}:")
    (found,) = findings("cgo/folders", snapshot)
    assert (found.severity, found.evidence) == ("info", ("PKG_CONFIG_PATH in the environment",))


def test_the_compiler_of_this_machine_is_not_asked_unless_it_was_named(tmp_path: Path) -> None:
    """The default compiler builds for the machine it is on: asking it would cost every doctor a process."""
    program(tmp_path / "bin", "gcc", "aarch64-linux-gnu")
    assert look_cgo(tmp_path).cgo.compiler.triple is None
    assert look_cgo(tmp_path, CC="gcc").cgo.compiler.triple == "aarch64-linux-gnu"
