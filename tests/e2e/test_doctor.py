"""`idecare doctor` as a program of its own, on a bad set-up: found, fixed, found no more, and every byte taken back."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.builders import tree
from tests.support.goland import World, apart, fake_runtime, make_world
from tests.support.jvms import java_home

pytestmark = pytest.mark.e2e

OPTIONS = "# mine\n-Xmx1g\n-XX:+UseG1GC\n-XX:+UseZGC\n-ea\n-Xmx2g\n-Dmy.own=1\n"
SETTINGS = '{\n    // mine\n    "editor.tabSize": 2,\n    "go.delvePath": "%s",\n}\n'
BAD = {
    "delve/delve-path",
    "goland/collectors",
    "goland/duplicate-options",
    "caches/gopls-orphans",
}
LONG_AGO = 1_700_000_000


# A java command that refuses two collectors, as a real one does.
JAVA = b"""#!/bin/sh
case "$*" in
    *UseG1GC*UseZGC*) echo "Conflicting collector combinations in option list"; exit 1 ;;
esac
"""


@pytest.fixture
def world(tmp_path: Path) -> World:
    made = make_world(tmp_path, None)
    fake_runtime(made.install / "jbr", java=JAVA)
    return replace(made, environment={**made.environment, "PATH": "/usr/bin:/bin"}, prefix=apart())


def spoil(world: World) -> None:
    """A misnomer in VS Code's settings, options that exclude each other, and what old language servers left."""
    dlv = world.home / "go" / "bin" / "dlv"
    dlv.parent.mkdir(parents=True)
    dlv.write_text("#!/bin/sh\n")
    dlv.chmod(0o755)
    file = world.home / ".config" / "Code" / "User" / "settings.json"
    file.parent.mkdir(parents=True)
    file.write_text(SETTINGS % dlv)
    world.config.mkdir(parents=True)
    world.options_file.write_text(OPTIONS)
    gopls = world.home / ".cache" / "gopls" / "0123abcd"
    (gopls / "ab").mkdir(parents=True)
    (gopls / "exe.sha256").write_text("x")
    (gopls / "ab" / "entry-cas").write_text("y")
    for path in (*gopls.rglob("*"), gopls):
        os.utime(path, (LONG_AGO, LONG_AGO))


def bytes_of(world: World) -> dict[str, str]:
    """All that the user has, but for idecare's own."""
    own = (".local/state/idecare", ".cache/idecare", ".config/idecare", ".local")
    return {
        name: content
        for name, content in tree(world.home).items()
        if not name.startswith(own) and ".idecare-held" not in name
    }


def ids(values: dict[str, Any]) -> set[str]:
    return {finding["id"] for finding in values["findings"]}


def fixable(values: dict[str, Any]) -> set[str]:
    return {finding["id"] for finding in values["findings"] if {each["kind"] for each in finding["remedies"]} - {"run"}}


def checks_of(found: set[str]) -> set[str]:
    return {"/".join(id_.split("/")[:2]) for id_ in found}


def test_a_bad_set_up_is_found_fixed_and_taken_back_to_the_byte(world: World) -> None:
    spoil(world)
    before = bytes_of(world)
    found = world.json("doctor")
    assert found["exit"] == 4
    assert checks_of(ids(found)) >= BAD
    assert bytes_of(world) == before

    fixed = world.json("doctor", "--fix", "-y")
    assert fixable(fixed) == set(), fixed
    assert fixed["not_taken"] == []
    assert {change["state"] for change in fixed["changes"]} == {"written"}
    text = world.options_file.read_text()
    assert (text.count("-Xmx"), text.count("-XX:+Use"), text.count("-Xmx2g")) == (1, 1, 1)
    assert "go.delvePath" not in (world.home / ".config/Code/User/settings.json").read_text()
    assert fixable(world.json("doctor")) == set()

    assert world.run("undo", "-y").returncode == 0
    assert bytes_of(world) == before


def test_old_payloads_of_the_import_index_go_where_no_gopls_runs(world: World) -> None:
    payload = world.home / ".cache" / "goimports" / "index-0-1"
    payload.parent.mkdir(parents=True)
    payload.write_text("old payload")
    os.utime(payload, (LONG_AGO, LONG_AGO))
    assert checks_of(fixable(world.json("doctor", "caches"))) == {"caches/goimports"}
    assert fixable(world.json("doctor", "caches", "--fix", "-y")) == set()
    assert world.run("undo", "-y").returncode == 0
    assert payload.read_text() == "old payload"


def test_a_dry_run_shows_all_and_changes_nothing(world: World) -> None:
    spoil(world)
    before = bytes_of(world)
    done = world.run("doctor", "--fix", "-n")
    assert (done.returncode, bytes_of(world)) == (4, before)
    assert '-    "go.delvePath"' in done.stdout
    assert "gopls" in done.stdout


def test_without_a_terminal_and_without_yes_nothing_is_changed(world: World) -> None:
    spoil(world)
    before = bytes_of(world)
    done = world.run("doctor", "--fix")
    assert (done.returncode, bytes_of(world)) == (2, before)
    assert "pass --yes" in done.stderr


def test_options_that_the_runtime_refuses_are_not_written(world: World) -> None:
    """The runtime refuses also what is left: the file stays, and the fix has failed."""
    spoil(world)
    fake = world.install / "jbr" / "bin" / "java"
    fake.write_bytes(b'#!/bin/sh\necho "Unrecognized VM option"; exit 1\n')
    done = world.json("doctor", "--fix", "-y", "goland")
    assert done["exit"] == 1
    assert world.options_file.read_text() == OPTIONS
    assert {(change["state"], change["code"]) for change in done["changes"]} == {("refused", "jvm-refuses")}
    assert "goland/collectors" in checks_of(ids(done))


@pytest.mark.slow
def test_a_real_runtime_starts_after_the_fix(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    jvm = java_home(21, tmp_path_factory.getbasetemp() / "jvms")
    if isinstance(jvm, str):
        pytest.skip(jvm)
    world = make_world(tmp_path, jvm, 21)
    spoil(world)
    fixed = world.json("doctor", "--fix", "-y", "goland")
    (change,) = fixed["changes"]
    assert (change["state"], change["jvm"]["state"]) == ("written", "accepted")
    assert fixable(fixed) == set()


def test_the_list_the_choice_and_the_report(world: World) -> None:
    spoil(world)
    listed = world.json("doctor", "--list", "delve")
    assert all(check["id"].startswith("delve/") for check in listed["checks"])
    assert checks_of(ids(world.json("doctor", "delve"))) <= {check["id"] for check in listed["checks"]}
    done = world.run("doctor", "--report")
    assert done.returncode == 4
    assert str(world.home) not in done.stdout
    assert world.json("doctor", "delve", "--report")["report"].startswith("# idecare doctor")
