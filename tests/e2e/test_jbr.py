"""`idecare jbr` as a program of its own: the verdict on each kind of runtime, and choosing one."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.goland import OTHER_MACHINE, World, add_runtime, fake_runtime, make_world
from tests.support.jvms import VERSIONS, java_home

pytestmark = pytest.mark.e2e

AGREEABLE = b"#!/bin/sh\nexit 0\n"
BROKEN = b"#!/bin/sh\necho 'Error occurred during initialization of VM'\nexit 1\n"


@pytest.fixture
def world(tmp_path: Path) -> World:
    made = make_world(tmp_path, None)
    fake_runtime(made.install / "jbr", java=AGREEABLE, MODULES="java.base jcef")
    return made


@pytest.fixture(scope="session")
def jvms(tmp_path_factory: pytest.TempPathFactory) -> dict[int, Path]:
    found = {}
    for major in VERSIONS:
        home = java_home(major, tmp_path_factory.getbasetemp() / "jvms")
        if isinstance(home, str):
            pytest.skip(home)
        found[major] = home
    return found


def codes(values: dict[str, object]) -> list[str]:
    (runtime,) = values["runtimes"]  # type: ignore[misc]
    return [finding["code"] for finding in runtime["findings"]]


@pytest.mark.slow
@pytest.mark.parametrize("major", VERSIONS)
def test_the_bundled_runtime_of_each_major_is_right(tmp_path: Path, jvms: dict[int, Path], major: int) -> None:
    world = make_world(tmp_path, jvms[major], major)
    values = world.json("jbr", "check", "goland")
    (runtime,) = values["runtimes"]
    assert (values["exit"], runtime["state"], runtime["major"], runtime["via"]) == (0, "right", major, "jbr")
    assert (runtime["vendor"], runtime["jcef"], runtime["jvm"]["state"]) == ("JetBrains s.r.o.", True, "accepted")


@pytest.mark.slow
def test_a_jdk_of_another_vendor_is_usable_and_what_lacks_is_named(tmp_path: Path, jvms: dict[int, Path]) -> None:
    world = make_world(tmp_path, jvms[21], 21)
    add_runtime(tmp_path / "jdk", jvms[21], 21, "Eclipse Adoptium", IMPLEMENTOR_VERSION="Temurin", MODULES="java.base")
    values = world.json("jbr", "check", str(tmp_path / "jdk"))
    assert (values["exit"], values["runtimes"][0]["state"], codes(values)) == (4, "usable", ["vendor"])


@pytest.mark.slow
def test_an_older_runtime_than_the_build_has_is_wrong(tmp_path: Path, jvms: dict[int, Path]) -> None:
    world = make_world(tmp_path, jvms[21], 21)
    old = add_runtime(tmp_path / "old", jvms[17], 17)
    values = world.json("jbr", "check", str(old))
    assert (values["exit"], values["runtimes"][0]["state"]) == (4, "wrong")
    assert codes(values)[0] == "too-old"
    assert "Java 21" in values["runtimes"][0]["findings"][0]["message"]


@pytest.mark.slow
def test_options_that_the_runtime_refuses_are_named_with_their_line(tmp_path: Path, jvms: dict[int, Path]) -> None:
    world = make_world(tmp_path, jvms[21], 21)
    world.config.mkdir(parents=True)
    world.options_file.write_text("-ea\n-Xms8g\n")
    values = world.json("jbr", "check")
    refused = next(found for found in values["runtimes"][0]["findings"] if found["code"] == "options-refused")
    places = [(option["source"], option["line"]) for option in refused["options"]]
    assert (str(world.options_file), 2) in places


def test_a_runtime_that_does_not_start_is_wrong(world: World) -> None:
    broken = fake_runtime(world.home / "broken", java=BROKEN)
    values = world.json("jbr", "check", str(broken))
    assert (values["exit"], values["runtimes"][0]["state"]) == (4, "wrong")
    assert "broken" in codes(values)


def test_a_foreign_architecture_is_wrong_against_the_launcher(world: World) -> None:
    foreign = fake_runtime(world.home / "foreign", OTHER_MACHINE)
    values = world.json("jbr", "check", str(foreign))
    assert (values["exit"], values["runtimes"][0]["state"]) == (4, "wrong")
    assert {"architecture", "foreign-architecture"} <= set(codes(values))


def test_a_folder_without_java_is_passed_over(world: World) -> None:
    (world.home / "empty").mkdir()
    values = world.json("jbr", "check", str(world.home / "empty"))
    assert (values["exit"], codes(values)) == (4, ["passed-over"])


def test_an_install_without_any_runtime_says_where_its_launcher_looked(world: World) -> None:
    (world.install / "jbr").rename(world.home / "gone")
    values = world.json("jbr", "check", "goland")
    (runtime,) = values["runtimes"]
    assert (values["exit"], runtime["path"], codes(values)) == (4, None, ["no-runtime"])
    assert [passed["via"] for passed in runtime["passed"]][:3] == ["GOLAND_JDK", "goland.jdk", "jbr"]


def test_use_writes_the_launcher_s_file_and_reset_removes_it(world: World) -> None:
    other = fake_runtime(world.home / ".jdks" / "jbr-21.0.9", java=AGREEABLE, JAVA_VERSION="21.0.9")
    file = world.config / "goland.jdk"
    done = world.json("jbr", "use", "jbr-21.0.9", "-y")
    assert (done["exit"], done["changes"][0]["state"], file.read_text()) == (0, "written", f"{other}\n")
    assert done["changes"][0]["jvm"]["via"] == "goland.jdk"
    assert world.json("jbr", "use", "jbr-21.0.9", "-y")["changes"][0]["state"] == "unchanged"
    used = {found["path"]: found["used_by"] for found in world.json("jbr", "list")["runtimes"]}
    assert used[str(other)] == ["GoLand2026.1"]

    done = world.json("jbr", "reset", "-y")
    assert (done["exit"], file.exists(), done["changes"][0]["jvm"]["via"]) == (0, False, "jbr")
    assert world.run("undo", "-y").returncode == 0
    assert file.read_text() == f"{other}\n"
    assert world.run("jbr", "reset", "-y").returncode == 0
    assert world.json("jbr", "reset", "-y")["changes"][0]["state"] == "unchanged"


def test_use_refuses_what_would_not_start(world: World) -> None:
    foreign = fake_runtime(world.home / "foreign", OTHER_MACHINE)
    done = world.json("jbr", "use", str(foreign), "-y")
    (change,) = done["changes"]
    assert (done["exit"], change["state"], change["code"]) == (1, "refused", "architecture")
    assert not world.config.exists()


def test_use_says_when_a_variable_comes_first(world: World) -> None:
    other = fake_runtime(world.home / "other", java=AGREEABLE)
    done = world.json("jbr", "use", str(other), "-y", GOLAND_JDK=str(world.install / "jbr"))
    assert any("GOLAND_JDK" in note for note in done["changes"][0]["notes"])


def test_a_name_that_is_not_known_is_a_usage_error(world: World) -> None:
    done = world.run("jbr", "use", "temurin-99", "-y")
    assert (done.returncode, "jbr list" in done.stderr) == (2, True)


def test_a_runtime_that_is_checked_by_its_path_is_not_called_a_variable_s(world: World) -> None:
    other = fake_runtime(world.home / "other", java=AGREEABLE)
    (runtime,) = world.json("jbr", "check", str(other))["runtimes"]
    assert (runtime["via"], runtime["jvm"]["via"]) == ("as named", "as named")


def test_text_names_the_runtime_and_its_fault(world: World) -> None:
    broken = fake_runtime(world.home / "broken", java=BROKEN)
    done = world.run("jbr", "check", str(broken))
    assert "WRONG: ~/broken" in done.stdout
    assert "initialization of VM" in done.stdout


def test_a_file_that_the_launcher_ignores_whole_is_named(world: World) -> None:
    world.config.mkdir(parents=True)
    world.options_file.write_bytes(b"-Xmx3g\n-Da=\0\n")
    values = world.json("jbr", "check", "goland")
    assert (values["exit"], codes(values)) == (4, ["unread-file"])
    assert str(world.options_file) in values["runtimes"][0]["findings"][0]["message"]
