"""Deciding the user's VM options file: what the launcher makes of it together with the install's file must be right."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from idecare.changes.drift import Drift, WrittenValues
from idecare.changes.plan import Change, WriteFile
from idecare.configure.profile import Circumstances, Heap, Profile, is_kept
from idecare.configure.requests import JVM, UNSET, Overrides, Wanted
from idecare.core.commands import command_text
from idecare.core.errors import RefusedError
from idecare.core.frozen import frozen
from idecare.core.language import mark, tr
from idecare.formats.edits import Edit, apply_edits
from idecare.formats.jvm_options import COLLECTOR, ZGENERATIONAL, family, is_collector, size_bytes, zgc_options
from idecare.formats.vmoptions import ask, change, find_damage, parse
from idecare.jetbrains.config_files import JetbrainsTarget
from idecare.jetbrains.jvm.option_lint import Remark, lint_options
from idecare.jetbrains.launcher import Launch
from idecare.jetbrains.launcher.files import Option
from idecare.jetbrains.launcher.home import LaunchFailure
from idecare.jetbrains.launcher.options import JVM_OPTIONS_BEFORE, EffectiveOptions, displaces

ZGC = "-XX:+UseZGC"
LARGE_PAGES = "-XX:LargePageSizeInBytes"
ZGC_PAGE_BYTES = 2 << 20
JVM_OWN = "-X"  # the value of a property, -Dname=1g, is the IDE's to read
UNKNOWN_MEMORY = 1 << 60
UNKNOWN_MAJOR = 21  # of the runtimes in use, the one whose flags differ least from the others'


@frozen
class _Options:
    """The options to set and those whose families are to go."""

    wanted: tuple[Wanted, ...]
    removed: tuple[Wanted, ...]


def plan_options(
    target: JetbrainsTarget, profile: Profile | None, overrides: Overrides, now: Circumstances, written: WrittenValues
) -> tuple[WriteFile | None, tuple[str, ...], tuple[Drift, ...]]:
    """The edit of the file that the launcher reads, the notes on it, and what the user has changed in it since;
    RefusedError where no edit is safe."""
    file, launch = target.options_file, target.launch
    assert file is not None, "a start that can be simulated has a file"
    assert isinstance(launch, Launch), "a start that fails is refused before"
    text = _decoded(target)
    found = _options_now(launch)
    drifts: list[Drift] = []

    def undrifted(wants: Iterable[Wanted]) -> Iterator[Wanted]:
        for want in wants:
            change = Change(family(want.key), ask(text, want.key), want.value, want.reason, want.source)
            drift = written.find_drift(file.path, file.real_path, change)
            if drift is None:
                yield want
            elif change.before is not None if want.value is None else not _is_in_force(want, found.texts):
                drifts.append(drift)

    wants = tuple(undrifted(_asked(profile, overrides, now)))
    asked = _expanded((*_partners(wants, text, found.texts), *wants), now.jbr)
    options = _needed(_Options(tuple(undrifted(asked.wanted)), asked.removed), found)
    after = apply_edits(text, _edits(text, options, target.newline))
    effective = options_after(found, str(file.path), after)
    remarks = lint_options(
        effective, now.memory_bytes or UNKNOWN_MEMORY, now.jbr or UNKNOWN_MAJOR, is_folder=lambda _: True
    )
    for remark in remarks:
        if _is_fatal(remark):
            way_out = _way_out(remark, target.ide, str(file.path))
            raise RefusedError("jvm-refuses", f"{remark.message} ({_places(remark)})", way_out)
    notes = (*(remark.message for remark in remarks), *_without_effect(options, effective))
    if after == text:
        return None, notes, tuple(drifts)
    changes = tuple(_changes(text, after, options))
    edit = WriteFile(target.ide, file.path, file.real_path, file.data, after.encode(), changes, target.why_options_file)
    return edit, notes, tuple(drifts)


def _decoded(target: JetbrainsTarget) -> str:
    assert target.options_file is not None
    data = target.options_file.data or b""
    if damage := find_damage(data):
        text = mark("{path}: {damage}, so the launcher does not start the IDE")
        if damage.reason == "NUL":
            text = mark("{path}: {damage}, so the launcher ignores the whole file")
        why = tr(text, path=target.options_file.path, damage=damage)
        raise RefusedError("damaged-vmoptions", why, tr("Remove what is on that line, or the whole file."))
    return data.decode()


def _options_now(launch: Launch) -> EffectiveOptions:
    if isinstance(launch.options, LaunchFailure):
        raise RefusedError("no-start", f"{launch.options.place}: {launch.options.message}", launch.options.hint)
    return launch.options


def _asked(profile: Profile | None, overrides: Overrides, now: Circumstances) -> Iterator[Wanted]:
    """In the order of their weight: the command line comes last. ``value`` is ``None`` for what is to go."""
    for entry in profile.jvm if profile else ():
        if entry.when.holds(now):
            option = entry.option.option(now.memory_gib) if isinstance(entry.option, Heap) else entry.option
            source = profile.source if profile else ""
            yield Wanted(option, None if entry.unset else option, entry.why, source, entry.kept)
    yield from (Wanted(option, None, tr("asked for"), UNSET) for option in overrides.unset_jvm)
    yield from (Wanted(option, option, tr("asked for"), JVM) for option in overrides.jvm)


def _partners(wants: Sequence[Wanted], text: str, texts: Sequence[str]) -> Iterator[Wanted]:
    """What has to change with what is asked for, for the JVM to start: an initial heap above a smaller limit, and large
    pages of a size that ZGC does not take (refused by OpenJDK 21 and 25)."""
    by_family = {family(want.key): want for want in wants if not _is_in_force(want, texts)}
    limit, initial = by_family.get("-Xmx"), ask(text, "-Xms")
    if limit and limit.value and initial and (size_bytes(initial) or 0) > (size_bytes(limit.value) or 0):
        start = f"-Xms{limit.value.removeprefix('-Xmx')}"
        why = tr("the heap cannot start larger than {option} allows", option=limit.value)
        yield Wanted(start, start, why, limit.source)
    zgc = next((want for want in wants if want.value == ZGC), None)
    if zgc and (pages := ask(text, LARGE_PAGES)) and size_bytes(pages) != ZGC_PAGE_BYTES:
        yield Wanted(pages, None, tr("ZGC takes large pages of 2 MB only"), zgc.source)


def _expanded(asked: Sequence[Wanted], major: int | None) -> _Options:
    """One value a family, the last one asked for; ZGC with what a runtime of this major needs for it."""
    last = {family(want.key): want for want in asked}
    wanted = [want for want in last.values() if want.value is not None]
    removed = [want for want in last.values() if want.value is None]
    collector = next((want for want in wanted if is_collector(want.key)), None)
    if collector is None:
        return _Options(tuple(wanted), tuple(removed))
    needed = [collector.key]
    if collector.key == ZGC:
        if major is None:
            why = tr("no runtime is chosen, so it is not known which ZGC it has")
            raise RefusedError("no-runtime", why, "idecare jbr list")
        needed = list(zgc_options(major))
    if ZGENERATIONAL in needed and family(ZGENERATIONAL) not in last:
        why = tr("Java {major} has the generational mode behind it", major=major)
        wanted.append(Wanted(ZGENERATIONAL, ZGENERATIONAL, why, collector.source))
    elif ZGENERATIONAL not in needed:
        wanted = [want for want in wanted if family(want.key) != family(ZGENERATIONAL)]
        why = tr("has no meaning with this collector")
        if collector.key == ZGC:
            why = tr("Java {major} knows no other mode", major=major)
        removed.append(Wanted(ZGENERATIONAL, None, why, collector.source))
    return _Options(tuple(wanted), tuple(removed))


def _needed(asked: _Options, found: EffectiveOptions) -> _Options:
    """Without what is in force already, be it by the install's own file."""
    return _Options(tuple(want for want in asked.wanted if not _is_in_force(want, found.texts)), asked.removed)


def _is_in_force(want: Wanted, texts: Sequence[str]) -> bool:
    same = [text for text in texts if family(text) == family(want.key)]
    if not same or (family(want.key) == COLLECTOR and len(set(same)) > 1):
        return False
    return is_kept(want.kept, size_bytes(same[-1]), size_bytes(want.key)) or _is_same(same[-1], want.key)


def _is_same(one: str, other: str) -> bool:
    """``-XX:ReservedCodeCacheSize=1G`` is ``=1g`` and ``=1024m``."""
    sizes = size_bytes(one), size_bytes(other)
    return one == other or (one.startswith(JVM_OWN) and None not in sizes and sizes[0] == sizes[1])


def _edits(text: str, options: _Options, newline: str) -> tuple[Edit, ...]:
    return change(text, [want.key for want in options.wanted], [want.key for want in options.removed], newline)


def options_after(found: EffectiveOptions, user_file: str, text: str) -> tuple[Option, ...]:
    """The effective list as it will be once the user's file has ``text``: merged as the launcher does."""
    user = [Option(line.option, user_file, line.number) for line in parse(text)]
    own = str(found.user_file) if found.user_file else None
    others = [option for option in found.options if option.source != own]
    dist_file = str(found.dist_file)
    dist = [*(option for option in others if option.source == dist_file), *(drop.option for drop in found.dropped)]
    dist.sort(key=lambda option: option.line or 0)
    kept = [option for option in dist if not any(displaces(line.text, option.text) for line in user)]
    # Without a line of the install's file the user's come after the launcher's own two and what the JVM reads first.
    first = sum(option.source == JVM_OPTIONS_BEFORE for option in others) + 2
    start = next((at for at, option in enumerate(others) if option.source == dist_file), min(first, len(others)))
    rest = [option for option in others[start:] if option.source != dist_file]
    return (*others[:start], *kept, *user, *rest)


def _is_fatal(remark: Remark) -> bool:
    """Whether the JVM refuses to start, and not only ignores one of the options."""
    families = {family(option.text) for option in remark.options}
    several = len(remark.options) > 1 and all(is_collector(option.text) for option in remark.options)
    return remark.kind == "contradiction" and (several or families == {"-Xmx", "-Xms"})


def _places(remark: Remark) -> str:
    return ", ".join(option.place for option in remark.options)


def _way_out(remark: Remark, ide: str, user_file: str) -> str:
    """A command that works, where there is one: what a variable or the install says, no edit of ours changes."""
    if is_collector(remark.options[0].text):
        fixed = [option for option in remark.options if option.source != user_file]
        if len(fixed) > 1:
            return tr("Keep one of them: {places}.", places=", ".join(option.place for option in fixed))
        choice = f"--unset={remark.options[0].text}" if fixed else f"--jvm={remark.options[-1].text}"
        return command_text("idecare", "configure", "--ide", ide, choice)
    initial = next(option.text for option in remark.options if family(option.text) == "-Xms")
    size = initial.partition("=")[2] or initial.removeprefix("-Xms")
    return command_text("idecare", "configure", "--ide", ide, f"--jvm=-Xms{size}", f"--jvm=-Xmx{size}")


def _without_effect(asked: _Options, effective: Sequence[Option]) -> Iterator[str]:
    """What the launcher adds after the user's file overrides it: IJ_JAVA_OPTIONS, the install's own arguments."""
    for want in asked.wanted:
        last = next((option for option in reversed(effective) if family(option.text) == family(want.key)), None)
        if last is not None and not _is_same(last.text, want.key):
            text = mark("{option} has no effect: {place} has {later} after it")
            yield tr(text, option=want.key, place=last.place, later=last.text)
    for want in asked.removed:
        last = next((option for option in reversed(effective) if family(option.text) == family(want.key)), None)
        if last is not None and want.source == UNSET:
            yield tr("{option} stays in force: {place} has it. --jvm sets another", option=last.text, place=last.place)


def _changes(text: str, after: str, options: _Options) -> Iterator[Change]:
    for want in options.wanted:
        yield Change(family(want.key), ask(text, want.key), want.key, want.reason, want.source)
    for want in options.removed:
        if (before := ask(text, want.key)) is not None and ask(after, want.key) is None:
            yield Change(family(want.key), before, None, want.reason, want.source)
