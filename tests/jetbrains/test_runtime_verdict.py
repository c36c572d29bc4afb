"""What is said of a runtime, case by case, and what its files show."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from idecare.jetbrains.jvm import Accepted, AcceptedWithWarnings, NotRunnable, Refused, Verdict
from idecare.jetbrains.jvm.option_lint import Remark
from idecare.jetbrains.launcher.files import Option
from idecare.jetbrains.runtime_verdict import Needs, RuntimeFacts, judge_runtime, read_facts
from tests.conftest import make_host
from tests.support.programs import elf

FACTS = RuntimeFacts(Path("/jbr"), "21.0.8", 21, "JetBrains s.r.o.", "JBR-21.0.8-jcef", ("amd64",), True)
NEEDS = Needs("GoLand2026.1", ("amd64",), 21)
OPTION = Option("-Xms8g", "/u.vmoptions", 2)


@pytest.mark.parametrize(
    ("facts", "needs", "verdict", "expected"),
    [
        pytest.param(FACTS, NEEDS, Accepted(), [], id="right"),
        pytest.param(replace(FACTS, architectures=("arm64",)), NEEDS, None, ["error architecture"], id="architecture"),
        pytest.param(FACTS, Needs("this", ("arm64",)), None, ["error architecture", "warning translated"], id="IDE"),
        pytest.param(
            replace(FACTS, architectures=("arm64",)), Needs("this"), None, ["error architecture"], id="no IDE"
        ),
        pytest.param(replace(FACTS, architectures=("arm64", "amd64")), NEEDS, None, [], id="universal"),
        pytest.param(replace(FACTS, major=17), NEEDS, None, ["error too-old"], id="too old"),
        pytest.param(replace(FACTS, major=25), NEEDS, None, ["note newer"], id="newer"),
        pytest.param(replace(FACTS, major=None), NEEDS, None, ["warning unknown-version"], id="no version"),
        pytest.param(replace(FACTS, vendor="Debian"), NEEDS, None, ["warning vendor"], id="vendor"),
        pytest.param(replace(FACTS, vendor=None), NEEDS, None, ["warning vendor"], id="no vendor"),
        pytest.param(replace(FACTS, has_jcef=False), NEEDS, None, ["warning no-jcef"], id="no JCEF"),
        pytest.param(replace(FACTS, has_jcef=None), NEEDS, None, [], id="JCEF not known"),
        pytest.param(FACTS, NEEDS, AcceptedWithWarnings(("w",)), ["warning jvm-warning"], id="warnings"),
        pytest.param(FACTS, NEEDS, Accepted((OPTION,)), ["note options-ignored"], id="ignored"),
        pytest.param(FACTS, NEEDS, Refused("no", (OPTION,)), ["error options-refused"], id="refused"),
        pytest.param(FACTS, NEEDS, NotRunnable("hangs", "no answer"), ["error hangs"], id="hangs"),
        pytest.param(FACTS, NEEDS, NotRunnable("foreign architecture", "x"), ["error foreign-architecture"], id="run"),
    ],
)
def test_the_findings_worst_first(
    facts: RuntimeFacts, needs: Needs, verdict: Verdict | None, expected: list[str]
) -> None:
    found = judge_runtime(make_host("linux"), facts, needs, verdict)
    assert [f"{finding.severity} {finding.code}" for finding in found] == expected


def test_what_the_run_said_is_not_said_twice() -> None:
    ignored = Remark("ignored", "Java 21 ignores it", (OPTION,))
    large = Remark("heap over memory", "-Xmx64g is more", (OPTION,))
    found = judge_runtime(make_host("linux"), FACTS, NEEDS, Accepted((OPTION,)), (ignored, large))
    assert [finding.code for finding in found] == ["heap-over-memory", "options-ignored"]
    assert judge_runtime(make_host("linux"), FACTS, NEEDS, Refused("no", ()), (ignored, large))[1:] == ()


def runtime(folder: Path, release: str) -> Path:
    (folder / "lib" / "server").mkdir(parents=True)
    (folder / "release").write_text(release)
    return folder


@pytest.mark.parametrize(
    ("release", "file", "expected"),
    [
        pytest.param('MODULES="java.base jcef"\n', None, True, id="a module"),
        pytest.param('IMPLEMENTOR_VERSION="JBR-21-1-jcef"\n', None, True, id="a flavour"),
        pytest.param('MODULES="java.base"\n', "lib/libcef.so", True, id="the library"),
        pytest.param('MODULES="java.base"\n', None, False, id="neither"),
    ],
)
def test_jcef_is_told_by_modules_name_or_library(
    tmp_path: Path, release: str, file: str | None, expected: bool
) -> None:
    home = runtime(tmp_path / "jbr", release)
    if file:
        (home / file).write_text("")
    assert read_facts(make_host("linux"), home).has_jcef is expected


def test_the_library_tells_the_architecture_before_the_release_file(tmp_path: Path) -> None:
    home = runtime(tmp_path / "jbr", 'OS_ARCH="x86_64"\nJAVA_VERSION="21.0.8"\n')
    assert read_facts(make_host("linux"), home).architectures == ("amd64",)
    (home / "lib" / "server" / "libjvm.so").write_bytes(elf(183))
    facts = read_facts(make_host("linux"), home)
    assert (facts.architectures, facts.major) == (("arm64",), 21)


def test_nothing_is_known_of_a_folder_without_files(tmp_path: Path) -> None:
    assert read_facts(make_host("linux"), tmp_path / "none") == RuntimeFacts(
        tmp_path / "none", None, None, None, None, (), None
    )
