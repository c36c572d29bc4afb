"""With --deep: packages that are compiled again and again for two sides that ask go for different settings."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from idecare.core.frozen import frozen
from idecare.core.humanize import age_text, count_text, size_text
from idecare.core.language import tr
from idecare.doctor.base import Check, Finding
from idecare.doctor.snapshot import Snapshot
from idecare.workspaces.base import FLAGS

if TYPE_CHECKING:
    from idecare.caches.compiled import CompiledScan
    from idecare.caches.divergence import Divergence, Variant
    from idecare.workspaces.base import GoSide

# Half of the standard library for one system: what is less is compiled in seconds.
MUCH_BYTES = 100_000_000
MOST_NAMED = 3
# By cause: what it is called, and how it ends.
WORDS = {
    "go-version": (
        tr("the Go version"),
        tr("give both the same Go: the IDE's GOROOT or go.alternateTools, and PATH or go.mod"),
    ),
    "target": (
        tr("GOOS and GOARCH"),
        tr("unset GOOS and GOARCH where they are set for good, and name them in the one command"),
    ),
    "tuning": (tr("GOAMD64 or its like"), tr("set it for all with `go env -w`, or for none")),
    "experiment": ("GOEXPERIMENT", tr("set it for all with `go env -w`, or for none")),
    "sanitizer": (
        tr("-race, -msan or -asan"),
        tr("take the flag out of GOFLAGS and the IDE's build flags, and name it in tests"),
    ),
    "optimisation": (
        "-N -l",
        tr("take the flags out of GOFLAGS and the IDE's build flags: debuggers add them by themselves"),
    ),
    "compiler-flags": (tr("flags of the compiler"), tr("give both sides the same -buildmode and -gcflags")),
    "trimpath": (
        "-trimpath",
        tr("put -trimpath into GOFLAGS with `go env -w`, for all, or take it out of the one command"),
    ),
    "cgo": ("CGO_ENABLED", tr("set CGO_ENABLED for all with `go env -w`, or for none")),
    "tags": (tr("build tags"), tr("give both sides the same -tags: GOFLAGS, go.buildTags, GoLand's Build Tags")),
    "module-cache": (tr("the module cache"), tr("let both sides use one GOMODCACHE: `go env GOMODCACHE` in each")),
    "link": (tr("the path to the same folder"), tr("open the project by one path on both sides, not through a link")),
}
# By cause the variables that decide; for all else it is build flags.
SET_BY = {
    "cgo": ("CGO_ENABLED",),
    "experiment": ("GOEXPERIMENT",),
    "tuning": ("GOAMD64", "GOARM64"),
    "module-cache": ("GOMODCACHE",),
    "target": ("GOOS", "GOARCH"),
}
NOBODY = tr("who asks for it is not known: a flag of a command leaves no trace but this")


@frozen
class DivergenceFinding(Finding):
    """``packages`` of them are compiled twice, because of ``causes``."""

    packages: int = 0
    causes: tuple[str, ...] = ()


def _divergence(snapshot: Snapshot) -> Iterable[Finding]:
    if not snapshot.deep or snapshot.compiled is None:
        return
    from idecare.caches.divergence import find_divergences

    for found in find_divergences(snapshot.compiled.outputs, snapshot.now.timestamp()):
        if not found.is_on_purpose or _is_set(snapshot, found):
            yield _finding(snapshot, found)
    if missing := tuple(_not_looked_at(snapshot, snapshot.compiled)):
        yield Finding(
            id="caches/divergence/not-known",
            severity="info",
            summary=tr("a part of the build cache {folder} was not looked at", folder=snapshot.compiled_root),
            evidence=missing,
            why=tr("what is compiled twice in it is not known"),
            fix=tr("none is needed; idecare clean gocache --older-than 2d makes the cache smaller"),
        )


def _is_set(snapshot: Snapshot, found: Divergence) -> bool:
    """Whether a setting asks for what is usually asked for by one command."""
    return any(
        _names(party.side, cause, variant) and _makes(party.side, found, variant)
        for party in snapshot.go_parties
        if not party.is_command
        for variant in found.variants
        for cause in found.causes
    )


def _finding(snapshot: Snapshot, found: Divergence) -> DivergenceFinding:
    return DivergenceFinding(
        id=f"caches/divergence/{found.causes[0]}",
        severity="warning" if found.twice_bytes >= MUCH_BYTES else "info",
        summary=summary(len(found.packages) + found.followers, found.causes),
        evidence=tuple(_evidence(snapshot, found)),
        why=tr(
            "each change is compiled for both sides, and {size} are kept for nothing", size=size_text(found.twice_bytes)
        ),
        fix=tr("; ").join(WORDS[cause][1] for cause in found.causes),
        packages=len(found.packages) + found.followers,
        causes=found.causes,
    )


def summary(count: int, causes: Sequence[str]) -> str:
    """What `idecare status` remembers of a finding, in the language of today."""
    packages, settings = count_text(count, "package"), tr(" and ").join(WORDS[cause][0] for cause in causes)
    if len(causes) > 1 or causes[0] == "tags":
        return tr(
            "{packages} are compiled twice in turns, because {settings} differ", packages=packages, settings=settings
        )
    return tr(
        "{packages} are compiled twice in turns, because {settings} differs", packages=packages, settings=settings
    )


def _evidence(snapshot: Snapshot, found: Divergence) -> Iterator[str]:
    now = snapshot.now.timestamp()
    for variant, other in (found.variants, found.variants[::-1]):
        asked = ", ".join(_value(cause, variant, other) for cause in found.causes)
        used = age_text(max(0.0, now - variant.used))
        yield tr(
            "{settings}: {size}, used {age} ago; {makers}",
            settings=asked,
            size=size_text(variant.size_bytes),
            age=used,
            makers=_makers(snapshot, found, variant),
        )
    names = ", ".join(_shown(found.packages))
    yield tr("measured in {folder}: {packages}", folder=snapshot.compiled_root, packages=names)
    if found.variants[0].example.compiled.is_fixed:
        yield tr("for which projects is not known: only packages that none of them owns show the difference")
    if found.followers:
        more, size = count_text(found.followers, "package"), size_text(found.follower_bytes)
        yield tr(
            "{packages} of the standard library that import these are there twice, too: {size}",
            packages=more,
            size=size,
        )


def _not_looked_at(snapshot: Snapshot, scan: CompiledScan) -> Iterator[str]:
    if scan.left:
        looked = size_text(sum(one.size_bytes for one in scan.outputs))
        unused = age_text(snapshot.now.timestamp() - scan.since)
        yield tr(
            "the {size} used last were looked at; {count} older outputs were not, those unused for {age}",
            size=looked,
            count=f"{scan.left:,}",
            age=unused,
        )
    if scan.unknown:
        more = count_text(scan.unknown, "package")
        yield tr("{packages} of a Go whose object files are not known: go1.17 or older, or a new one", packages=more)


def _shown(packages: tuple[str, ...]) -> tuple[str, ...]:
    """Those of projects first: everybody has the standard library."""
    first = sorted(packages, key=lambda name: ("." not in name.partition("/")[0], name))
    more = len(first) - MOST_NAMED
    return (*first[:MOST_NAMED], *((tr("and {count} more", count=more),) if more > 0 else ()))


def _value(cause: str, variant: Variant, other: Variant) -> str:
    """What this variant has, in the words that ask go for it."""
    compiled, others = variant.example.compiled, other.example.compiled
    settings = compiled.settings
    match cause:
        case "go-version":
            return settings.version
        case "target":
            return f"GOOS={settings.system} GOARCH={settings.architecture}"
        case "tuning":
            return settings.tuning or tr("without GOAMD64 or its like")
        case "experiment":
            own = [name for name in settings.experiments if name not in others.settings.experiments]
            lacks = [f"no{name}" for name in others.settings.experiments if name not in settings.experiments]
            return f"GOEXPERIMENT={','.join((*own, *lacks))}"
        case "trimpath":
            return tr("with -trimpath") if settings.is_trimmed else tr("without -trimpath")
        case "cgo":
            return "CGO_ENABLED=1" if compiled.has_cgo else "CGO_ENABLED=0"
        case "tags":
            more = set(compiled.sources) - set(others.sources)
            return tr("with {files}", files=", ".join(more)) if more else tr("with fewer files")
        case "module-cache" | "link":
            return compiled.folder
        case _:
            return " ".join(settings.flags) or tr("without such flags")


# --- who makes which ---


def _makers(snapshot: Snapshot, found: Divergence, variant: Variant) -> str:
    """Those that run now and are known to have the setting."""
    place = variant.example.place
    near = [party for party in snapshot.go_parties if not place or not party.root or _holds(party.root, place)]
    makers = {
        party.name: _source(party.side, found.causes[0], variant)
        for party in near
        if _makes(party.side, found, variant)
    }
    return (
        tr(" and ").join(
            tr("{name} ({source}) asks for it", name=name, source=source)
            if source
            else tr("{name} asks for it", name=name)
            for name, source in makers.items()
        )
        or NOBODY
    )


def _holds(root: str, place: str) -> bool:
    return place == root or place.startswith(root + os.sep)


def _makes(side: GoSide, found: Divergence, variant: Variant) -> bool:
    """Whether this side is known to ask for all that makes the variant."""
    return all(_asks(side, cause, variant) for cause in found.causes)


def _names(side: GoSide, cause: str, variant: Variant) -> bool:
    """Whether its settings name the flags of this variant, or the system that it is for."""
    if cause == "target":
        return _asks(side, cause, variant) is True
    asked = _flags(side)
    return any(
        flag in asked or (flag == "-shared" and "-buildmode" in asked)
        for flag in variant.example.compiled.settings.flags
    )


def _asks(side: GoSide, cause: str, variant: Variant) -> bool | None:
    """``None``: not known."""
    compiled = variant.example.compiled
    settings, flags = compiled.settings, _flags(side)
    match cause:
        case "go-version":
            return (
                None
                if side.go_version is None
                else side.go_version.removeprefix("go") == settings.version.removeprefix("go")
            )
        case "trimpath":
            return _has(side, "-trimpath" in flags, settings.is_trimmed)
        case "sanitizer" | "optimisation" | "compiler-flags":
            return _has(side, _names(side, cause, variant), bool(settings.flags))
        case "cgo":
            return _equals(side, "CGO_ENABLED", "1" if compiled.has_cgo else "0")
        case "tuning":
            name, _, value = settings.tuning.partition("=")
            return _equals(side, name, value)
        case "experiment":
            asked = (_value_of(side, "GOEXPERIMENT") or "").split(",")
            return all(_is_on(name, settings.experiments) for name in asked) if asked != [""] else None
        case "target":
            system, machine = _equals(side, "GOOS", settings.system), _equals(side, "GOARCH", settings.architecture)
            return machine if system is None else system and machine is not False
        case "module-cache":
            cache = _value_of(side, "GOMODCACHE")
            return _holds(cache, compiled.folder) if cache else None
        case _:
            return None


def _has(side: GoSide, is_asked: bool, is_made: bool) -> bool | None:
    """Without a setting nothing is asked for, where all settings are known."""
    return None if side.settings is None or (side.unseen and not is_asked) else is_asked == is_made


def _equals(side: GoSide, name: str, value: str) -> bool | None:
    own = _value_of(side, name)
    return None if own is None else own == value


def _value_of(side: GoSide, name: str) -> str | None:
    setting = side.setting(name)
    return setting.value if setting else None


def _is_on(name: str, experiments: tuple[str, ...]) -> bool:
    return name.removeprefix("no") not in experiments if name.startswith("no") else name in experiments


def _flags(side: GoSide) -> frozenset[str]:
    """The words of GOFLAGS and of the build flags of an editor's settings, or of a command."""
    found = (_words(setting.value) for setting in side.settings or () if setting.name in ("GOFLAGS", FLAGS))
    return frozenset().union(*found)


def _words(flags: str) -> frozenset[str]:
    return frozenset(re.split(r"[\s=,'\"]+", flags))


def _source(side: GoSide, cause: str, variant: Variant) -> str:
    """Where it is set."""
    if cause == "go-version":
        return str(side.go or "")
    settings = [setting for setting in side.settings or () if setting.name in SET_BY.get(cause, ("GOFLAGS", FLAGS))]
    flags = {*variant.example.compiled.settings.flags, "-trimpath", "-buildmode"}
    asking = (setting for setting in settings if cause in SET_BY or flags & _words(setting.value))
    return next((setting.source for setting in asking), "")


CHECKS = (
    Check(
        "caches/divergence",
        tr("with --deep: packages that two sides compile in turns, because a setting differs"),
        tr("give both the same setting"),
        _divergence,
        is_deep=True,
    ),
)
