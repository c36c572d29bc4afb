"""Real JVMs, asked whether they start: the verdicts, the lines at fault, and what they ignore."""

from __future__ import annotations

import subprocess
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from idecare.core.host import Host, read_host
from idecare.jetbrains.jvm import Accepted, AcceptedWithWarnings, NotRunnable, Refused, Verdict
from idecare.jetbrains.jvm.option_lint import FLAGS, WORDS, lint_options
from idecare.jetbrains.jvm.start import dry_run
from idecare.jetbrains.launcher import Launch, simulate
from idecare.jetbrains.launcher.files import Option
from idecare.jetbrains.launcher.options import EffectiveOptions
from idecare.jetbrains.launcher.runtime import library_file
from tests.support.jvms import VERSIONS, java_home
from tests.support.launcher import DIST_TEXT, Case, cases, descriptor

pytestmark = pytest.mark.slow

MAJORS = tuple(VERSIONS)
USER_FILE = "/u.vmoptions"
UNLOCKED = ("-XX:+UnlockDiagnosticVMOptions", "-XX:+UnlockExperimentalVMOptions", "-XX:+PrintFlagsFinal")


@pytest.fixture(scope="session")
def homes(tmp_path_factory: pytest.TempPathFactory) -> dict[int, Path]:
    """The JVMs by major; the session's tests of them are skipped where they cannot be had."""
    found: dict[int, Path] = {}
    for major in MAJORS:
        home = java_home(major, tmp_path_factory.getbasetemp() / "jvms")
        if isinstance(home, str):
            pytest.skip(home)
        found[major] = home
    return found


@pytest.fixture(params=MAJORS)
def major(request: pytest.FixtureRequest) -> int:
    return int(request.param)


def lines(*texts: str) -> tuple[Option, ...]:
    return tuple(Option(text, USER_FILE, number) for number, text in enumerate(texts, 1))


def ask(home: Path, *texts: str, ignore_unknown: bool = False, environment: Mapping[str, str] | None = None) -> Verdict:
    host = read_host()
    host = replace(host, environment={**host.environment, **(environment or {})})
    return dry_run(host, home, lines(*texts), ignore_unknown=ignore_unknown)


def places(options: Sequence[Option]) -> list[int | None]:
    return [option.line for option in options]


@pytest.mark.parametrize("collector", ["UseZGC", "UseG1GC", "UseShenandoahGC", "UseParallelGC", "UseSerialGC"])
def test_one_collector_is_accepted(homes: dict[int, Path], major: int, collector: str) -> None:
    assert ask(homes[major], "-ea", f"-XX:+{collector}") == Accepted()


@pytest.mark.parametrize(
    ("options", "text", "at_fault"),
    [
        pytest.param(
            ["-ea", "-XX:+UseZGC", "-Da=1", "-XX:+UseG1GC"],
            "Multiple garbage collectors selected",
            [2, 4],
            id="two collectors",
        ),
        pytest.param(
            ["-Xms8g", "-ea", "-Xmx6g"],
            "Initial heap size set to a larger value than the maximum heap size",
            [1, 3],
            id="a larger first heap",
        ),
        pytest.param(["-ea", "-Xmx6gb"], "Invalid maximum heap size: -Xmx6gb", [2], id="a unit of two letters"),
        pytest.param(
            ["-XX:ReservedCodeCacheSize=4g", "-ea"],
            "Invalid ReservedCodeCacheSize=4096M. Must be at most 2048M.",
            [1],
            id="too large a code cache",
        ),
        pytest.param(["-ea", "-XX:+UseConcMarkSweepGC"], "Unrecognized VM option", [2], id="a collector of old"),
        pytest.param(["-ea", "-XX:MaxPermSize=512m"], "Unrecognized VM option", [2], id="a size of old"),
        pytest.param(["-XX:+NoSuchFlag", "-ea"], "Unrecognized VM option 'NoSuchFlag'", [1], id="no flag"),
        pytest.param(["-ea", "-XX:UseZGC"], "Missing +/- setting for VM option 'UseZGC'", [2], id="no sign"),
        pytest.param(["-XX:CICompilerCount=1", "-ea"], "CICompilerCount (1) must be at least 2", [1], id="too few"),
        pytest.param(["-ea", "-Xss1k", "-Da=1"], "stack size specified is too small", [2], id="no name in the text"),
        pytest.param(["-ea", "-Xss1m -Xmx1g"], "Invalid thread stack size: -Xss1m -Xmx1g", [2], id="two in one line"),
        pytest.param(["-ea", "--add-opens=java.base/x"], "Unable to parse --add-opens", [2], id="half an option"),
        pytest.param(["-Xmx1t", "-Xms1t"], "insufficient memory for the Java Runtime Environment", [2], id="too much"),
        pytest.param(
            ["-XX:+UseEpsilonGC", "-XX:+UnlockExperimentalVMOptions"],
            "must be enabled via -XX:+UnlockExperimentalVMOptions",
            [1],
            id="unlocked too late",
        ),
        pytest.param(
            ["-Xmx6gb", "-XX:+UseZGC", "-XX:+UseG1GC"], "Invalid maximum heap size", [1], id="the first of two faults"
        ),
    ],
)
def test_a_refusal_names_its_lines(
    homes: dict[int, Path], major: int, options: list[str], text: str, at_fault: list[int]
) -> None:
    verdict = ask(homes[major], *options)
    assert isinstance(verdict, Refused)
    assert text in verdict.text
    assert "Could not create" not in verdict.text
    assert places(verdict.options) == at_fault


@pytest.mark.parametrize(
    "option",
    ["-Xmx64g", "-XX:ReservedCodeCacheSize=512m", "-XX:ReservedCodeCacheSize=2g", "-XX:HeapDumpPath=/no/such/folder/x"],
)
def test_what_only_we_can_judge_is_accepted_in_silence(homes: dict[int, Path], major: int, option: str) -> None:
    assert ask(homes[major], option) == Accepted()


@pytest.mark.parametrize("option", ["-XX:+UseConcMarkSweepGC", "-XX:MaxPermSize=512m", "-XX:+NoSuchFlag", "-Xnope"])
def test_the_launcher_ignores_what_the_jvm_does_not_know(homes: dict[int, Path], major: int, option: str) -> None:
    assert ask(homes[major], "-XX:+IgnoreUnrecognizedVMOptions", option) == Accepted()
    verdict = ask(homes[major], "-ea", option, "-Da=1", ignore_unknown=True)
    assert isinstance(verdict, Accepted)
    assert places(verdict.ignored) == [2]


def test_every_unknown_option_is_found(homes: dict[int, Path], major: int) -> None:
    options = ("-XX:+UseZCG", "-XX:+UseZGC", "-Xnope", "-XX:Nope=1", "-XX:+UseZCG")
    verdict = ask(homes[major], *options, ignore_unknown=True)
    assert isinstance(verdict, Accepted)
    assert sorted(place or 0 for place in places(verdict.ignored)) == [1, 3, 4, 5]


def test_zgenerational_is_told_by_the_major(homes: dict[int, Path]) -> None:
    options = ("-XX:+UseZGC", "-XX:+ZGenerational")
    refused, accepted, warned = (ask(homes[major], *options) for major in MAJORS)
    assert isinstance(refused, Refused)
    assert (refused.text, places(refused.options)) == ("Unrecognized VM option 'ZGenerational'", [2])
    assert accepted == Accepted()
    assert isinstance(warned, AcceptedWithWarnings)
    assert "Ignoring option ZGenerational; support was removed in 24.0" in warned.warnings[0]


def test_a_warning_does_not_hide_the_reason(homes: dict[int, Path]) -> None:
    verdict = ask(homes[25], "-XX:+UseParallelGC", "-XX:+UseZGC", "-XX:+ZGenerational")
    assert isinstance(verdict, Refused)
    assert verdict.text.endswith("Multiple garbage collectors selected")
    assert places(verdict.options) == [1, 2]


def test_a_run_leaves_nothing_behind(homes: dict[int, Path], major: int, tmp_path: Path) -> None:
    before = sorted(homes[major].iterdir())
    error_file, dump = f"-XX:ErrorFile={tmp_path}/e.log", f"-XX:HeapDumpPath={tmp_path}/d.hprof"
    for options in (("-Xms1t", "-Xmx1t"), ("-Xmx2m", "-XX:+HeapDumpOnOutOfMemoryError")):
        ask(homes[major], error_file, dump, *options)
        ask(homes[major], *options)
    assert sorted(homes[major].iterdir()) == before
    assert list(tmp_path.iterdir()) == []


def test_compact_headers_came_with_25(homes: dict[int, Path]) -> None:
    verdicts = [type(ask(homes[major], "-XX:+UseCompactObjectHeaders")) for major in MAJORS]
    assert verdicts == [Refused, Refused, Accepted]


def test_variables_that_add_options_are_kept_away(homes: dict[int, Path], major: int) -> None:
    wrong = dict.fromkeys(("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS"), "-Xmx6gb")
    assert ask(homes[major], "-ea", environment=wrong) == Accepted()


def test_words_of_the_java_command_are_not_handed_to_it(homes: dict[int, Path], major: int) -> None:
    words = ("-cp", "-jar", "--help", "@nope", "Main", "--list-modules", "--source", "\ufeff-Xmx1g", "-version")
    assert ask(homes[major], *words, ignore_unknown=True) == Accepted()


def agent_jar(path: Path, manifest: str = "Premain-Class: a.B\n") -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("META-INF/MANIFEST.MF", manifest)
    return path


@pytest.mark.parametrize(
    ("option", "said"),
    [
        ("-javaagent:{folder}/absent.jar=a=b", "Error opening zip file or JAR manifest missing : {folder}/absent.jar"),
        ("-javaagent:{folder}/no.jar", "Error opening zip file or JAR manifest missing : {folder}/no.jar"),
        ("-javaagent:{folder}/other.jar", "Failed to find Premain-Class manifest attribute in {folder}/other.jar"),
        ("-agentpath:{folder}/absent.so", "Could not find agent library {folder}/absent.so in absolute path"),
        ("-agentlib:absent=x", "Could not find agent library absent on the library path"),
    ],
)
def test_an_agent_that_is_not_there_is_a_refusal(
    homes: dict[int, Path], major: int, tmp_path: Path, option: str, said: str
) -> None:
    """The JVM says the same, as it would if it were started with the agent."""
    agent_jar(tmp_path / "other.jar", "Main-Class: a.B\n")
    (tmp_path / "no.jar").write_bytes(b"no zip")
    words = ("-ea", option.format(folder=tmp_path))
    verdict = ask(homes[major], *words, ignore_unknown=True)
    assert isinstance(verdict, Refused)
    assert (verdict.text, places(verdict.options)) == (said.format(folder=tmp_path), [2])
    assert verdict.left_out == ()
    real = subprocess.run(
        [homes[major] / "bin" / "java", *words, "-version"], capture_output=True, text=True, check=False
    )
    assert (real.returncode, said.format(folder=tmp_path) in real.stdout + real.stderr) == (1, True)


def test_what_acts_is_left_out(homes: dict[int, Path], major: int, tmp_path: Path) -> None:
    log, agent = tmp_path / "gc.log", agent_jar(tmp_path / "agent.jar")
    options = (f"-javaagent:{agent}", f"-agentpath:{homes[major]}/lib/libjava.so", f"-Xlog:gc:{log}")
    verdict = ask(homes[major], *options, "-Xlog:disable", ignore_unknown=True)
    assert isinstance(verdict, Accepted)
    assert places(verdict.left_out) == [1, 2, 3]
    assert not log.exists()


def test_a_jvm_is_not_started_in_a_folder_that_is_gone(
    homes: dict[int, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "gone").mkdir()
    monkeypatch.chdir(tmp_path / "gone")
    (tmp_path / "gone").rmdir()
    assert ask(homes[21], "-ea") == Accepted()
    monkeypatch.chdir(tmp_path)


def test_a_jvm_without_its_library_is_broken(homes: dict[int, Path], tmp_path: Path) -> None:
    home = tmp_path / "half"
    (home / "bin").mkdir(parents=True)
    library = library_file(read_host(), home)
    library.parent.mkdir(parents=True)
    library.touch()
    (home / "bin" / "java").write_bytes((homes[21] / "bin" / "java").read_bytes())
    (home / "bin" / "java").chmod(0o755)
    verdict = ask(home, "-ea")
    assert isinstance(verdict, NotRunnable)
    assert verdict.reason == "broken"


def print_flags(home: Path, options: Sequence[str]) -> dict[str, str]:
    """The JVM's own view of its flags."""
    command = [str(home / "bin" / "java"), *options, *UNLOCKED, "-version"]
    output = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    rows = (line.split(None, 4) for line in output.splitlines()[1:])
    return {row[1]: row[3] for row in rows if len(row) > 3}


def test_the_table_of_flags_agrees_with_the_jvm(homes: dict[int, Path], major: int) -> None:
    known = print_flags(homes[major], ())
    assert {name for name in FLAGS if name in known} == {
        name for name, (first, last) in FLAGS.items() if first <= major <= last
    }


@pytest.mark.parametrize("word", WORDS)
def test_the_table_of_words_agrees_with_the_jvm(homes: dict[int, Path], major: int, word: str) -> None:
    value = {"--finalization": "enabled", "--sun-misc-unsafe-memory-access": "allow"}.get(word, "deny")
    first, last = WORDS[word]
    assert (ask(homes[major], f"{word}={value}") == Accepted()) is (first <= major <= last)


@pytest.mark.parametrize("case", [case for case in cases("jvm") if "ansiCodePage" not in case.values[0]])
def test_a_vector_holds_with_a_real_jvm(homes: dict[int, Path], major: int, tmp_path: Path, case: Case) -> None:
    host, options = effective(tmp_path, case)
    verdict, expected = dry_run(host, homes[major], options.options), case["expect"]
    if expected.get("starts") is False:
        assert isinstance(verdict, Refused)
        # The launcher's test has the first sentence from a runtime of its time; OpenJDK 17 to 25 say the second.
        said = verdict.text.replace(
            "Multiple garbage collectors selected", "Conflicting collector combinations in option list"
        )
        assert expected["message"] in said
        assert len(verdict.options) == 2
        return
    assert isinstance(verdict, Accepted)
    flags = print_flags(homes[major], options.texts)
    assert all(flags[name] == str(value) for name, value in expected.get("effective", {}).items())
    assert all(flags[name] != str(value) for name, value in expected.get("effectiveNot", {}).items())


def effective(tmp_path: Path, case: Case) -> tuple[Host, EffectiveOptions]:
    """The options of a case's machine, built on the real disk, where the JVM can see it."""
    install, home = tmp_path / "GoLand-2026.1", tmp_path / "u"
    (install / "bin").mkdir(parents=True)
    (install / "product-info.json").write_text(descriptor("linux"))
    (install / "bin" / "goland64.vmoptions").write_text(case.get("dist", DIST_TEXT))
    for path, text in case["files"].items():
        file = home / Path(path).relative_to("/home/u")
        file.parent.mkdir(parents=True)
        file.write_text(text)
    real = read_host()
    host = replace(real, home=home, environment={"PATH": real.environment["PATH"], "HOME": str(home)})
    launch = simulate(host, install, "G4")
    assert isinstance(launch, Launch)
    assert isinstance(launch.options, EffectiveOptions)
    return host, launch.options


def test_judge_says_before_the_jvm_that_sizes_do_not_fit(tmp_path: Path) -> None:
    (case,) = (case.values[0] for case in cases("jvm") if case.id == "J5")
    _, options = effective(tmp_path, case)
    (remark,) = lint_options(options.options, memory_bytes=32 << 30, major=21)
    assert [option.line for option in remark.options] == [1, 2]
