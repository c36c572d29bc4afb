"""Java runtimes are listed from everywhere a launcher, an IDE or a package manager may take them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from pyfakefs.fake_filesystem import FakeFilesystem, OSType
from pyfakefs.helpers import set_uid

from idecare.core.locations import Runtime
from idecare.core.platforms import PlatformName
from idecare.jetbrains.runtimes import parse_release, runtimes
from tests.conftest import make_host
from tests.support.jetbrains import SYSTEMS, add_install

RELEASE = """\
IMPLEMENTOR="JetBrains s.r.o."
IMPLEMENTOR_VERSION="JBR-21.0.8+9-1038.68-jcef"
JAVA_VERSION="21.0.8"
OS_ARCH="aarch64"
OS_NAME="Darwin"
"""


def found(platform: PlatformName = "linux", environment: Mapping[str, str] | None = None) -> list[Runtime]:
    return list(runtimes(make_host(platform, environment)))


def homes(platform: PlatformName = "linux", environment: Mapping[str, str] | None = None) -> list[tuple[str, str]]:
    return [(str(runtime.home), runtime.source) for runtime in found(platform, environment)]


@pytest.mark.parametrize(
    ("platform", "home", "source"),
    [
        pytest.param("linux", "/usr/lib/jvm/java-17-openjdk-amd64", "/usr/lib/jvm", id="Linux"),
        pytest.param("linux", "/home/gopher/.jdks/jbr-21.0.8", "~/.jdks", id="Linux, of an IDE"),
        pytest.param(
            "linux", "/home/gopher/.sdkman/candidates/java/21-tem", "~/.sdkman/candidates/java", id="Linux, SDKMAN"
        ),
        pytest.param(
            "macos",
            "/Library/Java/JavaVirtualMachines/temurin-21.jdk/Contents/Home",
            "/Library/Java/JavaVirtualMachines",
            id="macOS",
        ),
        pytest.param(
            "macos",
            "/Users/gopher/Library/Java/JavaVirtualMachines/jbr-21/Contents/Home",
            "~/Library/Java/JavaVirtualMachines",
            id="macOS, own",
        ),
        pytest.param(
            "macos",
            "/Users/gopher/.sdkman/candidates/java/21-tem",
            "~/.sdkman/candidates/java",
            id="macOS, not a bundle",
        ),
        pytest.param("windows", "C:\\Users\\gopher\\.jdks\\jbr-21.0.8", "~/.jdks", id="Windows"),
    ],
)
def test_a_runtime_is_found(fs: FakeFilesystem, platform: PlatformName, home: str, source: str) -> None:
    fs.os = SYSTEMS[platform]
    add_runtime(fs, home)
    assert homes(platform) == [(home, source)]


@pytest.mark.parametrize(
    ("platform", "install", "jbr"),
    [
        pytest.param("linux", "/opt/goland", "/opt/goland/jbr", id="Linux"),
        pytest.param(
            "macos", "/Applications/GoLand.app", "/Applications/GoLand.app/Contents/jbr/Contents/Home", id="macOS"
        ),
        pytest.param(
            "windows",
            "C:\\Program Files\\JetBrains\\GoLand",
            "C:\\Program Files\\JetBrains\\GoLand\\jbr",
            id="Windows",
        ),
    ],
)
def test_the_runtime_of_an_install_is_found(fs: FakeFilesystem, platform: PlatformName, install: str, jbr: str) -> None:
    fs.os = SYSTEMS[platform]
    add_install(fs, install, platform)
    add_runtime(fs, jbr)
    assert homes(platform) == [(jbr, "bundled with goland 2024.1.4")]


def test_the_release_file_describes_the_runtime(fs: FakeFilesystem) -> None:
    add_runtime(fs, "/usr/lib/jvm/jbr")
    (runtime,) = found()
    assert (runtime.version, runtime.major, runtime.architecture) == ("21.0.8", 21, "arm64")
    assert (runtime.vendor, runtime.vendor_version) == ("JetBrains s.r.o.", "JBR-21.0.8+9-1038.68-jcef")


@pytest.mark.parametrize(
    ("line", "architecture"),
    [
        pytest.param('OS_ARCH="x86_64"', "amd64", id="Intel"),
        pytest.param('OS_ARCH="amd64"', "amd64", id="amd64, of old releases"),
        pytest.param('OS_ARCH="aarch64"', "arm64", id="ARM"),
        pytest.param('OS_ARCH="riscv64"', "riscv64", id="another one"),
        pytest.param("OS_ARCH=aarch64", "arm64", id="without quotes"),
        pytest.param('OS_ARCH=""', None, id="empty"),
        pytest.param('OS_NAME="Linux"', None, id="not named"),
    ],
)
def test_architecture_is_in_gos_spelling(fs: FakeFilesystem, line: str, architecture: str | None) -> None:
    add_runtime(fs, "/usr/lib/jvm/jbr", line)
    assert [runtime.architecture for runtime in found()] == [architecture]


def test_launcher_variables_and_the_chosen_runtime_come_first(fs: FakeFilesystem) -> None:
    for name in "abcdef":
        add_runtime(fs, f"/j/{name}")
    add_install(fs, "/opt/goland")
    add_runtime(fs, "/opt/goland/jbr")
    add_runtime(fs, "/usr/lib/jvm/x")
    fs.create_file("/home/gopher/.config/JetBrains/GoLand2024.1/goland.jdk", contents="/j/b\n/j/f\n")
    environment = {"JAVA_HOME": "/j/d", "JDK_HOME": "/j/c", "GOLAND_JDK": "/j/a"}
    assert homes(environment=environment) == [
        ("/j/a", "GOLAND_JDK in the environment"),
        ("/j/b", "first line of /home/gopher/.config/JetBrains/GoLand2024.1/goland.jdk"),
        ("/opt/goland/jbr", "bundled with goland 2024.1.4"),
        ("/j/c", "JDK_HOME in the environment"),
        ("/j/d", "JAVA_HOME in the environment"),
        ("/usr/lib/jvm/x", "/usr/lib/jvm"),
    ]


def test_a_chosen_runtime_on_windows_and_macos(fs: FakeFilesystem) -> None:
    fs.os = OSType.MACOS
    add_runtime(fs, "/j/jbr/Contents/Home")
    fs.create_file("/Users/gopher/Library/Application Support/JetBrains/GoLand2024.1/goland.jdk", contents="/j/jbr\r\n")
    assert [home for home, _ in homes("macos")] == ["/j/jbr/Contents/Home"]


def test_the_chosen_runtime_on_windows_is_in_a_file_of_another_name(fs: FakeFilesystem) -> None:
    fs.os = OSType.WINDOWS
    add_runtime(fs, "D:\\jbr")
    fs.create_file("C:\\Users\\gopher\\AppData\\Roaming\\JetBrains\\GoLand2024.1\\goland64.exe.jdk", contents="D:\\jbr")
    assert [home for home, _ in homes("windows")] == ["D:\\jbr"]


def test_java_home_on_macos_may_be_the_inner_folder(fs: FakeFilesystem) -> None:
    fs.os = OSType.MACOS
    add_runtime(fs, "/Library/Java/JavaVirtualMachines/t.jdk/Contents/Home")
    environment = {"JAVA_HOME": "/Library/Java/JavaVirtualMachines/t.jdk/Contents/Home"}
    assert homes("macos", environment) == [
        ("/Library/Java/JavaVirtualMachines/t.jdk/Contents/Home", "JAVA_HOME in the environment")
    ]


def test_a_runtime_behind_links_is_listed_once(fs: FakeFilesystem) -> None:
    add_runtime(fs, "/usr/lib/jvm/java-17-openjdk-amd64")
    fs.create_symlink("/usr/lib/jvm/default-java", "/usr/lib/jvm/java-17-openjdk-amd64")
    assert homes() == [("/usr/lib/jvm/default-java", "/usr/lib/jvm")]


@pytest.mark.parametrize(
    ("platform", "java"),
    [
        pytest.param("linux", "/home/gopher/.jdks/x/bin/java", id="Linux"),
        pytest.param("windows", "C:\\Users\\gopher\\.jdks\\x\\bin\\java.exe", id="Windows"),
    ],
)
def test_a_folder_with_java_and_no_release_file_is_a_runtime(
    fs: FakeFilesystem, platform: PlatformName, java: str
) -> None:
    fs.os = SYSTEMS[platform]
    fs.create_file(java)
    (runtime,) = found(platform)
    assert (runtime.home, runtime.version, runtime.architecture) == (Path(java).parent.parent, None, None)


def test_what_is_no_runtime_is_skipped(fs: FakeFilesystem) -> None:
    fs.create_dir("/usr/lib/jvm/openjdk-17")
    fs.create_file("/usr/lib/jvm/.java-1.17.0-openjdk-amd64.jinfo")
    fs.create_symlink("/usr/lib/jvm/loop", "/usr/lib/jvm/loop")
    fs.create_dir("/usr/lib/jvm/odd/release")
    fs.create_file("/home/gopher/.jdks")
    assert found(environment={"JAVA_HOME": "/dev/null/nowhere", "GOLAND_JDK": "/etc/passwd"}) == []


def test_a_runtime_that_may_not_be_read_is_skipped(fs: FakeFilesystem) -> None:
    add_runtime(fs, "/usr/lib/jvm/jbr")
    fs.chmod("/usr/lib/jvm/jbr", 0o000)
    set_uid(1000)
    assert found() == []


def test_only_machine_wide_runtimes_are_found_without_a_home(fs: FakeFilesystem) -> None:
    add_runtime(fs, "/usr/lib/jvm/jbr")
    host = replace(make_host(environment={"HOME": ""}), home=None)
    assert [runtime.source for runtime in runtimes(host)] == ["/usr/lib/jvm"]


@pytest.mark.parametrize(
    ("text", "values"),
    [
        pytest.param('A="1"\r\nB="2"\r\n', {"A": "1", "B": "2"}, id="CRLF"),
        pytest.param(' A = " 1 " \n', {"A": "1"}, id="blanks"),
        pytest.param("# comment\nnot a pair\n\n", {}, id="other lines"),
        pytest.param('A="x=y"', {"A": "x=y"}, id="an equals sign in the value"),
        pytest.param('A=\nB=""\n', {}, id="empty values"),
    ],
)
def test_parse_release_is_lenient(text: str, values: dict[str, str]) -> None:
    assert parse_release(text) == values


def add_runtime(fs: FakeFilesystem, home: str, release: str = RELEASE) -> None:
    fs.create_file(Path(home) / "release", contents=release)
