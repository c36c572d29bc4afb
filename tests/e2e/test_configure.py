"""`idecare configure` as a program of its own: GoLand look-alikes with real JVMs, settings of VS Code, refusals."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from idecare.core.host import Host, read_host
from idecare.jetbrains.jvm import Accepted
from idecare.jetbrains.jvm.start import dry_run
from idecare.jetbrains.launcher import Launch, simulate
from idecare.jetbrains.launcher.options import EffectiveOptions
from tests.builders import write_file
from tests.support.goland import OTHER_MACHINE, World, add_install, fake_runtime, make_world
from tests.support.jvms import VERSIONS, java_home

pytestmark = pytest.mark.e2e

AGREEABLE = b"#!/bin/sh\nexit 0\n"  # a java command that takes whatever it is given
USER_TEXT = "# mine\n-Xmx3g\n-Dmy.own=1\n"
COLLECTORS = {17: ["-XX:+UseZGC"], 21: ["-XX:+UseZGC", "-XX:+ZGenerational"], 25: ["-XX:+UseZGC"]}


@pytest.fixture
def world(tmp_path: Path) -> World:
    """A GoLand whose runtime is no JVM: for all that is decided before one is asked, or whatever it says."""
    made = make_world(tmp_path, None)
    fake_runtime(made.install / "jbr", java=AGREEABLE)
    return made


@pytest.fixture(params=VERSIONS)
def real_world(request: pytest.FixtureRequest, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> World:
    major: int = request.param
    jvm = java_home(major, tmp_path_factory.getbasetemp() / "jvms")
    if isinstance(jvm, str):
        pytest.skip(jvm)
    return make_world(tmp_path, jvm, major)


def major_of(world: World) -> int:
    release = (world.install / "jbr" / "release").read_text()
    return next(major for major in VERSIONS if f'JAVA_VERSION="{major}.' in release)


def effective(world: World) -> tuple[Host, EffectiveOptions]:
    """The start as the launcher makes it, read by a host of that home."""
    host = read_host()
    environment = {"HOME": str(world.home), "PATH": "/usr/bin:/bin"}
    folders = {"home": world.home, "cwd": world.home, "environment": environment}
    host = replace(host, **folders)  # type: ignore[arg-type]
    launch = simulate(host, world.install)
    assert isinstance(launch, Launch)
    assert isinstance(launch.options, EffectiveOptions)
    return host, launch.options


@pytest.mark.slow
def test_zgc_is_set_up_for_the_runtime_taken_by_it_and_taken_back(real_world: World) -> None:
    world = real_world
    world.config.mkdir(parents=True)
    world.options_file.write_text(USER_TEXT)
    done = world.json("configure", "--ide", "goland", "--profile", "zgc", "-y")
    (change,) = done["changes"]
    assert (done["exit"], change["state"], change["path"]) == (0, "written", str(world.options_file))
    assert change["jvm"]["state"] == "accepted"
    text = world.options_file.read_text()
    assert text.startswith("# mine\n")
    assert [line for line in text.splitlines() if "ZG" in line] == COLLECTORS[major_of(world)]
    host, options = effective(world)
    assert isinstance(dry_run(host, world.install / "jbr", options.options), Accepted)

    again = world.json("configure", "--ide", "goland", "--profile", "zgc", "-y")
    assert (again["changes"][0]["state"], again["changes"][0]["jvm"]["remembered"]) == ("unchanged", True)
    assert world.run("configure", "--ide", "goland", "--profile", "zgc", "--check").returncode == 0

    assert world.run("undo", "-y").returncode == 0
    assert world.options_file.read_text() == USER_TEXT
    assert world.run("configure", "--ide", "goland", "--profile", "zgc", "--check").returncode == 4


@pytest.mark.slow
def test_what_the_jvm_refuses_is_not_written_and_its_line_is_named(real_world: World) -> None:
    world = real_world
    world.config.mkdir(parents=True)
    world.options_file.write_text("-XX:MaxGCPauseMillis=many\n")
    done = world.json("configure", "--jvm=-Xmx3g", "-y")
    (change,) = done["changes"]
    assert (done["exit"], change["state"], change["code"]) == (1, "refused", "jvm-refuses")
    assert change["jvm"]["options"][0]["source"] == str(world.options_file)
    assert f"{'~/' + str(world.options_file.relative_to(world.home))}:1" in change["reason"]
    assert world.options_file.read_text() == "-XX:MaxGCPauseMillis=many\n"


def test_a_new_file_is_removed_again(world: World) -> None:
    assert world.run("configure", "--jvm=-Xmx3g", "-y").returncode == 0
    assert world.options_file.read_text() == "-Xmx3g\n"
    assert world.run("undo", "-y").returncode == 0
    assert not world.options_file.exists()


def test_the_variable_s_file_wins(world: World) -> None:
    file = world.home / "elsewhere.options"
    file.write_text("-Xmx1g\n")
    world.config.mkdir(parents=True)
    world.options_file.write_text("-Xmx2g\n")
    done = world.json("configure", "--jvm=-Xmx3g", "-y", GOLAND_VM_OPTIONS=str(file))
    (change,) = done["changes"]
    assert change["path"] == str(file)
    assert "GOLAND_VM_OPTIONS" in change["why_this_file"]
    assert str(world.options_file) in change["why_this_file"]
    assert (file.read_text(), world.options_file.read_text()) == ("-Xmx3g\n", "-Xmx2g\n")


def test_a_file_beside_the_install_wins(world: World) -> None:
    file = world.home / "GoLand-2026.1.vmoptions"
    file.write_text("-Xmx1g\n")
    (change,) = world.json("configure", "--jvm=-Xmx3g", "-y")["changes"]
    assert change["path"] == str(file)
    assert "next to the install" in change["why_this_file"]
    assert file.read_text() == "-Xmx3g\n"


def test_a_file_of_the_wrong_name_is_named_and_left(world: World) -> None:
    world.config.mkdir(parents=True)
    stray = world.config / "goland.vmoptions"
    stray.write_text("-Xmx8g\n")
    (change,) = world.json("configure", "--jvm=-Xmx3g", "-y")["changes"]
    assert change["path"] == str(world.options_file)
    assert any(str(stray) in note for note in change["notes"])
    assert stray.read_text() == "-Xmx8g\n"


def test_a_link_stays_a_link(world: World) -> None:
    dotfiles = world.home / "dotfiles" / "goland.opts"
    dotfiles.parent.mkdir()
    dotfiles.write_text("-Xmx1g\n")
    dotfiles.chmod(0o640)
    world.config.mkdir(parents=True)
    world.options_file.symlink_to(dotfiles)
    (change,) = world.json("configure", "--jvm=-Xmx3g", "-y")["changes"]
    assert (change["path"], change["real_path"]) == (str(world.options_file), str(dotfiles))
    assert world.options_file.is_symlink()
    assert (dotfiles.read_text(), dotfiles.stat().st_mode & 0o777) == ("-Xmx3g\n", 0o640)
    assert world.run("undo", "-y").returncode == 0
    assert (world.options_file.is_symlink(), dotfiles.read_text()) == (True, "-Xmx1g\n")


def test_of_several_versions_the_newest_is_configured(world: World) -> None:
    add_install(world.home / "GoLand-2025.1", "2025.1")
    fake_runtime(world.home / "GoLand-2025.1" / "jbr", java=AGREEABLE)
    (change,) = world.json("configure", "--jvm=-Xmx3g", "-n")["changes"]
    assert change["name"] == "GoLand2026.1"
    assert any("GoLand2025.1" in note for note in change["notes"])
    (change,) = world.json("configure", "--jvm=-Xmx3g", "-n", "--version-dir", "GoLand2025.1")["changes"]
    assert change["name"] == "GoLand2025.1"
    both = world.json("configure", "--jvm=-Xmx3g", "-n", "--all-versions")["changes"]
    assert sorted(change["name"] for change in both) == ["GoLand2025.1", "GoLand2026.1"]


def test_without_a_terminal_and_without_yes_nothing_is_changed(world: World) -> None:
    done = world.json("configure", "--jvm=-Xmx3g")
    assert (done["exit"], done["changes"][0]["state"]) == (2, "pending")
    assert not world.config.exists()


def test_a_value_that_the_user_changed_since_is_shown_and_stays(world: World) -> None:
    profile = world.home / "mine.toml"
    profile.write_text('name = "mine"\ndescription = "d"\n[[jvm]]\nset = "-Xmx3g"\nwhy = "w"\n')
    assert world.run("configure", "--profile", str(profile), "-y").returncode == 0
    world.options_file.write_text("-Xmx6g\n")
    done = world.json("configure", "--profile", str(profile), "-y")
    (change,) = done["changes"]
    assert (done["exit"], change["code"]) == (1, "changed-since")
    assert change["conflicts"] == [{"key": "-Xmx", "found": None, "wrote": "-Xmx3g", "now": "-Xmx6g"}]
    assert world.options_file.read_text() == "-Xmx6g\n"
    assert world.run("configure", "--jvm=-Xmx4g", "-y").returncode == 0  # named, so meant
    assert world.options_file.read_text() == "-Xmx4g\n"


def test_an_undo_of_a_file_that_was_changed_since_explains_itself(world: World) -> None:
    world.config.mkdir(parents=True)
    world.options_file.write_text("-Xmx1g\n")
    assert world.run("configure", "--jvm=-Xmx3g", "-y").returncode == 0
    world.options_file.write_text("-Xmx3g\n-Dmine=1\n")
    done = world.json("undo", "-y")
    (change,) = done["changes"]
    assert (done["exit"], change["state"]) == (1, "impossible")
    assert {"-" + "-Xmx1g", "+" + "-Xmx3g", "+" + "-Dmine=1"} <= set(change["details"])
    assert Path(change["next_step"].rpartition(": ")[2]).read_text() == "-Xmx1g\n"
    assert world.options_file.read_text() == "-Xmx3g\n-Dmine=1\n"


@pytest.mark.parametrize(
    ("content", "code", "said"),
    [
        pytest.param(b"-Xmx1g\n-Da=\0\n", "damaged-vmoptions", "line 2", id="a NUL"),
        pytest.param(b"-Xmx1g\n-Da=\xff\n", None, "line 2", id="not UTF-8"),
        pytest.param(b"-XX:+UseG1GC\n-XX:+UseSerialGC\n", "jvm-refuses", "goland64.vmoptions:1", id="two collectors"),
    ],
)
def test_a_file_that_keeps_the_ide_from_starting_is_refused(
    world: World, content: bytes, code: str | None, said: str
) -> None:
    world.config.mkdir(parents=True)
    world.options_file.write_bytes(content)
    done = world.json("configure", "--jvm=-Xmx3g", "-y")
    (change,) = done["changes"]
    assert (done["exit"], change["state"]) == (1, "refused")
    assert code in (None, change["code"])
    assert said in change["reason"]
    assert change["next_step"]
    assert world.options_file.read_bytes() == content


@pytest.mark.slow
@pytest.mark.parametrize(
    ("content", "words"),
    [
        pytest.param("-XX:ReservedCodeCacheSize=3g\n", ("--jvm=-Xmx3g",), id="a value out of range"),
        pytest.param("-ea\n-agentpath:/no/such.so\n", ("--jvm=-Xmx3g",), id="an absent agent"),
        pytest.param("-javaagent:/no/such.jar=a=b\n", ("--jvm=-Xmx3g",), id="an absent agent with options"),
        pytest.param("-XX:+UseG1GC\n-XX:+UseSerialGC\n", ("--jvm=-Xmx3g",), id="two collectors"),
        pytest.param("-ea\n", ("--jvm=-Xms3g",), id="a first heap over the install's largest"),
    ],
)
def test_a_refusal_ends_in_a_command_that_works(real_world: World, content: str, words: tuple[str, ...]) -> None:
    real_world.config.mkdir(parents=True)
    real_world.options_file.write_text(content)
    (change,) = real_world.json("configure", "--ide", "goland", *words, "-y")["changes"]
    assert change["state"] == "refused"
    command = shlex.split(change["next_step"])
    assert command[:4] == ["idecare", "configure", "--ide", "goland"]
    done = real_world.json(*command[1:], "-y")
    assert (done["exit"], done["changes"][0]["state"]) == (0, "written")


def test_a_first_heap_over_the_largest_goes_with_it(world: World) -> None:
    world.config.mkdir(parents=True)
    world.options_file.write_bytes(b"-Xms8g\n")
    done = world.json("configure", "--jvm=-Xmx3g", "-y")
    assert (done["exit"], done["changes"][0]["state"]) == (0, "written")
    assert world.options_file.read_text() == "-Xms3g\n-Xmx3g\n"


def test_a_runtime_of_another_architecture_is_refused(world: World) -> None:
    shutil.rmtree(world.install / "jbr")
    fake_runtime(world.install / "jbr", OTHER_MACHINE)
    done = world.json("configure", "--jvm=-Xmx3g", "-y")
    (change,) = done["changes"]
    assert (done["exit"], change["state"], change["code"]) == (1, "refused", "foreign-runtime")
    assert not world.config.exists()


@pytest.mark.parametrize("what", ["file", "folder"])
def test_a_link_to_a_read_only_place_is_refused(world: World, what: str) -> None:
    store = world.home / "store"
    store.mkdir()
    (store / "options").write_text("-Xmx1g\n")
    (store / "options").chmod(0o444)
    store.chmod(0o555 if what == "folder" else 0o755)
    world.config.mkdir(parents=True)
    world.options_file.symlink_to(store / "options")
    done = world.json("configure", "--jvm=-Xmx3g", "-y")
    (change,) = done["changes"]
    assert (done["exit"], change["state"]) == (1, "refused")
    assert str(store) in change["reason"]
    assert change["next_step"]
    assert (world.options_file.is_symlink(), (store / "options").read_text()) == (True, "-Xmx1g\n")
    assert os.listdir(store) == ["options"]
    store.chmod(0o755)


SETTINGS = (
    "\ufeff{\r\n"
    "\t// the look\r\n"
    '\t"editor.tabSize": 8,\r\n'
    '\t"[go]": {\r\n'
    '\t\t"editor.formatOnSave": true, // always\r\n'
    "\t},\r\n"
    '\t"go.alternateTools": { "gopls": "/opt/gopls" },\r\n'
    '\t/* the end */ "files.eol": "\\n",\r\n'
    "}\r\n"
)


@pytest.fixture
def code(tmp_path: Path) -> World:
    """A home with settings of VS Code and no GoLand."""
    folder = tmp_path / ".config" / "Code" / "User"
    folder.mkdir(parents=True)
    (folder / "settings.json").write_bytes(SETTINGS.encode())
    return World(tmp_path, {"PYTHONPATH": str(Path(__file__).parents[2]), "PYTHONDONTWRITEBYTECODE": "1"})


def settings_of(world: World) -> Path:
    return world.home / ".config" / "Code" / "User" / "settings.json"


def test_only_the_lines_meant_change_in_settings(code: World) -> None:
    file = settings_of(code)
    shutil.copy(file, code.home / "before.json")
    sets = (
        "--set",
        "editor.tabSize=4",
        "--set",
        "go.useLanguageServer=true",
        "--set",
        "go.alternateTools/dlv=/opt/dlv",
    )
    done = code.json("configure", "--ide", "vscode", *sets, "--force-key", "-y")
    assert (done["exit"], done["changes"][0]["state"]) == (0, "written")
    command = ["git", "diff", "--no-index", "--unified=0", "before.json", str(file)]
    text = subprocess.run(command, cwd=code.home, capture_output=True, check=False).stdout.decode()
    lines = [line for line in text.splitlines() if line[:1] in "+-" and line[:3] not in ("+++", "---")]
    removed = [line[1:].strip() for line in lines if line.startswith("-")]
    added = [line[1:].strip() for line in lines if line.startswith("+")]
    assert removed[0] == '"editor.tabSize": 8,'
    assert added[0] == '"editor.tabSize": 4,'
    assert all("gopls" in line or "eol" in line for line in removed[1:])
    assert any('"dlv"' in line for line in added)
    assert any('"go.useLanguageServer": true' in line for line in added)
    assert b"// always" in file.read_bytes()
    assert b"\n" not in file.read_bytes().replace(b"\r\n", b"")
    assert code.json("configure", "--ide", "vscode", *sets, "--force-key", "-y")["changes"][0]["state"] == "unchanged"
    assert code.run("undo", "-y").returncode == 0
    assert file.read_bytes() == SETTINGS.encode()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        pytest.param('{\n  "a": 1,\n  "b"\n}\n', "line", id="broken JSON"),
        pytest.param('{\n  "editor.tabSize": 1,\n  "editor.tabSize": 2\n}\n', "editor.tabSize", id="a duplicate key"),
    ],
)
def test_settings_that_cannot_be_edited_safely_are_refused(code: World, content: str, said: str) -> None:
    settings_of(code).write_text(content)
    done = code.json("configure", "--ide", "vscode", "--set", "editor.tabSize=4", "-y")
    (change,) = done["changes"]
    assert (done["exit"], change["state"]) == (1, "refused")
    assert said in change["reason"]
    assert "settings.json" in change["reason"]
    assert change["next_step"]
    assert settings_of(code).read_text() == content


def test_each_ide_has_its_own_result(world: World) -> None:
    settings = world.home / ".config" / "Code" / "User" / "settings.json"
    settings.parent.mkdir(parents=True)
    settings.write_text("{ broken")
    done = world.json("configure", "-y")
    states = {change["ide"]: change["state"] for change in done["changes"]}
    assert states == {"goland": "written", "vscode": "refused"}
    assert done["exit"] == 1


@pytest.mark.parametrize(
    "words",
    [
        pytest.param(("--ide", "golang"), id="no such IDE"),
        pytest.param(("--profile", "zcg"), id="no such profile"),
        pytest.param(("--set", "go.useLanguagServer=true"), id="no such key"),
    ],
)
def test_a_word_that_means_nothing_gets_a_near_one(code: World, words: tuple[str, str]) -> None:
    done = code.run("configure", *words, "-y")
    assert done.returncode == 2
    assert "Did you mean" in done.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        pytest.param(("--jvm=-Xmx4g",), "-Xmx4g is for GoLand and IntelliJ IDEA; this run is about Code", id="option"),
        pytest.param(("--unset=-Xmx",), "-Xmx is for GoLand", id="option to unset"),
        pytest.param(("--set", "idea.log.path=/logs"), "idea.log.path is for GoLand", id="property"),
    ],
)
def test_a_word_for_ides_that_are_not_there_is_not_passed_over(code: World, words: tuple[str, ...], said: str) -> None:
    done = code.run("configure", *words, "-y")
    assert done.returncode == 2
    assert said in done.stderr


def test_a_setting_for_vs_code_says_so_where_there_is_goland_alone(world: World) -> None:
    done = world.run("configure", "--set", "editor.tabSize=4", "-y")
    assert done.returncode == 2
    assert "editor.tabSize is for VS Code and its forks; this run is about GoLand2026.1" in done.stderr


def test_what_is_unset_is_shown_gone_and_comes_back(code: World) -> None:
    file = settings_of(code)
    head = '{\n  "a": 1, // mine\n  "go.alternateTools": {'
    before = f'{head}"dlv": "/d", "gopls": "/g"}},\n  "editor.tabSize": 8\n}}\n'
    file.write_text(before)
    words = ("configure", "--unset", "go.alternateTools/dlv", "--unset", "editor.tabSize")
    assert code.run(*words, "--check").returncode == 4
    (change,) = code.json(*words, "-y")["changes"]
    assert [(one["key"], one["after"], one["source"]) for one in change["keys"]] == [
        ("go.alternateTools/dlv", None, "--unset"),
        ("editor.tabSize", None, "--unset"),
    ]
    assert file.read_text() == f'{head}"gopls": "/g"}}\n}}\n'
    assert code.run(*words, "--check").returncode == 0
    assert code.run("undo", "-y").returncode == 0
    assert file.read_text() == before


def test_an_install_outside_the_known_folders_is_taken_by_its_folder(world: World) -> None:
    elsewhere = world.home / "tools" / "jetbrains"
    elsewhere.parent.mkdir()
    world.install.rename(elsewhere)
    assert world.run("configure", "--ide", "goland", "--jvm=-Xmx3g", "-y").returncode == 2
    done = world.json("configure", "--ide", "goland", "--version-dir", str(elsewhere), "--jvm=-Xmx3g", "-y")
    assert (done["exit"], done["changes"][0]["state"]) == (0, "written")
    assert world.options_file.read_text() == "-Xmx3g\n"
    assert world.run("configure", "--version-dir", str(world.home), "--jvm=-Xmx3g", "-y").returncode == 2


FLAGGED = '{"go.buildFlags": ["-mod=mod"]}'


@pytest.mark.parametrize(
    ("words", "file", "before"),
    [
        (("--scope", "profile"), ".config/Code/User/profiles/5a1b/settings.json", FLAGGED),
        (("--scope", "machine"), ".vscode-server/data/Machine/settings.json", FLAGGED),
        (("--scope", "workspace"), "app/.vscode/settings.json", FLAGGED),
        (("--scope", "code-workspace", "--code-workspace", "{home}/x.code-workspace"), "x.code-workspace",
         f'{{"folders": [{{"path": "app"}}], "settings": {FLAGGED}}}'),
        (("--scope", "devcontainer"), "app/.devcontainer.json",
         f'{{"customizations": {{"vscode": {{"settings": {FLAGGED}}}}}}}'),
    ],
)  # fmt: skip
def test_a_scope_is_written_once_by_those_that_have_it(
    world: World, words: tuple[str, ...], file: str, before: str
) -> None:
    """Two editors, a profile and a remote machine: what one of them lacks is no failure of the others."""
    for name in ("Code", "Cursor"):
        write_file(world.home / f".config/{name}/User/globalStorage/storage.json", "{}")
    write_file(world.home / ".config/Code/User/profiles/5a1b/keybindings.json", "[]")
    write_file(world.home / ".vscode-server/data/Machine/settings.json", "{}")
    changed = write_file(world.home / file, before)
    named = [word.format(home=world.home) for word in words]
    (world.home / "app").mkdir(exist_ok=True)
    done = replace(world, prefix=("env", "-C", str(world.home / "app"))).run(
        "configure", "--ide", "vscode", "--ide", "cursor", "--set", "go.buildFlags=[]", *named, "-y"
    )
    assert done.returncode == 0, done.stdout
    assert changed.read_text() == before.replace('["-mod=mod"]', "[]")
    assert done.stdout.count("1 file changed") == 1
