"""What go.sum files, workspaces and the checksum database's kept answers say, and go's index of a tree."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from idecare.modules.index import index_entries, index_entry, stale_entries
from idecare.modules.inspect import inspect_modules
from idecare.modules.layout import ModuleVersion
from idecare.modules.sums import EMPTY_GO_MOD, KnownSums, lookup_files, read_sums, sum_files
from idecare.modules.suspicions import find_suspicions
from idecare.modules.vcs_repositories import inspect_repositories
from tests.builders import write_file
from tests.conftest import make_host
from tests.support.modules import SOURCES, add_module, go_sum, h1_of, module

M = module()


def test_content_and_go_mod_are_told_apart_and_nonsense_is_not_read(tmp_path: Path) -> None:
    file = write_file(tmp_path / "go.sum", f"{go_sum()}\n\nnonsense\na v1 h2:x\nold v1.0.0/go.mod {EMPTY_GO_MOD}\n")
    known = read_sums([file, tmp_path / "none"])
    assert known.modules == {M}
    assert [found.h1 for found in known.content[M]] == [h1_of(SOURCES)]
    assert known.go_mod[M][0].source == file


def test_two_projects_that_agree_are_one_voice_and_two_that_do_not_are_two(tmp_path: Path) -> None:
    files = [write_file(tmp_path / str(n) / "go.sum", f"x v1.0.0 h1:{h1}\n") for n, h1 in enumerate("AAB")]
    assert [found.h1 for found in read_sums(files).content[ModuleVersion("x", "v1.0.0")]] == ["h1:A", "h1:B"]


def test_a_module_names_its_own_go_sum_from_any_folder_in_it(tmp_path: Path) -> None:
    write_file(tmp_path / "go.mod", "module x\n")
    file = write_file(tmp_path / "go.sum", "")
    (tmp_path / "a" / "b").mkdir(parents=True)
    assert sum_files(make_host(), tmp_path / "a" / "b") == (file,)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param('go 1.21\n\nuse (\n\t./a\n\t"./b" // mine\n)\n', id="block"),
        pytest.param("go 1.21\nuse ./a\nuse ./b\n", id="lines"),
    ],
)
def test_a_workspace_names_those_of_all_its_modules_and_its_own(tmp_path: Path, text: str) -> None:
    write_file(tmp_path / "go.work", text)
    files = [write_file(tmp_path / name / "go.sum", "") for name in ("a", "b")]
    write_file(tmp_path / "a" / "go.mod", "module a\n")
    own = write_file(tmp_path / "go.work.sum", "")
    assert set(sum_files(make_host(), tmp_path / "a")) == {*files, own}
    off = make_host(environment={"GOWORK": "off"})
    assert sum_files(off, tmp_path / "a") == (files[0],)
    assert sum_files(make_host(environment={"GOWORK": str(tmp_path / "go.work")}), Path("/"))[-1] == own


def test_an_answer_that_go_kept_vouches_where_no_go_sum_does(tmp_path: Path) -> None:
    add_module(tmp_path)
    lookup = write_file(
        tmp_path / "cache/download/sumdb/sum.golang.org/lookup/example.test/!aa@v1.0.0", f"7\n{go_sum()}\n"
    )
    assert lookup_files(tmp_path, M) == (lookup,)
    (state,) = inspect_modules(tmp_path, [M], KnownSums({}, {}))
    assert [(found.h1, found.source) for found in state.sums] == [(h1_of(SOURCES), lookup)]


def test_an_index_has_one_key_for_each_go_and_folder() -> None:
    """That it is go's own key is proven by the end-to-end tests."""
    trees = (Path("/mod/a@v1.0.0"), Path("/mod/b@v1.0.0"))
    names = {index_entry(version, tree) for version in ("go1.27.3", "go1.27.4") for tree in trees}
    assert len(names) == 4
    assert {(len(name), name[:2] == name[3:5], name[-2:]) for name in names} == {(69, True, "-a")}


def test_only_entries_older_than_the_tree_are_stale(tmp_path: Path) -> None:
    tree = tmp_path / "tree"
    tree.mkdir()
    since = tree.stat().st_ctime_ns
    entries = [tmp_path / index_entry(version, tree) for version in ("go1.1", "go1.2", "go1.3")]
    for path, made in zip(entries, (since - 1, since + 1, "broken"), strict=True):
        write_file(path, f"v1 {'0' * 64} {'0' * 64} 1 {made}\n")
    versions = ("go1.1", "go1.2", "go1.3", "go1.4")
    assert len(index_entries(tmp_path, versions, [tree])) == 3
    assert list(stale_entries(tmp_path, versions, [tree])) == [
        os.path.relpath(path, tmp_path) for path in (entries[0], entries[2])
    ]


def test_a_find_suspicions_at_a_sound_module_finds_nothing(tmp_path: Path) -> None:
    add_module(tmp_path)
    assert find_suspicions(tmp_path, [M], read_sums([write_file(tmp_path / "go.sum", go_sum())])) == ()
    assert find_suspicions(tmp_path, [ModuleVersion("none", "v1")], KnownSums({}, {})) == ()


def test_a_find_suspicions_names_the_files(tmp_path: Path) -> None:
    add_module(tmp_path)
    (tmp_path / M.tree).chmod(0o755)
    (tmp_path / M.tree / "aa.go").unlink()
    (tmp_path / M.tree / "b.go").write_text("")
    (tmp_path / M.tree / "go.mod").chmod(0)
    found = find_suspicions(tmp_path, [M], KnownSums({}, {}))
    assert {one.part for one in found} == {"tree"}
    assert [one.reason for one in found] == ["missing: aa.go", "too many: b.go", "may not be read: go.mod"]


@pytest.mark.parametrize(
    ("head", "folders", "problem"),
    [
        pytest.param("ref: refs/heads/main\n", ("objects", "refs"), "", id="branch"),
        pytest.param("a" * 40 + "\n", ("objects", "refs"), "", id="commit"),
        pytest.param("\0", ("objects", "refs"), "HEAD", id="head"),
        pytest.param("ref: refs/heads/main\n", ("objects",), "refs", id="refs"),
        pytest.param(None, (), "", id="empty-yet"),
    ],
)
def test_a_repository_is_what_git_takes_for_one(
    tmp_path: Path, head: str | None, folders: tuple[str, ...], problem: str
) -> None:
    folder = tmp_path / "cache" / "vcs" / ("a" * 64)
    folder.mkdir(parents=True)
    write_file(folder.with_name(f"{folder.name}.info"), "git3:https://example.test/x")
    if head is not None:
        write_file(folder / "HEAD", head)
    for name in folders:
        (folder / name).mkdir()
    (found,) = inspect_repositories(tmp_path)
    assert found.name == "https://example.test/x"
    assert bool(found.problem) == bool(problem)
    assert problem in found.problem


def test_another_kind_of_repository_is_left(tmp_path: Path) -> None:
    folder = tmp_path / "cache" / "vcs" / ("a" * 64)
    write_file(folder / "x.lock", "")
    write_file(folder.with_name(f"{folder.name}.info"), "hg:https://example.test/x")
    (found,) = inspect_repositories(tmp_path)
    assert (found.stale_locks, found.problem) == ((), "")
