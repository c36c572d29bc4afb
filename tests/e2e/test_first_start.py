"""An edit that the trial start accepts and the IDE does not survive: a GoLand look-alike with a real JVM crashes."""

from __future__ import annotations

import signal
import subprocess
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from idecare.formats.jvm_options import is_read_by_jvm
from idecare.jetbrains.launcher import Launch, simulate
from idecare.jetbrains.launcher.options import EffectiveOptions
from tests.conftest import make_host
from tests.support.goland import World, make_world
from tests.support.jvms import java_home
from tests.support.processes import carriers_of, end_carriers, wait_for

pytestmark = pytest.mark.e2e
MARK = "IDECARE_TEST_FIRST_START"
USER_TEXT = "-Xmx900m\n"
# Enough for `-version`; not for a server, which the look-alike is. With the second line the JVM crashes, with the other
# one, which GoLand's own file has, it leaves a heap dump and ends.
LITTLE = "--jvm=-XX:MaxMetaspaceSize=6m"
DEADLY = (LITTLE, "--jvm=-XX:+CrashOnOutOfMemoryError")
DUMPING = (LITTLE, "--jvm=-XX:+HeapDumpOnOutOfMemoryError")
SERVER = ("-m", "jdk.httpserver", "-b", "127.0.0.1", "-p", "0")
SECONDS_UNTIL_TAKEN_BACK = 2.0


@pytest.fixture
def world(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    jvm = java_home(21, tmp_path_factory.getbasetemp() / "jvms")
    if isinstance(jvm, str):
        pytest.skip(jvm)
    made = make_world(tmp_path / "home", jvm, 21)
    made = replace(made, environment={**made.environment, MARK: str(tmp_path)})
    made.settings_file.unlink()
    made.config.mkdir(parents=True)
    made.options_file.write_text(USER_TEXT)
    yield made
    end_carriers(MARK, str(tmp_path))


def configure(world: World, *words: str) -> dict[str, object]:
    done = world.json("configure", "--ide", "goland", *words, "-y")
    assert done["exit"] == 0, done
    return done


def start_goland(world: World) -> subprocess.Popen[bytes]:
    """A real JVM with all that the launcher would give it, and GoLand's lock."""
    environment = {"HOME": str(world.home), "PATH": "/usr/bin:/bin"}
    launch = simulate(make_host(environment=environment, home=world.home, cwd=world.home), world.install)
    assert isinstance(launch, Launch)
    assert isinstance(launch.options, EffectiveOptions)
    texts = [text for text in launch.options.texts if is_read_by_jvm(text) and "java.class.path" not in text]
    command = [world.install / "jbr" / "bin" / "java", *texts, "-XX:-CreateCoredumpOnCrash", *SERVER]
    process = subprocess.Popen(
        command, env=environment, cwd=world.home, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    (world.config / ".lock").write_text(str(process.pid))
    return process


def start_and_wait(world: World) -> subprocess.Popen[bytes]:
    """One that serves."""
    process = start_goland(world)
    assert process.stdout is not None
    assert process.stdout.readline(), process.wait()
    return process


def watchers(world: World) -> list[psutil.Process]:
    return [one for one in carriers_of(MARK, world.environment[MARK]) if "--watch-start" in one.cmdline()]


def history(world: World) -> str:
    return world.run("history").stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (DEADLY, ("GoLand2026.1 crashed", "OutOfMemory encountered: Metaspace", "~/java_error_in_goland_")),
        (DUMPING, ("GoLand2026.1 ran out of memory", "~/java_error_in_goland.hprof")),
    ],
    ids=["crash log", "heap dump"],
)
def test_an_edit_that_ends_the_jvm_is_taken_back_at_once(
    world: World, words: tuple[str, ...], said: tuple[str, ...]
) -> None:
    done = world.run("configure", "--ide", "goland", *words, "-y")
    assert done.returncode == 0, done.stderr
    assert "If GoLand2026.1 crashes at its next start, this is taken back." in done.stderr
    assert "MaxMetaspaceSize" in world.options_file.read_text()
    assert start_goland(world).wait(timeout=60) != 0
    ended = time.monotonic()
    assert wait_for(lambda: world.options_file.read_text() == USER_TEXT, timeout=20)
    assert time.monotonic() - ended < SECONDS_UNTIL_TAKEN_BACK
    assert wait_for(lambda: not watchers(world), timeout=20)
    (line,) = [line for line in history(world).splitlines() if "put back" in line]
    assert [text for text in said if text not in line] == []


def test_who_closes_or_kills_the_ide_or_starts_it_twice_keeps_the_edit(world: World) -> None:
    """Also where the signal makes the JVM write a crash log."""
    configure(world, "--jvm=-Xmx1g")
    edited = world.options_file.read_text()
    assert wait_for(lambda: watchers(world), timeout=20)
    for number in (signal.SIGTERM, signal.SIGKILL, signal.SIGSEGV):
        first = start_and_wait(world)
        second = start_and_wait(world)
        second.send_signal(signal.SIGTERM)  # as one that has handed over to the first
        second.wait(timeout=30)
        first.send_signal(number)
        first.wait(timeout=30)
    assert list(world.home.glob("java_error_in_goland_*.log"))
    time.sleep(SECONDS_UNTIL_TAKEN_BACK)
    assert world.options_file.read_text() == edited
    assert len(watchers(world)) == 1
    assert "put back" not in history(world)


def test_what_the_user_wrote_since_stays(world: World) -> None:
    configure(world, *DEADLY)
    with world.options_file.open("a") as file:
        file.write("-Dmine=1\n")
    edited = world.options_file.read_text()
    assert start_goland(world).wait(timeout=60) != 0
    assert wait_for(lambda: not watchers(world), timeout=20)
    assert world.options_file.read_text() == edited


@pytest.mark.parametrize("how", ["setting", "undo", "ci"])
def test_nobody_watches_who_is_not_needed(world: World, how: str) -> None:
    if how == "setting":
        assert world.run("config", "set", "watch_starts", "false").returncode == 0
    configured = world.run(
        "configure", "--ide", "goland", "--jvm=-Xmx1g", "-y", **({"CI": "true"} if how == "ci" else {})
    )
    assert configured.returncode == 0
    assert ("is taken back" in configured.stderr) is (how == "undo")
    if how == "undo":
        assert wait_for(lambda: watchers(world), timeout=20)
        assert world.run("undo", "-y").returncode == 0
    assert wait_for(lambda: not watchers(world), timeout=20)
