"""What a JVM takes in silence and idecare remarks on."""

from __future__ import annotations

import pytest

from idecare.jetbrains.jvm.option_lint import Remark, lint_options
from idecare.jetbrains.launcher.files import Option

MEMORY = 16 << 30
ZGC, GENERATIONAL = "-XX:+UseZGC", "-XX:+ZGenerational"


def remarks(*texts: str, major: int = 21, source: str = "/u") -> tuple[Remark, ...]:
    options = [Option(text, source, number) for number, text in enumerate(texts, 1)]
    return lint_options(options, MEMORY, major, is_folder=lambda path: path in ("/", "/home/u"))


def lint(*texts: str, major: int = 21) -> list[tuple[str, list[int | None]]]:
    return [(remark.kind, [option.line for option in remark.options]) for remark in remarks(*texts, major=major)]


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        pytest.param(["-Xms1g", "-Xmx16g"], [], id="all of the memory"),
        pytest.param(["-Xmx17g"], [("heap over memory", [1])], id="more than the memory"),
        pytest.param(["-XX:MaxHeapSize=64g"], [("heap over memory", [1])], id="in the long spelling"),
        pytest.param(["-Xms17g", "-Xmx18g"], [("heap over memory", [2]), ("heap over memory", [1])], id="both"),
        pytest.param(["-Xmx64gb"], [], id="a size that the JVM itself refuses"),
        pytest.param(["-Xms4g", "-Xmx2g"], [("contradiction", [1, 2])], id="a larger first heap"),
        pytest.param(["-Xmx2g", "-Xmx4g"], [("contradiction", [1, 2])], id="set twice"),
        pytest.param(["-Xmx2g", "-Xmx2g"], [], id="a line twice"),
        pytest.param(["-XX:+A", "-XX:-A"], [("contradiction", [1, 2])], id="on and off"),
        pytest.param(["-Da=1", "-Da=2"], [("contradiction", [1, 2])], id="a property twice"),
        pytest.param(["--add-opens=a/b=C", "--add-opens=a/b=D", "-Xlog:gc", "-Xlog:jit"], [], id="what adds up"),
        pytest.param([ZGC, "-XX:+UseG1GC"], [("contradiction", [1, 2])], id="two collectors"),
        pytest.param([ZGC, ZGC], [], id="one collector twice"),
        pytest.param(["-XX:+UseG1GC", "-XX:-UseG1GC"], [("contradiction", [1, 2])], id="a collector taken back"),
        pytest.param(["-XX:-UseG1GC", ZGC], [], id="a collector ruled out"),
        pytest.param(["-XX:MaxRAMPercentage=50", "-Xmx1g"], [("contradiction", [1, 2])], id="a share and a size"),
        pytest.param([ZGC, GENERATIONAL], [], id="generational ZGC"),
        pytest.param([GENERATIONAL], [("ignored", [1])], id="generational nothing"),
        pytest.param(["Xmx4g"], [("ignored", [1])], id="no dash"),
        pytest.param(["\ufeff-Xmx4g"], [("ignored", [1])], id="a byte order mark"),
        pytest.param(["--add-opens a/b=C"], [("ignored", [1])], id="a space for the equals sign"),
        pytest.param(["-XX:HeapDumpPath=/home/u/x.hprof"], [], id="a dump in a folder"),
        pytest.param(["-XX:HeapDumpPath=/home/u"], [], id="a folder for dumps"),
        pytest.param(["-XX:HeapDumpPath=/no/x.hprof"], [("no such folder", [1])], id="a dump to nowhere"),
        pytest.param(["-XX:ErrorFile=/no/e_%p.log"], [("no such folder", [1])], id="an error file to nowhere"),
        pytest.param(["-XX:ErrorFile=C:\\no\\e.log"], [("no such folder", [1])], id="on Windows"),
        pytest.param(["-XX:ErrorFile=no/e.log"], [], id="a relative path is not judged"),
        pytest.param(
            ["-XX:ErrorFile=/no/e", "-XX:ErrorFile=/home/u/e"], [("contradiction", [1, 2])], id="the last path counts"
        ),
    ],
)
def test_remarks(texts: list[str], expected: list[tuple[str, list[int]]]) -> None:
    assert lint(*texts) == expected


@pytest.mark.parametrize(
    ("option", "majors"),
    [
        ("-XX:+ZGenerational", [21, 23]),
        ("-XX:+UseConcMarkSweepGC", [11]),
        ("-XX:MaxPermSize=512m", []),
        ("-XX:+UseBiasedLocking", [11, 17]),
        ("-XX:+UseCompactObjectHeaders", [25]),
        ("--sun-misc-unsafe-memory-access=allow", [23, 25]),
        ("--illegal-access=permit", [11]),
        ("-Xmx1g", [11, 17, 21, 23, 25]),
        ("-XX:+SomeFlagOfJetBrains", [11, 17, 21, 23, 25]),
    ],
)
def test_an_option_has_its_majors(option: str, majors: list[int]) -> None:
    collector = ("-XX:+UseZGC",) if "ZGen" in option else ()
    assert [major for major in (11, 17, 21, 23, 25) if not lint(option, *collector, major=major)] == majors


def test_lines_of_two_files_do_not_contradict() -> None:
    options = [Option("-Xmx2048m", "/dist", 2), Option("-Xmx4g", "/user", 1)]
    assert lint_options(options, MEMORY, 21) == ()


def test_a_message_says_what_and_why() -> None:
    assert [remark.message for remark in remarks("-Xmx64g", "-XX:+UseParNewGC")] == [
        "-Xmx64g is more than the 16.0 GiB of this machine",
        "-XX:+UseParNewGC went after Java 9: Java 21 ignores it",
    ]


def test_collectors_that_the_java_does_not_have_are_no_contradiction() -> None:
    found = lint("-XX:+UseConcMarkSweepGC", "-XX:+UseParNewGC", major=21)
    assert {kind for kind, _ in found} == {"ignored"}
    assert ("contradiction", [1, 2]) in lint("-XX:+UseG1GC", "-XX:+UseZGC", major=21)


def test_a_byte_order_mark_is_named() -> None:
    (remark,) = lint_options((Option("\ufeff-Xmx3g", "/u.vmoptions", 1),), MEMORY, 21)
    assert "begins with a byte order mark" in remark.message
    assert "without one" in remark.message
