"""Which projects are known, why, and what of the module cache nobody needs."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from idecare.golang.installed_tools import InstalledTool
from idecare.modules.build_list import go_mods_of
from idecare.modules.cached import CachedVersion, cached_versions
from idecare.modules.layout import ModuleVersion
from idecare.workspaces.projects import FROM_SUMS, UNKNOWN, UNREADABLE, Evidence, Projects, find_projects
from idecare.workspaces.unneeded import named_toolchains, sort_out
from tests.builders import write

NAMED = "below a folder that you named"
HOUR = 3600


def module(folder: Path, text: str = "") -> Path:
    return write(folder, "go.mod", content=f"module example.test/{folder.name}\n\ngo 1.21\n{text}")


def find(*evidence: Evidence, without: frozenset[Path] = frozenset(), modcache: Path = Path("/none")) -> Projects:
    return find_projects(evidence, without, go_mods_of(modcache))


def roots(found: Projects, top: Path) -> dict[str, tuple[str, ...]]:
    return {project.root.relative_to(top).as_posix(): project.reasons for project in found.found}


def test_projects_are_found_in_below_and_around_a_folder_each_with_every_reason(tmp_path: Path) -> None:
    shop = module(tmp_path / "shop")
    module(shop / "tools" / "gen")
    module(shop / ".hidden")
    module(shop / "node_modules" / "x")
    found = find(Evidence(shop / "tools", "opened in GoLand"), Evidence(shop, NAMED))
    assert roots(found, tmp_path) == {
        "shop": ("opened in GoLand", NAMED),
        "shop/tools/gen": ("opened in GoLand", NAMED),
        "shop/.hidden": (NAMED,),
    }


def test_hidden_folders_of_a_home_and_caches_hold_no_projects(tmp_path: Path) -> None:
    module(tmp_path / ".cache" / "x")
    module(tmp_path / "go" / "pkg" / "mod" / "a@v1.0.0")
    module(tmp_path / "src" / ".dot" / "y")
    found = find(Evidence(tmp_path, "home", is_home=True), without=frozenset({tmp_path / "go" / "pkg" / "mod"}))
    assert roots(found, tmp_path) == {"src/.dot/y": ("home",)}


def test_a_folder_that_is_not_there_is_named_and_one_that_cannot_be_read_stops_everything(tmp_path: Path) -> None:
    shut = tmp_path / "shut"
    (tmp_path / "open" / "shut").mkdir(parents=True)
    shut.mkdir()
    for folder in (shut, tmp_path / "open" / "shut"):
        folder.chmod(0)
    if os.access(shut, os.R_OK):
        pytest.skip("root reads everything")
    found = find(Evidence(tmp_path / "gone", NAMED), Evidence(shut, NAMED), Evidence(tmp_path / "open", NAMED))
    assert (found.gone, found.unknown) == ((tmp_path / "gone",), (shut,))
    assert found.closed == (tmp_path / "open" / "shut",)


def test_where_a_go_mod_cannot_be_read_its_go_sum_is_what_is_needed(tmp_path: Path) -> None:
    broken = write(tmp_path / "broken", "go.mod", content="<<<<<<< HEAD\n")
    write(
        broken, "go.sum", content="a.test/x v1.0.0 h1:a=\na.test/x v1.0.0/go.mod h1:b=\na.test/y v1.0.0/go.mod h1:c=\n"
    )
    (found,) = find(Evidence(broken, NAMED)).found
    assert (found.modules, found.problem) == (frozenset({ModuleVersion("a.test/x", "v1.0.0")}), UNREADABLE)
    (broken / "go.sum").unlink()
    write(tmp_path / "shop" / "testdata" / "broken", "go.mod", content="<<<<<<< HEAD\n")
    write(tmp_path / "shop" / "web", "go.mod", content="")
    assert find(Evidence(tmp_path / "shop", NAMED)).unknown == ()
    unknown = find(Evidence(broken, NAMED))
    assert (unknown.found[0].problem, unknown.unknown) == (UNKNOWN, (broken,))


def test_where_the_cache_lacks_a_go_mod_all_of_go_sum_is_needed_too(tmp_path: Path) -> None:
    shop = module(tmp_path / "shop", "require a.test/x v1.1.0\n")
    write(shop, "go.sum", content="a.test/x v1.0.0 h1:a=\n")
    (found,) = find(Evidence(shop, NAMED)).found
    assert {one.version for one in found.modules} == {"v1.0.0", "v1.1.0"}
    assert found.problem == FROM_SUMS


def test_another_go_mod_for_modfile_and_a_go_work_count(tmp_path: Path) -> None:
    cache = tmp_path / "mod"
    for name in ("x", "y", "z"):
        write(cache, f"cache/download/a.test/{name}/@v/v1.0.0.mod", content=f"module a.test/{name}\n")
    shop = module(tmp_path / "shop", "require a.test/x v1.0.0\n")
    write(shop, "tools.mod", content="module tools\nrequire a.test/y v1.0.0\n")
    work = write(tmp_path / "joined", "go.work", content="go 1.21\nuse ../away\n")
    module(tmp_path / "away", "require a.test/z v1.0.0\n")
    found = find(Evidence(shop, NAMED), Evidence(work, NAMED), modcache=cache)
    needed = {project.root.name: sorted(one.path for one in project.modules) for project in found.found}
    assert needed == {"shop": ["a.test/x", "a.test/y"], "joined": ["a.test/z"]}
    assert [project.problem for project in found.found] == ["", ""]


def version(name: str, number: str = "v1.0.0", used: float = 0) -> CachedVersion:
    one = ModuleVersion(name, number)
    return CachedVersion(one, (one.tree, one.file("zip")), used)


def toolchain(name: str) -> CachedVersion:
    return version("golang.org/toolchain", f"v0.0.1-{name}.linux-amd64")


def test_what_nobody_needs_goes_unless_it_was_used_lately(tmp_path: Path) -> None:
    cache = tmp_path / "mod"
    write(cache, "cache/download/a.test/x/@v/v1.0.0.mod", content="module a.test/x\ngo 1.22.5\n")
    shop = module(tmp_path / "shop", "toolchain go1.23.1\nrequire a.test/x v1.0.0\n")
    projects = find(Evidence(shop, NAMED), modcache=cache)
    tools = [InstalledTool(Path("/bin/t"), (("t.test/t", "v1.0.0"), ("t.test/dep", "v1.0.0")), "go1.20")]
    cached = (
        version("a.test/x"),
        version("a.test/x", "v0.9.0", used=5),
        version("a.test/recent", used=100),
        version("t.test/dep"),
        version("a.test/kept"),
        version("a.test/older", used=1),
        *(toolchain(name) for name in ("go1.21.0", "go1.22.5", "go1.23.1", "go1.24.0", "go1.25.0", "go1.26.0")),
    )
    kept = frozenset({"a.test/kept@v1.0.0", "golang.org/toolchain@v0.0.1-go1.26.0.linux-amd64"})
    found = sort_out(cached, projects, tools, frozenset({"go1.24.0+auto"}), kept, 50, go_mods_of(cache))
    assert [str(one.module) for one in found.unneeded] == [
        "golang.org/toolchain@v0.0.1-go1.25.0.linux-amd64",
        "a.test/older@v1.0.0",
        "a.test/x@v0.9.0",
    ]
    assert ([str(one.module) for one in found.recent], found.needed) == (["a.test/recent@v1.0.0"], 8)


def test_a_version_has_its_tree_first_and_its_last_use(tmp_path: Path) -> None:
    root = write(
        tmp_path,
        "a.test/!x@v1.0.0/x.go",
        *(f"cache/download/a.test/!x/@v/v1.0.0.{kind}" for kind in ("zip", "ziphash", "mod", "lock")),
        "cache/download/a.test/y/@v/v1.0.0.mod",
    )
    for name in ("a.test/!x@v1.0.0", *(f"cache/download/a.test/!x/@v/v1.0.0.{kind}" for kind in ("zip", "ziphash"))):
        os.utime(root / name, (1000, 1000))
    os.utime(root / "cache/download/a.test/!x/@v/v1.0.0.ziphash", (5000, 1000))
    folder = "cache/download/a.test/!x/@v"
    assert cached_versions(root) == (
        CachedVersion(
            ModuleVersion("a.test/X", "v1.0.0"),
            ("a.test/!x@v1.0.0", f"{folder}/v1.0.0.ziphash", f"{folder}/v1.0.0.zip"),
            5000,
        ),
    )


def test_a_toolchain_that_a_setting_names_is_found(tmp_path: Path) -> None:
    trees = [f"golang.org/toolchain@v0.0.1-go1.2{number}.0.linux-amd64" for number in (2, 3, 4)]
    write(tmp_path, "settings.json", content=f'{{"go.goroot": "/mod/{trees[0]}"}}')
    found = named_toolchains(trees, [tmp_path / "settings.json", tmp_path / "gone"], [f"/mod/{trees[2]}/bin:/bin"])
    assert list(found) == [trees[0], trees[2]]
