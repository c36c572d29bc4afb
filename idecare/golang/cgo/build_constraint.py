"""Go's build constraints, `//go:build linux && (amd64 || !cgo)`: whether a file belongs to a build.

Grammar: go.dev/cmd/go, Build constraints (go1.27). Tags are words; `!` binds closer than `&&`, which does than `||`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

LINE = re.compile(r"^//go:build[ \t]+(.+)$", re.MULTILINE)
TOKEN = re.compile(r"\s*(&&|\|\||[!()]|[\w.]+)")
UNIX = frozenset("aix android darwin dragonfly freebsd hurd illumos ios linux netbsd openbsd solaris".split())


def constraint(text: str) -> str | None:
    """The expression of a source file; ``None`` where it has none."""
    found = LINE.search(text)
    return found[1].strip() if found else None


def holds(expression: str | None, tags: frozenset[str]) -> bool:
    """Whether it is true with these tags. What is no expression holds, as does none at all."""
    if expression is None:
        return True
    words = TOKEN.findall(expression)
    if "".join(words) != re.sub(r"\s", "", expression):
        return True
    rest = iter([*words, ""])
    try:
        return _Reader(rest, tags).either()
    except (StopIteration, ValueError, RecursionError):
        return True


def tags_of(goos: str, goarch: str, cgo: bool) -> frozenset[str]:
    """The tags that a build for this target sets by itself, but for those of Go's version, which always hold."""
    return frozenset({goos, goarch, "gc", *(["unix"] if goos in UNIX else []), *(["cgo"] if cgo else [])})


class _Reader:
    """Stands on one word at a time."""

    def __init__(self, rest: Iterator[str], tags: frozenset[str]) -> None:
        self.rest, self.tags, self.word = rest, tags, next(rest)

    def either(self) -> bool:
        value = self.both()
        while self.word == "||":
            self.word = next(self.rest)
            value = self.both() or value
        return value

    def both(self) -> bool:
        value = self.single()
        while self.word == "&&":
            self.word = next(self.rest)
            value = self.single() and value
        return value

    def single(self) -> bool:
        word, self.word = self.word, next(self.rest)
        if word == "!":
            return not self.single()
        if word == "(":
            value = self.either()
            if self.word != ")":
                raise ValueError(word)
            self.word = next(self.rest)
            return value
        if not re.fullmatch(r"[\w.]+", word):
            raise ValueError(word)
        return word in self.tags or re.fullmatch(r"go1\.\d+", word) is not None
