"""VM options files: read as the launcher reads them, edited so that every other byte stays."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idecare.core.errors import RefusedError
from idecare.formats.edits import Edit, apply_edits
from idecare.formats.jvm_options import family, is_collector, size_bytes, zgc_options
from idecare.formats.vmoptions import Damage, ask, change, check, find_damage, parse

ZGC, G1, GENERATIONAL = "-XX:+UseZGC", "-XX:+UseG1GC", "-XX:+ZGenerational"


def put(text: str, *options: str) -> str:
    return apply_edits(text, change(text, options))


def unset(text: str, *options: str) -> str:
    return apply_edits(text, change(text, remove=options))


@pytest.mark.parametrize(
    ("options", "same"),
    [
        pytest.param(("-Xmx2g", "-Xmx4096m", "-XX:MaxHeapSize=1g"), True, id="maximum heap"),
        pytest.param(("-Xms1g", "-XX:InitialHeapSize=1g"), True, id="initial heap"),
        pytest.param(("-Xss1m", "-XX:ThreadStackSize=1024"), True, id="stack"),
        pytest.param(("-XX:+UseZGC", "-XX:+UseG1GC", "-XX:+UseSerialGC"), True, id="collectors"),
        pytest.param(("-XX:+UseZGC", "-XX:-UseZGC"), False, id="a collector ruled out"),
        pytest.param(("-XX:+UseZGC", "-XX:+DisableExplicitGC"), False, id="not a collector, whatever its name"),
        pytest.param(("-XX:+AlwaysPreTouch", "-XX:-AlwaysPreTouch"), True, id="on and off"),
        pytest.param(("-XX:CICompilerCount=2", "-XX:CICompilerCount=4"), True, id="value"),
        pytest.param(("-XX:MaxRAMPercentage=2", "-XX:MinRAMPercentage=4"), False, id="two names"),
        pytest.param(("-XX:OnError=a", "-XX:OnError=b"), False, id="a flag that adds"),
        pytest.param(("-Da=1", "-Da=2", "-Da"), True, id="property"),
        pytest.param(("-Da=1", "-Dab=1"), False, id="two properties"),
        pytest.param(("--add-opens=a/b=ALL-UNNAMED", "--add-opens=a/c=ALL-UNNAMED"), False, id="opened packages add"),
        pytest.param(("--illegal-access=deny", "--illegal-access=warn"), True, id="a word with one value"),
        pytest.param(("-javaagent:/a.jar", "-javaagent:/b.jar"), False, id="agents add"),
        pytest.param(("-Xint", "-Xcomp"), True, id="modes"),
        pytest.param(("-Xlog:gc", "-Xlog:safepoint"), False, id="logs add"),
        pytest.param(("-ea", "-da"), False, id="assertions"),
    ],
)
def test_a_family_is_what_one_line_may_replace(options: Sequence[str], same: bool) -> None:
    assert (len({family(option) for option in options}) == 1) is same


@pytest.mark.parametrize(
    ("option", "expected"),
    [
        ("-Xmx4g", 4 << 30),
        ("-Xmx512M", 512 << 20),
        ("-Xmx2t", 2 << 40),
        ("-Xmx1024k", 1 << 20),
        ("-Xmx65536", 65536),
        ("-XX:MaxHeapSize=0x10k", 16384),
        ("-Xmx6gb", None),
        ("-Xmx", None),
        ("-Xmx4.5g", None),
        ("-Xmx-4g", None),
    ],
)
def test_sizes_are_those_of_hotspot(option: str, expected: int | None) -> None:
    assert size_bytes(option) == expected


@pytest.mark.parametrize(
    ("major", "options"),
    [
        (17, (ZGC,)),
        (21, (ZGC, GENERATIONAL)),
        (22, (ZGC, GENERATIONAL)),
        (23, (ZGC,)),
        (24, (ZGC,)),
        (25, (ZGC,)),
        (26, (ZGC,)),
    ],
)
def test_zgc_comes_as_the_major_needs_it(major: int, options: tuple[str, ...]) -> None:
    assert zgc_options(major) == options


def test_zgc_is_refused_where_it_is_an_experiment() -> None:
    with pytest.raises(RefusedError, match="Java 11"):
        zgc_options(11)


@pytest.mark.parametrize(
    ("text", "options"),
    [
        pytest.param("", [], id="empty"),
        pytest.param("-Xmx4g", [(1, "-Xmx4g")], id="no line end"),
        pytest.param("# c\n\n -Xmx4g \r\n\t#d\n-ea\n", [(3, "-Xmx4g"), (5, "-ea")], id="comments, blanks, CRLF"),
        pytest.param("-Da=1 # x\n", [(1, "-Da=1 # x")], id="no comment after an option"),
        pytest.param("-Da=1\r-Db=2\n", [(1, "-Da=1\r-Db=2")], id="a carriage return alone ends no line"),
        pytest.param("\xa0-Da=1\u3000\n", [(1, "-Da=1")], id="Unicode spaces"),
        pytest.param("\x1c-Da=1\n", [(1, "\x1c-Da=1")], id="a separator that is no space to the launcher"),
        pytest.param("\ufeff-Da=1\n", [(1, "\ufeff-Da=1")], id="a byte order mark is part of the option"),
    ],
)
def test_lines_are_those_of_the_launcher(text: str, options: list[tuple[int, str]]) -> None:
    lines = parse(text)
    assert [(line.number, line.option) for line in lines] == options
    assert all(text[line.start : line.end] == line.option for line in lines)


@pytest.mark.parametrize(
    ("data", "damage"),
    [
        pytest.param(b"-Xmx4g\n", None, id="sound"),
        pytest.param(b"#\0\n-Xmx4g\n", None, id="NUL in a comment"),
        pytest.param(b"\n-Da=\0\n\xff\n", Damage(2, "NUL"), id="NUL"),
        pytest.param(b"-Da=1\n# caf\xe9\n-Db=\0\n", Damage(2, "not UTF-8"), id="not UTF-8, in a comment too"),
        pytest.param("-Da=é\n".encode(), None, id="UTF-8"),
    ],
)
def test_damage_is_found_as_by_the_launcher(data: bytes, damage: Damage | None) -> None:
    assert find_damage(data) == damage


@pytest.mark.parametrize(
    ("text", "option", "answer"),
    [
        ("-Xmx1g\n-Xmx2g\n#-Xmx3g\n", "-Xmx", "-Xmx2g"),
        ("-Xmx1g\n-XX:MaxHeapSize=2g\n", "-Xmx", "-XX:MaxHeapSize=2g"),
        ("-XX:+UseG1GC\n", ZGC, G1),
        ("-XX:-AlwaysPreTouch\n", "-XX:+AlwaysPreTouch", "-XX:-AlwaysPreTouch"),
        ("-Da=1\n", "-Db", None),
    ],
)
def test_ask_gives_the_last_of_the_family(text: str, option: str, answer: str | None) -> None:
    assert ask(text, option) == answer


@pytest.mark.parametrize(
    ("before", "options", "after"),
    [
        pytest.param("", ["-Xmx4g"], "-Xmx4g\n", id="an empty file"),
        pytest.param("-ea\n", ["-Xmx4g", "-Xms1g"], "-ea\n-Xmx4g\n-Xms1g\n", id="appended in order"),
        pytest.param("-ea", ["-Xmx4g"], "-ea\n-Xmx4g", id="a missing last line end stays missing"),
        pytest.param("-ea\r\n", ["-Xmx4g"], "-ea\r\n-Xmx4g\r\n", id="CRLF"),
        pytest.param("#\r\n-ea", ["-Xmx4g"], "#\r\n-ea\r\n-Xmx4g", id="CRLF, no last line end"),
        pytest.param("# heap\n  -Xmx2g \n-ea\n", ["-Xmx4g"], "# heap\n  -Xmx4g \n-ea\n", id="in place"),
        pytest.param("-Xmx1g\n-Xmx2g\n", ["-Xmx4g"], "-Xmx1g\n-Xmx4g\n", id="the last of two"),
        pytest.param("-XX:MaxHeapSize=2g\n", ["-Xmx4g"], "-Xmx4g\n", id="in the other spelling's place"),
        pytest.param("#-Xmx2g\n", ["-Xmx4g"], "#-Xmx2g\n-Xmx4g\n", id="a comment stays one"),
        pytest.param(f"{G1}\n-ea\n", [ZGC], f"{ZGC}\n-ea\n", id="another collector"),
        pytest.param(f"{ZGC}\n{G1}\n-ea\n", [ZGC], f"{ZGC}\n-ea\n", id="two collectors become one"),
        pytest.param(f"-XX:-UseZGC\n{G1}\n", [ZGC], f"{ZGC}\n", id="nothing rules the collector out"),
        pytest.param(f"{G1}\n{ZGC}", [ZGC], f"{ZGC}", id="the wanted one last, without line end"),
        pytest.param("-Xmx1g\n", ["-Xmx2g", "-Xmx4g"], "-Xmx4g\n", id="asked for twice"),
    ],
)
def test_set_changes_one_line(before: str, options: list[str], after: str) -> None:
    assert put(before, *options) == after
    assert change(after, options) == ()


@pytest.mark.parametrize(
    ("before", "options", "after"),
    [
        pytest.param("-Xmx1g\n-ea\n-Xmx2g\n", ["-Xmx"], "-ea\n", id="all of the family"),
        pytest.param("-ea\n-Xmx2g", ["-Xmx"], "-ea", id="the last line, without line end"),
        pytest.param("-ea\r\n-Xmx1g\r\n-Xmx2g", ["-Xmx"], "-ea", id="the last two lines, without line end"),
        pytest.param("-Xmx2g", ["-Xmx"], "", id="the only line"),
        pytest.param("# c\n-Xmx2g\n", ["-Xmx"], "# c\n", id="the comment above stays"),
        pytest.param("-ea\n", ["-Xmx"], "-ea\n", id="not there"),
        pytest.param("-XX:+UseZGC\n-XX:-A\n", [G1, "-XX:+A"], "", id="collector and flag"),
    ],
)
def test_unset_removes_whole_lines(before: str, options: list[str], after: str) -> None:
    assert unset(before, *options) == after


@pytest.mark.parametrize(
    ("before", "option", "major", "after"),
    [
        pytest.param(f"{G1}\n", ZGC, 17, f"{ZGC}\n", id="17"),
        pytest.param(f"{G1}\n", ZGC, 21, f"{ZGC}\n{GENERATIONAL}\n", id="21"),
        pytest.param(f"{ZGC}\n{GENERATIONAL}\n", ZGC, 25, f"{ZGC}\n", id="25 drops the flag"),
        pytest.param(f"{ZGC}\n{GENERATIONAL}", ZGC, 17, f"{ZGC}", id="17 drops it, no last line end"),
        pytest.param(f"{ZGC}\n-XX:-ZGenerational\n", ZGC, 21, f"{ZGC}\n{GENERATIONAL}\n", id="turned on"),
        pytest.param(f"{ZGC}\n{GENERATIONAL}\n", G1, 21, f"{G1}\n", id="back to G1"),
        pytest.param("-ea\n-XX:+UseG1GC", ZGC, 21, f"-ea\n{ZGC}\n{GENERATIONAL}", id="no last line end"),
        pytest.param(f"{GENERATIONAL}", G1, 21, f"{G1}", id="the only line makes way"),
    ],
)
def test_a_collector_is_chosen_with_what_belongs_to_it(before: str, option: str, major: int, after: str) -> None:
    options = zgc_options(major) if option == ZGC else (option,)
    removed = [GENERATIONAL][: GENERATIONAL not in options]
    assert apply_edits(before, change(before, options, removed)) == after
    assert change(after, options, removed) == ()


@pytest.mark.parametrize(
    "option",
    [
        pytest.param("-Da=é", id="not ASCII"),
        pytest.param("-Da=\n-Xmx1g", id="two lines"),
        pytest.param("-Da=\0", id="NUL"),
        pytest.param(" -Xmx4g", id="a space before"),
        pytest.param("Xmx4g", id="no dash"),
        pytest.param("#-Xmx4g", id="a comment"),
        pytest.param("", id="nothing"),
    ],
)
def test_what_is_no_plain_option_is_not_written(option: str) -> None:
    with pytest.raises(RefusedError):
        check(option)
    with pytest.raises(RefusedError):
        change("-ea\n", [option])


def test_an_edit_is_the_span_of_the_value() -> None:
    assert change("# heap\r\n  -Xmx2g\r\n", ["-Xmx4g"]) == (Edit(10, 16, "-Xmx4g"),)


KNOWN = [
    "-Xmx1g",
    "-Xmx2g",
    "-Xms1g",
    ZGC,
    G1,
    "-XX:-UseZGC",
    GENERATIONAL,
    "-Da=1",
    "-Da=2",
    "-ea",
    "--add-opens=a/b=c",
]
lines = st.one_of(st.sampled_from([*KNOWN, "", "# comment", "#-Xmx1g", "  -Xmx3g\t"]), st.text(max_size=5))
documents = st.lists(st.tuples(lines, st.sampled_from(["\n", "\r\n", "\n\n"]))).map(
    lambda pairs: "".join(line + end for line, end in pairs)
)
texts = st.one_of(documents, st.tuples(documents, lines).map("".join))


@given(text=texts, options=st.lists(st.sampled_from(KNOWN), max_size=3), removed=st.sampled_from(KNOWN))
def test_any_change_lands_once_and_leaves_other_lines_alone(text: str, options: list[str], removed: str) -> None:
    after = apply_edits(text, change(text, options, [removed]))
    wanted = {family(option): option for option in options}
    assert {name: ask(after, name if name != "collector" else ZGC) for name in wanted} == wanted
    assert family(removed) in wanted or ask(after, removed) is None
    assert change(after, options, [removed]) == ()
    assert "collector" not in wanted or sum(is_collector(line.option) for line in parse(after)) == 1
    meant = {*wanted, family(removed), "-XX:UseZGC", "-XX:UseG1GC"}
    others = [line.option for line in parse(text) if family(line.option) not in meant]
    assert [line.option for line in parse(after) if family(line.option) not in meant] == others
    comments = [line for line in text.split("\n") if line.startswith("#")]
    assert [line.rstrip("\r") for line in after.split("\n") if line.startswith("#")] == [
        c.rstrip("\r") for c in comments
    ]
