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


def side(home: Path, product: str = "vscode", server: Process | None = None, **environment: str) -> GoSide:
    host, folder = make_host(home=home), home / "app"
    known = find_known_installs(host)
    main = Process(1, "main", environment={"HOME": str(home), **environment})
    if product == "vscode":
        data = next(data for data in known.vscode if data.label == "Code")
        instance = Instance("vscode", "Code", None, main, data=data)
    else:
        instance = Instance("goland", "GoLand2026.1", None, main, version=known.jetbrains[0])
    return go_side(host, instance, folder, server, folder)


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
    settings(home, go_buildFlags=["-mod=mod", "-v"])
    assert value(side(home), "flags") == ("-mod=mod -v", "setting")


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
    assert not side(home).knows_all
    assert side(home, SHLVL="1").knows_all
    assert side(home, server=Process(2, "gopls", environment={"HOME": str(home)})).knows_all


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
