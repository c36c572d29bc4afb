"""However a folder is spelled, it leads to one root: links, go.work, worktrees, folders above modules, capitals."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from pyfakefs.fake_filesystem import FakeFilesystem, OSType

from idecare.golang.module import find_root, find_roots, module_path, workspace_members
from idecare.vscode.paths import local_path
from tests.builders import write


def module(folder: Path, path: str = "example.com/a") -> Path:
    write(folder, "go.mod", content=f"module {path}\n\ngo 1.21\n")
    return folder


def test_a_folder_in_a_module_leads_to_its_root(tmp_path: Path) -> None:
    module(tmp_path / "a")
    write(tmp_path / "a", "x/y/z.go")
    found = find_root(tmp_path / "a/x/y")
    assert found is not None
    assert (found.root, found.module, found.members) == (tmp_path / "a", "example.com/a", (tmp_path / "a",))


def test_a_link_leads_to_what_it_is_a_link_to(tmp_path: Path) -> None:
    module(tmp_path / "a")
    (tmp_path / "link").symlink_to(tmp_path / "a")
    assert find_root(tmp_path / "link") == find_root(tmp_path / "a")


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("go 1.21\nuse ./a\nuse ./b\n", id="lines"),
        pytest.param("go 1.21\n\nuse (\n\t./a // the first\n\t./b\n)\n", id="block"),
        pytest.param('go 1.21\nuse (\n"./a"\n`b`\n)\n', id="quoted"),
        pytest.param("use ( ./a ./b\n)\n// use ./c\n", id="comment"),
    ],
)
def test_members_of_a_workspace_are_one_with_it(tmp_path: Path, text: str) -> None:
    a, b, c = (module(tmp_path / name) for name in "abc")
    write(tmp_path, "go.work", content=text)
    assert workspace_members(tmp_path) == (a, b)
    roots = [find_root(folder) for folder in (tmp_path, a, b)]
    assert [root and (root.root, root.module) for root in roots] == [(tmp_path, None)] * 3
    alone = find_root(c)
    assert alone is not None
    assert alone.root == c


def test_a_git_worktree_is_a_module_of_its_own(tmp_path: Path) -> None:
    if not shutil.which("git"):
        pytest.skip("there is no git here")
    main = module(tmp_path / "main")
    for words in (
        ("init", "-q"),
        ("add", "."),
        ("-c", "user.name=a", "-c", "user.email=a@b", "commit", "-qm", "a"),
        ("worktree", "add", "-q", str(tmp_path / "tree"), "-b", "other"),
    ):
        subprocess.run(["git", *words], cwd=main, check=True, capture_output=True)
    tree, root = find_root(tmp_path / "tree"), find_root(main)
    assert tree is not None
    assert root is not None
    assert (tree.root, root.root, tree.identity == root.identity) == (tmp_path / "tree", main, False)


def test_a_folder_above_modules_leads_to_all_of_them(tmp_path: Path) -> None:
    for name in ("api", "services/web"):
        module(tmp_path / name)
    for name in ("vendor/x", "node_modules/x", ".git/x", "_old", "testdata", "too/deep/down"):
        module(tmp_path / name)
    (tmp_path / "link").symlink_to(tmp_path / "services")
    assert [root.root for root in find_roots(tmp_path)] == [tmp_path / "api", tmp_path / "services/web"]


def test_outside_any_module_there_is_none(tmp_path: Path) -> None:
    assert find_root(tmp_path) is None
    assert find_roots(tmp_path / "gone") == ()


def test_capitals_do_not_make_two_modules_of_one_folder(fs: FakeFilesystem) -> None:
    fs.os = OSType.MACOS
    fs.create_file("/Users/gopher/Shop/go.mod", contents="module shop\n")
    one, other = find_root(Path("/Users/gopher/Shop")), find_root(Path("/users/gopher/shop"))
    assert one is not None
    assert other is not None
    assert one.identity == other.identity


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("module example.com/a\n", "example.com/a"),
        ('// module x\nmodule "example.com/q"\n', "example.com/q"),
        ("module example.com/a // why\n", "example.com/a"),
        ("go 1.21\n", None),
        ("", None),
    ],
)
def test_the_path_of_a_module(tmp_path: Path, text: str, path: str | None) -> None:
    write(tmp_path, "go.mod", content=text)
    assert module_path(tmp_path) == path


@pytest.mark.parametrize(
    ("uri", "path"),
    [
        pytest.param("file:///home/x/a%20b%C3%BC", "/home/x/a bü", id="escapes"),
        pytest.param("file://localhost/home/x", "/home/x", id="this machine by name"),
        pytest.param("file:///c%3A/Users/x", "c:/Users/x", id="a drive"),
        pytest.param("/home/x", "/home/x", id="a path"),
        pytest.param("file://server/share", None, id="a share"),
        pytest.param("vscode-remote://ssh-remote%2Bbox/home/x", None, id="over ssh"),
        pytest.param("vscode-remote://dev-container%2B7b/workspaces/x", None, id="in a container"),
        pytest.param("untitled:x", None, id="in memory"),
        pytest.param("file:///a\ud800", None, id="half a character"),
        pytest.param("relative/x", None, id="relative"),
        pytest.param("", None, id="nothing"),
    ],
)
def test_the_local_folder_of_a_uri(uri: str, path: str | None) -> None:
    assert local_path(uri) == (Path(path) if path else None)
