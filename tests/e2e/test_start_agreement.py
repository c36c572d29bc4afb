"""configure, jbr check and doctor agree on whether an IDE starts, and so does a real JVM: on random set-ups."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path
from random import Random

import pytest

from idecare.cli.render.proof import refusal
from idecare.configure.machine import Machine
from idecare.configure.plan import parse_overrides, plan_configure
from idecare.core.host import Host
from idecare.doctor.runner import all_checks
from idecare.doctor.snapshot import Snapshot
from idecare.formats.jvm_options import is_read_by_jvm
from idecare.jetbrains.config_files import inspect_jetbrains
from idecare.jetbrains.installs import install_at
from idecare.jetbrains.jvm.dry_start import prove
from idecare.jetbrains.launcher import Launch, simulate
from idecare.jetbrains.launcher.home import LaunchFailure
from idecare.jetbrains.launcher.options import JVM_OPTIONS_AFTER, JVM_OPTIONS_BEFORE, EffectiveOptions
from idecare.jetbrains.runtime_choice import judge_install
from tests.conftest import make_host
from tests.support.goland import make_world
from tests.support.jvms import VERSIONS, java_home

pytestmark = [pytest.mark.e2e, pytest.mark.slow]

SAMPLE, WITH_SOAK = 24, 500
GIB = 1 << 30
LINES = (
    *("-Xmx1g", "-Xmx3g", "-Xmx900m", "-Xmx4gb", "-Xmx", "-Xms256m", "-Xms2g", "-Xms8g", "-Xss2m", "-Xss1k", "-Xmn64m"),
    *("-XX:+UseG1GC", "-XX:+UseZGC", "-XX:+UseSerialGC", "-XX:+UseParallelGC", "-XX:-UseG1GC", "-XX:-UseZGC"),
    *("-XX:+UseConcMarkSweepGC", "-XX:+UseParNewGC", "-XX:+UseParallelOldGC", "-XX:+UseShenandoahGC"),
    *("-XX:+ZGenerational", "-XX:-ZGenerational", "-XX:LargePageSizeInBytes=4m", "-XX:+UseCompactObjectHeaders"),
    *("-XX:ReservedCodeCacheSize=512m", "-XX:ReservedCodeCacheSize=3g", "-XX:ReservedCodeCacheSize=1k"),
    *(
        "-XX:SoftRefLRUPolicyMSPerMB=50",
        "-XX:SoftRefLRUPolicyMSPerMB=x",
        "-XX:CICompilerCount=0",
        "-XX:CICompilerCount=4",
    ),
    *("-XX:MaxRAMPercentage=200", "-XX:MaxRAMPercentage=50", "-XX:MaxMetaspaceSize=1m", "-XX:MaxPermSize=350m"),
    *(
        "-XX:+AggressiveOpts",
        "-XX:+UseBiasedLocking",
        "-XX:+NoSuchFlag",
        "-XX:NoSuchFlag=1",
        "-XX:MaxJavaStackTraceDepth=-7",
    ),
    *("-XX:+UnlockExperimentalVMOptions", "-XX:G1HeapRegionSize=3m", "-XX:ParallelGCThreads=0", "-XX:ConcGCThreads=99"),
    *("-ea", "-Dmine=1", "-noverify", "--add-opens=java.base/java.lang=ALL-UNNAMED", "--illegal-access=warn"),
    *(
        "--sun-misc-unsafe-memory-access=allow",
        "--no-such-word=1",
        "-Xnosuch",
        "-Xint",
        "-verbose:none",
        "--enable-preview",
    ),
    *("-javaagent:/no/such/agent.jar", "-agentpath:/no/such/agent.so", "-agentlib:nosuchagent", "# a comment"),
    "-agentlib:jdwp=transport=dt_socket,server=y,suspend=n,address=127.0.0.1:0",
)
# Those of the file without agents, of which the JVM tells nothing apart, and of what a shell's quoting needs.
WORDS = (*(line for line in LINES if line.startswith("-X")), "-Da='b c'", '-Da="b', "-Dplain=1")
VARIABLES = (JVM_OPTIONS_BEFORE, JVM_OPTIONS_AFTER, "IJ_JAVA_OPTIONS")


@pytest.fixture(scope="module")
def homes(tmp_path_factory: pytest.TempPathFactory) -> dict[int, Path]:
    found: dict[int, Path] = {}
    for major in VERSIONS:
        home = java_home(major, tmp_path_factory.getbasetemp() / "jvms")
        if isinstance(home, str):
            pytest.skip(home)
        found[major] = home
    return found


@dataclass(frozen=True)
class SetUp:
    """One user's GoLand: the major of its runtime, the lines of the user's file, the variables."""

    major: int
    lines: tuple[str, ...]
    variables: dict[str, str]


def set_up(number: int) -> SetUp:
    random = Random(number)
    lines = tuple(random.choices(LINES, k=random.choice((0, 1, 1, 2, 2, 3, 4))))
    variables = {
        name: " ".join(random.choices(WORDS, k=random.choice((1, 1, 2)))) for name in VARIABLES if random.random() < 0.2
    }
    return SetUp(random.choice(tuple(VERSIONS)), lines, variables)


def real_jvm_starts(host: Host, install: Path) -> bool:
    """By the java command: the options that the launcher hands over as arguments, the JVM's variables as variables."""
    launch = simulate(host, install)
    if isinstance(launch, LaunchFailure) or isinstance(launch.options, LaunchFailure):
        return False
    assert isinstance(launch, Launch)
    assert isinstance(launch.options, EffectiveOptions)
    texts = [one.text for one in launch.options.options if one.source not in (JVM_OPTIONS_BEFORE, JVM_OPTIONS_AFTER)]
    words = [text for text in texts if is_read_by_jvm(text)]
    java = install / "jbr" / "bin" / "java"
    command: list[str | Path] = [
        java,
        "-XX:+IgnoreUnrecognizedVMOptions",
        *words,
        "-XX:-CreateCoredumpOnCrash",
        "-version",
    ]
    variables = {name: host.environment[name] for name in VARIABLES[:2] if name in host.environment}
    done = subprocess.run(command, env=variables, cwd=install, capture_output=True, timeout=60, check=False)
    return done.returncode == 0


def answers(host: Host, install_folder: Path) -> dict[str, bool]:
    """Whether the IDE starts, as each of the three says."""
    install = install_at(host, install_folder)
    assert install is not None
    target = inspect_jetbrains(host, install)
    machine = Machine("linux", host.machine, 16 * GIB)
    (planned,) = plan_configure([target], None, parse_overrides((), ("-Dtrial=1",)), machine)
    proof = prove(host, install.path, {edit.path: edit.after for edit in planned.edits})
    judged = judge_install(host, install, 16 * GIB)
    snapshot = Snapshot(host, jetbrains_installs=(install,), memory_bytes=16 * GIB)
    checks = [check for check in all_checks() if check.id.startswith("goland/")]
    errors = [found for check in checks for found in check.run(snapshot) if found.severity == "error"]
    is_planned = planned.skip is None or planned.skip.kind != "refused"
    return {"configure": is_planned and not refusal(proof, None), "jbr": not judged.is_wrong, "doctor": not errors}


def test_all_agree_on_whether_the_ide_starts(
    homes: dict[int, Path], tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    count = WITH_SOAK if request.config.getoption("--soak") else SAMPLE
    wrong: list[tuple[SetUp, bool, dict[str, bool]]] = []
    starts = 0
    for number in range(count):
        case = set_up(number)
        world = make_world(tmp_path / str(number), homes[case.major], case.major)
        world.config.mkdir(parents=True)
        world.options_file.write_text("".join(f"{line}\n" for line in case.lines))
        host = make_host(environment=case.variables, home=world.home, cwd=world.home)
        real, said = real_jvm_starts(host, world.install), answers(host, world.install)
        starts += real
        if set(said.values()) != {real}:
            wrong.append((case, real, said))
    assert wrong == []
    assert 0 < starts < count
