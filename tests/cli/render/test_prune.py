"""What a prune shows: projects and why they are known, what none of them needs by size and age, and what stays."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from idecare.changes.plan import HoldEntries, Plan, Step
from idecare.cli.render.prune import MOST_ROWS, plan_report
from idecare.core.results import Identity
from idecare.golang.installed_tools import InstalledTool
from idecare.modules.cached import CachedVersion
from idecare.modules.layout import ModuleVersion
from idecare.workspaces.projects import FROM_SUMS, Project, Projects
from idecare.workspaces.prune import Found
from idecare.workspaces.unneeded import Sorted
from tests.builders import NOW

HOME = Path("/home/gopher")
ROOT = HOME / "go/pkg/mod"


def version(name: str, days: float) -> CachedVersion:
    one = ModuleVersion(name, "v1.0.0")
    return CachedVersion(one, (one.tree,), NOW.timestamp() - days * 86400)


OLD, YOUNG, RECENT = version("a.test/old", 500), version("a.test/young", 20), version("a.test/recent", 1)
FOUND = Found(
    Projects(
        (
            Project(HOME / "shop", ("opened in GoLand2026.1", "is open now"), frozenset({OLD.module})),
            Project(HOME / "lib", ("you are in it",), problem=FROM_SUMS),
        ),
        gone=(HOME / "gone",),
        closed=(HOME / "shut",),
    ),
    (InstalledTool(HOME / "go/bin/stringer", (("t.test/stringer", "v1.0.0"),), "go1.27.3"),),
    Sorted((OLD, YOUNG), (RECENT,), 7),
    {OLD.module: 1000, YOUNG.module: 2_000_000},
)
PLAN = Plan(
    (Step("modcache", ROOT, HoldEntries("modcache", ROOT, Identity(1, 2), (OLD.parts[0],)), cost="more later"),)
)


def lines(found: Found, verbose: bool = False) -> list[str]:
    return plan_report(PLAN, found, timedelta(minutes=10), HOME, NOW, verbose).text.splitlines()


def test_everything_is_said_before_anybody_is_asked() -> None:
    assert [line.rstrip() for line in lines(FOUND)] == [
        "PROJECT  MODULES  WHY KNOWN",
        "~/shop         1  opened in GoLand2026.1; is open now",
        f"~/lib          0  you are in it; {FROM_SUMS}",
        "and 1 installed tool: stringer",
        "not there any more, so not counted: ~/gone",
        "not searched, because it cannot be read: ~/shut",
        "",
        "NEEDED BY NONE          SIZE  LAST USED",
        "a.test/young@v1.0.0  2.00 MB  20 days ago",
        "a.test/old@v1.0.0    1.00 kB  500 days ago",
        "  not used for a year or more: 1 module, 1.00 kB",
        "  used within the last month: 1 module, 2.00 MB",
        "stays, because it is needed: 7 modules",
        "stays, because it was used lately: 1 module",
        "modcache  to be set aside  2.00 MB  ~/go/pkg/mod",
        "    more later",
        "No space is free before what is set aside is deleted, in 10 min.",
    ]


def test_long_lists_are_cut_short_unless_all_is_asked_for() -> None:
    many = tuple(version(f"a.test/x{number:02}", 100) for number in range(MOST_ROWS + 3))
    found = replace(FOUND, versions=Sorted(many, (), 0), sizes={one.module: 1 for one in many})
    assert "and 3 more modules (-v shows all)" in lines(found)
    assert sum(line.startswith("a.test/x") for line in lines(found)) == MOST_ROWS
    assert sum(line.startswith("a.test/x") for line in lines(found, verbose=True)) == MOST_ROWS + 3


def test_json_has_all_of_it() -> None:
    values = plan_report(PLAN, FOUND, timedelta(0), HOME, NOW, verbose=False).values
    assert [target["bytes"] for target in values["targets"]] == [2_001_000]
    assert values["projects"][0] == {
        "root": str(HOME / "shop"),
        "reasons": ["opened in GoLand2026.1", "is open now"],
        "modules": 1,
        "problem": None,
    }
    assert values["tools"] == [{"path": str(HOME / "go/bin/stringer"), "modules": ["t.test/stringer@v1.0.0"]}]
    assert [(one["module"], one["bytes"]) for one in values["modules"]] == [
        ("a.test/old", 1000),
        ("a.test/young", 2_000_000),
    ]
    assert (values["kept"], values["gone"], values["closed"]) == (
        {"needed": 7, "recent": 1},
        [str(HOME / "gone")],
        [str(HOME / "shut")],
    )
