from __future__ import annotations

import os
import shlex
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pyfakefs.fake_filesystem import FakeFilesystem

from idecare.doctor.base import EditSettings, RunByUser
from idecare.doctor.snapshot import Snapshot
from idecare.jetbrains.jvm import Accepted, NotRunnable, Refused, Verdict
from idecare.jetbrains.jvm.dry_start import Proof
from idecare.jetbrains.launcher.files import Option
from tests.doctor.checks.snapshots import findings, make_snapshot, reported, snapshot_with_ides
from tests.support.goland import OTHER_MACHINE, SELECTOR, add_install, fake_runtime
from tests.support.launcher import build

GIB = 1 << 30
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A user with a GoLand that is all right."""
    add_install(tmp_path / "GoLand-2026.1")
    fake_runtime(tmp_path / "GoLand-2026.1" / "jbr")
    config(tmp_path).mkdir(parents=True)
    return tmp_path


def config(home: Path) -> Path:
    return home / ".config" / "JetBrains" / SELECTOR


def options(home: Path, *lines: str) -> Path:
    file = config(home) / "goland64.vmoptions"
    file.write_text("".join(f"{line}\n" for line in lines))
    return file


ALL = (
    *("start", "options-file", "collectors", "heap", "size", "duplicate-options", "ignored-options", "zgc", "runtime"),
    *("runtime-choice", "xdg", "leftovers", "heap-dumps"),
)


@pytest.mark.parametrize("name", ALL)
def test_a_goland_as_it_comes_and_a_usual_file_are_fine(home: Path, name: str) -> None:
    assert reported(f"goland/{name}", snapshot_with_ides(home)) == []
    options(home, "# mine", "-Xmx3g", "-XX:+UseZGC", "-XX:+ZGenerational", "-Dfoo=bar")
    assert reported(f"goland/{name}", snapshot_with_ides(home, memory_bytes=16 * GIB)) == []


@pytest.mark.parametrize("name", ALL)
def test_without_goland_there_is_nothing_to_say(tmp_path: Path, name: str) -> None:
    assert reported(f"goland/{name}", make_snapshot(tmp_path, environment={"XDG_CACHE_HOME": "relative"})) == []


def test_two_collectors_are_an_error_and_the_last_stays(home: Path) -> None:
    file = options(home, "-XX:+UseG1GC", "-Xmx3g", "-XX:+UseZGC", "-XX:+ZGenerational")
    (found,) = findings("goland/collectors", snapshot_with_ides(home))
    assert (found.id, found.severity) == ("goland/collectors", "error")
    assert found.evidence == (f"{file}:1: -XX:+UseG1GC", f"{file}:3: -XX:+UseZGC")
    assert found.remedies == (EditSettings(file, "goland", (("-XX:+UseG1GC", None),)),)


def test_a_collector_of_a_variable_cannot_be_edited_away(home: Path) -> None:
    options(home, "-XX:+UseG1GC")
    snapshot = snapshot_with_ides(home, environment={"IJ_JAVA_OPTIONS": "-XX:+UseZGC -XX:+UseSerialGC"})
    (found,) = findings("goland/collectors", snapshot)
    assert found.remedies == ()


def test_a_heap_must_fit_the_machine(home: Path) -> None:
    options(home, "-Xmx32g")
    assert reported("goland/heap", snapshot_with_ides(home, memory_bytes=16 * GIB)) == [("over-memory", "warning")]
    assert reported("goland/heap", snapshot_with_ides(home, memory_bytes=64 * GIB)) == []
    assert reported("goland/heap", snapshot_with_ides(home, memory_bytes=None)) == []


def test_an_initial_heap_must_fit_the_largest_be_it_the_installs(home: Path) -> None:
    file = options(home, "-Xms4g")
    (found,) = findings("goland/heap", snapshot_with_ides(home, memory_bytes=16 * GIB))
    assert (found.id, found.severity) == ("goland/heap/initial-over-largest", "error")
    assert found.remedies == (EditSettings(file, "goland", (("-Xms4g", None),)),)


@pytest.mark.parametrize("line", ["-Xmx4gb", "-Xss2q", "-XX:MaxHeapSize=4gb", "-Xmx 4g"])
def test_what_is_no_size_keeps_the_jvm_from_starting(home: Path, line: str) -> None:
    """Recognition with OpenJDK 17 and -XX:+IgnoreUnrecognizedVMOptions: all four end in a refusal."""
    file = options(home, line)
    (found,) = findings("goland/size", snapshot_with_ides(home))
    assert (found.severity, found.remedies) == ("error", (EditSettings(file, "goland", ((line, None),)),))


def test_of_two_lines_that_set_the_same_the_first_goes(home: Path) -> None:
    file = options(home, "-Xmx2g", "-Dx=$USER_HOME/a", "-Xmx3g", "-Dx=$USER_HOME/b")
    found = findings("goland/duplicate-options", snapshot_with_ides(home))
    assert [one.remedies for one in found] == [
        (EditSettings(file, "goland", (("-Xmx2g", None), ("-Xmx3g", ""))),),
        (EditSettings(file, "goland", (("-Dx=$USER_HOME/a", None), ("-Dx=$USER_HOME/b", ""))),),
    ]


def test_a_line_twice_does_no_harm_and_other_families_add_up(home: Path) -> None:
    options(home, "-Xmx3g", "-Xmx3g", "--add-opens=a/b=c", "--add-opens=a/d=c")
    assert reported("goland/duplicate-options", snapshot_with_ides(home)) == []


@pytest.mark.parametrize(
    ("line", "version", "said"),
    [
        pytest.param("-XX:+UseConcMarkSweepGC", "21.0.8", [("", "info")], id="gone since 14"),
        pytest.param("-XX:MaxPermSize=350m", "21.0.8", [("", "info")], id="gone since 8"),
        pytest.param("-XX:+ZGenerational", "25.0.2", [("", "info")], id="gone since 24"),
        pytest.param("-XX:+ZGenerational", "21.0.8", [("", "info")], id="without ZGC"),
        pytest.param("-XX:MaxPermSize=350m", None, [], id="the runtime is not known"),
        pytest.param("-XX:MaxRAMPercentage=25", "21.0.8", [], id="displaces the install's -Xmx"),
        pytest.param(
            "-XX:HeapDumpPath=/dev/null/gone/x.hprof", "21.0.8", [("", "warning")], id="a folder that is not there"
        ),
        pytest.param("-jar x", "21.0.8", [("", "info")], id="not the JVM's"),
    ],
)
def test_options_without_effect_are_reported(home: Path, line: str, version: str | None, said: list[object]) -> None:
    release = home / "GoLand-2026.1" / "jbr" / "release"
    release.write_text(f'IMPLEMENTOR="JetBrains s.r.o."\nJAVA_VERSION="{version}"\n' if version else "")
    options(home, line)
    assert reported("goland/ignored-options", snapshot_with_ides(home)) == said


def test_the_installs_own_lines_are_not_for_the_user_to_correct(home: Path) -> None:
    (home / "GoLand-2026.1" / "bin" / "goland64.vmoptions").write_text("-XX:+ZGenerational\n-Xmx1g\n-Xmx2g\n")
    for name in ("ignored-options", "duplicate-options"):
        assert reported(f"goland/{name}", snapshot_with_ides(home)) == []


def test_zgc_of_java_21_is_reported_to_have_generations(home: Path) -> None:
    file = options(home, "-XX:+UseZGC")
    (found,) = findings("goland/zgc", snapshot_with_ides(home))
    assert found.remedies == (EditSettings(file, "goland", (("-XX:+ZGenerational", ""),)),)
    (home / "GoLand-2026.1" / "jbr" / "release").write_text('JAVA_VERSION="25.0.2"\n')
    assert reported("goland/zgc", snapshot_with_ides(home)) == []


def test_a_file_beside_the_install_hides_the_one_in_the_config_folder(home: Path) -> None:
    hidden, winner = options(home, "-Xmx3g"), home / "GoLand-2026.1.vmoptions"
    winner.write_text("-Xmx1g\n")
    (found,) = findings("goland/options-file", snapshot_with_ides(home))
    assert (found.id, found.severity) == ("goland/options-file/hidden", "warning")
    assert found.fix.endswith(f"or remove {winner}")
    assert found.evidence[0] == f"it reads {winner} (next to the install)"
    hidden.write_text("# nothing\n")
    assert reported("goland/options-file", snapshot_with_ides(home)) == []


def test_a_variable_that_names_no_file_is_passed_over(home: Path) -> None:
    snapshot = snapshot_with_ides(home, environment={"GOLAND_VM_OPTIONS": "~/x"})
    assert reported("goland/options-file", snapshot) == [("variable", "warning")]
    (home / "x").write_text("-Xmx1g\n")
    assert (
        reported("goland/options-file", snapshot_with_ides(home, environment={"GOLAND_VM_OPTIONS": f"{home}/x"})) == []
    )


def test_a_variable_that_hides_a_file_is_the_one_to_unset(home: Path) -> None:
    hidden = options(home, "-Xmx3g")
    (home / "x").write_text("-Xmx1g\n")
    (found,) = findings("goland/options-file", snapshot_with_ides(home, environment={"GOLAND_VM_OPTIONS": f"{home}/x"}))
    assert str(hidden) in found.summary
    assert found.fix.endswith("or unset the variable")


def test_why_there_is_no_runtime_is_reported_place_by_place(home: Path) -> None:
    (home / "GoLand-2026.1" / "jbr" / "bin" / "java").unlink()
    (found,) = findings("goland/start", snapshot_with_ides(home))
    assert any(line.startswith("jbr: there is no ") for line in found.evidence)
    assert "idecare jbr use" in found.fix


def test_a_damaged_install_is_to_be_installed_again(home: Path) -> None:
    info = home / "GoLand-2026.1" / "product-info.json"
    info.write_text(info.read_text().replace('"launch": [', '"launch": [{}, '))
    (found,) = findings("goland/start", snapshot_with_ides(home))
    assert (found.evidence[1], found.fix) == (str(info), "install the IDE again")


def test_a_file_named_as_on_another_system_is_never_read(home: Path) -> None:
    (config(home) / "goland.vmoptions").write_text("-Xmx3g\n")
    (config(home) / "jetbrains_client64.vmoptions").write_text("-Xmx3g\n")
    assert reported("goland/options-file", snapshot_with_ides(home)) == [("name", "warning")]
    options(home, "-Xmx3g")
    assert reported("goland/options-file", snapshot_with_ides(home)) == [("name", "info")]


def test_a_nul_makes_the_launcher_drop_the_file(home: Path) -> None:
    (config(home) / "goland64.vmoptions").write_bytes(b"-Xmx3g\n-D\0\n")
    (found,) = findings("goland/options-file", snapshot_with_ides(home))
    assert found.id == "goland/options-file/damaged"
    assert "line 2" in found.evidence[0]


@pytest.mark.parametrize(
    ("harm", "said"),
    [
        pytest.param(
            lambda home: (config(home) / "goland64.vmoptions").write_bytes(b"\xff\n"), [("", "error")], id="not UTF-8"
        ),
        pytest.param(
            lambda home: (home / "GoLand-2026.1" / "jbr" / "bin" / "java").unlink(),
            [("no-runtime", "error")],
            id="no runtime",
        ),
    ],
)
def test_what_stops_the_launcher_is_an_error(home: Path, harm: Callable[[Path], object], said: list[object]) -> None:
    harm(home)
    assert reported("goland/start", snapshot_with_ides(home)) == said


def choose(home: Path, runtime: Path) -> None:
    (config(home) / "goland.jdk").write_text(f"{runtime}\n")


@pytest.mark.parametrize(
    ("machine", "changes", "said"),
    [
        pytest.param(None, {"MODULES": "java.base jcef"}, [], id="right"),
        pytest.param(OTHER_MACHINE, {"MODULES": "jcef"}, [("architecture", "error")], id="other processor"),
        pytest.param(None, {"MODULES": "jcef", "JAVA_VERSION": "17.0.9"}, [("too-old", "error")], id="too old"),
        pytest.param(None, {"IMPLEMENTOR": "Eclipse Adoptium"}, [("vendor", "warning")], id="another vendor's"),
        pytest.param(None, {"MODULES": "jcef", "JAVA_VERSION": "25.0.1"}, [("newer", "info")], id="newer"),
    ],
)
def test_a_chosen_runtime_is_judged(
    home: Path, machine: str | None, changes: dict[str, str], said: list[object]
) -> None:
    choose(home, fake_runtime(home / "own", **({"machine": machine} if machine else {}), **changes))
    assert reported("goland/runtime", snapshot_with_ides(home)) == said


def test_the_bundled_runtime_is_its_makers_affair_but_for_the_processor(home: Path) -> None:
    release = home / "GoLand-2026.1" / "jbr" / "release"
    release.write_text('IMPLEMENTOR="Somebody"\n')
    assert reported("goland/runtime", snapshot_with_ides(home)) == []


def test_a_choice_that_leads_nowhere_is_named(home: Path) -> None:
    choose(home, Path("/dev/null/gone/jbr"))
    (found,) = findings("goland/runtime-choice", snapshot_with_ides(home))
    assert found.evidence[0] == "/dev/null/gone/jbr: there is no such folder"
    assert found.remedies == (RunByUser("idecare jbr reset --ide goland"),)
    snapshot = snapshot_with_ides(home, environment={"JAVA_HOME": "/dev/null/gone"})
    choose(home, fake_runtime(home / "own"))
    assert reported("goland/runtime-choice", snapshot) == []


def test_a_macs_contents_home_is_not_what_the_launcher_wants(fs: FakeFilesystem) -> None:
    """On a Mac the bundle is to be named."""
    chosen = "/Users/u/jbr/Contents/Home"
    file = "/Users/u/Library/Application Support/JetBrains/GoLand2026.1/goland.jdk"
    runtimes = ["/Users/u/jbr", "/Applications/GoLand.app/Contents/jbr"]
    host = build(fs, {"os": "macos", "runtimes": runtimes, "files": {file: f"{chosen}\n"}})
    (found,) = findings("goland/runtime-choice", Snapshot(host))
    assert "the launcher wants the bundle" in found.evidence[0]


def test_a_relative_xdg_folder_parts_launcher_and_ide_on_linux(home: Path) -> None:
    snapshot = snapshot_with_ides(home, environment={"XDG_CONFIG_HOME": ".config", "XDG_CACHE_HOME": "/abs"})
    assert reported("goland/xdg", snapshot) == [("", "warning")]
    mac = make_snapshot(home, "macos", {"XDG_CONFIG_HOME": ".config"}, jetbrains_installs=snapshot.jetbrains_installs)
    assert reported("goland/xdg", mac) == []


def age(path: Path, days: int) -> None:
    stamp = (NOW - timedelta(days=days)).timestamp()
    for file in (path, *path.iterdir()) if path.is_dir() else (path,):
        os.utime(file, (stamp, stamp))


def test_folders_of_a_version_that_is_gone_are_reported_once_they_are_old(home: Path) -> None:
    old = home / ".cache" / "JetBrains" / "GoLand2024.3"
    (old / "index").mkdir(parents=True)
    (home / ".cache" / "JetBrains" / SELECTOR / "index").mkdir(parents=True)
    age(old, 10)
    assert reported("goland/leftovers", snapshot_with_ides(home, now=NOW)) == []
    age(old, 100)
    (found,) = findings("goland/leftovers", snapshot_with_ides(home, now=NOW))
    assert found.evidence == (f"{old}, last written 100 days ago",)


def test_a_heap_dump_is_reported_and_a_crash_log_while_it_is_fresh(home: Path) -> None:
    dump, log = home / "java_error_in_goland.hprof", home / "java_error_in_goland_77.log"
    dump.write_bytes(bytes(5000))
    log.write_text("#")
    age(dump, 400)
    age(log, 3)
    found = findings("goland/heap-dumps", snapshot_with_ides(home, now=NOW))
    assert [(one.severity, one.remedies) for one in found] == [
        ("info", (RunByUser(f"rm {shlex.quote(str(dump))}"),)),
        ("info", (RunByUser(f"rm {shlex.quote(str(log))}"),)),
    ]
    age(log, 40)
    assert len(findings("goland/heap-dumps", snapshot_with_ides(home, now=NOW))) == 1


def refused(home: Path, verdict: Verdict) -> Snapshot:
    return snapshot_with_ides(home, dry_starts={home / "GoLand-2026.1": Proof(None, verdict)})


def test_what_the_runtime_refuses_is_an_error_with_its_words(home: Path) -> None:
    file = options(home, "-XX:CICompilerCount=0")
    option = Option("-XX:CICompilerCount=0", str(file), 1)
    (found,) = findings("goland/dry-start", refused(home, Refused("CICompilerCount (0) must be at least 2", (option,))))
    assert (found.severity, found.id) == ("error", "goland/dry-start/refused")
    assert found.evidence == ("CICompilerCount (0) must be at least 2", f"{file}:1: -XX:CICompilerCount=0")
    assert found.remedies == (EditSettings(file, "goland", (("-XX:CICompilerCount=0", None),)),)


def test_what_is_explained_already_is_not_said_twice(home: Path) -> None:
    options(home, "-XX:+UseG1GC", "-XX:+UseSerialGC")
    snapshot = refused(home, Refused("Conflicting collector combinations", ()))
    assert findings("goland/dry-start", snapshot) == ()
    assert len(findings("goland/collectors", snapshot)) == 1


@pytest.mark.parametrize("name", ["dry-start", "collectors", "size"])
def test_what_the_runtime_accepts_is_no_error(home: Path, name: str) -> None:
    options(home, "-XX:+UseG1GC", "-XX:+UseSerialGC", "-Xmx4gb")
    assert findings(f"goland/{name}", refused(home, Accepted())) == ()


def test_two_collectors_of_another_age_are_ignored_lines(home: Path) -> None:
    options(home, "-Xmx3g", "-XX:+UseConcMarkSweepGC", "-XX:+UseParNewGC")
    snapshot = snapshot_with_ides(home, memory_bytes=16 * GIB)
    assert reported("goland/collectors", snapshot) == []
    assert [severity for _, severity in reported("goland/ignored-options", snapshot)] == ["info", "info"]


def test_a_runtime_that_never_starts_is_an_error(home: Path) -> None:
    (found,) = findings("goland/dry-start", refused(home, NotRunnable("broken", "java: no")))
    assert (found.id, found.severity) == ("goland/dry-start/broken", "error")
