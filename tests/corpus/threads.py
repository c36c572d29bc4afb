"""The public log: threads in which users asked what an error means, each with the answer that ended it.

threads.toml has a reference, the situation, the line that was pasted in a shape of our own (names and paths changed),
the ids that are a right answer, and the answer in our own words.
"""

from __future__ import annotations

import io
import tomllib
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from idecare.doctor.explain import KNOWN_ERRORS, recognise

FILE = Path(__file__).with_name("threads.toml")


@dataclass(frozen=True)
class Thread:
    """``right``: ids that are the answer; ``part``: ids that lead there; none: silence is right."""

    reference: str
    situation: str
    text: str
    answer: str
    right: tuple[str, ...] = ()
    part: tuple[str, ...] = ()


def threads() -> tuple[Thread, ...]:
    entries = tomllib.loads(FILE.read_text())["thread"]
    return tuple(
        Thread(**{**entry, "right": tuple(entry.get("right", ())), "part": tuple(entry.get("part", ()))})
        for entry in entries
    )


def judge(thread: Thread) -> str:
    """``right``, ``partly``, ``silent`` or ``wrong``: what is said first decides."""
    found = [one.known.id for one in recognise(io.BytesIO(thread.text.encode()), KNOWN_ERRORS).recognised]
    if not found:
        return "silent" if thread.right or thread.part else "right"
    if found[0] in thread.right:
        return "right"
    return "partly" if set(found) & {*thread.right, *thread.part} else "wrong"


def judged() -> int:
    """Print the counts, and each thread that is not right."""
    counts: Counter[str] = Counter()
    for thread in threads():
        verdict = judge(thread)
        counts[verdict] += 1
        if verdict != "right":
            print(f"{verdict:<7} {thread.reference}: {thread.situation}")
    total = counts.total() or 1
    for name in ("right", "partly", "silent", "wrong"):
        print(f"{name:<7} {counts[name]:>4}  {counts[name] / total:6.1%}")
    print(f"{'threads':<7} {total:>4}  right or partly: {(counts['right'] + counts['partly']) / total:.1%}")
    return 1 if counts["wrong"] else 0
