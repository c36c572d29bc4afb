"""How many of the field's error texts `idecare explain` knows: recognised, left on purpose, unknown.

python -m tests.corpus go [--log FILE] [--sample N --seed S] [--unknown]   go's own failing script commands, run by the
                                                                          go in PATH (or read from an earlier log)
python -m tests.corpus threads                                            the public log: threads.toml
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
from tests.corpus.go_scripts import Failure, failures, run_scripts
from tests.corpus.left import reason_to_leave
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
    parser.add_argument("what", choices=("go", "threads"))
    parser.add_argument("--log", help="the log of an earlier run of go's script tests")
    parser.add_argument(
        "--sample", type=int, default=0, help="print so many recognised texts with what is said of them"
    )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--unknown", action="store_true", help="print the texts that nobody knows")
    arguments = parser.parse_args(words)
    return go(arguments) if arguments.what == "go" else judged()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
