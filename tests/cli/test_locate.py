from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pyfakefs.fake_filesystem import FakeFilesystem, OSType

import idecare.cli.locate  # before the file system is faked
from idecare.cli import run
from idecare.core.host import Host
from tests.conftest import make_host
from tests.support.programs import build_info, elf

assert idecare.cli.locate

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def locate(
    fs: FakeFilesystem, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[[Host], Run]:
    fs.os = OSType.LINUX

    def on(host: Host) -> Run:
        monkeypatch.setattr("idecare.cli.session.read_host", lambda: host)

        def run_locate(*arguments: str) -> tuple[int, str, str]:
            code = run(["locate", *arguments])
            return code, *capsys.readouterr()

        return run_locate

    return on


@pytest.fixture
def gopher(fs: FakeFilesystem, locate: Callable[[Host], Run]) -> Run:
    """A machine with Go, an arm64 Delve, VS Code's data and a build cache."""
    home = Path("/home/gopher")
    fs.create_file("/usr/local/go/VERSION", contents="go1.27.3\n")
    fs.create_file("/usr/local/go/bin/go", contents=elf(62, build_info("go1.27.3", "path\tcmd/go\n")))
    dlv = "path\tgithub.com/go-delve/delve/cmd/dlv\nmod\tgithub.com/go-delve/delve\tv1.27.1\th1:x=\n"
    fs.create_file(home / "go/bin/dlv", contents=elf(183, build_info(module_text=dlv)))
    fs.create_file(home / ".config/Code/User/settings.json", contents="{}")
    fs.create_dir(home / ".config/Code/CachedData")
    fs.create_dir(home / ".cache/go-build")
    return locate(make_host("linux", {"PATH": "/usr/local/go/bin"}))


def values(gopher: Run, *arguments: str) -> dict[str, Any]:
    code, out, _ = gopher("--json", *arguments)
    assert code == 0
    parsed: dict[str, Any] = json.loads(out)
    assert (parsed["schema"], parsed["command"], parsed["exit"]) == (1, "locate", 0)
    return parsed


def test_installs_come_with_version_and_architecture(gopher: Run) -> None:
    code, out, err = gopher("installs")
    assert (code, err) == (0, "")
    assert out.splitlines() == [
        "Installs",
        "  PRODUCT  VERSION   ARCHITECTURE  PATH           WHY THERE",
        "  go       go1.27.3  amd64         /usr/local/go  go in PATH (/usr/local/go/bin)",
        "  dlv      v1.27.1   arm64         ~/go/bin/dlv   bin of GOPATH (default)",
    ]


def test_everything_is_located_without_a_kind(gopher: Run) -> None:
    _, out, _ = gopher()
    assert [line for line in out.splitlines() if line[:1].isalpha()] == ["Installs", "Runtimes", "Caches", "Configs"]


@pytest.mark.parametrize(
    ("arguments", "kinds"),
    [
        pytest.param((), ["installs", "runtimes", "caches", "configs"], id="everything"),
        pytest.param(("caches",), ["caches"], id="one kind"),
        pytest.param(("configs", "Installs"), ["installs", "configs"], id="two kinds, any case"),
        pytest.param(("vscode",), ["installs", "runtimes", "caches", "configs"], id="a tool"),
        pytest.param(("vscode", "caches"), ["caches"], id="a kind of a tool"),
    ],
)
def test_json_has_the_kinds_that_were_asked_for(gopher: Run, arguments: tuple[str, ...], kinds: list[str]) -> None:
    assert [key for key in values(gopher, *arguments) if key not in ("schema", "command", "exit")] == kinds


def test_a_tool_is_located_alone(gopher: Run) -> None:
    assert {found["tool"] for found in values(gopher, "vscode")["caches"]} == {"vscode"}
    _, out, _ = gopher("vscode")
    assert [line for line in out.splitlines() if line[:1].isalpha()] == ["Caches", "Configs"]


def test_json_paths_are_absolute_and_whole(gopher: Run) -> None:
    found = values(gopher)
    paths = [thing["path"] for kind in ("installs", "caches", "configs") for thing in found[kind]]
    assert "/home/gopher/.config/Code/CachedData" in paths
    assert all(path.startswith("/") for path in paths)


@pytest.mark.parametrize(
    ("word", "message"),
    [
        pytest.param("cashes", "Did you mean 'caches'?", id="a kind misspelled"),
        pytest.param("jetbrain", "Did you mean 'jetbrains'?", id="a tool misspelled"),
        pytest.param("xyzzy", "there is no kind 'xyzzy'", id="nothing near"),
    ],
)
def test_an_unknown_kind_is_a_usage_error(gopher: Run, word: str, message: str) -> None:
    code, out, err = gopher(word)
    assert (code, out) == (2, "")
    assert message in err


def test_an_empty_machine_is_told_calmly(locate: Callable[[Host], Run]) -> None:
    code, out, err = locate(make_host("linux"))()
    assert (code, err) == (0, "")
    assert "no Go, gopls, Delve or IDE was found" in out
    assert "build cache" in out
    assert "not there yet" in out


def test_a_tool_that_is_not_here_is_told_calmly(locate: Callable[[Host], Run]) -> None:
    assert locate(make_host("linux"))("vscode") == (0, "Nothing was found.\n", "")


def test_names_that_are_not_utf8_are_shown(fs: FakeFilesystem, locate: Callable[[Host], Run]) -> None:
    on = locate(make_host("linux"))
    fs.create_file("/home/gopher/.config/\udcff/User/globalStorage/storage.json", contents="{}")
    code, out, _ = on("configs", "vscode")
    assert code == 0
    assert "~/.config/\\xff/User/settings.json" in out
    assert values(on, "configs", "vscode")["configs"][0]["path"] == "/home/gopher/.config/\udcff/User/settings.json"
