"""How many of the field's error texts `idecare explain` knows: recognised, left on purpose, unknown.

python -m tests.corpus go [--log FILE] [--sample N --seed S] [--unknown]   go's own failing script commands, run by the
                                                                          go in PATH (or read from an earlier log)
python -m tests.corpus threads                                            the public log: threads.toml
python -m tests.corpus delve|gopls --folder SOURCE [--unknown]            all that the program can say, from its source:
                                                                          a folder that `go mod download` has made
python -m tests.corpus jvm --folder JVMS [--unknown]                      runtimes below a folder, with wrong options
python -m tests.corpus cgo [--unknown]                                    the C compiler and linker, with wrong files
"""

from __future__ import annotations

import argparse
import io
import random
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

from idecare.doctor.explain import KNOWN_ERRORS, Recognised, recognise
from idecare.doctor.explain.base import filled
from tests.corpus import provoked, sources
from tests.corpus.go_scripts import Failure, failures, run_scripts
from tests.corpus.left import reason_to_leave
from tests.corpus.sources import messages
from tests.corpus.threads import judged


def recognised(text: str) -> tuple[Recognised, ...]:
    return recognise(io.BytesIO(text.encode(errors="replace")), KNOWN_ERRORS).recognised


def measure(found: Iterable[Failure]) -> Counter[str]:
    """How many texts are ``recognised``, ``left`` for a reason, and ``unknown``."""
    return Counter(
        "recognised" if recognised(one.text) else "left" if reason_to_leave(one.text) else "unknown" for one in found
    )


def print_counts(counts: Counter[str]) -> None:
    total = counts.total() or 1
    for name in ("recognised", "left", "unknown"):
        print(f"{name:<11} {counts[name]:>5}  {counts[name] / total:6.1%}")
    print(f"{'texts':<11} {total:>5}  recognised or left: {(counts['recognised'] + counts['left']) / total:.1%}")


def go(arguments: argparse.Namespace) -> int:
    with tempfile.TemporaryDirectory(prefix="corpus-") as folder:
        log = Path(arguments.log) if arguments.log else run_scripts(Path(folder))
        with log.open(errors="replace") as lines:
            found = tuple(failures(lines))
    if arguments.sample:
        print_sample([one for one in found if recognised(one.text)], arguments.sample, arguments.seed)
    if arguments.unknown:
        for one in (one for one in found if not recognised(one.text) and not reason_to_leave(one.text)):
            print(f"[{one.script}] {one.command}\n{one.text[:600]}\n")
    print_counts(measure(found))
    return 0


def print_judged(texts: Iterable[tuple[str, str, str]], show_unknown: bool) -> int:
    """``texts`` are each a place, a text, and the reason to leave it, if any."""
    counts: Counter[str] = Counter()
    for place, text, reason in texts:
        verdict = "recognised" if recognised(text) else "left" if reason else "unknown"
        counts[verdict] += 1
        if show_unknown and verdict == "unknown":
            print(f"[{place}] {text[:600]}")
    print_counts(counts)
    return 0


def source(program: str, folder: Path, show_unknown: bool) -> int:
    found = ((one.file, one.text, sources.reason_to_leave(program, one)) for one in messages(folder))
    return print_judged(found, show_unknown)


def provoke(what: str, folder: Path | None, show_unknown: bool) -> int:
    with tempfile.TemporaryDirectory(prefix="corpus-") as scratch:
        javas = sorted((folder or Path("/usr/lib/jvm")).rglob("bin/java"))
        found = provoked.of_jvms(javas) if what == "jvm" else provoked.of_compilers(Path(scratch))
        judged_ones = ((one.command, one.text, provoked.reason_to_leave(one.text)) for one in found)
        return print_judged(judged_ones, show_unknown)


def print_sample(found: Sequence[Failure], number: int, seed: int) -> None:
    """Texts and what is said of them, to be judged by reading."""
    print(f"{number} of {len(found)} recognised texts, seed {seed}")
    for place, one in enumerate(random.Random(seed).sample(found, min(number, len(found))), 1):
        print(f"\n{place}. [{one.script}] {one.command}\n{one.text[:500]}")
        for answer in recognised(one.text):
            words = answer.places[0].words
            print(f"   -> [{answer.known.id}] {filled(answer.known.meaning, words)}")


def main(words: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.corpus")
    parser.add_argument("what", choices=("go", "threads", "delve", "gopls", "jvm", "cgo"))
    parser.add_argument("--log", help="the log of an earlier run of go's script tests")
    parser.add_argument(
        "--sample", type=int, default=0, help="print so many recognised texts with what is said of them"
    )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--folder", type=Path, help="the program's source, or the folder of Java runtimes")
    parser.add_argument("--unknown", action="store_true", help="print the texts that nobody knows")
    arguments = parser.parse_args(words)
    match arguments.what:
        case "go":
            return go(arguments)
        case "delve" | "gopls":
            return source(arguments.what, arguments.folder, arguments.unknown)
        case "jvm" | "cgo":
            return provoke(arguments.what, arguments.folder, arguments.unknown)
    return judged()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
