"""How an IDE's go commands behave: settings, then the environment of its process, then the GOENV file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from idecare.system.processes import Process
from idecare.workspaces.base import GoSide
from idecare.workspaces.go_sides import go_side
from idecare.workspaces.instances import Instance, find_known_installs
from tests.builders import write
from tests.conftest import make_host
from tests.golang.test_toolchain import goroot
from tests.support.goland import add_install


@pytest.fixture
def home(tmp_path: Path) -> Path:
    add_install(tmp_path / "GoLand-2026.1")
    write(tmp_path / "app", "go.mod", content="module app\n\ngo 1.21\n")
    write(tmp_path / ".config/Code", "User/globalStorage/storage.json", content="{}")
    return tmp_path


def side(
    home: Path,
    product: str = "Code",
    server: Process | None = None,
    workspace_file: Path | None = None,
    command: Process | None = None,
    **environment: str,
) -> GoSide:
    host, folder = make_host(home=home), home / "app"
    known = find_known_installs(host)
    main = Process(1, "main", environment={"HOME": str(home), **environment})
    if product == "goland":
        instance = Instance("goland", "GoLand2026.1", None, main, version=known.jetbrains[0])
    else:
        data = next(data for data in known.vscode if data.label == product)
        instance = Instance("vscode", product, None, main, data=data)
    return go_side(host, instance, folder, server, folder, command, workspace_file)


def settings(home: Path, **values: object) -> None:
    text = json.dumps({key.replace("_", "."): value for key, value in values.items()})
    write(home / ".config/Code/User", "settings.json", content=f"// mine\n{text}")


def value(found: GoSide, name: str) -> tuple[str, str] | None:
    setting = found.setting(name)
    return (setting.value, setting.kind) if setting else None


def test_the_environment_of_the_process_comes_before_the_goenv_file(home: Path) -> None:
    write(home / ".config/go", "env", content="GOFLAGS=-v\nGOPROXY=direct\n")
    found = side(home, GOFLAGS="-trimpath")
    assert value(found, "GOFLAGS") == ("-trimpath", "environment")
    assert value(found, "GOPROXY") == ("direct", "goenv")
    assert value(found, "GOWORK") is None


def test_settings_come_before_the_environment(home: Path) -> None:
    settings(home, go_toolsEnvVars={"GOFLAGS": "-v ${env:MORE}", "GOPRIVATE": "${workspaceFolder}/x"})
    found = side(home, GOFLAGS="-trimpath", MORE="-x")
    assert value(found, "GOFLAGS") == ("-v -x", "setting")
    assert value(found, "GOPRIVATE") == (f"{home / 'app'}/x", "setting")
    flags = found.setting("GOFLAGS")
    assert flags is not None
    assert (flags.key, flags.path) == ("go.toolsEnvVars/GOFLAGS", home / ".config/Code/User/settings.json")


def test_an_empty_setting_lets_the_goenv_file_through(home: Path) -> None:
    write(home / ".config/go", "env", content="GOFLAGS=-v\n")
    settings(home, go_toolsEnvVars={"GOFLAGS": ""})
    assert value(side(home, GOFLAGS="-trimpath"), "GOFLAGS") == ("-v", "goenv")


def test_the_folders_settings_come_before_the_users(home: Path) -> None:
    settings(home, go_toolsEnvVars={"GOFLAGS": "-v", "GOOS": "darwin"})
    write(home / "app/.vscode", "settings.json", content='{"go.toolsEnvVars": {"GOFLAGS": "-x"}}')
    found = side(home)
    assert (value(found, "GOFLAGS"), value(found, "GOOS")) == (("-x", "setting"), ("darwin", "setting"))


@pytest.mark.parametrize("key", ["build.env", "env"])
def test_what_gopls_gets_for_itself_counts(home: Path, key: str) -> None:
    settings(home, gopls={key: {"GOFLAGS": "-mod=mod"}, "build.buildFlags": ["-tags=x"]})
    found = side(home)
    assert value(found, "GOFLAGS") == ("-mod=mod", "setting")
    assert value(found, "flags") == ("-tags=x", "setting")


def test_build_flags_of_the_extension_count(home: Path) -> None:
    settings(home, go_buildFlags=["-mod=mod", "-ldflags=-X a.b=c"])
    assert value(side(home), "flags") == ("-mod=mod '-ldflags=-X a.b=c'", "setting")


def test_the_server_is_asked_before_the_editor(home: Path) -> None:
    server = Process(2, "gopls", environment={"HOME": str(home), "GOOS": "js"})
    assert value(side(home, server=server, GOOS="linux"), "GOOS") == ("js", "environment")


def test_the_go_on_its_path_is_its_go(home: Path) -> None:
    root = goroot(home / "go1", "go1.26.1")
    server = Process(2, "gopls", environment={"HOME": str(home), "PATH": f"/nowhere:{root / 'bin'}"})
    assert side(home, server=server).go_version is None  # what cannot be run is not taken
    (root / "bin/go").chmod(0o755)
    found = side(home, server=server)
    assert (found.go, found.go_version) == (root / "bin/go", "go1.26.1")


def test_the_path_of_an_ide_itself_tells_nothing(home: Path) -> None:
    root = goroot(home / "go1", "go1.26.1")
    (root / "bin/go").chmod(0o755)
    assert side(home, PATH=str(root / "bin")).go is None


def test_an_ide_may_have_more_from_a_login_shell_unless_a_shell_started_it(home: Path) -> None:
    assert side(home).unseen == "login shell"
    assert side(home, SHLVL="1").unseen is None
    assert side(home, server=Process(2, "gopls", environment={"HOME": str(home)})).unseen is None


def test_alternate_tools_come_before_goroot_and_both_before_path(home: Path) -> None:
    one, other = goroot(home / "one", "go1.25.1"), goroot(home / "other", "go1.26.1")
    settings(home, go_goroot=str(one))
    assert side(home, PATH=str(other / "bin")).go_version == "go1.25.1"
    settings(home, go_goroot=str(one), go_alternateTools={"go": str(other / "bin/go")})
    assert side(home).go_version == "go1.26.1"


def test_gotoolchain_of_that_side_decides(home: Path) -> None:
    root = goroot(home / "one", "go1.26.1")
    settings(home, go_goroot=str(root), go_toolsEnvVars={"GOTOOLCHAIN": "go1.27.3"})
    assert side(home).go_version == "go1.27.3"


def test_a_goland_project_names_its_go_and_its_variables(home: Path) -> None:
    root = goroot(home / "one", "go1.26.1")
    text = f"""<project><component name="GOROOT" url="file://$USER_HOME$/{root.name}" />
    <component name="VgoProject"><environment><map><entry key="GOFLAGS" value="-mod=mod" /></map></environment>
    </component></project>"""
    write(home / "app/.idea", "workspace.xml", content=text)
    found = side(home, "goland")
    assert (found.go_version, value(found, "GOFLAGS")) == ("go1.26.1", ("-mod=mod", "project"))
    write(home / "app/.idea", "workspace.xml", content=f"{text}<cut")
    assert side(home, "goland").go_version is None


def test_of_a_process_of_another_user_nothing_is_known(home: Path) -> None:
    hidden = Process(2, "gopls", environment=None)
    assert side(home, server=hidden) == GoSide()


def test_the_caches_are_always_reported(home: Path) -> None:
    found = side(home)
    assert value(found, "GOMODCACHE") == (str(home / "go/pkg/mod"), "default")
    assert value(found, "GOCACHE") == (str(home / ".cache/go-build"), "default")


def test_settings_that_cannot_be_read_set_nothing(home: Path) -> None:
    write(home / ".config/Code/User", "settings.json", content='{"go.toolsEnvVars": {"GOFLAGS": ')
    assert value(side(home), "GOFLAGS") is None


FLAG = {"go.toolsEnvVars": {"GOFLAGS": "-x"}, "go.buildFlags": ["-mod=mod"]}
SEEN = {"GOFLAGS": ("-x", "setting"), "flags": ("-mod=mod", "setting")}


def seen(found: GoSide) -> dict[str, tuple[str, str] | None]:
    return {name: value(found, name) for name in SEEN}


def workspace_file(home: Path, settings: object) -> Path:
    text = json.dumps({"folders": [{"path": "app"}], "settings": settings})
    return write(home, "x.code-workspace", content=f"// mine\n{text}") / "x.code-workspace"


def test_a_workspace_file_comes_before_the_user_and_after_the_folder(home: Path) -> None:
    settings(home, go_toolsEnvVars={"GOFLAGS": "-v"}, go_buildFlags=["-v"])
    file = workspace_file(home, FLAG)
    assert seen(side(home)) == {"GOFLAGS": ("-v", "setting"), "flags": ("-v", "setting")}
    assert seen(side(home, workspace_file=file)) == SEEN
    write(home / "app/.vscode", "settings.json", content='{"go.toolsEnvVars": {"GOFLAGS": "-n"}}')
    assert value(side(home, workspace_file=file), "GOFLAGS") == ("-n", "setting")
    assert side(home, workspace_file=home / "gone.code-workspace").settings == side(home).settings


def use_profile(home: Path, opened: Path, location: object, listed: object = None, **flags: bool) -> None:
    state = {
        "userDataProfiles": [{"location": listed or location, "name": "Go", "useDefaultFlags": flags}],
        "profileAssociations": {"workspaces": {"vscode-remote://x/y": "other", opened.as_uri(): location}},
    }
    write(home / ".config/Code", "User/globalStorage/storage.json", content=json.dumps(state))


@pytest.mark.parametrize(
    ("location", "listed"),
    [
        pytest.param("5a1b", None, id="the name of its folder"),
        pytest.param("file:///home/x/.config/Code/User/profiles/5a1b", None, id="a URI"),
        pytest.param("5a1b", {"$mid": 1, "path": "/home/x/User/profiles/5a1b", "scheme": "file"}, id="a URI object"),
    ],
)
def test_the_profile_of_a_window_replaces_the_users_settings(home: Path, location: str, listed: object) -> None:
    settings(home, go_toolsEnvVars={"GOFLAGS": "-v", "GOOS": "js"}, go_buildFlags=["-v"])
    write(home / ".config/Code/User/profiles/5a1b", "settings.json", content=json.dumps(FLAG))
    assert value(side(home), "GOFLAGS") == ("-v", "setting")
    use_profile(home, home / "app", location, listed)
    assert seen(side(home)) == SEEN
    assert value(side(home), "GOOS") is None
    use_profile(home, home / "other", location, listed)
    assert value(side(home), "GOFLAGS") == ("-v", "setting")
    use_profile(home, home / "app", location, listed, settings=True)  # with the default profile's settings
    assert value(side(home), "GOFLAGS") == ("-v", "setting")


def test_a_profile_takes_from_the_default_one_what_that_shares(home: Path) -> None:
    shared = {"workbench.settings.applyToAllProfiles": ["go.buildFlags"]}
    settings(home, go_toolsEnvVars={"GOOS": "js"}, go_buildFlags=["-v"], **shared)
    write(home / ".config/Code/User/profiles/5a1b", "settings.json", content=json.dumps(FLAG))
    use_profile(home, home / "app", "5a1b")
    found = side(home)
    assert seen(found) == {"GOFLAGS": ("-x", "setting"), "flags": ("-v", "setting")}
    assert value(found, "GOOS") is None


def test_a_profile_may_belong_to_a_workspace_file(home: Path) -> None:
    settings(home, go_toolsEnvVars={"GOFLAGS": "-v"})
    write(home / ".config/Code/User/profiles/5a1b", "settings.json", content=json.dumps(FLAG))
    file = workspace_file(home, {})
    use_profile(home, file, "5a1b")
    assert value(side(home), "GOFLAGS") == ("-v", "setting")
    assert seen(side(home, workspace_file=file)) == SEEN


def remote(home: Path, **machine: object) -> None:
    text = json.dumps({key.replace("_", "."): value for key, value in machine.items()})
    write(home / ".vscode-server/data/Machine", "settings.json", content=text)


@pytest.mark.parametrize("where", [".devcontainer/devcontainer.json", ".devcontainer.json"])
def test_settings_of_a_container_count_inside_it_and_after_those_of_its_machine(home: Path, where: str) -> None:
    settings(home, go_toolsEnvVars={"GOFLAGS": "-v"})
    remote(home, go_toolsEnvVars={"GOOS": "js"})
    write(home / "app", where, content=json.dumps({"customizations": {"vscode": {"settings": FLAG}}}))
    assert value(side(home), "GOFLAGS") == ("-v", "setting")  # a local window
    assert value(side(home, "Code server"), "GOFLAGS") is None  # an SSH session on a machine
    for inside in ("REMOTE_CONTAINERS", "CODESPACES"):
        found = side(home, "Code server", **{inside: "true"})  # type: ignore[arg-type]
        assert (seen(found), value(found, "GOOS")) == (SEEN, ("js", "setting"))
    remote(home, go_toolsEnvVars={"GOFLAGS": "-n"})
    assert value(side(home, "Code server", REMOTE_CONTAINERS="true"), "GOFLAGS") == ("-n", "setting")


def test_of_a_remote_window_the_users_settings_are_not_known(home: Path) -> None:
    remote(home, go_goroot=str(goroot(home / "one", "go1.25.1")))
    server = Process(2, "gopls", environment={"HOME": str(home)})
    found = side(home, "Code server", server)
    assert (found.go_version, found.unseen) == ("go1.25.1", "client")
    assert side(home, "Code server").unseen == "login shell"


def test_an_empty_list_of_a_narrower_scope_ends_a_wider_one(home: Path) -> None:
    settings(home, go_buildFlags=["-mod=mod"], gopls={"build.buildFlags": ["-mod=mod"]}, go_goroot="/x")
    text = '{"go.buildFlags": [], "gopls": {"buildFlags": []}, "go.goroot": ""}'
    write(home / "app/.vscode", "settings.json", content=text)
    found = side(home, SHLVL="1", PATH=str(home / "none"))
    assert (value(found, "flags"), found.go) == (None, None)


def test_build_flags_of_all_tools_and_those_of_gopls_both_count(home: Path) -> None:
    settings(home, go_buildFlags=["-mod=mod"], gopls={"buildFlags": ["-v"]})
    assert [one.value for one in side(home).settings or () if one.name == "flags"] == ["-mod=mod", "-v"]


@pytest.mark.parametrize("text", ["${workspaceFolder}/../one", "~/one", "${env:MY}/one"])
def test_variables_in_the_path_of_a_go_are_replaced(home: Path, text: str) -> None:
    goroot(home / "one", "go1.25.1")
    settings(home, go_goroot=text)
    assert side(home, MY=str(home)).go_version == "go1.25.1"


def test_a_go_that_is_named_and_not_there_is_not_known(home: Path) -> None:
    """PATH says nothing of it, but for a gopls, whose PATH the extension writes."""
    root = goroot(home / "go1", "go1.26.1")
    (root / "bin/go").chmod(0o755)
    path = str(root / "bin")
    assert side(home, SHLVL="1", PATH=path).go_version == "go1.26.1"
    settings(home, go_goroot="/gone")
    assert side(home, SHLVL="1", PATH=path).go_version is None
    server = Process(2, "gopls", environment={"HOME": str(home), "PATH": path})
    assert side(home, server=server).go_version == "go1.26.1"


PROJECT = '<project version="4"><component name="GOROOT" {} /></project>'
# As IntelliJ IDEA with the Go plugin wrote it in 2016. No GoLand reads it.
OLD_SDK = """<project version="4"><component name="ProjectRootManager" version="2" project-jdk-name="Go 1.25"
 project-jdk-type="Go SDK" /></project>"""
OLD_TABLE = """<application><component name="ProjectJdkTable">
<jdk version="2"><name value="Go 1.25" /><type value="Go SDK" /><homePath value="$USER_HOME$/one" /></jdk>
</component></application>"""


@pytest.mark.parametrize(
    ("files", "version"),
    [
        pytest.param({}, "go1.26.1", id="nothing is named: its PATH, of a shell"),
        pytest.param({"workspace.xml": "<project/>"}, "go1.26.1", id="no GOROOT"),
        pytest.param({"workspace.xml": PROJECT.format('url="file://$USER_HOME$/one"')}, "go1.25.1", id="url"),
        pytest.param({"workspace.xml": PROJECT.format('path="$USER_HOME$/one"')}, "go1.25.1", id="path"),
        pytest.param({"workspace.xml": PROJECT.format('url="file:///gone"')}, None, id="a GOROOT that is gone"),
        pytest.param({"workspace.xml": PROJECT.format('url="wsl://x/go"')}, None, id="on another machine"),
        pytest.param({"workspace.xml": PROJECT.format('url="file://$OTHER$/go"')}, None, id="another macro"),
        pytest.param({"workspace.xml": "<project><comp"}, None, id="cut short"),
        pytest.param({"workspace.xml": ""}, None, id="being written"),
        pytest.param({"misc.xml": OLD_SDK, "jdk.table.xml": OLD_TABLE}, "go1.26.1", id="an SDK of IDEA of 2016"),
    ],
)
def test_the_go_of_a_jetbrains_project_is_what_its_files_name(
    home: Path, files: dict[str, str], version: str | None
) -> None:
    other = goroot(home / "other", "go1.26.1")
    (other / "bin/go").chmod(0o755)
    goroot(home / "one", "go1.25.1")
    for name, text in files.items():
        is_of_project = name in ("workspace.xml", "misc.xml")
        write(home / ("app/.idea" if is_of_project else ".config/JetBrains/GoLand2026.1/options"), name, content=text)
    assert side(home, "goland", PATH=str(other / "bin"), SHLVL="1").go_version == version
    if version == "go1.26.1":
        assert side(home, "goland", PATH=str(other / "bin")).go_version is None  # from a desktop


def test_a_go_that_the_ide_runs_is_its_go_where_no_file_names_one(home: Path) -> None:
    running = Process(3, "go", goroot(home / "other", "go1.26.1") / "bin/go")
    one = goroot(home / "one", "go1.25.1")
    assert side(home, "goland", command=running).go_version == "go1.26.1"
    write(home / "app/.idea", "workspace.xml", content=PROJECT.format('url="file:///gone"'))
    assert side(home, "goland", command=running).go_version == "go1.26.1"
    write(home / "app/.idea", "workspace.xml", content=PROJECT.format(f'url="{one.as_uri()}"'))
    assert side(home, "goland", command=running).go_version == "go1.25.1"
