"""The sums of zips, trees and go.mod files, and what is told of those that have none."""

from __future__ import annotations

import hashlib
import os
import time
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from idecare.core import language
from idecare.modules import hashing as module_hash
from idecare.modules import workers as module_workers
from idecare.modules.hashing import Task, answer
from idecare.modules.inspect import SumMemory, inspect_modules
from idecare.modules.layout import listed_modules, parsed
from idecare.modules.state import problem_text
from idecare.modules.sums import KnownSums
from idecare.modules.suspicions import find_suspicions
from idecare.modules.workers import answers
from tests.support.dirhash import h1, h1_of_tree, h1_of_zip
from tests.support.go_programs import CrossBuild
from tests.support.go_zip_sums import sums_with_a_wrong_byte
from tests.support.modules import NAME, SOURCES, add_module, go_mod_h1, h1_of, write_tree, write_zip

LATER = 10**20  # everything is settled by then
NONE = KnownSums({}, {})
# What a file system and go both take; sorted by bytes, not by letters, so accents and capitals matter.
WORDS = st.text("aZ09._-~ äßé日本🐹", min_size=1, max_size=6).filter(lambda word: word.strip(". ") != "")
TREES = st.dictionaries(st.lists(WORDS, min_size=1, max_size=3).map("/".join), st.binary(max_size=40), max_size=12)


def usable(files: dict[str, bytes]) -> dict[str, bytes]:
    """Without files that are another file's folder."""
    return {name: content for name, content in files.items() if not any(n.startswith(f"{name}/") for n in files)}


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(files=TREES.map(usable), number=st.integers(0, 10**9))
def test_tree_and_zip_of_any_names_have_the_same_sum(tmp_path: Path, files: dict[str, bytes], number: int) -> None:
    base = tmp_path / f"{number}-{time.monotonic_ns()}"
    write_tree(base / "tree", files)
    write_zip(base / "x.zip", NAME, files)
    want = h1_of(files)
    assert (ask("tree", base / "tree")[:2], ask("zip", base / "x.zip")[:2]) == (("ok", want),) * 2
    assert (h1_of_tree(base / "tree", NAME), h1_of_zip(base / "x.zip")) == (want, want)  # the tests' own way


def ask(kind: str, path: Path, known: str = "", prefix: str = NAME) -> tuple[str, str, str, str, list[bytes], str]:
    state, found, problem, *rest = answer((kind, os.fsencode(path), prefix.encode(), known), LATER)
    return state, found, problem_text(problem), *rest


def test_a_name_of_bytes_that_are_no_text_counts_by_its_bytes(tmp_path: Path) -> None:
    write_tree(tmp_path / "tree", {"a": b"1"})
    (tmp_path / "tree").chmod(0o755)
    try:
        (tmp_path / "tree" / os.fsdecode(b"\xff")).write_bytes(b"2")
    except OSError:
        pytest.skip("this file system takes only UTF-8 names")
    assert ask("tree", tmp_path / "tree")[0] == "ok"


@pytest.mark.parametrize(
    ("name", "word"),
    [
        pytest.param("../../evil", "name that go refuses", id="leads-outside"),
        pytest.param("a/../b", "name that go refuses", id="leads-back"),
        pytest.param("a//b", "name that go refuses", id="empty-part"),
        pytest.param("a\\b", "name that go refuses", id="backslash"),
    ],
)
def test_a_zip_with_names_that_go_refuses_is_broken(tmp_path: Path, name: str, word: str) -> None:
    write_zip(tmp_path / "x.zip", NAME, {name: b""})
    state, _, problem, *_ = ask("zip", tmp_path / "x.zip")
    assert (state, word in problem) == ("broken", True), problem


def test_a_zip_of_another_module_is_broken(tmp_path: Path) -> None:
    write_zip(tmp_path / "x.zip", "example.test/bb@v1.0.0", SOURCES)
    assert ask("zip", tmp_path / "x.zip")[0] == "broken"


def test_a_name_twice_in_a_zip_is_broken(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
        archive.writestr(f"{NAME}/a", b"1")
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr(f"{NAME}/a", b"2")
    assert ask("zip", tmp_path / "x.zip")[2] == "holds a name twice"


@pytest.mark.parametrize("size", [0, 1, 30, 200, -1, -20])
def test_a_zip_cut_anywhere_is_broken(tmp_path: Path, size: int) -> None:
    write_zip(tmp_path / "x.zip", NAME, SOURCES)
    content = (tmp_path / "x.zip").read_bytes()
    (tmp_path / "x.zip").write_bytes(content[:size])
    assert ask("zip", tmp_path / "x.zip")[0] == "broken"


def test_a_zip_of_a_later_version_than_can_be_read_is_broken(tmp_path: Path) -> None:
    write_zip(tmp_path / "x.zip", NAME, SOURCES)
    content = bytearray((tmp_path / "x.zip").read_bytes())
    content[content.index(b"PK\1\2") + 6] = 99  # the version needed, in its directory
    (tmp_path / "x.zip").write_bytes(content)
    state, _, problem, *_ = ask("zip", tmp_path / "x.zip")
    assert (state, "version" in problem) == ("broken", True), problem


def test_a_zip_of_more_files_than_its_usual_record_can_count_is_read(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
        for number in range(0x10001):
            archive.writestr(f"{NAME}/{number}", b"")
        archive.comment = b"a comment"
    assert ask("zip", tmp_path / "x.zip")[0] == "ok"


@pytest.mark.e2e
def test_a_zip_with_a_wrong_byte_is_broken_or_has_the_sum_that_go_finds(
    tmp_path: Path, cross_build: CrossBuild
) -> None:
    """Each byte in turn: what go refuses is broken, and what is not broken is what go reads."""
    file, changed = tmp_path / "x.zip", tmp_path / "changed.zip"
    write_zip(file, NAME, SOURCES)
    content, broken, odd = file.read_bytes(), 0, []
    for place, mask, want in sums_with_a_wrong_byte(file, tmp_path, cross_build):
        changed.write_bytes(content[:place] + bytes([content[place] ^ mask]) + content[place + 1 :])
        state, found, *_ = ask("zip", changed)
        broken += state == "broken"
        if state != "broken" and found != want:
            odd.append((place, mask, state, found, want))
    assert odd == []
    assert 0 < broken < len(content) * 2


@pytest.mark.parametrize(
    ("make", "problem"),
    [
        pytest.param(lambda path: path.write_text("x"), "is not a folder", id="file"),
        pytest.param(lambda path: path.symlink_to("/dev/null/nowhere"), "is not a folder", id="link"),
        pytest.param(lambda path: (path.mkdir(), (path / "a").symlink_to("nowhere")), "a leads nowhere", id="dangling"),
        pytest.param(lambda path: (path.mkdir(), os.mkfifo(path / "a")), "a is not a file", id="pipe"),
    ],
)
def test_a_tree_that_is_none(tmp_path: Path, make: object, problem: str) -> None:
    make(tmp_path / "tree")  # type: ignore[operator]
    assert ask("tree", tmp_path / "tree")[:3] == ("broken", "", problem)


def test_what_is_not_there_is_absent(tmp_path: Path) -> None:
    assert {ask(kind, tmp_path / "none")[0] for kind in ("zip", "tree", "file")} == {"absent"}


def test_litter_is_told_apart(tmp_path: Path) -> None:
    write_tree(tmp_path / "tree", {**SOURCES, "sub/.DS_Store": b"\0"})
    _, found, _, clean, names, _ = ask("tree", tmp_path / "tree")
    assert (clean, names) == (h1_of(SOURCES), [b"sub/.DS_Store"])
    assert found != clean


def test_what_go_copies_in_a_toolchain_is_not_part_of_its_sum(tmp_path: Path) -> None:
    name = "golang.org/toolchain@v0.0.1-go1.22.0.linux-amd64"
    packed = {"src/_go.mod": b"module std\n", "bin/go": b"go"}
    write_tree(tmp_path / "tree", {**packed, "src/go.mod": b"module std\n"})
    assert ask("tree", tmp_path / "tree", prefix=name)[1] == h1_of(packed, name)
    write_tree(tmp_path / "other", {**packed, "src/go.mod": b"module other\n"})
    assert ask("tree", tmp_path / "other", prefix=name)[1] != h1_of(packed, name)


@pytest.mark.parametrize(
    ("sources", "go_mod"),
    [
        pytest.param(SOURCES, SOURCES["go.mod"], id="its-own"),
        pytest.param({"aa.go": b"package aa\n"}, b"module example.test/Aa\n", id="made-by-go"),
    ],
)
def test_the_sum_of_the_go_mod_in_a_zip(tmp_path: Path, sources: dict[str, bytes], go_mod: bytes) -> None:
    write_zip(tmp_path / "x.zip", NAME, sources)
    assert ask("zip", tmp_path / "x.zip")[3] == go_mod_h1(go_mod)


def test_a_file_is_hashed_under_the_name_in_its_sum(tmp_path: Path) -> None:
    (tmp_path / "v1.0.0.mod").write_bytes(b"module x\n")
    assert ask("file", tmp_path / "v1.0.0.mod", prefix="go.mod")[1] == h1([("go.mod", b"module x\n")])


# --- many at once, and again ---------------------------------------------------------------------------------------


def tasks(root: Path, count: int) -> list[Task]:
    made = [add_module(root, f"example.test/m{number}@v1.0.0") for number in range(count)]
    return [
        task
        for one in made
        for task in (
            ("tree", os.fsencode(root / one.tree), str(one).encode(), ""),
            ("zip", os.fsencode(root / one.file("zip")), str(one).encode(), ""),
        )
    ]


def test_helpers_answer_in_the_order_of_the_tasks_and_count_up(tmp_path: Path) -> None:
    asked = tasks(tmp_path, 20)
    alone = [answer(task, 0) for task in asked]
    seen: list[tuple[int, int]] = []
    assert answers(asked, lambda done, of: seen.append((done, of))) == alone
    assert seen[-1] == (40, 40)


def test_what_a_helper_finds_is_said_in_the_users_language(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(language, "look_up", lambda text: text.replace("holds a name that go refuses:", "名称不合法："))
    write_zip(tmp_path / "x.zip", NAME, {"a//b": b""})
    task = ("zip", os.fsencode(tmp_path / "x.zip"), NAME.encode(), "")
    said = {problem_text(found[2]) for found in answers([task] * 5)}
    assert said == {f"名称不合法： {NAME}/a//b"}


def test_what_helpers_that_die_were_given_is_done_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = tasks(tmp_path, 6)
    monkeypatch.setattr(module_workers.module_hash, "SETTLED_NS", 10**30)  # these files changed just now
    monkeypatch.setattr(module_workers.module_hash, "__file__", str(tmp_path / "no such program"))
    assert answers(asked) == [answer(task, 0) for task in asked]


def test_the_second_run_hashes_only_what_changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = tmp_path / "mod"
    made = [add_module(root, name) for name in (NAME, "example.test/bb@v1.0.0")]
    monkeypatch.setattr(module_workers, "ALONE_TASKS", 100)
    monkeypatch.setattr(module_workers.module_hash, "SETTLED_NS", -(10**12))  # these files changed just now
    memory = SumMemory(tmp_path, root)
    first = inspect_modules(root, made, NONE, memory)
    assert memory.content
    memory.file.write_bytes(memory.content)
    monkeypatch.setattr(module_workers.module_hash, "_file_digest", refuse)
    monkeypatch.setattr(module_workers.module_hash, "zip_digests", refuse)
    again = SumMemory(tmp_path, root)
    assert inspect_modules(root, made, NONE, again) == first
    assert again.content is None
    (root / made[0].tree / "aa.go").chmod(0o644)
    with pytest.raises(AssertionError, match=r"^hashed"):
        inspect_modules(root, made, NONE, SumMemory(tmp_path, root))


def refuse(path: bytes, more: object = None) -> str:
    raise AssertionError(f"hashed {os.fsdecode(path)}")


@pytest.mark.parametrize("content", [b"", b"{", b'{"head": 1}', b"[]", b"\xff"])
def test_a_broken_memory_is_none(tmp_path: Path, content: bytes) -> None:
    memory = SumMemory(tmp_path, tmp_path / "mod")
    memory.file.write_bytes(content)
    assert SumMemory(tmp_path, tmp_path / "mod").fingerprint("tree:x") == ""


def test_a_memory_whose_values_were_changed_is_none(tmp_path: Path) -> None:
    memory = SumMemory(tmp_path, tmp_path / "mod")
    memory.remember("tree:x", ("ok", "h1:good", "", "", [], "mark"))
    memory.file.write_bytes((memory.content or b"").replace(b"h1:good", b"h1:evil"))
    assert SumMemory(tmp_path, tmp_path / "mod").fingerprint("tree:x") == ""


# --- names ---------------------------------------------------------------------------------------------------------


def test_every_version_is_listed_by_its_real_name(tmp_path: Path) -> None:
    names = ["example.test/Aa@v1.0.0", "single.test@v1.0.0-RC1", "golang.org/toolchain@v0.0.1-go1.22.0.linux-amd64"]
    for name in names:
        add_module(tmp_path, name)
    (tmp_path / "example.test" / "tree@v2.0.0").mkdir()
    (tmp_path / "cache/download/sumdb/sum.golang.org/lookup").mkdir(parents=True)
    (tmp_path / ".idecare-held/1/modcache/example.test/bb@v1.0.0").mkdir(parents=True)
    assert sorted(map(str, listed_modules(tmp_path))) == sorted([*names, "example.test/tree@v2.0.0"])


@pytest.mark.parametrize("name", ["", "x", "@v1", "x@"])
def test_what_is_no_name_of_a_version(name: str) -> None:
    assert parsed(name) is None


@pytest.mark.parametrize("size", [0, 1, 2**20 - 1, 2**20, 2**20 + 1, 3 * 2**20])
@pytest.mark.parametrize("expected", [-1, 0, 1], ids=["shrunk", "same", "grown"])
def test_files_of_any_size_are_hashed_whole(tmp_path: Path, size: int, expected: int) -> None:
    content = bytes(range(256)) * (size // 256) + b"x" * (size % 256)
    (tmp_path / "file").write_bytes(content)
    digest = module_hash._file_digest(os.fsencode(tmp_path / "file"), max(0, size - expected * 7))
    assert digest == hashlib.sha256(content).hexdigest()


def test_a_zip_larger_than_go_takes_is_not_read(tmp_path: Path) -> None:
    with open(tmp_path / "x.zip", "wb") as file:
        file.truncate(module_hash.ZIP_LIMIT_BYTES + 1)
    assert ask("zip", tmp_path / "x.zip")[2] == "is larger than the 500 MiB that go allows"


@pytest.mark.parametrize("suffix", ["zip", "ziphash", "mod"])
def test_a_pipe_in_the_place_of_a_file_is_no_reason_to_wait(tmp_path: Path, suffix: str) -> None:
    made = add_module(tmp_path)
    (tmp_path / made.file(suffix)).unlink()
    os.mkfifo(tmp_path / made.file(suffix))
    (state,) = inspect_modules(tmp_path, [made], NONE)
    assert (getattr(state, suffix).state, getattr(state, suffix).problem) == ("broken", "is not a file")
    assert suffix in {found.part for found in find_suspicions(tmp_path, [made], NONE)}
