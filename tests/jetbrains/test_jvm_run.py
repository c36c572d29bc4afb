"""Runtimes that cannot run, and the search for rejected options, without a JVM."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idecare.core.host import Host, read_host
from idecare.formats.jvm_options import acts, is_read_by_jvm
from idecare.jetbrains.jvm import Accepted, AcceptedWithWarnings, NotRunnable, Refused, Verdict
from idecare.jetbrains.jvm.start import dry_run, find_rejected_options, named_in
from idecare.jetbrains.launcher.files import Option
from idecare.jetbrains.launcher.runtime import library_file
from tests.support.programs import elf, macho

OPTIONS = tuple(Option(f"-D{letter}=1", "/f", number) for number, letter in enumerate("abcdefghijklm", 1))
OTHERS = {"amd64": 183, "arm64": 62}  # the ELF machine that this one is not


def runtime(tmp_path: Path, content: str | bytes, mode: int = 0o755) -> Path:
    """A folder with what the launcher looks for."""
    java = tmp_path / "jbr" / "bin" / "java"
    library = library_file(read_host(), tmp_path / "jbr")
    for file in (java, library):
        file.parent.mkdir(parents=True)
    java.write_bytes(content if isinstance(content, bytes) else content.encode())
    java.chmod(mode)
    library.touch()
    return tmp_path / "jbr"


def ask(home: Path, *texts: str, limit_seconds: float = 20.0, host: Host | None = None) -> Verdict:
    options = tuple(Option(text, "/f", number) for number, text in enumerate(texts, 1))
    return dry_run(host or read_host(), home, options, limit_seconds=limit_seconds)


def reason_of(verdict: Verdict) -> str:
    assert isinstance(verdict, NotRunnable)
    return verdict.reason


def test_a_runtime_that_answers_is_accepted(tmp_path: Path) -> None:
    assert ask(runtime(tmp_path, "#!/bin/sh\necho 'openjdk version \"21\"'\n")) == Accepted()


def test_warnings_are_the_lines_that_warn(tmp_path: Path) -> None:
    home = runtime(
        tmp_path, "#!/bin/sh\necho 'openjdk 21'\necho 'OpenJDK VM warning: x'\necho '[0.1s][warning][gc] y'\n"
    )
    verdict = ask(home)
    assert isinstance(verdict, AcceptedWithWarnings)
    assert verdict.warnings == ("OpenJDK VM warning: x", "[0.1s][warning][gc] y")


def test_each_line_is_one_argument(tmp_path: Path) -> None:
    home = runtime(tmp_path, f'#!/bin/sh\nfor word in "$@"; do echo "<$word>"; done > "{tmp_path}/seen"\n')
    ask(home, "-Da=two words", "-Db=$HOME;*")
    seen = (tmp_path / "seen").read_text().splitlines()
    assert [word for word in seen if word.startswith("<-D")] == ["<-Da=two words>", "<-Db=$HOME;*>"]
    assert seen[-1] == "<-version>"


def test_a_missing_runtime(tmp_path: Path) -> None:
    assert reason_of(ask(tmp_path / "nope")) == "missing"


@pytest.mark.skipif(os.name != "posix", reason="modes")
def test_a_file_without_execute_bit(tmp_path: Path) -> None:
    assert reason_of(ask(runtime(tmp_path, "#!/bin/sh\n", mode=0o644))) == "not executable"


def test_a_folder_for_a_program(tmp_path: Path) -> None:
    (tmp_path / "bin" / "java").mkdir(parents=True)
    assert reason_of(ask(tmp_path)) == "not executable"


def test_a_program_for_another_machine(tmp_path: Path) -> None:
    host = read_host()
    verdict = ask(runtime(tmp_path, elf(OTHERS[host.machine])), host=host)
    assert isinstance(verdict, NotRunnable)
    assert verdict.reason == "foreign architecture"
    assert verdict.text.endswith(f"this is {host.platform.name} on {host.machine}")


@pytest.mark.skipif(sys.platform == "darwin", reason="runs there")
def test_a_program_for_another_system(tmp_path: Path) -> None:
    verdict = ask(runtime(tmp_path, macho()))
    assert isinstance(verdict, NotRunnable)
    assert verdict.reason == "foreign architecture"
    assert "a program for arm64 (mach-o)" in verdict.text


@pytest.mark.parametrize("content", [b"", b"\x7fELF", b"#!/no/such/interpreter\n", b"\0" * 100])
def test_a_damaged_program(tmp_path: Path, content: bytes) -> None:
    assert reason_of(ask(runtime(tmp_path, content))) in ("broken", "foreign architecture")


def test_a_runtime_that_refuses_everything_is_broken(tmp_path: Path) -> None:
    verdict = ask(runtime(tmp_path, "#!/bin/sh\necho 'Error: could not find libjava.so'\nexit 2\n"), "-ea")
    assert verdict == NotRunnable("broken", "Error: could not find libjava.so")


def test_a_runtime_without_the_library_that_the_launcher_loads(tmp_path: Path) -> None:
    home = runtime(tmp_path, "#!/bin/sh\n")
    library_file(read_host(), home).unlink()
    assert reason_of(ask(home)) == "broken"


def test_a_runtime_that_hangs_is_ended_with_its_children(tmp_path: Path) -> None:
    started = time.monotonic()
    verdict = ask(runtime(tmp_path, "#!/bin/sh\nsleep 60 &\nsleep 60\n"), limit_seconds=0.5)
    assert reason_of(verdict) == "hangs"
    assert time.monotonic() - started < 20


def test_a_crash_names_its_signal_and_its_option(tmp_path: Path) -> None:
    home = runtime(tmp_path, '#!/bin/sh\ncase "$*" in *-Dbad*) kill -SEGV $$;; esac\n')
    verdict = ask(home, "-Da=1", "-Dbad=1", "-Db=1")
    assert isinstance(verdict, Refused)
    assert verdict.text == "ended by SIGSEGV"
    assert [option.line for option in verdict.options] == [2]


def test_a_silent_refusal_names_its_exit_code_and_its_option(tmp_path: Path) -> None:
    home = runtime(tmp_path, '#!/bin/sh\ncase "$*" in *-Dbad*) exit 3;; esac\n')
    verdict = ask(home, "-Da=1", "-Dbad=1")
    assert isinstance(verdict, Refused)
    assert (verdict.text, [option.line for option in verdict.options]) == ("java ends with exit code 3", [2])


def test_bytes_that_are_no_text_do_no_harm(tmp_path: Path) -> None:
    assert ask(runtime(tmp_path, b"#!/bin/sh\nprintf '\\377\\376'\n")) == Accepted()


def test_variables_that_add_options_are_cleared(tmp_path: Path) -> None:
    host = read_host()
    noisy = {**host.environment, "JAVA_TOOL_OPTIONS": "-Xmx1", "_JAVA_OPTIONS": "-Xmx1", "JDK_JAVA_OPTIONS": "-Xmx1"}
    home = runtime(tmp_path, f'#!/bin/sh\nenv > "{tmp_path}/seen"\n')
    ask(home, host=replace(host, environment=noisy))
    assert "-Xmx1" not in (tmp_path / "seen").read_text()


@pytest.mark.parametrize(
    ("option", "read"),
    [
        ("-Xmx4g", True),
        ("-ea:com.x", True),
        ("--add-opens=java.base/java.lang=ALL-UNNAMED", True),
        ("--add-opens java.base/java.lang=ALL-UNNAMED", False),
        ("-cp", False),
        ("-jar", False),
        ("@file", False),
        ("Xmx4g", False),
        ("\ufeff-Xmx4g", False),
        ("-version", False),
    ],
)
def test_words_of_the_java_command_are_told_from_options(option: str, read: bool) -> None:
    assert is_read_by_jvm(option) is read


@pytest.mark.parametrize(
    ("option", "expected"),
    [
        ("-Xlog:gc", False),
        ("-Xlog:gc:stderr", False),
        ("-Xlog:gc*:/var/log/gc.log:time", True),
        ("-Xlog:gc*:file=gc.log", True),
        ("-XX:+AlwaysPreTouch", True),
        ("-XX:+HeapDumpOnOutOfMemoryError", False),
        ("-Dcom.sun.management.jmxremote.port=1", True),
        ("-Xmx4g", False),
    ],
)
def test_what_acts_beyond_the_run_is_known(option: str, expected: bool) -> None:
    assert acts(option) is expected


def refusing(*together: Option) -> Callable[[Sequence[Option]], bool]:
    """A JVM that does not take these options together."""
    return lambda options: set(together) <= set(options)


@pytest.mark.parametrize("pair", list(combinations(OPTIONS, 2)), ids=str)
def test_two_rejected_are_found_wherever_they_are(pair: tuple[Option, Option]) -> None:
    assert find_rejected_options(OPTIONS, "no", refusing(*pair)) == pair


@pytest.mark.parametrize("rejected", OPTIONS, ids=str)
def test_one_rejected_option_is_found_wherever_it_is(rejected: Option) -> None:
    assert find_rejected_options(OPTIONS, "no", refusing(rejected)) == (rejected,)


@given(size=st.integers(1, 200), places=st.tuples(st.integers(0, 199), st.integers(0, 199)))
def test_the_search_takes_few_runs(size: int, places: tuple[int, int]) -> None:
    options = [Option(f"-Dx{number}", "/f", number) for number in range(size)]
    rejected = {options[place % size] for place in places}
    runs: list[int] = []

    def refuses(tried: Sequence[Option]) -> bool:
        runs.append(len(tried))
        return rejected <= set(tried)

    assert set(find_rejected_options(options, "no", refuses)) == rejected
    assert len(runs) <= 2 * size.bit_length() + 1


def test_a_refusal_that_does_not_come_again_has_no_rejected() -> None:
    assert find_rejected_options(OPTIONS, "no", lambda options: False) == ()


@pytest.mark.parametrize(
    ("texts", "message", "line"),
    [
        pytest.param(["-Xmx6gb", "-ea"], "Invalid maximum heap size: -Xmx6gb", 1, id="quoted whole"),
        pytest.param(["-XX:+A234", "-XX:+A2345"], "Unrecognized VM option 'A2345'", 2, id="a name within a name"),
        pytest.param(["-XX:Size=4g", "-XX:Size=5g"], "Invalid Size=5120M.", 2, id="the last of a name"),
        pytest.param(
            ["-XX:Size=x", "-XX:Size=5g"], "Improperly specified VM option 'Size=x'", 1, id="the value quoted"
        ),
        pytest.param(["-XX:+Alpha", "-XX:+Omega"], "Alpha does not go with Omega", None, id="two names"),
        pytest.param(["-ea"], "each area", None, id="part of a word"),
    ],
)
def test_a_message_names_an_option(texts: list[str], message: str, line: int | None) -> None:
    options = [Option(text, "/f", number) for number, text in enumerate(texts, 1)]
    assert [option.line for option in named_in(options, message)] == ([line] if line else [])
