"""Packages that are compiled twice in turns, because two sides ask go for different settings, and which settings.

Everything here follows from what lies in the build cache. One build with other settings (a release, a test with -race,
a look at how it was before) costs once, and go drops it five days later. What costs all day is that each change is
compiled for two sides: so only that is a divergence where both came back after the other had begun.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

from idecare.caches.compiled import Output
from idecare.core.frozen import frozen
from idecare.golang.compiled import Settings

DAY = 86_400.0
# What one command compiles, a package and its test variant too, is made within this time, or else is large.
ONE_COMMAND_SECONDS = 600.0
SLOW = ("-N", "-l")
SANITIZERS = ("-race", "-msan", "-asan")
# By cause what differs. Nobody compares what does not mean the same in both: an experiment of another release.
VALUES: dict[str, Callable[[Settings], object]] = {
    "go-version": lambda found: found.version,
    "target": lambda found: (found.system, found.architecture),
    "tuning": lambda found: found.tuning,
    "experiment": lambda found: found.experiments,
    "sanitizer": lambda found: [flag for flag in found.flags if flag in SANITIZERS],
    "optimisation": lambda found: any(flag in SLOW for flag in found.flags),
    "trimpath": lambda found: found.is_trimmed,
    "compiler-flags": lambda found: [flag for flag in found.flags if flag not in (*SLOW, *SANITIZERS)],
}
# What a command asks for itself: a debugger's build, a test with -race, a build for another system or for a library.
ON_PURPOSE = frozenset({"target", "sanitizer", "optimisation", "compiler-flags"})


@frozen
class Variant:
    """One of the two: an example, what is kept of it, and when it was used last."""

    example: Output
    size_bytes: int
    used: float


@frozen
class Divergence:
    """``causes`` are what differs, by the names in VALUES and ``cgo``, ``tags``, ``module-cache``, ``link``.
    ``packages`` are kept for both; ``followers`` are packages of the standard library that were compiled again because
    of those, with their bytes."""

    causes: tuple[str, ...]
    variants: tuple[Variant, Variant]
    packages: tuple[str, ...]
    followers: int = 0
    follower_bytes: int = 0

    @property
    def twice_bytes(self) -> int:
        """What would not be there with one setting."""
        return min(variant.size_bytes for variant in self.variants) + self.follower_bytes

    @property
    def is_on_purpose(self) -> bool:
        return not ON_PURPOSE.isdisjoint(self.causes)


Packages = dict[str, list[Output]]


def find_divergences(outputs: Iterable[Output], now: float) -> tuple[Divergence, ...]:
    groups: dict[Settings, Packages] = {}
    for output in outputs:
        if output.compiled.package != "main":  # every program has one
            packages = groups.setdefault(_key(output.compiled.settings), {})
            packages.setdefault(output.compiled.package, []).append(output)
    between = (_between(groups[first], groups[second], now) for first, second in _nearest(groups))
    within = (found for group in groups.values() for found in _within(group, now))
    return tuple(found for found in (*between, *within) if found)


def _key(settings: Settings) -> Settings:
    """The runtime is never compiled with -N, whatever is asked for."""
    is_slow = any(flag in SLOW for flag in settings.flags)
    flags = (flag for flag in settings.flags if flag not in SLOW)
    return replace(settings, flags=(*flags, *(SLOW if is_slow else ())))


def _causes(first: Settings, second: Settings) -> tuple[str, ...]:
    found = [cause for cause, value in VALUES.items() if value(first) != value(second)]
    hidden = {"go-version": ("tuning", "experiment"), "target": ("tuning", "experiment")}
    without = {name for cause in found for name in hidden.get(cause, ())}
    return tuple(cause for cause in found if cause not in without)


def _nearest(groups: dict[Settings, Packages]) -> Iterator[tuple[Settings, Settings]]:
    """Each settings with those that differ least from them, of those before: what most packages have comes first."""
    ordered = sorted(groups, key=lambda key: -len(groups[key]))
    for place, key in enumerate(ordered[1:], 1):
        shared = [other for other in ordered[:place] if not groups[other].keys().isdisjoint(groups[key])]
        if shared:
            yield min(shared, key=lambda other: len(_causes(other, key))), key


def _between(first: Packages, second: Packages, now: float) -> Divergence | None:
    """Of settings for a whole build. The standard library may be there twice for two projects; that one project is, is
    seen in its own packages alone."""
    packages = sorted(first.keys() & second.keys())
    pairs = [_of_one_place(first[name], second[name]) for name in packages]
    own = [(one, other) for one, other in pairs if one and not one[0].compiled.is_fixed]
    if not any(is_in_turns(one, other, now) for one, other in own):
        return None
    causes = _causes(first[packages[0]][0].compiled.settings, second[packages[0]][0].compiled.settings)
    kept = [first[name] for name in packages], [second[name] for name in packages]
    return Divergence(causes, (_variant(kept[0]), _variant(kept[1])), tuple(packages))


def _of_one_place(first: list[Output], second: list[Output]) -> tuple[list[Output], list[Output]]:
    """Those from folders that both have: two checkouts are two projects. Without a folder it may be any."""
    places = {one.place for one in first} & {one.place for one in second}
    if not all(one.place for one in (*first, *second)):
        return first, second
    return [one for one in first if one.place in places], [one for one in second if one.place in places]


def is_in_turns(first: Sequence[Output], second: Sequence[Output], now: float) -> bool:
    """Whether both were used within the last day, the one that began later more than once, and the other since then."""
    if not first or not second or now - min(_last(first), _last(second)) > DAY:
        return False
    earlier, later = sorted((first, second), key=_begin)
    return _last(earlier) > _begin(later) and _last(later) - _begin(later) >= ONE_COMMAND_SECONDS


def _begin(outputs: Iterable[Output]) -> float:
    return min(output.made for output in outputs)


def _last(outputs: Iterable[Output]) -> float:
    return max(max(output.made, output.used) for output in outputs)


def _variant(kept: Sequence[Sequence[Output]]) -> Variant:
    outputs = [output for package in kept for output in package]
    # What nobody edits comes last: the project's own packages show the folder.
    example = max(outputs, key=lambda output: (not output.compiled.is_fixed, output.used))
    return Variant(example, sum(output.size_bytes for output in outputs), _last(outputs))


# --- what differs from package to package, with the same settings for all ---


def _within(packages: Packages, now: float) -> Iterator[Divergence | None]:
    found = {
        "cgo": _split(packages, lambda output: str(output.compiled.has_cgo)),
        "tags": _split(packages, lambda output: " ".join(output.compiled.sources)),
        "module-cache": _split(packages, lambda output: output.compiled.folder if _is_module(output) else ""),
        "link": _split(packages, lambda output: "" if _is_module(output) else output.compiled.folder),
    }
    found["tags"] = [pair for pair in found["tags"] if pair[0][0].compiled.has_cgo == pair[1][0].compiled.has_cgo]
    found["link"] = [pair for pair in found["link"] if pair[0][0].place == pair[1][0].place]
    for cause, pairs in found.items():
        if any(is_in_turns(first, second, now) for first, second in pairs):
            yield _of_packages(cause, pairs, packages)


def _is_module(output: Output) -> bool:
    return "@" in output.compiled.folder


def _split(packages: Packages, value_of: Callable[[Output], str]) -> list[tuple[list[Output], list[Output]]]:
    """Of each package with two values the outputs with each; of more than two those with the latest."""
    found = []
    for outputs in packages.values():
        values: dict[str, list[Output]] = {}
        for output in outputs:
            values.setdefault(value_of(output), []).append(output)
        if len(values) > 1 and "" not in values:
            first, second = sorted(values, key=lambda value: -_last(values[value]))[:2]
            pair = sorted((first, second))
            found.append((values[pair[0]], values[pair[1]]))
    return found


def _of_packages(cause: str, pairs: list[tuple[list[Output], list[Output]]], packages: Packages) -> Divergence:
    names = tuple(sorted(first[0].compiled.package for first, _ in pairs))
    variants = _variant([first for first, _ in pairs]), _variant([second for _, second in pairs])
    again = _compiled_again(packages, names) if cause in ("cgo", "tags") else []
    return Divergence((cause,), variants, names, len(again), sum(again))


def _compiled_again(packages: Packages, without: Sequence[str]) -> list[int]:
    """The bytes of each package of the standard library that is there twice and looks the same: what it imports does
    not. A module's may be there twice for two projects with other versions of what it imports."""
    found = []
    for name, outputs in packages.items():
        is_std = outputs[0].compiled.is_fixed and not outputs[0].compiled.folder
        if is_std and name not in without and len(outputs) > 1:
            found.append(min(one.size_bytes for one in outputs))
    return found
