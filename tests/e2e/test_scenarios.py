"""Who has a module open and what they fight over, told by real programs: no false alarm, no false calm.

gopls, nvim, vim, emacs, tmux and go are real ones; GoLand, VS Code, Zed and sshd are look-alikes with real language
servers below them. Each scenario names what `idecare status` has to say of the module.
"""

from __future__ import annotations

import contextlib
import http.server
import json
import os
import re
import shutil
import signal
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.support.gopls import RELEASES, install
from tests.support.ides import Stage, await_gopls, find_gopls, kill, project_with_go, settings
from tests.support.processes import wait_for
from tests.support.real_go import find_go

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the look-alikes are known by /proc")
# Started from a shell, whose variables it has. tmux asks for the shell itself: the account's may be nologin.
SHELL = {"SHLVL": "1", "SHELL": "/bin/sh"}
SHARED = ("info", "shared")
GOPLS = RELEASES[1:]
HOLDER = """
import fcntl, sys, time
file = open(sys.argv[1])
fcntl.flock(file, fcntl.LOCK_EX)
print("ready", flush=True)
time.sleep(300)
"""
STOPPED_SECONDS = 40


class Desk:
    """A stage with the project on it: what is started there, and what is said of it."""

    def __init__(self, stage: Stage) -> None:
        self.stage, self.world, self.project = stage, stage.world, stage.world.project
        self.servers = 0

    def goland(self, **environment: str) -> None:
        self.stage.goland(self.project, **{**SHELL, **environment})

    def code(self, *words: str, **environment: str) -> None:
        self.stage.code(self.project, server=(self.gopls(), *words), **{**SHELL, **environment})
        self.await_server()

    def gopls(self) -> str:
        return find_gopls()

    def await_server(self) -> None:
        self.servers += 1
        await_gopls(self.world, self.servers)

    def editor(self, *command: str) -> None:
        """A real editor that starts gopls itself."""
        program = shutil.which(command[0])
        if program is None:
            pytest.skip(f"there is no {command[0]} here")
        self.world.start(program, *command[1:], env={**SHELL, "PATH": f"{self.world.env['PATH']}:/usr/bin"})
        self.await_server()

    def nvim(self) -> None:
        script = f"lua vim.lsp.start_client({{cmd = {{'{self.gopls()}'}}, root_dir = '{self.project}'}})"
        self.editor("nvim", "--headless", "-u", "NONE", "-c", script)

    def vim(self) -> None:
        self.editor("vim", "-Nu", "NONE", "-es", "-c", f"let job = job_start(['{self.gopls()}'])", "-c", "sleep 300")

    def emacs(self) -> None:
        self.editor("emacs", "-Q", "--batch", "--eval", f'(start-process "go" nil "{self.gopls()}")', "--eval",
                    "(sleep-for 300)")  # fmt: skip

    def look_alike(self, name: str, server: Path | str) -> None:
        """A program of this name with ``server`` below it."""
        program = self.world.home / name
        shutil.copy(self.stage.actor, program)
        child = {"ACTOR_CHILD": str(server), "ACTOR_CHILD_DIR": str(self.project)}
        self.stage.start(program, **child, **SHELL)

    def settings(self, values: dict[str, object], folder: bool = False) -> None:
        if folder:
            (self.project / ".vscode").mkdir()
            (self.project / ".vscode" / "settings.json").write_text(json.dumps(values))
        else:
            settings(self.stage.code_data, values)

    def goland_variable(self, name: str, value: str) -> None:
        (self.project / ".idea").mkdir(exist_ok=True)
        (self.project / ".idea" / "workspace.xml").write_text(
            f'<project><component name="VgoProject"><environment><map><entry key="{name}" value="{value}" />'
            "</map></environment></component></project>"
        )

    def status(self, **environment: str) -> dict[str, Any]:
        done = self.world.idecare("status", "--json", str(self.project), env={**SHELL, **environment})
        found: dict[str, Any] = json.loads(done.stdout)
        return found

    def all_conflicts(self) -> list[dict[str, Any]]:
        """Those of no open module, too: what this world's own processes wait for."""
        found = json.loads(self.world.idecare("status", "--json", env=SHELL).stdout)
        return [conflict for conflict in found["conflicts"] if conflict["root"].startswith(str(self.world.base))]

    def ides(self) -> set[str]:
        return {ide["name"] for ide in self.status()["workspaces"][0]["ides"]}


@dataclass(frozen=True)
class Scenario:
    """``terminal``: variables of the shell that asks. ``words``: what the messages and fixes must have in them."""

    name: str
    play: Callable[[Desk], object]
    expected: tuple[tuple[str, str], ...] = ()
    ides: frozenset[str] | None = None
    terminal: tuple[tuple[str, str], ...] = ()
    words: tuple[str, ...] = ()


def both(desk: Desk, goland: dict[str, str] | None = None, code: dict[str, str] | None = None) -> None:
    desk.goland(**goland or {})
    desk.code(**code or {})


def with_settings(values: dict[str, object], folder: bool = False) -> Callable[[Desk], None]:
    def play(desk: Desk) -> None:
        desk.settings(values, folder)
        both(desk)

    return play


def killed_goland(desk: Desk) -> None:
    process = desk.stage.goland(desk.project, **SHELL)
    desk.code()
    kill(process)


def recent_only(desk: Desk) -> None:
    other = desk.world.base / "other"
    other.mkdir()
    desk.stage.goland(other, recent=(desk.project,), **SHELL)
    desk.code()


def zed(name: str) -> Callable[[Desk], None]:
    """Its gopls has a name of its own."""

    def play(desk: Desk) -> None:
        server = desk.world.home / name
        shutil.copy(desk.gopls(), server)
        desk.look_alike("zed-editor", server)
        desk.code()
        assert wait_for(lambda: "zed-editor" in desk.ides(), timeout=20)

    return play


def no_server(desk: Desk) -> None:
    """A program whose name only begins like gopls."""
    server = desk.world.home / "gopls-viewer"
    shutil.copy(desk.stage.actor, server)
    desk.look_alike("zed-editor", server)
    desk.code()


def wrapper(name: str) -> Callable[[Desk], None]:
    """A script that starts gopls and waits for it."""

    def play(desk: Desk) -> None:
        script = desk.world.home / name
        script.write_text(f'#!/bin/sh\n"{desk.gopls()}" "$@"\nexit\n')
        script.chmod(0o755)
        desk.stage.code(desk.project, server=(str(script),), **SHELL)
        desk.await_server()

    return play


def wrapper_without_ide(desk: Desk) -> None:
    """Below sshd: a script is no editor, whatever it is called."""
    script = desk.world.home / "lsp-of-mine"
    script.write_text(f'#!/bin/sh\n"{desk.gopls()}" "$@"\nexit\n')
    script.chmod(0o755)
    desk.look_alike("sshd", script)
    desk.await_server()
    desk.code()


def tmux(desk: Desk) -> None:
    socket = str(desk.world.tmp / "tmux")
    desk.editor("tmux", "-S", socket, "-f", "/dev/null", "new-session", "-d", desk.gopls())
    desk.code()


def ssh(desk: Desk) -> None:
    desk.look_alike("sshd", desk.gopls())
    desk.await_server()
    desk.code()


def forwarder(desk: Desk) -> None:
    socket = desk.world.home / "gopls.sock"
    desk.world.start(desk.gopls(), "serve", "-listen", f"unix;{socket}")
    assert wait_for(socket.exists, timeout=20)
    desk.servers += 1
    desk.code(f"-remote=unix;{socket}")


def goenv(desk: Desk) -> None:
    file = desk.world.home / ".config" / "go" / "env"
    file.write_text("GOFLAGS=-mod=mod\n")
    both(desk)


def older_go(version: str) -> Callable[[Desk], None]:
    def play(desk: Desk) -> None:
        desk.settings({"go.goroot": str(desk.stage.add_go(version))})
        both(desk)

    return play


def two_real_gos(desk: Desk) -> None:
    other = shutil.which("go")
    if other is None or Path(other).resolve() == find_go().resolve():
        pytest.skip("there is only one Go here")
    desk.settings({"go.alternateTools": {"go": str(Path(other).resolve())}})
    both(desk)


def project_variable(name: str, value: str) -> Callable[[Desk], None]:
    def play(desk: Desk) -> None:
        desk.goland_variable(name, value)
        both(desk)

    return play


def project_go(desk: Desk) -> None:
    project_with_go(desk.project, find_go().parents[1])
    desk.stage.goland(desk.project)  # from a desktop: what a login shell gives it is not known
    desk.code()


def half_extracted(desk: Desk) -> None:
    place = desk.world.gomodcache / "cache" / "download" / "example.test" / "base" / "@v"
    place.mkdir(parents=True)
    (place / "v1.0.0.partial").write_text("")
    (desk.project / "go.sum").write_text("example.test/base v1.0.0 h1:x=\n")
    desk.code()


def tidy_behind(desk: Desk, is_stopped: bool) -> None:
    holder = desk.world.start(sys.executable, "-c", HOLDER, str(desk.project / "go.mod"))
    assert holder.stdout is not None
    assert holder.stdout.readline() == "ready\n"
    if is_stopped:
        os.kill(holder.pid, signal.SIGSTOP)
    desk.world.start(str(find_go()), "mod", "tidy")
    assert wait_for(lambda: desk.status()["conflicts"], timeout=STOPPED_SECONDS, pause=0.5)


def other_module(desk: Desk) -> None:
    """What would clash works in a module next to it."""
    other = desk.world.base / "other"
    other.mkdir()
    (other / "go.mod").write_text("module example.test/other\n")
    desk.stage.goland(other, **SHELL, GOFLAGS="-mod=mod")
    desk.code()


def slow_download(desk: Desk) -> None:
    """Two downloads of one module from a proxy that sends a byte now and then."""
    address = serve_slowly(desk.world.proxy)
    for _ in range(2):
        desk.world.start(str(find_go()), "mod", "download", "example.test/extra@v1.0.0", env={"GOPROXY": address})
    assert wait_for(lambda: desk.all_conflicts(), timeout=STOPPED_SECONDS, pause=0.5)


def serve_slowly(folder: Path) -> str:
    """The address of a proxy whose archives take minutes."""

    class Handler(http.server.SimpleHTTPRequestHandler):
        def __init__(self, *arguments: Any) -> None:
            super().__init__(*arguments, directory=str(folder))

        def log_message(self, *_: object) -> None:
            pass

        def copyfile(self, source: Any, outputfile: Any) -> None:
            data = source.read()
            with contextlib.suppress(OSError):
                for place in range(len(data)) if self.path.endswith(".zip") else ():
                    outputfile.write(data[place : place + 1])
                    time.sleep(0.2)
                outputfile.write(b"" if self.path.endswith(".zip") else data)

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_port}"


WARNING = "warning"
SCENARIOS = (
    # --- calm ---
    Scenario("nobody", lambda desk: None, ides=frozenset()),
    Scenario("GoLand alone", Desk.goland, ides=frozenset({"GoLand2026.1"})),
    Scenario("Code alone", Desk.code, ides=frozenset({"Code"})),
    Scenario("nvim alone", Desk.nvim, ides=frozenset({"nvim"})),
    Scenario("vim alone", Desk.vim, ides=frozenset({"vim"})),
    Scenario("emacs alone", Desk.emacs),
    Scenario("GoLand and Code agree", both, (SHARED,), words=("nothing of theirs clashes",)),
    Scenario("nvim and Code agree", lambda desk: (desk.nvim(), desk.code()), (SHARED,), frozenset({"nvim", "Code"})),
    Scenario("vim and Code agree", lambda desk: (desk.vim(), desk.code()), (SHARED,), frozenset({"vim", "Code"})),
    Scenario("emacs and Code agree", lambda desk: (desk.emacs(), desk.code()), (SHARED,)),
    Scenario("vim and nvim agree", lambda desk: (desk.vim(), desk.nvim()), (SHARED,), frozenset({"vim", "nvim"})),
    Scenario("Zed's own gopls", zed("gopls_0.21.1_go_1.26.8"), (SHARED,), frozenset({"zed-editor", "Code"})),
    Scenario("a gopls of any name", zed("a-language-server"), (SHARED,), frozenset({"zed-editor", "Code"})),
    Scenario("a program that is called almost gopls", no_server, ides=frozenset({"Code"})),
    Scenario("gopls in a terminal", tmux, (SHARED,), frozenset({"terminal (tmux)", "Code"})),
    Scenario("gopls over SSH", ssh, (SHARED,), frozenset({"SSH session", "Code"})),
    Scenario("a wrapper of gopls", wrapper("gopls-wrapper"), ides=frozenset({"Code"})),
    Scenario("a wrapper called gopls", wrapper("gopls"), ides=frozenset({"Code"})),
    Scenario("a wrapper of any name", wrapper_without_ide, (SHARED,), frozenset({"SSH session", "Code"})),
    Scenario("a gopls that serves Code's", forwarder, ides=frozenset({"Code"})),
    Scenario("a killed GoLand", killed_goland, ides=frozenset({"Code"})),
    Scenario("a project that GoLand had open once", recent_only, ides=frozenset({"Code"})),
    Scenario("a clash in another module", other_module, ides=frozenset({"Code"})),
    # --- calm as far as is known ---
    Scenario("GoLand from a desktop", project_go, (SHARED,), words=("as far as can be seen", "a login shell")),
    # --- what touches nothing shared ---
    Scenario("-v", lambda desk: both(desk, code={"GOFLAGS": "-v"}), (("info", "goflags"),)),
    Scenario("-tags", lambda desk: both(desk, {"GOFLAGS": "-tags=a"}), (("info", "goflags"),)),
    Scenario("-trimpath in settings", with_settings({"go.buildFlags": ["-trimpath"]}), (("info", "goflags"),)),
    Scenario("GOOS", lambda desk: both(desk, {"GOOS": "darwin"}), (("info", "goos"),)),
    Scenario("GOARCH in settings", with_settings({"go.toolsEnvVars": {"GOARCH": "arm64"}}), (("info", "goarch"),)),
    Scenario("a module cache of its own", lambda desk: both(desk, {"GOMODCACHE": "/tmp/x"}), (("info", "gomodcache"),)),
    Scenario("two real versions of go", two_real_gos, (("info", "go-version"),)),
    Scenario("the terminal with -v", both, (("info", "goflags"),), terminal=(("GOFLAGS", "-v"),)),
    # --- what does ---
    Scenario("-mod=mod in settings", with_settings({"go.toolsEnvVars": {"GOFLAGS": "-mod=mod"}}),
             ((WARNING, "mod-mod"),), words=("go.toolsEnvVars/GOFLAGS=",)),
    Scenario("-mod=mod in settings of the folder", with_settings({"go.buildFlags": ["-mod=mod"]}, folder=True),
             ((WARNING, "mod-mod"),), words=("--scope workspace",)),
    Scenario("-mod=mod of one launch", lambda desk: both(desk, code={"GOFLAGS": "-mod=mod"}),
             ((WARNING, "mod-mod"),), words=("env -u GOFLAGS code",)),
    Scenario("-mod=mod in GoLand's project", project_variable("GOFLAGS", "-mod=mod"), ((WARNING, "mod-mod"),)),
    Scenario("-mod=mod for everybody", goenv, ((WARNING, "mod-mod"),), words=("go env -u GOFLAGS",)),
    Scenario("-mod=mod in the terminal", Desk.code, ((WARNING, "mod-mod"),), terminal=(("GOFLAGS", "-mod=mod"),),
             words=("your terminal", "unset GOFLAGS")),
    Scenario("-modcacherw", lambda desk: both(desk, {"GOFLAGS": "-modcacherw"}), ((WARNING, "goflags"),),
             words=("env -u GOFLAGS goland",)),
    Scenario("-modfile in settings", with_settings({"go.buildFlags": ["-modfile=x.mod"]}), ((WARNING, "goflags"),)),
    Scenario("GOWORK", lambda desk: both(desk, {"GOWORK": "off"}), ((WARNING, "gowork"),)),
    Scenario("GOPROXY", lambda desk: both(desk, {"GOPROXY": "direct"}), ((WARNING, "goproxy"),)),
    Scenario("GOPRIVATE", with_settings({"go.toolsEnvVars": {"GOPRIVATE": "corp.example"}}), ((WARNING, "goprivate"),)),
    Scenario("a Go before toolchain lines", older_go("go1.20.14"), ((WARNING, "go-version"),)),
    Scenario("another Go since", older_go("go1.25.1"), (("info", "go-version"),)),
    # --- what goes wrong now ---
    Scenario("a tidy that waits", lambda desk: tidy_behind(desk, False), (("info", "lock-wait"),)),
    Scenario("a tidy behind a stopped process", lambda desk: tidy_behind(desk, True), (("error", "lock-wait"),),
             words=("is stopped", "go mod tidy")),
    Scenario("a half extracted module", half_extracted, (("error", "half-extracted"),)),
)  # fmt: skip


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
def test_scenario(stage: Stage, scenario: Scenario) -> None:
    desk = Desk(stage)
    scenario.play(desk)
    terminal = dict(scenario.terminal)
    wait_for(lambda: graded(desk.status(**terminal)) == scenario.expected, timeout=5, pause=0.3)
    found = desk.status(**terminal)
    assert graded(found) == scenario.expected, found["conflicts"]
    if scenario.ides is not None:
        assert {ide["name"] for ide in found["workspaces"][0]["ides"]} == scenario.ides
    text = json.dumps(found["conflicts"])
    assert [word for word in (*scenario.words,) if word not in text] == []
    assert not re.search(r"\bkill\b", text)
    assert found["exit"] == (4 if any(grade != "info" for grade, _ in scenario.expected) else 0)


def test_who_waits_for_a_slow_download_is_no_alarm(stage: Stage) -> None:
    desk = Desk(stage)
    slow_download(desk)
    for conflict in desk.all_conflicts():
        assert (conflict["grade"], conflict["code"], conflict["fix"]) == ("info", "lock-wait", None)
        assert "has waited" in conflict["message"]
        assert "for a download by go mod download example.test/extra@v1.0.0 (pid" in conflict["message"]


@pytest.fixture(scope="session")
def two_gopls(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Two releases of gopls, the older one first; IDECARE_TEST_GOPLS keeps them from one session to the next."""
    found = [install(release, tmp_path_factory.getbasetemp()) for release in GOPLS]
    for program in found:
        if isinstance(program, str):
            pytest.skip(program)
    return Path(found[0]), Path(found[1])


@pytest.mark.release
def test_two_real_versions_of_gopls_are_information_that_names_both(stage: Stage, two_gopls: tuple[Path, Path]) -> None:
    desk = Desk(stage)
    own, other = two_gopls
    server = Path(shutil.copy(other, desk.world.home / "gopls-latest"))
    desk.look_alike("zed-editor", server)
    desk.stage.code(desk.project, server=(str(own),), **SHELL)
    assert wait_for(lambda: desk.ides() == {"zed-editor", "Code"}, timeout=20)
    (conflict,) = desk.status()["conflicts"]
    assert (conflict["grade"], conflict["code"], conflict["fix"]) == ("info", "gopls-version", None)
    assert sorted(conflict["parties"]) == ["Code", "zed-editor"]
    assert {f"Code {GOPLS[0]}", f"zed-editor {GOPLS[1]}"} == set(
        conflict["message"].removeprefix("different gopls versions: ").split(", ")
    )
    found = {
        ide["name"]: (ide["go"]["gopls"], ide["go"]["gopls_version"]) for ide in desk.status()["workspaces"][0]["ides"]
    }
    assert found == {"Code": (str(own), GOPLS[0]), "zed-editor": (str(server), GOPLS[1])}


def graded(found: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    return tuple((conflict["grade"], conflict["code"]) for conflict in found["conflicts"])


def test_there_are_forty_of_them() -> None:
    assert len(SCENARIOS) >= 40
