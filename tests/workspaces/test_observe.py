"""Who has which module open, from made-up processes and the files of made-up IDEs on a real disk."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from idecare.core.host import Host
from idecare.system import processes as process_table
from idecare.system.processes import Process, Processes, ProcessTree
from idecare.workspaces import gopls as workspaces_gopls
from idecare.workspaces import jetbrains as workspaces_jetbrains
from idecare.workspaces import observe as workspaces
from idecare.workspaces import vscode as workspaces_vscode
from idecare.workspaces.base import LockWait, Presence, Scan
from idecare.workspaces.instances import find_known_installs, option_value, running_instances, stale_locks
from idecare.workspaces.jetbrains import recent_projects
from idecare.workspaces.observe import scan_workspaces
from tests.builders import write
from tests.conftest import make_host
from tests.support.goland import add_install
from tests.support.ides import recent_text

START = datetime(2026, 11, 22, 9, tzinfo=UTC)
HELPER = ("code", "--type=utility")


class Machine:
    """A home with GoLand 2026.1 and VS Code installed, and the processes that a test says there are."""

    def __init__(self, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.home, self.project = home, home / "app"
        self.processes: dict[int, Process] = {}
        self.folders: dict[int, Path] = {}
        add_install(home / "GoLand-2026.1")
        write(home / "code", "code")
        write(home / "code/resources/app", "product.json", content='{"nameShort": "Code", "version": "1.105.0"}')
        write(self.project, "go.mod", content="module example.com/app\n")
        (home / "bin").mkdir()
        (home / "bin/code").symlink_to(home / "code/code")
        write(self.code_data, "User/globalStorage/storage.json", content="{}")
        for module in (workspaces_gopls, workspaces_jetbrains, workspaces_vscode):
            monkeypatch.setattr(module, "working_folder", lambda pid: self.folders.get(pid))
        monkeypatch.setattr(process_table, "process", lambda pid: self.processes.get(pid))
        monkeypatch.setattr(workspaces, "scan_process_tree", lambda names: self.table())
        monkeypatch.setattr(workspaces, "lock_waits", lambda go, now: ())

    @property
    def host(self) -> Host:
        return make_host(home=self.home, environment={"PATH": str(self.home / "bin")})

    @property
    def config(self) -> Path:
        return self.home / ".config/JetBrains/GoLand2026.1"

    @property
    def code_data(self) -> Path:
        return self.home / ".config/Code"

    def add(
        self,
        pid: int,
        name: str,
        parent: int = 1,
        executable: str | None = None,
        command: tuple[str, ...] = (),
        folder: Path | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> Process:
        place = self.home / executable if executable else None
        made = Process(pid, name, place, command or (name,), environment or {}, START, parent)
        self.processes[pid] = made
        if folder:
            self.folders[pid] = folder
        return made

    def goland(self, pid: int = 10, lock: bool = True, **more: tuple[str, ...]) -> Process:
        made = self.add(pid, "goland", executable="GoLand-2026.1/bin/goland", **more)  # type: ignore[arg-type]
        if lock:
            self.write_at(self.config / ".lock", str(pid), START)
        return made

    def code(self, pid: int = 20, lock: bool = True, command: tuple[str, ...] = ("code",)) -> Process:
        made = self.add(pid, "code", executable="code/code", command=command)
        if lock:
            self.write_at(self.code_data / "code.lock", str(pid), START)
        self.add(pid + 1, "code", pid, "code/code", HELPER)
        return made

    def gopls(self, pid: int = 30, parent: int = 21, folder: Path | None = None, *words: str) -> Process:
        home = {"HOME": str(self.home)}
        return self.add(pid, "gopls", parent, None, ("gopls", *words), folder or self.project, home)

    def recent(self, text: str, when: datetime = START + timedelta(minutes=1)) -> None:
        self.write_at(self.config / "options/recentProjects.xml", text, when)

    def windows(self, state: object, when: datetime = START + timedelta(minutes=1)) -> None:
        text = json.dumps({"windowsState": state})
        self.write_at(self.code_data / "User/globalStorage/storage.json", text, when)

    def write_at(self, path: Path, text: str, when: datetime) -> None:
        write(path.parent, path.name, content=text)
        os.utime(path, (when.timestamp(), when.timestamp()))

    def table(self) -> ProcessTree:
        go = tuple(found for found in self.processes.values() if found.stem in ("gopls", "go", "dlv"))
        others = tuple(found for found in self.processes.values() if found not in go)
        return ProcessTree(Processes(go, others))

    def scan(self) -> Scan:
        return scan_workspaces(self.host, START, find_known_installs(self.host))

    def presences(self) -> tuple[Presence, ...]:
        """Of the one module that is open; none where nothing is."""
        found = self.scan().workspaces
        assert len(found) <= 1, found
        return found[0].presences if found else ()

    def signs(self) -> dict[str, dict[str, str]]:
        return {
            presence.name: {sign.kind: sign.strength for sign in presence.evidence} for presence in self.presences()
        }


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    return Machine(tmp_path, monkeypatch)


def projects(**opened: bool) -> str:
    """recentProjects.xml with folders of the home, by name."""
    return recent_text((f"$USER_HOME$/{name}", value) for name, value in opened.items())


def test_nobody_runs_and_nothing_is_open(machine: Machine) -> None:
    machine.recent(projects(app=True))
    machine.windows({"lastActiveWindow": {"folder": machine.project.as_uri()}})
    assert machine.scan() == Scan(START, ())


def test_a_running_goland_has_open_what_its_list_says(machine: Machine) -> None:
    machine.goland()
    machine.recent(projects(app=True, gone=True))
    (presence,) = machine.presences()
    assert (presence.product, presence.name, presence.version) == ("goland", "GoLand2026.1", "2026.1")
    assert (presence.pid, presence.since, presence.folders) == (10, START, (machine.project,))
    (sign,) = presence.evidence
    assert (sign.kind, sign.strength) == ("recent", "likely")
    assert sign.since == datetime.fromtimestamp(1795370400, UTC)
    assert f"{machine.config / '.lock'} names pid 10, which runs" in sign.detail


def test_a_project_in_the_recent_list_alone_is_not_open(machine: Machine) -> None:
    machine.goland()
    machine.recent(projects(app=False))
    assert machine.presences() == ()


def test_a_goland_that_crashed_has_nothing_open_and_its_lock_is_reported_as_stale(machine: Machine) -> None:
    machine.goland()
    machine.recent(projects(app=True))
    machine.processes.clear()
    scan = machine.scan()
    assert scan.workspaces == ()
    assert [(lock.name, lock.pid, lock.written) for lock in scan.stale_locks] == [("GoLand2026.1", 10, START)]


def test_a_pid_that_is_another_programs_by_now_does_not_count(machine: Machine) -> None:
    machine.write_at(machine.config / ".lock", "10", START)
    machine.add(10, "bash", executable="usr/bin/bash")
    machine.recent(projects(app=True))
    assert machine.presences() == ()


def test_a_java_that_started_after_the_lock_was_written_did_not_write_it(machine: Machine) -> None:
    machine.add(10, "java", executable="usr/bin/java")
    machine.recent(projects(app=True))
    machine.write_at(machine.config / ".lock", "10", START)
    assert [presence.pid for presence in machine.presences()] == [10]
    machine.write_at(machine.config / ".lock", "10", START - timedelta(hours=1))
    assert machine.presences() == ()


def test_a_goland_without_a_pid_on_disk_is_found_by_its_launcher(machine: Machine) -> None:
    machine.goland(lock=False)
    machine.add(5, "java", executable="GoLand-2026.1/jbr/bin/java")  # a tool that runs in its runtime
    machine.recent(projects(app=True))
    (presence,) = machine.presences()
    assert presence.pid == 10
    assert "GoLand2026.1 (pid 10) runs" in presence.evidence[0].detail


def test_the_folder_of_the_command_line_counts_until_it_is_closed(machine: Machine) -> None:
    machine.goland(command=("goland", "--wait", str(machine.project)))
    machine.recent(projects(other=True))
    assert machine.signs() == {"GoLand2026.1": {"argument": "likely"}}
    machine.recent(projects(app=False))
    assert machine.signs() == {}


def test_a_java_has_its_own_folders_before_the_main_class(machine: Machine) -> None:
    words = ("java", "-cp", str(machine.home), "com.intellij.idea.Main", str(machine.project))
    machine.add(10, "java", executable="usr/bin/java", command=words)
    machine.write_at(machine.config / ".lock", "10", START)
    (presence,) = machine.presences()
    assert presence.folders == (machine.project,)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="empty"),
        pytest.param("<application><component", id="cut short"),
        pytest.param("<application/>", id="nothing in it"),
        pytest.param('<a><entry key="relative"/><entry/></a>', id="entries of another kind"),
        pytest.param("\ud800", id="no text"),
    ],
)
def test_a_list_that_cannot_be_read_names_no_project(tmp_path: Path, text: str) -> None:
    file = tmp_path / "recentProjects.xml"
    file.write_bytes(text.encode("utf-8", "surrogatepass"))
    assert recent_projects(file, tmp_path) == ()


def test_gopls_below_an_extension_host_is_certain(machine: Machine) -> None:
    machine.code()
    machine.gopls()
    (presence,) = machine.presences()
    assert (presence.product, presence.name, presence.version) == ("vscode", "Code", "1.105.0")
    assert (presence.pid, presence.pids) == (20, (20, 30))
    assert [(sign.kind, sign.strength) for sign in presence.evidence] == [("gopls", "certain")]


def test_two_windows_and_two_servers_of_one_editor_are_one(machine: Machine) -> None:
    machine.code()
    machine.gopls(30)
    machine.gopls(31, 21, machine.project / "sub")
    write(machine.project, "sub/x.go")
    assert [presence.pids for presence in machine.presences()] == [(20, 30, 31)]


@pytest.mark.parametrize(
    ("words", "signs"),
    [
        pytest.param(("-remote=auto",), {"Code": {"gopls-forwarder": "certain"}}, id="forwarder"),
        pytest.param(("-remote", "unix;/x"), {"Code": {"gopls-forwarder": "certain"}}, id="forwarder, two words"),
        pytest.param(("serve", "-listen", "unix;/x"), {}, id="daemon"),
        pytest.param(("serve", "-listen=unix;/x"), {}, id="daemon, one word"),
        pytest.param(("-mode=stdio",), {"Code": {"gopls": "certain"}}, id="an older extension's"),
    ],
)
def test_forwarders_belong_to_their_editor_and_daemons_to_nobody(
    machine: Machine, words: tuple[str, ...], signs: dict[str, dict[str, str]]
) -> None:
    machine.code()
    machine.gopls(30, 21, None, *words)
    assert machine.signs() == signs


def test_a_server_of_another_editor_is_named_after_it(machine: Machine) -> None:
    machine.add(40, "nvim")
    machine.add(41, "sh", 40)
    machine.gopls(42, 41)
    (presence,) = machine.presences()
    assert (presence.product, presence.name, presence.version, presence.pid) == ("nvim", "nvim", None, 40)


def test_names_of_windows_end_in_exe(machine: Machine) -> None:
    machine.add(40, "Lapce.exe")
    machine.add(41, "cmd.exe", 40)
    machine.gopls(42, 41)
    machine.goland()
    machine.add(12, "go.exe", 10, folder=machine.project)
    assert {(found.product, found.name) for found in machine.presences()} == {
        ("lapce", "Lapce.exe"), ("goland", "GoLand2026.1")
    }  # fmt: skip


def test_a_parent_that_began_later_is_another_process_with_its_number(machine: Machine) -> None:
    machine.add(40, "nvim")
    machine.processes[40] = replace(machine.processes[40], started=START + timedelta(seconds=1))
    machine.gopls(42, 40)
    assert machine.presences() == ()


@pytest.mark.parametrize("parent", [1, 41, 21])
def test_a_server_whose_editor_is_gone_is_nobodys(machine: Machine, parent: int) -> None:
    machine.add(41, "bash")
    machine.add(21, "code", 1, "code/code", HELPER)
    machine.gopls(42, parent)
    assert machine.presences() == ()


def test_a_go_command_of_an_ide_tells_where_it_works(machine: Machine) -> None:
    machine.goland()
    machine.add(12, "go", 10, folder=machine.project, command=("go", "list", "./..."))
    machine.add(13, "go", 1, folder=machine.project)  # somebody's in a terminal
    (presence,) = machine.presences()
    assert (presence.name, presence.pids) == ("GoLand2026.1", (10, 12))
    assert [(sign.kind, sign.strength) for sign in presence.evidence] == [("go", "likely")]


@pytest.mark.parametrize(
    ("state", "is_open"),
    [
        pytest.param({"lastActiveWindow": {"folder": "file://{app}"}, "openedWindows": []}, True, id="one window"),
        pytest.param({"openedWindows": [{"folder": "file://{app}"}, {}]}, True, id="several windows"),
        pytest.param({"lastActiveWindow": {"folder": "vscode-remote://ssh-remote%2Bx{app}"}}, False, id="remote URI"),
        pytest.param(
            {"lastActiveWindow": {"folder": "file://{app}", "remoteAuthority": "ssh-remote+x"}}, False, id="remote"
        ),
        pytest.param({"lastActiveWindow": {"folder": "vscode-remote://wsl%2BUbuntu{app}"}}, False, id="WSL"),
        pytest.param({"lastActiveWindow": {"folder": "file://wsl.localhost/Ubuntu{app}"}}, False, id="a share of WSL"),
        pytest.param({"lastActiveWindow": {"backupPath": "/x"}}, False, id="empty window"),
        pytest.param({"openedWindows": "odd", "lastActiveWindow": 7}, False, id="odd values"),
        pytest.param(
            {"lastActiveWindow": {"workspaceIdentifier": {"configURIPath": "file://{home}/w.code-workspace"}}},
            True,
            id="a workspace file",
        ),
    ],
)
def test_windows_of_vs_code(machine: Machine, state: object, is_open: bool) -> None:
    machine.code()
    text = json.dumps(state).replace("{app}", str(machine.project)).replace("{home}", str(machine.home))
    write(machine.home, "w.code-workspace", content='{"folders": [{"path": "app"}, {"uri": "vscode-remote://x/y"},],}')
    machine.windows(json.loads(text))
    assert machine.signs() == ({"Code": {"window": "likely"}} if is_open else {})


WORKSPACE = '{"folders": [{"path": "app"}], "settings": {"go.toolsEnvVars": {"GOFLAGS": "-x"}}}'


@pytest.mark.parametrize("known_by", ["window", "storage", "--file-uri={uri}", "{path}"])
def test_settings_of_a_workspace_file_count_however_it_is_known_to_be_open(machine: Machine, known_by: str) -> None:
    path = write(machine.home, "w.code-workspace", content=WORKSPACE) / "w.code-workspace"
    word = known_by.format(uri=path.as_uri(), path=path)
    machine.code(command=("code", word) if "code-workspace" in word else ("code",))
    machine.gopls()
    machine.windows({}, START - timedelta(days=1))
    if known_by == "window":
        machine.windows({"openedWindows": [{"workspaceIdentifier": {"configURIPath": path.as_uri()}}]})
    if known_by == "storage":
        place = machine.code_data / "User/workspaceStorage/0123"
        write(place, "workspace.json", content=json.dumps({"workspace": path.as_uri()}))
        write(place, "vscode.lock", content='{"pid": 21}')
    (presence,) = machine.presences()
    found = presence.side.setting("GOFLAGS")
    assert found is not None
    assert (found.value, found.path) == ("-x", path)


def test_a_workspace_file_of_an_earlier_run_does_not_count(machine: Machine) -> None:
    path = write(machine.home, "w.code-workspace", content=WORKSPACE) / "w.code-workspace"
    machine.code()
    machine.gopls()
    state = {"openedWindows": [{"workspaceIdentifier": {"configURIPath": path.as_uri()}}]}
    machine.windows(state, START - timedelta(days=1))
    assert [presence.side.setting("GOFLAGS") for presence in machine.presences()] == [None]


@pytest.mark.parametrize("name", ["a\0b", "a%00b", "a\ud800b", "\ud800/" * 50, "a" * 5000, "", "%zz"])
def test_names_that_no_folder_can_have_are_passed_over(machine: Machine, name: str) -> None:
    machine.code()
    machine.gopls()
    write(machine.home, "w.code-workspace", content=json.dumps({"folders": [{"path": name}, {"uri": name}]}))
    files = {"configURIPath": f"file://{machine.home}/w.code-workspace"}
    machine.windows({"openedWindows": [{"folder": f"file:///{name}"}, {"workspaceIdentifier": files}]})
    place = write(machine.code_data / "User/workspaceStorage/0123", "state.vscdb")
    write(place, "workspace.json", content=json.dumps({"folder": f"file:///x/{name}"}))
    write(machine.project, "go.work", content=f"use ./{name!a}\nuse .\n")
    settings = {"go.toolsEnvVars": {"GOMODCACHE": f"/{name}"}, "go.goroot": f"/{name}"}
    write(machine.code_data / "User", "settings.json", content=json.dumps(settings))
    assert "gopls" in machine.signs()["Code"]


def test_windows_of_the_run_before_are_a_hint_alone(machine: Machine) -> None:
    machine.code()
    machine.windows({"lastActiveWindow": {"folder": machine.project.as_uri()}}, START - timedelta(days=1))
    assert machine.signs() == {"Code": {"window": "hint"}}


def test_a_workspace_that_this_run_has_used_is_a_hint(machine: Machine) -> None:
    machine.code()
    storage = machine.code_data / "User/workspaceStorage"
    for name, when in (("0123", START + timedelta(hours=1)), ("4567", START - timedelta(hours=1))):
        folder = machine.project if name == "0123" else machine.home / "other"
        write(machine.home / "other", "go.mod", content="module other\n")
        write(storage / name, "workspace.json", content=json.dumps({"folder": folder.as_uri()}))
        machine.write_at(storage / name / "state.vscdb", "", when)
    assert machine.signs() == {"Code": {"storage": "hint"}}


def test_the_lock_of_a_window_counts_while_its_extension_host_lives(machine: Machine) -> None:
    machine.code()
    place = machine.code_data / "User/workspaceStorage/0123"
    write(place, "workspace.json", content=json.dumps({"folder": machine.project.as_uri()}))
    write(place.with_name("0123-1"), "vscode.lock", content='{"pid": 21}')
    assert machine.signs() == {"Code": {"window-lock": "likely"}}
    write(place.with_name("0123-1"), "vscode.lock", content='{"pid": 77}')
    assert machine.signs() == {}


def test_the_command_line_of_vs_code_is_weaker_than_window_state_of_its_run(machine: Machine) -> None:
    machine.code(command=("code", "--no-sandbox", str(machine.project)))
    machine.windows({}, START - timedelta(days=1))
    assert machine.signs() == {"Code": {"argument": "likely"}}
    machine.windows({})
    assert machine.signs() == {"Code": {"argument": "hint"}}


def test_another_user_data_folder_is_another_instance(machine: Machine) -> None:
    machine.code(lock=False, command=("code", "--user-data-dir", str(machine.home / "mine")))
    machine.gopls()
    (presence,) = machine.presences()
    assert (presence.product, presence.name) == ("vscode", f"Code ({machine.home / 'mine'})")
    assert stale_locks(find_known_installs(machine.host), ()) == ()


def test_an_ide_on_a_folder_above_has_the_module_open_too(machine: Machine) -> None:
    machine.goland()
    machine.recent(projects(repository=True))
    machine.code()
    nested = machine.home / "repository/services/api/v2"
    write(nested, "go.mod", content="module api\n")
    machine.gopls(folder=nested)
    (module,) = machine.scan().workspaces
    assert (module.root, [presence.name for presence in module.presences]) == (nested, ["Code", "GoLand2026.1"])


@pytest.mark.parametrize(
    ("uri", "authority", "folder"),
    [
        pytest.param("vscode-remote://wsl%2Bubuntu/home/u/my%20app", "wsl+ubuntu", "/home/u/my app", id="WSL"),
        pytest.param("vscode-remote://ssh-remote+box", "ssh-remote+box", "/", id="SSH, the root"),
    ],
)
def test_a_window_elsewhere_is_named_as_remote(machine: Machine, uri: str, authority: str, folder: str) -> None:
    machine.code()
    machine.windows(
        {"openedWindows": [{"folder": uri}, {"folder": machine.project.as_uri()}, 7], "lastActiveWindow": 1}
    )
    (found,) = machine.scan().remotes
    assert (found.product, found.authority, found.folder) == ("vscode", authority, folder)
    machine.windows({"lastActiveWindow": {"folder": uri}}, START - timedelta(hours=1))  # of an earlier run
    assert machine.scan().remotes == ()


@pytest.mark.parametrize("variable", ["HOME", "USERPROFILE"])
@pytest.mark.parametrize(("home", "is_own"), [("{home}", True), ("/home/another", False)])
def test_the_code_of_another_user_is_not_this_users(machine: Machine, home: str, is_own: bool, variable: str) -> None:
    known = replace(find_known_installs(machine.host), home_variable=variable)
    machine.add(20, "code", environment={variable: home.format(home=machine.home)})
    assert bool(running_instances(known, machine.table())) is is_own


def test_a_stale_lock_of_code_is_reported_and_a_live_one_is_not(machine: Machine) -> None:
    machine.code()
    known = find_known_installs(machine.host)
    assert stale_locks(known, running_instances(known, machine.table())) == ()
    machine.processes.clear()
    assert [lock.product for lock in stale_locks(known, running_instances(known, machine.table()))] == ["vscode"]


@pytest.fixture
def code_server(machine: Machine) -> Machine:
    """code-server with a window on the project, as its process tree and its workspaceStorage show it."""
    place = machine.home / ".local/share/code-server/User/workspaceStorage/76a54bf4"
    write(place, "meta.json", content='{"id": "76a54bf4", "name": "app"}')
    write(place, "vscode.lock", content='{"pid": 52, "willReleaseAt": 0}')
    add_node(machine, 50, 1, "entry")
    add_node(machine, 51, 50, "entry")
    add_node(machine, 52, 51, "bootstrap-fork", "--type=extensionHost")
    machine.gopls(53, 52)
    return machine


def add_node(machine: Machine, pid: int, parent: int, *words: str) -> None:
    home = ".local/lib/code-server-4.139.1"
    script, *options = words
    command = ("node", str(machine.home / home / "out/node" / script), *options)
    machine.add(pid, "MainThread", parent, f"{home}/lib/node", command)


@pytest.mark.parametrize("client", [True, False, None])
def test_a_code_server_without_any_window_lingers(
    code_server: Machine, monkeypatch: pytest.MonkeyPatch, client: bool | None
) -> None:
    asked: list[tuple[int, ...]] = []
    monkeypatch.setattr(workspaces_vscode, "has_client", lambda pids: asked.append(pids) or client)
    (presence,) = code_server.presences()
    assert (presence.name, presence.pid, presence.pids) == ("code-server", 50, (50, 53))
    assert [sign.detail for sign in presence.evidence] == [
        f"gopls (pid 53) works in {code_server.project} for code-server (pid 50)"
    ]
    assert (presence.is_lingering, asked) == (client is False, [(50, 51, 52)])


@pytest.mark.parametrize(
    ("held", "lingers"),
    [
        pytest.param({54}, {"app": True, "other": False}, id="one window was closed"),
        pytest.param({52, 54}, {"app": False, "other": False}, id="both are open"),
        pytest.param(set(), {"app": False, "other": False}, id="with TLS it cannot be known"),
    ],
)
def test_what_runs_for_a_closed_window_of_a_code_server_lingers(
    code_server: Machine, monkeypatch: pytest.MonkeyPatch, held: set[int], lingers: dict[str, bool]
) -> None:
    other = code_server.home / "other"
    write(other, "go.mod", content="module other\n")
    add_node(code_server, 54, 51, "bootstrap-fork", "--type=extensionHost")
    code_server.gopls(55, 54, other)
    monkeypatch.setattr(workspaces_vscode, "has_client", lambda pids: True)
    monkeypatch.setattr(workspaces_vscode, "holders", lambda pids, server: frozenset(pids) & held)
    found = code_server.scan().workspaces
    assert {module.root.name: module.presences[0].is_lingering for module in found} == lingers


def test_locks_and_modules_half_extracted_belong_to_the_module_whose_they_are(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine.code()
    machine.gopls()
    modcache = machine.home / "go/pkg/mod"
    write(machine.project, "go.sum", content="a.b/c v1.0.0 h1:x=\n")
    marker = modcache / "cache/download/a.b/c/@v/v1.0.0.partial"
    write(marker.parent, marker.name)
    places = (machine.project / "go.mod", modcache / "cache/lock", machine.home / "other/go.mod")
    found = tuple(LockWait(1, "go", "holds", place, START) for place in places)
    monkeypatch.setattr(workspaces, "lock_waits", lambda go, now: found)
    (module,) = machine.scan().workspaces
    assert (module.locks, module.half_extracted) == (found[:2], (marker,))
    assert machine.scan().locks == found


def test_looking_changes_nothing(machine: Machine) -> None:
    machine.goland()
    machine.code()
    machine.gopls()
    machine.recent(projects(app=True))
    before = {path: path.lstat().st_mtime_ns for path in machine.home.rglob("*")}
    machine.scan()
    assert {path: path.lstat().st_mtime_ns for path in machine.home.rglob("*")} == before


@pytest.mark.parametrize(
    ("words", "value"),
    [(("a", "--x=1"), "1"), (("a", "--x", "2"), "2"), (("a", "--x"), None), (("a", "--xy=1"), None)],
)
def test_an_option_of_a_command_line(words: tuple[str, ...], value: str | None) -> None:
    assert option_value(words, "--x") == value
