from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from pyfakefs.fake_filesystem import FakeFilesystem, OSType
from pyfakefs.helpers import set_uid

from idecare.caches.discovery import discover_caches
from idecare.configure.machine import Machine
from idecare.configure.plan import parse_overrides, plan_configure
from idecare.core import language
from idecare.core.host import Host
from idecare.core.platforms import PlatformName
from idecare.vscode.config_files import inspect_vscode
from idecare.vscode.locations import CACHES, VSCODE, UserData, profiles, user_data_folders
from idecare.vscode.products import PRODUCTS
from tests.conftest import make_host

SYSTEMS = {"linux": OSType.LINUX, "macos": OSType.MACOS, "windows": OSType.WINDOWS}
CONFIG = {
    "linux": "/home/gopher/.config",
    "macos": "/Users/gopher/Library/Application Support",
    "windows": "C:\\Users\\gopher\\AppData\\Roaming",
}
STATE = "User/globalStorage/storage.json"


def host_on(fs: FakeFilesystem, platform: PlatformName, **keywords: Any) -> Host:
    fs.os = SYSTEMS[platform]
    return make_host(platform, **keywords)


def make(fs: FakeFilesystem, folder: Path | str, *names: str) -> None:
    """Files where the name has a suffix of a file, folders otherwise."""
    for name in names:
        path = Path(folder) / name
        if path.suffix in (".json", ".lock", ".vscdb", ".exe", ".yaml") or path.name == "machineid":
            fs.create_file(path, contents="{}")
        else:
            fs.create_dir(path)


def targeted(host: Host) -> list[Path]:
    return [found.path for found in discover_caches(host, [VSCODE]) if found.target == "vscode"]


def settings(host: Host) -> dict[str, Path]:
    return {found.name: found.path for found in VSCODE.configs(host)}


@pytest.mark.parametrize("platform", ["linux", "macos", "windows"])
@pytest.mark.parametrize(
    ("folder", "product"),
    [
        pytest.param("Code", "vscode", id="VS Code"),
        pytest.param("Code - Insiders", "insiders", id="Insiders"),
        pytest.param("Code - OSS", "code-oss", id="own builds"),
        pytest.param("VSCodium", "vscodium", id="VSCodium"),
        pytest.param("VSCodium - Insiders", "vscodium-insiders", id="VSCodium Insiders"),
        pytest.param("Cursor", "cursor", id="Cursor"),
        pytest.param("Windsurf", "windsurf", id="Windsurf"),
    ],
)
def test_each_product_has_its_folder_in_the_config_base(
    fs: FakeFilesystem, platform: PlatformName, folder: str, product: str
) -> None:
    host = host_on(fs, platform)
    base = Path(CONFIG[platform]) / folder
    make(fs, base, "CachedData")
    (found,) = VSCODE.caches(host)
    assert (found.name, found.path, found.source) == (f"{folder}: CachedData", base / "CachedData", "default")
    assert found.ide is not None
    assert (found.ide.product, found.ide.lock) == (product, base / "code.lock")
    assert folder in found.ide.executables


def test_only_derived_data_is_a_target(fs: FakeFilesystem) -> None:
    host, base = host_on(fs, "linux"), Path(CONFIG["linux"]) / "Code"
    kept = ("User/settings.json", "User/snippets", "User/History", "User/workspaceStorage", "User/globalStorage/a.b")
    state = ("Backups", "Workspaces", "logs", "Crashpad", "Local Storage", "Service Worker/Database", "IndexedDB")
    make(fs, base, *CACHES, *kept, *state, "code.lock", "machineid", "User/sync", "User/profiles/-1")
    assert targeted(host) == [base / name for name in CACHES]
    shown = {found.name: found.path for found in discover_caches(host, [VSCODE]) if found.target is None}
    assert shown == {
        "Code: Local History": base / "User/History",
        "Code: workspace storage": base / "User/workspaceStorage",
    }


def test_no_target_holds_anything_of_the_users(fs: FakeFilesystem) -> None:
    host, base = host_on(fs, "linux"), Path(CONFIG["linux"]) / "Code"
    make(fs, base, *CACHES)
    precious = [base / name for name in ("User", "Backups", "Workspaces", "User/History", "code.lock", "machineid")]
    assert not [(path, own) for path in targeted(host) for own in precious if own == path or path in own.parents]
    assert all(base in path.parents and "User" not in path.parts for path in targeted(host))


def test_any_folder_with_the_state_file_is_an_instance(fs: FakeFilesystem) -> None:
    host, base = host_on(fs, "macos"), Path(CONFIG["macos"])
    make(fs, base / "Next - Code", STATE, "Cache")
    make(fs, base / "Slack", "Cache")
    (found,) = VSCODE.caches(host)
    assert (found.path, found.source) == (base / "Next - Code/Cache", f"has {STATE}")
    assert found.ide is not None
    assert found.ide.product == "next-code"


@pytest.mark.parametrize(
    ("environment", "folder", "label"),
    [
        pytest.param({"VSCODE_PORTABLE": "/stick/data"}, "/stick/data/user-data", "Code (portable)", id="portable"),
        pytest.param({"VSCODE_APPDATA": "/apps"}, "/apps/Cursor", "Cursor (VSCODE_APPDATA)", id="appdata"),
        pytest.param({"XDG_CONFIG_HOME": "/settings"}, "/settings/VSCodium", "VSCodium", id="XDG"),
        pytest.param({"VSCODE_AGENT_FOLDER": "/agent"}, "/agent/data", "Code server", id="remote server moved"),
        pytest.param({"XDG_DATA_HOME": "/share"}, "/share/code-server", "code-server", id="code-server"),
        pytest.param({}, "/home/gopher/.local/share/code-server", "code-server", id="code-server by default"),
        pytest.param({}, "/home/gopher/.vscode-server/data", "Code server", id="remote server"),
        pytest.param({}, "/home/gopher/.cursor-server/data", "Cursor server", id="Cursor's remote server"),
        pytest.param(
            {}, "/home/gopher/.var/app/com.visualstudio.code/config/Code", "Code (Flatpak)", id="Flatpak of VS Code"
        ),
        pytest.param(
            {},
            "/home/gopher/.var/app/com.visualstudio.code-oss/config/Code - OSS",
            "Code - OSS (Flatpak)",
            id="Flatpak of Code - OSS",
        ),
    ],
)
def test_instances_are_found_where_their_settings_put_them(
    fs: FakeFilesystem, environment: dict[str, str], folder: str, label: str
) -> None:
    host = host_on(fs, "linux", environment=environment)
    make(fs, folder, "CachedProfilesData")
    assert [(found.name, found.path) for found in VSCODE.caches(host)] == [
        (f"{label}: CachedProfilesData", Path(folder) / "CachedProfilesData")
    ]


def install(fs: FakeFilesystem, resources: Path | str, **details: str) -> None:
    fs.create_file(Path(resources) / "product.json", contents=json.dumps(details))


@pytest.mark.parametrize(
    ("platform", "home", "resources", "details", "product"),
    [
        pytest.param("linux", "/usr/share/code", "resources/app", {"nameShort": "Code"}, "vscode", id="package"),
        pytest.param("linux", "/opt/Cursor", "resources/app", {"nameShort": "Cursor"}, "cursor", id="opt"),
        pytest.param("linux", "/opt/fork", "resources/app", {"nameShort": "My Fork"}, "my-fork", id="a fork not known"),
        pytest.param(
            *("linux", "/snap/codium/current/usr/share/codium", "resources/app", {}, "vscodium"),
            id="snap, no name in it",
        ),
        pytest.param(
            *("linux", "/var/lib/flatpak/app/com.visualstudio.code/current/active/files/extra/vscode", "resources/app"),
            *({"nameShort": "Code"}, "vscode"),
            id="Flatpak",
        ),
        pytest.param(
            *(
                "macos",
                "/Applications/Visual Studio Code.app",
                "Contents/Resources/app",
                {"nameShort": "Code"},
                "vscode",
            ),
            id="macOS",
        ),
        pytest.param(
            *("macos", "/Users/gopher/Applications/Windsurf.app", "Contents/Resources/app", {}, "windsurf"),
            id="macOS, own Applications",
        ),
        pytest.param(
            *("windows", "C:\\Users\\gopher\\AppData\\Local\\Programs\\Microsoft VS Code", "resources/app"),
            *({"nameShort": "Code", "target": "user"}, "vscode"),
            id="Windows, for a user",
        ),
        pytest.param(
            *("windows", "C:\\Program Files\\Microsoft VS Code Insiders", "1a2b3c/resources/app"),
            *({"nameShort": "Code - Insiders"}, "insiders"),
            id="Windows, a folder a commit",
        ),
    ],
)
def test_installs_are_found(
    fs: FakeFilesystem, platform: PlatformName, home: str, resources: str, details: dict[str, str], product: str
) -> None:
    host = host_on(fs, platform)
    install(fs, Path(home) / resources, version="1.105.1", commit="abc", **details)
    (found,) = VSCODE.installs(host)
    assert (found.product, found.path, found.version, found.build) == (product, Path(home), "1.105.1", "abc")


@pytest.mark.parametrize(
    ("platform", "home", "resources", "command"),
    [
        pytest.param("linux", "/apps/code", "/apps/code/resources/app", "/apps/code/bin/code", id="Linux"),
        pytest.param(
            *("macos", "/apps/Code.app", "/apps/Code.app/Contents/Resources/app"),
            "/apps/Code.app/Contents/Resources/app/bin/code",
            id="macOS",
        ),
    ],
)
def test_a_command_in_path_leads_to_its_install(
    fs: FakeFilesystem, platform: PlatformName, home: str, resources: str, command: str
) -> None:
    host = host_on(fs, platform, environment={"PATH": "/usr/local/bin:relative"})
    install(fs, resources, nameShort="Code")
    fs.create_file(command)
    fs.create_symlink("/usr/local/bin/code", command)
    (found,) = VSCODE.installs(host)
    assert (found.path, found.source) == (Path(home), "code in PATH (/usr/local/bin)")


def test_code_server_is_known_by_its_package(fs: FakeFilesystem) -> None:
    host = host_on(fs, "linux", environment={"PATH": "/usr/bin"})
    root = Path("/usr/lib/node_modules/code-server")
    fs.create_file(root / "package.json", contents='{"name": "code-server", "version": "4.139.1"}')
    fs.create_file(root / "out/node/entry.js")
    fs.create_symlink("/usr/bin/code-server", root / "out/node/entry.js")
    (found,) = VSCODE.installs(host)
    assert (found.product, found.path, found.version) == ("code-server", root, "4.139.1")


@pytest.mark.parametrize(
    ("platform", "home", "binary"),
    [
        pytest.param("linux", "/usr/share/code", "code", id="Linux"),
        pytest.param("macos", "/Applications/Cursor.app", "Contents/MacOS/Cursor", id="macOS"),
        pytest.param("macos", "/Applications/Cursor.app", "Contents/MacOS/Electron", id="macOS, Electron"),
        pytest.param("windows", "C:\\Program Files\\Microsoft VS Code", "Code.exe", id="Windows"),
    ],
)
def test_the_binary_is_the_main_executable(fs: FakeFilesystem, platform: PlatformName, home: str, binary: str) -> None:
    host = host_on(fs, platform)
    resources = "Contents/Resources/app" if platform == "macos" else "resources/app"
    install(fs, Path(home) / resources, nameShort="Cursor" if "Cursor" in home else "Code", applicationName="code")
    fs.create_file(Path(home) / binary)
    (found,) = VSCODE.installs(host)
    assert found.binary == Path(home) / binary


@pytest.mark.parametrize(
    ("platform", "resources", "details", "data", "is_used"),
    [
        pytest.param("linux", "/opt/code/resources/app", {}, "/opt/code/data", True, id="Linux: data in the app"),
        pytest.param(
            *("macos", "/Applications/Code.app/Contents/Resources/app", {}, "/Applications/code-portable-data", True),
            id="macOS: beside the bundle",
        ),
        pytest.param(
            *(
                "macos",
                "/Applications/Code.app/Contents/Resources/app",
                {"portable": "my-data"},
                "/Applications/my-data",
            ),
            True,
            id="macOS: as product.json names it",
        ),
        pytest.param(
            *("windows", "C:\\Program Files\\Microsoft VS Code\\resources\\app", {"target": "system"}),
            *("C:\\Program Files\\Microsoft VS Code\\data", False),
            id="never with an installer's build",
        ),
    ],
)
def test_portable_data_lies_beside_the_install(
    fs: FakeFilesystem, platform: PlatformName, resources: str, details: dict[str, str], data: str, is_used: bool
) -> None:
    host = host_on(fs, platform)
    install(fs, resources, nameShort="Code", applicationName="code", **details)
    make(fs, Path(data) / "user-data", "CachedData")
    assert targeted(host) == ([Path(data) / "user-data" / "CachedData"] if is_used else [])


def test_an_instance_knows_the_installs_that_may_run_it(fs: FakeFilesystem) -> None:
    host = host_on(fs, "linux")
    install(fs, "/usr/share/code/resources/app", nameShort="Code")
    install(fs, "/opt/cursor/resources/app", nameShort="Cursor")
    make(fs, CONFIG["linux"], "Code/Cache")
    (found,) = VSCODE.caches(host)
    assert found.ide is not None
    assert found.ide.homes == (Path("/usr/share/code"),)


def test_a_folder_of_that_name_without_settings_or_state_is_not_cleaned(fs: FakeFilesystem) -> None:
    host = host_on(fs, "linux")
    make(fs, CONFIG["linux"], "Cursor/Cache", "Code/Cache", "Code/User/settings.json")
    make(fs, "/home/gopher/.vscode-server/data", "clp", "Machine")
    problems = {found.name: found.problem for found in VSCODE.caches(host)}
    assert "another program" in (problems["Cursor: Cache"] or "")
    assert (problems["Code: Cache"], problems["Code server: clp"]) == (None, None)


@pytest.mark.parametrize(
    ("binary", "is_electron"),
    [
        pytest.param("/Applications/Cursor.app/Contents/MacOS/Cursor", False, id="renamed"),
        pytest.param("/Applications/Cursor.app/Contents/MacOS/Electron", True, id="not renamed"),
        pytest.param("/Applications/Cursor.app/Contents/nothing", True, id="none found"),
    ],
)
def test_the_main_process_of_an_instance_may_be_called_electron(
    fs: FakeFilesystem, binary: str, is_electron: bool
) -> None:
    host = host_on(fs, "macos")
    install(fs, "/Applications/Cursor.app/Contents/Resources/app", nameShort="Cursor")
    fs.create_file(binary)
    make(fs, CONFIG["macos"], "Cursor/Cache")
    (found,) = user_data_folders(host)
    assert "Cursor" in found.executables
    assert ("Electron" in found.executables) == is_electron


def test_one_folder_under_two_names_is_one_instance(fs: FakeFilesystem) -> None:
    host = host_on(fs, "linux", environment={"VSCODE_APPDATA": "/home/gopher/.config"})
    make(fs, CONFIG["linux"], "Code/Cache")
    fs.create_symlink(Path(CONFIG["linux"]) / "VSCodium", Path(CONFIG["linux"]) / "Code")
    assert len(targeted(host)) == 1


@pytest.mark.parametrize(
    ("listed", "expected"),
    [
        pytest.param([{"name": "Go", "location": "-1a"}], {"-1a": "Go"}, id="base name"),
        pytest.param(
            [{"name": "Go", "location": {"path": "/u/profiles/-1a", "scheme": "file"}}], {"-1a": "Go"}, id="URI"
        ),
        pytest.param([{"name": "Go", "location": {"path": "/c:/u/profiles/-1a/"}}], {"-1a": "Go"}, id="Windows URI"),
        pytest.param([{"name": "Go", "location": "file:///u/profiles/-1a"}], {"-1a": "Go"}, id="URI as text"),
        pytest.param([{"location": "-1a"}], {"-1a": "-1a"}, id="without a name"),
        pytest.param(
            [{"name": "Go", "location": "-1a", "useDefaultFlags": {"settings": True}}],
            {"-1a": None},
            id="shared settings",
        ),
        pytest.param(
            [{"name": "Go", "location": "-1a", "useDefaultFlags": {"tasks": True}}], {"-1a": "Go"}, id="shared tasks"
        ),
        pytest.param(
            [{"location": ".."}, {"location": "a/.."}, {"location": ""}, {"location": "\0"}], {}, id="no name"
        ),
        pytest.param([{"location": 1}, {"location": {"path": []}}, 7, None], {}, id="nonsense in the list"),
        pytest.param({"a": 1}, {}, id="no list"),
        pytest.param(None, {}, id="nothing"),
    ],
)
def test_profiles_are_read_in_old_and_new_forms(listed: object, expected: dict[str, str | None]) -> None:
    assert profiles({"userDataProfiles": listed}) == expected


def test_configs_are_the_settings_of_every_profile(fs: FakeFilesystem) -> None:
    host, base = host_on(fs, "linux"), Path(CONFIG["linux"]) / "Code"
    listed = [{"name": "Go", "location": "-1a"}, {"name": "Old", "location": "-2b"}]
    shared = {"name": "Shared", "location": "-3c", "useDefaultFlags": {"settings": True}}
    fs.create_file(base / STATE, contents=json.dumps({"userDataProfiles": [*listed, shared]}))
    make(fs, base / "User/profiles", "-1a", "-3c", "-unlisted")
    assert settings(host) == {
        "Code: settings": base / "User/settings.json",
        "Code: settings of profile Go": base / "User/profiles/-1a/settings.json",
        "Code: settings of profile -unlisted": base / "User/profiles/-unlisted/settings.json",
        "Code: settings of profile Old": base / "User/profiles/-2b/settings.json",
    }


@pytest.mark.parametrize(
    "text", [pytest.param(text, id=text[:12] or "empty") for text in ("", "[]", "{", "\ufeff{}", "[" * 100_000, "\0")]
)
def test_a_damaged_state_file_leaves_the_default_settings(fs: FakeFilesystem, text: str) -> None:
    host, base = host_on(fs, "linux"), Path(CONFIG["linux"]) / "Code"
    fs.create_file(base / STATE, contents=text, encoding="utf-8")
    assert settings(host) == {"Code: settings": base / "User/settings.json"}


def test_an_installed_product_that_never_ran_has_a_place_for_its_settings(fs: FakeFilesystem) -> None:
    host = host_on(fs, "macos")
    install(fs, "/Applications/Cursor.app/Contents/Resources/app", nameShort="Cursor")
    assert settings(host) == {"Cursor: settings": Path(CONFIG["macos"]) / "Cursor/User/settings.json"}
    assert targeted(host) == []


def test_remote_and_workspace_settings_are_configs(fs: FakeFilesystem) -> None:
    host = host_on(fs, "linux", cwd="/src/app")
    make(fs, "/home/gopher", ".vscode-server/data", ".local/share/code-server")
    make(fs, "/src/app/.vscode", "settings.json")
    assert settings(host) == {
        "Code server: machine settings": Path("/home/gopher/.vscode-server/data/Machine/settings.json"),
        "code-server: settings": Path("/home/gopher/.local/share/code-server/User/settings.json"),
        "code-server: machine settings": Path("/home/gopher/.local/share/code-server/Machine/settings.json"),
        "workspace settings": Path("/src/app/.vscode/settings.json"),
    }


def test_the_server_of_a_remote_window_is_known_by_its_folder(fs: FakeFilesystem) -> None:
    host = host_on(fs, "linux")
    make(fs, "/home/gopher/.vscode-server/data", "CachedExtensionVSIXs")
    (found,) = user_data_folders(host)
    assert (found.homes, found.executables) == ((Path("/home/gopher/.vscode-server"),), ("node",))


def everything(host: Host) -> list[Iterable[object]]:
    return [list(VSCODE.installs(host)), list(VSCODE.caches(host)), list(VSCODE.configs(host))]


@pytest.mark.parametrize("platform", ["linux", "macos", "windows"])
def test_an_empty_machine_has_nothing(fs: FakeFilesystem, platform: PlatformName) -> None:
    assert everything(host_on(fs, platform)) == [[], [], []]


def test_files_loops_and_strange_names_are_skipped(fs: FakeFilesystem) -> None:
    host = host_on(fs, "linux", environment={"PATH": "/loop:/usr/share/code", "VSCODE_PORTABLE": "relative"})
    base = Path(CONFIG["linux"])
    make(fs, base, "Code/code.lock")
    fs.create_file(base / "Code/CachedData")
    fs.create_file(base / "Code/User")
    fs.create_file(base / "Cursor")
    fs.create_symlink(base / "VSCodium", base / "VSCodium")
    fs.create_symlink("/loop", "/loop")
    fs.create_dir(base / "\udcff")
    fs.create_file("/usr/share/code/resources/app/product.json", contents="{broken")
    (found,) = VSCODE.installs(host)
    assert (found.product, found.version) == ("vscode", None)
    assert list(VSCODE.caches(host)) == []


def test_folders_that_may_not_be_read_are_skipped(fs: FakeFilesystem) -> None:
    host = host_on(fs, "linux")
    make(fs, CONFIG["linux"], "Code/Cache", f"Code/{STATE}")
    fs.chmod(CONFIG["linux"], 0)
    set_uid(1000)
    try:
        assert everything(host) == [[], [], []]
    finally:
        set_uid(0)


def test_a_user_without_a_home_has_nothing(fs: FakeFilesystem) -> None:
    fs.os = OSType.LINUX
    known = make_host("linux")
    host = Host(known.platform, {}, None, Path("/"), known.own, known.user_id)
    assert everything(host) == [[], [], []]


@pytest.mark.parametrize(
    ("folder", "product", "is_server"),
    [
        (".config/Antigravity", "antigravity", False),
        (".config/Kiro", "kiro", False),
        (".config/Windsurf - Next", "windsurf-next", False),
        (".var/app/dev.void.Void/config/Void", "void", False),
        (".openvscode-server/data", "openvscode", True),
        (".vscode-remote/data", "vscode", True),
        (".trae-server/data", "trae", True),
    ],
)
def test_a_fork_is_found_by_what_is_in_its_folder(
    fs: FakeFilesystem, folder: str, product: str, is_server: bool
) -> None:
    host, base = host_on(fs, "linux"), Path("/home/gopher") / folder
    fs.create_file(base / ("Machine" if is_server else "User") / "settings.json", contents="{}")
    fs.create_dir(base / "User" / "globalStorage")
    fs.create_file("/home/gopher/.config/Slack/User/settings.json", contents="{}")
    (found,) = user_data_folders(host)
    assert (found.path, found.product.product, found.is_server) == (base, product, is_server)


def test_a_devcontainer_is_read_and_written_only_when_asked(tmp_path: Path) -> None:
    (tmp_path / "Code" / "User").mkdir(parents=True)
    (tmp_path / "Code" / "User" / "settings.json").write_text("{}")
    container = tmp_path / ".devcontainer" / "devcontainer.json"
    container.parent.mkdir()
    container.write_text('{"customizations": {"vscode": {"settings": {"go.lintTool": "x"}}}} // mine')
    targets = inspect_vscode(
        make_host(home=tmp_path, cwd=tmp_path), UserData(PRODUCTS[0], "Code", tmp_path / "Code", "")
    )
    machine = Machine("linux", "amd64")
    (usual,) = plan_configure(targets, None, parse_overrides(("go.lintTool=y",)), machine)
    (asked,) = plan_configure(targets, None, parse_overrides(("go.lintTool=y",), scope="devcontainer"), machine)
    assert [edit.path.name for edit in usual.edits] == ["settings.json"]
    assert f'{container} says "x" and wins there (devcontainer)' in usual.notes[0]
    assert asked.edits[0].after.decode() == '{"customizations": {"vscode": {"settings": {"go.lintTool": "y"}}}} // mine'


def test_zed_is_located(fs: FakeFilesystem) -> None:
    host = host_on(fs, "linux")
    assert [one for one in VSCODE.configs(host) if "Zed" in one.name] == []
    fs.create_file("/home/gopher/.config/zed/settings.json", contents="{}")
    (found,) = (one for one in VSCODE.configs(host) if "Zed" in one.name)
    assert str(found.path) == "/home/gopher/.config/zed/settings.json"


def test_a_folder_is_known_by_its_role_whatever_the_language(
    fs: FakeFilesystem, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(language, "look_up", lambda text: f"<{text}>")
    host = host_on(fs, "linux")
    make(fs, f"{CONFIG['linux']}/Code", "CachedData", "User/settings.json")
    (cache,) = VSCODE.caches(host)
    assert (cache.name, cache.role) == ("Code: CachedData", "derived data")
    assert "<Code: settings>" in [config.name for config in VSCODE.configs(host)]
