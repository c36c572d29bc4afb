"""Which versions a project needs, by minimal version selection over go.mod files."""

from __future__ import annotations

import pytest

from idecare.golang.requirements import NamedVersion, Replacement, Requirements
from idecare.modules.build_list import find_needed
from idecare.modules.layout import ModuleVersion

GRAPH = {
    # The example of go.dev/ref/mod#minimal-version-selection.
    "A v1.2.0": ["C v1.3.0"],
    "B v1.2.0": ["C v1.4.0"],
    "C v1.3.0": ["D v1.2.0"],
    "C v1.4.0": ["D v1.2.0"],
    "D v1.2.0": [],
    "old v1.0.0": ["deep v1.0.0"],
    "deep v1.0.0": ["deeper v1.0.0"],
    "deeper v1.0.0": [],
    "E v1.0.0": [],
    "E v1.1.0": ["D v1.3.0"],
    "D v1.3.0": [],
}
OLD = ("old", "deep", "deeper")


def version(text: str) -> NamedVersion:
    path, _, number = text.partition(" ")
    return path, number


def read(module: ModuleVersion) -> Requirements | None:
    named = GRAPH.get(f"{module.path} {module.version}")
    is_pruned = module.path not in OLD
    return (
        None if named is None else Requirements(module.path, ("1.20",), is_pruned, tuple(version(one) for one in named))
    )


def main(*requires: str, is_pruned: bool = True, **more: object) -> Requirements:
    lines = tuple(version(one) for one in requires)
    return Requirements("app", ("1.22.1",), is_pruned, lines, **more)  # type: ignore[arg-type]


def needed(*mains: Requirements, work: Requirements | None = None) -> set[str]:
    return {f"{one.path} {one.version}" for one in find_needed(mains, work, read).modules}


def test_of_each_module_the_newest_version_that_anything_requires() -> None:
    assert needed(main("A v1.2.0", "B v1.2.0", is_pruned=False)) == {"A v1.2.0", "B v1.2.0", "C v1.4.0", "D v1.2.0"}


def test_what_a_main_module_states_stays_even_where_the_graph_selects_another() -> None:
    found = needed(main("A v1.2.0", "B v1.2.0", "C v1.3.0"))
    assert found == {"A v1.2.0", "B v1.2.0", "C v1.3.0", "C v1.4.0", "D v1.2.0"}


def test_below_a_module_of_before_go_1_17_everything_is_read() -> None:
    assert needed(main("old v1.0.0")) == {"old v1.0.0", "deep v1.0.0", "deeper v1.0.0"}


@pytest.mark.parametrize(("is_pruned", "is_complete"), [(True, True), (False, False)])
def test_a_go_mod_that_go_would_not_read_may_be_missing(is_pruned: bool, is_complete: bool) -> None:
    GRAPH["gap v1.0.0"] = ["unknown v1.0.0"]
    try:
        found = find_needed([main("gap v1.0.0", is_pruned=is_pruned)], None, read)
    finally:
        del GRAPH["gap v1.0.0"]
    assert found.is_complete is is_complete
    assert ModuleVersion("unknown", "v1.0.0") in found.modules


def test_a_requirement_whose_go_mod_is_missing_is_not_known() -> None:
    assert not find_needed([main("unknown v1.0.0")], None, read).is_complete


def test_replacements_and_exclusions() -> None:
    by_fork = (Replacement("A", "", ("E", "v1.1.0")),)
    assert needed(main("A v1.2.0", replaces=by_fork)) == {"E v1.1.0", "D v1.3.0"}
    of_version = (*by_fork, Replacement("A", "v1.2.0", ("E", "v1.0.0")))
    assert needed(main("A v1.2.0", replaces=of_version)) == {"E v1.0.0"}
    without = frozenset({("C", "v1.4.0")})
    assert needed(main("A v1.2.0", "B v1.2.0", excludes=without)) == {"A v1.2.0", "B v1.2.0", "C v1.3.0", "D v1.2.0"}


def test_a_go_work_joins_its_modules_and_replaces_for_all() -> None:
    other = Requirements("lib", ("1.21",), True, (("B", "v1.2.0"), ("app", "v0.0.0")))
    assert needed(main("A v1.2.0"), other) == {"A v1.2.0", "B v1.2.0", "C v1.4.0", "D v1.2.0"}
    work = Requirements("", ("1.23",), False, (), (Replacement("B", "", ("E", "v1.1.0")),))
    found = find_needed([main("A v1.2.0"), other], work, read)
    assert {f"{one.path} {one.version}" for one in found.modules} == {
        *("A v1.2.0", "C v1.3.0", "D v1.3.0", "E v1.1.0"),
    }
    assert found.go_versions == {"1.23", "1.22.1", "1.21", "1.20"}
