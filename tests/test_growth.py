"""No text of others costs more than its length: four times the text takes about four times as long, never sixteen.

go.mod, go.work, settings.json and the like come with a project that was only cloned. What is compared is the same work
on a text and on one four times as long, so that the speed of the machine does not count.
"""

from __future__ import annotations

import gc
import io
import json
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from idecare.configure.profile_file import parse_profile
from idecare.core.errors import IdecareError
from idecare.core.humanize import escaped
from idecare.core.settings import edit_settings
from idecare.doctor.explain import KNOWN_ERRORS, recognise
from idecare.doctor.go_facts import requirements, vendored
from idecare.formats import jsonc, properties, vmoptions
from idecare.golang.dockerfiles import parse_stages
from idecare.golang.environment import parse_env_file
from idecare.golang.modfile import directives
from idecare.watcher.monitor import GO_LINES

TIMES, MOST_GROWTH = 4, 10.0
TOO_SHORT_SECONDS = 0.25  # what the longer text takes less than is fast enough, and too short to be compared
Work = Callable[[str], object]


def member(number: int, key: str = "") -> str:
    return f'  "{key or f"k{number}"}": {number}'


def settings(count: int, key: str = "") -> str:
    return "{\n" + ",\n".join(member(number, key) for number in range(count)) + "\n}\n"


def lines(form: str) -> Callable[[int], str]:
    return lambda count: "".join(form.format(number) for number in range(count))


def explain(text: str) -> object:
    return recognise(io.BytesIO(text.encode()), KNOWN_ERRORS)


def without_go_lines(text: str) -> object:
    return GO_LINES.sub(b"", text.encode())


def profile_lines(count: int) -> str:
    return 'description = "x"\n' + lines('[[jvm]]\noption = "-Dk{0}=v"\nreason = "r"\n')(count)


# name -> how often, the text of that length, and what reads it
CASES: dict[str, tuple[int, Callable[[int], str], Work]] = {
    "a property of many lines": (8_000, lambda n: "key=" + "abcdefgh\\\n  " * n + "\n", properties.parse),
    "many properties": (4_000, lines("k{0}=v\\u0041\n"), lambda text: properties.set_property(text, "k1", "x")),
    "blanks in place of a separator": (100_000, lambda n: "key" + " " * n + "\\\n", properties.parse),
    "backslashes": (100_000, lambda n: "key=" + "\\" * n, properties.parse),
    "macros without an end": (50_000, lambda n: "${" * n, lambda text: properties.expand(text, lambda _: "x")),
    "a key many times": (2_000, lambda n: settings(n, "go.x"), lambda text: jsonc.duplicate_keys(text, ("go.x",))),
    "a key many times, set": (2_000, lambda n: settings(n, "go.x"), lambda text: jsonc.set_value(text, ("go.x",), 1)),
    "many members": (4_000, settings, lambda text: jsonc.set_value(text, ("new",), 1)),
    "many members, merged": (
        1_500,
        settings,
        lambda text: jsonc.merge(text, (), {f"k{number}": -1 for number in range(20)}),
    ),
    "many members, one taken out": (4_000, settings, lambda text: jsonc.remove(text, ("k1",))),
    "nested brackets": (50_000, lambda n: "[" * n + "]" * n, jsonc.parse),
    "nested objects": (50_000, lambda n: '{"a":' * n, jsonc.parse),
    "comments": (20_000, lambda n: "{" + "/* */ // x\n" * n + "}", lambda text: jsonc.set_value(text, ("a",), 1)),
    "a comment without an end": (200_000, lambda n: "{" + "/*" * n, jsonc.parse),
    "escapes": (100_000, lambda n: '{"a": "' + "\\n" * n + '"}', lambda text: jsonc.value_at(text, ("a",))),
    "VM options": (25_000, lines("-Dk{0}=v\n"), lambda text: vmoptions.change(text, ["-Xmx4g"], ["-Dk1"])),
    "a VM option many times": (25_000, lambda n: "-Xmx1g\n" * n, lambda text: vmoptions.once(text, "-Xmx1g")),
    "VM options that all go": (
        10_000,
        lambda n: ("-Xmx1g\n" * n)[:-1],
        lambda text: vmoptions.change(text, ["-Da=b"], ["-Xmx1g"]),
    ),
    "damage": (100_000, lambda n: "-Xmx1g\n" * n, lambda text: vmoptions.find_damage(text.encode())),
    "requires": (25_000, lambda n: "require (\n" + lines("x.org/m{0} v1.0.0 // indirect\n")(n) + ")\n", requirements),
    "requires of one line each": (25_000, lines("require example.com/m{0} v1.0.0\n"), requirements),
    "blank lines": (100_000, lambda n: "\n" * n, lambda text: list(directives(text))),
    "quotes without an end": (100_000, lambda n: 'use "' + '\\"`' * n, lambda text: list(directives(text))),
    "brackets": (100_000, lambda n: "use (" * n, lambda text: list(directives(text))),
    "slashes": (100_000, lambda n: "use " + "a/ / " * n, lambda text: list(directives(text))),
    "vendored modules": (25_000, lines("# example.com/m{0} v1.0.0\n## explicit\n"), vendored),
    "dots in go.mod": (1_000, lambda n: "a." * n + " x\n", without_go_lines),
    "blanks in go.mod": (
        20_000,
        lambda n: "a.b" + " " * n + "x\n" + "\n" * n,
        without_go_lines,
    ),
    "the env file of go": (50_000, lines("K{0}=v\n"), parse_env_file),
    "a Dockerfile of one instruction": (10_000, lambda n: "FROM a\nRUN x" + " \\\n y" * n, parse_stages),
    "here-documents": (20_000, lambda n: "RUN x " + "<<A " * n + "\n" + "A\n" * n, parse_stages),
    "stages": (1_000, lines("FROM a AS s{0}\nRUN go build\n"), parse_stages),
    "a profile": (500, profile_lines, lambda text: parse_profile(text, "x")),
    "settings of idecare": (
        300,
        lines("# c{0}\n"),
        lambda text: edit_settings(text, "hold", ("1h",), Path("config.toml")),
    ),
    "an error text of one line": (600_000, lambda n: "x go: " * (n // 6), explain),
    "an error text of one word": (1_000_000, lambda n: "/" * n, explain),
    "an error text of many lines": (20_000, lines("a/b{0}.go:1:2: undefined: x\n"), explain),
    "an error text of quotes": (200_000, lambda n: '"' * n, explain),
    "control characters": (200_000, lambda n: "\x1b[31m" * n, escaped),
}


@pytest.mark.parametrize("name", CASES)
def test_a_longer_text_takes_longer_by_its_length(name: str) -> None:
    count, text, work = CASES[name]
    work_on(work, text(count // 8))  # what is loaded once
    long = best_of(work, text(count * TIMES), 1)
    if long < TOO_SHORT_SECONDS:
        return
    growth = min(best_of(work, text(count * TIMES), 2), long) / best_of(work, text(count), 3)
    assert growth < MOST_GROWTH, f"{growth:.1f} times as long for {TIMES} times the text"


def best_of(work: Work, text: str, times: int) -> float:
    return min(seconds(work, text) for _ in range(times))


def seconds(work: Work, text: str) -> float:
    """Without the garbage collector, which walks what thousands of tests have left."""
    gc.disable()
    try:
        start = time.process_time()
        work_on(work, text)
        return time.process_time() - start
    finally:
        gc.enable()


def work_on(work: Work, text: str) -> None:
    with suppress(IdecareError, json.JSONDecodeError):
        work(text)
