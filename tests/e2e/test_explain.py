"""`idecare doctor --explain -` on what go, compilers and JVMs print: the cause that was made is the one named."""

from __future__ import annotations

import dataclasses
import functools
import http.server
import json
import os
import shlex
import shutil
import subprocess
import threading
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.conftest import turn_on_the_machine
from tests.e2e.test_ordinary_user import ORDINARY
from tests.support.goland import ELF_MACHINES, OTHER_MACHINE, make_world
from tests.support.goproxy import MainModule, write_main_module
from tests.support.jvms import java_home
from tests.support.processes import told
from tests.support.programs import elf
from tests.support.real_go import IDECARE, GoWorld, go_world, remove_tree

pytestmark = pytest.mark.e2e

MODULE = "example.test/base@v1.1.0"
STRANGER = 4711  # a user id of nobody


@pytest.fixture(scope="module")
def warm_world(tmp_path_factory: pytest.TempPathFactory, std_cache: Path) -> Iterator[GoWorld]:
    """One world for all: warming its caches takes longer than any test here."""
    with turn_on_the_machine(), go_world(tmp_path_factory.mktemp("explain") / "world", std_cache=std_cache) as made:
        write_main_module(made.project, packages=4)
        made.warm()
        shutil.copytree(made.gomodcache, made.base / "kept", symlinks=True)
        shutil.copytree(made.project, made.base / "kept-project")
        yield made


@pytest.fixture
def world(warm_world: GoWorld) -> Iterator[GoWorld]:
    """The same module cache and project for each test."""
    yield warm_world
    for folder, kept in ((warm_world.gomodcache, "kept"), (warm_world.project, "kept-project")):
        remove_tree(folder)
        shutil.copytree(warm_world.base / kept, folder, symlinks=True)


@pytest.fixture
def app(world: GoWorld) -> MainModule:
    return MainModule(world.project, tuple(f"p{number:02}" for number in range(4)))


def explained(world: GoWorld, text: str, **environment: str) -> list[dict[str, Any]]:
    """The explanations of a text on stdin, in the world's project folder."""
    done = subprocess.run(
        [*world.prefix, *IDECARE, "doctor", "--explain", "-", "--json"],
        input=text,
        env={**world.env, **environment},
        cwd=world.project,
        capture_output=True,
        text=True,
        check=False,
    )
    values = json.loads(done.stdout)
    assert done.returncode == values["exit"] == (4 if values["explanations"] else 1), told(done)
    found: list[dict[str, Any]] = values["explanations"]
    return found


def failed(world: GoWorld, *words: str, **environment: str) -> str:
    """What a go command prints that fails."""
    done = world.go(*words, env=environment)
    assert done.returncode != 0, f"go {' '.join(words)} was to fail"
    return done.stdout + done.stderr


def download(world: GoWorld, suffix: str) -> Path:
    return world.gomodcache / "cache" / "download" / "example.test" / "base" / "@v" / f"v1.1.0.{suffix}"


def opened(world: GoWorld) -> Path:
    """The module's tree, made writable."""
    folder = world.gomodcache / MODULE
    folder.chmod(0o755)
    return folder


def without_tree(world: GoWorld) -> None:
    folder = opened(world)
    for parent, folders, _ in os.walk(folder):
        for name in folders:
            Path(parent, name).chmod(0o755)
    remove_tree(folder)


# --- the module cache: the damage is made, the text is go's, the verdict names the part --------------------------


def add_litter(world: GoWorld) -> None:
    (opened(world) / ".DS_Store").write_bytes(b"Bud1")


def change_tree(world: GoWorld) -> None:
    source = opened(world) / "base.go"
    source.chmod(0o644)
    source.write_text(source.read_text() + "// changed\n")


def cut_zip(world: GoWorld) -> None:
    without_tree(world)
    zip_file = download(world, "zip")
    zip_file.write_bytes(zip_file.read_bytes()[:300])


def wrong_ziphash(world: GoWorld) -> None:
    download(world, "ziphash").write_text(f"h1:{'A' * 43}=")


def garbage_mod(world: GoWorld) -> None:
    download(world, "mod").write_text("garbage")


def other_zip(world: GoWorld) -> None:
    """Another content under the same version, as a tag that was moved gives, or an attacker."""
    without_tree(world)
    source = download(world, "zip")
    with zipfile.ZipFile(source) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(source, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content + b"// other\n" if name.endswith("base.go") else content)
    download(world, "ziphash").unlink()


@pytest.mark.parametrize(
    ("damage", "command", "name", "says", "does"),
    [
        pytest.param(add_litter, "mod verify", "module-modified", "Harmless", "offline", id="DS_Store in a tree"),
        pytest.param(change_tree, "mod verify", "module-modified", "its tree", "offline", id="a changed file"),
        pytest.param(cut_zip, "build ./...", "bad-zip", "its zip", "download zip", id="a cut zip"),
        pytest.param(wrong_ziphash, "build ./...", "checksum-mismatch", "its ziphash", "offline", id="a wrong ziphash"),
        pytest.param(garbage_mod, "build ./...", "checksum-mismatch", "its mod", "offline", id="a wrong .mod"),
        pytest.param(
            other_zip,
            "build ./...",
            "checksum-mismatch",
            "is whole, but it is not",
            "Accept nothing",
            id="other content",
        ),
    ],
)
def test_a_damaged_module_is_named_with_the_part_that_differs(
    world: GoWorld, app: MainModule, damage: Callable[[GoWorld], None], command: str, name: str, says: str, does: str
) -> None:
    damage(world)
    (one,) = explained(world, failed(world, *command.split()))
    assert one["id"] == name
    assert says in one["meaning"]
    assert does in one["fix"]
    assert f"idecare repair {MODULE}" in one["fix"]


def test_the_sums_are_shown_side_by_side(world: GoWorld, app: MainModule) -> None:
    wrong_ziphash(world)
    (one,) = explained(world, failed(world, "build", "./..."))
    shown = dict(line.split(None, 1) for line in one["evidence"] if " h1:" in line)
    assert shown["go.sum:"] == shown["zip:"] == shown["tree:"] != shown["ziphash:"]


def test_a_module_that_was_repaired_since_is_reported_to_be_whole(world: GoWorld, app: MainModule) -> None:
    wrong_ziphash(world)
    text = failed(world, "build", "./...")
    done = world.idecare("repair", MODULE, "-y")
    assert done.returncode == 0, told(done)
    (one,) = explained(world, text)
    assert "is whole now" in one["meaning"]


# --- the build cache -----------------------------------------------------------------------------------------------


def test_a_cache_that_was_emptied_under_a_build(world: GoWorld, app: MainModule) -> None:
    """A tool in front of the compiler takes the outputs away when the first package is compiled."""
    tool = world.tmp / "tool"
    tool.write_text('#!/bin/sh\ncase "$*" in *-V=full*) ;; *) rm -f "$GOCACHE"/??/*-d ;; esac\nexec "$@"\n')
    tool.chmod(0o755)
    app.edit("p00", 7)
    (one,) = explained(world, failed(world, "build", "-toolexec", str(tool), "./..."))
    assert one["id"] == "build-cache-emptied"
    assert f"{world.gocache} has 256 of its 256 folders now, and not this entry" in one["evidence"]
    assert "Run the same command again" in one["fix"]


def test_standard_packages_that_are_missed_though_they_are_there(world: GoWorld, app: MainModule) -> None:
    """Go misreads its own lists while the folders of the cache go."""
    with emptied_all_the_time(world):
        texts = [world.go("build", "./...").stderr for _ in range(3)]
    text = next((text for text in texts if "is not in std" in text), None)
    if text is None:
        pytest.skip("the folders were not missed in three builds")
    found = {one["id"]: one for one in explained(world, text)}
    assert "emptied the build cache" in found["package-not-in-std"]["meaning"]
    assert found["package-not-in-std"]["settled"]


class emptied_all_the_time:  # noqa: N801
    """A thread that removes the 256 folders as long as the block runs."""

    def __init__(self, world: GoWorld) -> None:
        self.world, self.ended = world, threading.Event()
        self.thread = threading.Thread(target=self._empty)

    def _empty(self) -> None:
        while not self.ended.is_set():
            for folder in self.world.gocache.glob("[0-9a-f][0-9a-f]"):
                shutil.rmtree(folder, ignore_errors=True)

    def __enter__(self) -> None:
        self.thread.start()

    def __exit__(self, *error: object) -> None:
        self.ended.set()
        self.thread.join()


# --- what go says of its set-up ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "environment", "name", "seen"),
    [
        pytest.param("build ./p00", {"GOCACHE": "off"}, "no-build-cache", "GOCACHE=off", id="GOCACHE=off"),
        pytest.param("build ./p00", {"GOCACHE": "rel"}, "no-build-cache", "GOCACHE=rel", id="relative GOCACHE"),
        pytest.param(
            "build ./p00", {"GOPATH": "~/go", "GOMODCACHE": ""}, "gopath-tilde", "GOPATH=~/go", id="~ in GOPATH"
        ),
        pytest.param("build ./typo", {}, "package-not-in-std", "has no package strngs", id="a misspelt import"),
        pytest.param("build ./cgo", {}, "cgo-off", "CGO_ENABLED=0", id="cgo is off"),
    ],
)
def test_the_setting_at_fault_is_named(
    world: GoWorld, app: MainModule, words: str, environment: dict[str, str], name: str, seen: str
) -> None:
    for folder, imported in (("typo", "strngs"), ("cgo", "C")):
        (world.project / folder).mkdir()
        (world.project / folder / "a.go").write_text(f'package a\n\nimport _ "{imported}"\n'.replace('_ "C"', '"C"'))
    one = explained(world, failed(world, *words.split(), **environment), **environment)[0]
    assert one["id"] == name
    assert any(seen in line for line in one["evidence"]), one["evidence"]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        pytest.param(elf(ELF_MACHINES[OTHER_MACHINE]), "cannot run on this machine", id="another processor"),
        pytest.param(b"", "is empty", id="an empty file"),
        pytest.param(b"echo hello\n", "is not a program", id="a script without its first line"),
    ],
)
def test_a_program_that_cannot_be_started(world: GoWorld, app: MainModule, content: bytes, says: str) -> None:
    runner = world.project / "runner"
    runner.write_bytes(content)
    runner.chmod(0o755)
    (one,) = explained(world, failed(world, "run", "-exec", str(runner), "./app"))
    assert (one["id"], one["settled"]) == ("exec-format-error", True)
    assert says in one["meaning"]


def test_a_module_that_wants_a_newer_go(world: GoWorld) -> None:
    (world.project / "go.mod").write_text("module example.test/new\n\ngo 1.99.1\n")
    (one,) = explained(world, failed(world, "build", "./..."))
    assert (one["id"], "1.99.1" in one["meaning"]) == ("go-too-old", True)
    assert any(line.startswith("GOTOOLCHAIN=local") for line in one["evidence"])


def test_a_go_mod_that_another_program_writes_during_a_tidy(world: GoWorld, app: MainModule) -> None:
    app.import_extra("p01")
    with proxy_that_touches(world) as address:
        text = failed(world, "mod", "tidy", GOPROXY=address)
        (one,) = explained(world, text, GOFLAGS="-mod=mod")
    assert one["id"] == "go-mod-changed"
    assert "GOFLAGS has -mod=mod" in one["meaning"]
    assert "-mod=mod" not in explained(world, text)[0]["meaning"]


class proxy_that_touches:  # noqa: N801
    """A module proxy which writes the project's go.mod whenever it is asked, as an IDE might in that moment."""

    def __init__(self, world: GoWorld) -> None:
        handler = functools.partial(_Toucher, world.project / "go.mod", directory=str(world.proxy))
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.thread = threading.Thread(target=self.server.serve_forever)

    def __enter__(self) -> str:
        self.thread.start()
        return f"http://127.0.0.1:{self.server.server_port}"

    def __exit__(self, *error: object) -> None:
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


class _Toucher(http.server.SimpleHTTPRequestHandler):
    def __init__(self, go_mod: Path, *arguments: Any, **options: Any) -> None:
        self.go_mod = go_mod
        super().__init__(*arguments, **options)

    def do_GET(self) -> None:
        with self.go_mod.open("a") as file:
            file.write("// saved\n")
        super().do_GET()

    def log_message(self, *arguments: object) -> None:
        """Nothing: the test's output stays readable."""


# --- other users' files --------------------------------------------------------------------------------------------


@pytest.fixture
def ordinary(world: GoWorld, app: MainModule) -> GoWorld:
    if os.geteuid() != 0:
        pytest.skip("only root can make files of another user")
    if not shutil.which(ORDINARY[0]):
        pytest.skip("no setpriv here to give root's rights away with")
    return dataclasses.replace(world, prefix=ORDINARY)


def test_a_module_that_belongs_to_somebody_else(ordinary: GoWorld) -> None:
    folder = opened(ordinary)
    os.chown(folder, STRANGER, STRANGER)
    folder.chmod(0o700)
    found = explained(ordinary, failed(ordinary, "build", "-a", "./p00"))
    (one,) = [one for one in found if one["id"] == "permission-denied"]
    assert f"belongs to user {STRANGER}" in " ".join(one["evidence"])
    assert f"A folder of user {STRANGER}'s is in the way" in one["meaning"]
    assert f'sudo chown -R "$(id -un)" {shlex.quote(str(ordinary.gomodcache))}' in one["fix"]


def test_a_file_of_a_module_that_is_gone(world: GoWorld, app: MainModule) -> None:
    gone = next(opened(world).glob("*.go"))
    gone.unlink()
    found = explained(world, failed(world, "build", "-a", "./p00"))
    (one,) = [one for one in found if one["id"] == "module-file-missing"]
    assert f"{MODULE} is its tree" in one["meaning"]
    assert gone.name in " ".join(one["evidence"])


def test_folders_that_go_made_read_only(ordinary: GoWorld) -> None:
    done = ordinary.run(
        "/bin/rm", "-rf", str(ordinary.gomodcache / "example.test" / "extra"), str(ordinary.gomodcache / MODULE)
    )
    assert "Permission denied" in done.stderr, told(done)
    (one,) = explained(ordinary, done.stderr)
    assert "Not a fault" in one["meaning"]
    assert "idecare clean modcache" in one["fix"]


# --- compilers and JVMs --------------------------------------------------------------------------------------------


def test_a_header_that_a_c_compiler_does_not_find(world: GoWorld) -> None:
    gcc = shutil.which("gcc")
    if gcc is None:
        pytest.skip("no gcc here")
    (world.project / "a.c").write_text("#include <ffi.h>\n")
    done = subprocess.run(
        [gcc, "-nostdinc", "-I.", "-c", "a.c"],
        cwd=world.project,
        env=dict(world.env),
        capture_output=True,
        text=True,
        check=False,
    )
    (one,) = explained(world, done.stderr)
    assert (one["id"], one["places"][0]["text"]) == ("missing-header", done.stderr.splitlines()[0])


@pytest.fixture(scope="module")
def jvm_17(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = java_home(17, tmp_path_factory.getbasetemp() / "jvms")
    if isinstance(home, str):
        pytest.skip(home)
    return home


@pytest.mark.slow
@pytest.mark.parametrize(
    ("options", "name", "line"),
    [
        pytest.param("-XX:+UseG1GC\n-XX:+UseZGC\n", "two-collectors", 2, id="two collectors"),
        pytest.param("-ea\n-XX:+ZGenerational\n", "zgenerational", 2, id="ZGenerational on 17"),
        pytest.param("-XX:+UseConcMarkSweepGC\n", "unknown-vm-option", 1, id="CMS"),
        pytest.param("-Xms8g\n-Xmx6g\n", "heap-contradiction", 1, id="heap sizes"),
        pytest.param("-Xmx6gb\n", "invalid-size", 1, id="a size"),
        pytest.param("-XX:UseZGC\n", "malformed-option", 1, id="no sign"),
    ],
)
def test_what_a_jvm_refuses_is_named_with_file_and_line(
    tmp_path: Path, jvm_17: Path, options: str, name: str, line: int
) -> None:
    world = make_world(tmp_path, jvm_17, 17)
    world.options_file.parent.mkdir(parents=True)
    world.options_file.write_text(options)
    java = [str(world.install / "jbr" / "bin" / "java"), *options.split(), "-version"]
    done = subprocess.run(java, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    (one,) = world.json("doctor", "--explain", done.stdout + done.stderr)["explanations"]
    assert one["id"] == name
    assert f"GoLand2026.1 starts with Java 17 in {world.install / 'jbr'}" in one["evidence"]
    assert any(f"{world.options_file}:{line}" in text for text in one["evidence"]), one["evidence"]


# --- texts of any kind ---------------------------------------------------------------------------------------------


def test_nothing_to_explain_is_a_usage_error(world: GoWorld) -> None:
    done = world.idecare("doctor", "--explain", "-", "--json")
    assert (done.returncode, json.loads(done.stdout)["error"]["code"]) == (2, "no-text")


def test_the_verb_and_its_aliases_say_the_same(world: GoWorld) -> None:
    text = "zip: not a valid zip file"
    ways = (("explain", text), ("explain", *text.split()), ("doctor", "--explain", text), ("doctor", *text.split()))
    answers = [world.idecare(*way) for way in ways]
    assert {(done.returncode, done.stdout) for done in answers} == {(4, answers[0].stdout)}
    assert "[bad-zip]" in answers[0].stdout


def test_a_text_of_the_verb_may_begin_with_a_dash(world: GoWorld) -> None:
    done = world.idecare("explain", "--", "-> unzip x.zip: zip: not a valid zip file")
    assert (done.returncode, "[bad-zip]" in done.stdout) == (4, True)


def test_an_unknown_text_is_admitted(world: GoWorld) -> None:
    done = world.idecare("doctor", "ld:", "something", "nobody", "knows")
    assert done.returncode == 1
    assert done.stdout.splitlines() == [
        "idecare does not know this text, so it cannot say what is wrong.",
        "    what may show more: idecare doctor cgo",
    ]


def test_a_misspelt_check_is_no_error_text(world: GoWorld) -> None:
    done = world.idecare("doctor", "delv")
    assert (done.returncode, "Did you mean 'delve'?" in done.stderr) == (2, True)


def test_words_that_are_an_error_text_are_explained(world: GoWorld) -> None:
    done = world.idecare("doctor", "zip: not a valid", "zip file")
    assert (done.returncode, "[bad-zip]" in done.stdout) == (4, True)


def test_a_file_is_read(world: GoWorld) -> None:
    (world.project / "build.log").write_bytes(b'\x00\xff\nxcrun: error: unable to find utility "xcodebuild", not a\r\n')
    done = world.idecare("doctor", "--explain", "build.log")
    assert (done.returncode, "[xcode-tool-missing]" in done.stdout, "reading" in done.stderr) == (4, True, True)


def test_memory_does_not_grow_with_the_text(world: GoWorld) -> None:
    """100 MB, under a limit of the address space that would not hold it twice."""
    log = world.project / "big.log"
    with log.open("wb") as file:
        for _ in range(100):
            file.write(b"a line of a log that says nothing of any importance at all\n" * 17_000)
        file.write(b"Version of Delve is too old for Go version 1.99.0\n")
    done = world.run(
        "sh", "-c", 'ulimit -v 400000; exec "$@"', "sh", *IDECARE, "doctor", "--explain", str(log), "--json"
    )
    values = json.loads(done.stdout)
    assert [one["id"] for one in values["explanations"]] == ["delve-too-old"]
    assert values["lines"] == 1_700_001


def test_options_about_the_machine_are_refused_with_a_text(world: GoWorld) -> None:
    done = world.idecare("doctor", "--fix", "-n", "Multiple garbage collectors selected")
    assert (done.returncode, "--fix --dry-run is about this machine" in done.stderr) == (2, True)


def test_a_text_that_begins_with_a_dash_follows_two(world: GoWorld) -> None:
    done = world.idecare("doctor", "--", "-> unzip x.zip: zip: not a valid zip file")
    assert (done.returncode, "[bad-zip]" in done.stdout) == (4, True)


def test_a_closed_stdin_is_nothing_to_explain(world: GoWorld) -> None:
    done = world.run("sh", "-c", 'exec "$@" <&-', "sh", *IDECARE, "doctor", "--explain", "-")
    assert (done.returncode, "no text to explain" in done.stderr) == (2, True)
