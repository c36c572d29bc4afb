"""A prune in words and as JSON: the projects, what none of them needs, and what became of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from idecare.changes.journal import Entry
from idecare.changes.plan import Outcome, Plan, exit_code
from idecare.cli.flow import Report
from idecare.cli.render.clean import held_text, hold_text, outcomes_json, outcomes_text, plan_json, plan_text
from idecare.cli.render.tables import Row, table
from idecare.core.humanize import age_text, count_text, path_text, size_text, visible
from idecare.core.language import tr
from idecare.modules.cached import CachedVersion
from idecare.workspaces.projects import Project
from idecare.workspaces.prune import Found

MOST_ROWS = 15
DAY = 86400
AGES = (
    (365, tr("not used for a year or more")),
    (90, tr("not used for three months or more")),
    (30, tr("not used for a month or more")),
    (0, tr("used within the last month")),
)


def plan_report(plan: Plan, found: Found, hold: timedelta, home: Path | None, now: datetime, verbose: bool) -> Report:
    sizes = _sizes(plan, found)
    planned = [plan_text(plan, sizes, home), hold_text(plan, hold, offers_now=False)]
    text = "\n".join([*_described(found, home, now, verbose), *filter(None, planned)])
    return Report({**plan_json(plan, sizes, {}), **_values(found)}, text)


def outcomes_report(
    outcomes: tuple[Outcome, ...], found: Found, entry: Entry | None, home: Path | None, now: datetime
) -> Report:
    sizes = {(outcome.step.target, outcome.step.root): found.bytes for outcome in outcomes if found.sizes}
    lines = [outcomes_text(outcomes, sizes, home), held_text(outcomes, now)]
    values = {**outcomes_json(outcomes, sizes, {}, entry.id if entry else None, 0), **_values(found)}
    is_undoable = bool(entry and entry.is_undoable)
    return Report(values, "\n".join(filter(None, lines)), exit_code(outcomes), has_changed=is_undoable)


def _sizes(plan: Plan, found: Found) -> dict[tuple[str, Path], int]:
    return {(step.target, step.root): found.bytes for step in plan.changes}


def _described(found: Found, home: Path | None, now: datetime, verbose: bool) -> Iterator[str]:
    projects = found.projects
    if projects.found:
        shown = projects.found if verbose else projects.found[:MOST_ROWS]
        rows = [_project_row(project, home) for project in shown]
        yield table(rows, (tr("PROJECT"), tr("MODULES"), tr("WHY KNOWN")), indent="", right=(tr("MODULES"),))
        more = len(projects.found) - len(shown)
        yield from _more(more, count_text(more, "more project"))
    if found.tools:
        yield tr(
            "and {tools}: {names}",
            tools=count_text(len(found.tools), "installed tool"),
            names=_names(tool.path.name for tool in found.tools),
        )
    if projects.gone:
        yield tr(
            "not there any more, so not counted: {names}",
            names=_names(path_text(path, home) for path in projects.gone),
        )
    if projects.closed:
        yield tr(
            "not searched, because it cannot be read: {names}",
            names=_names(path_text(path, home) for path in projects.closed),
        )
    yield ""
    yield from _modules(found, now, verbose)


def _project_row(project: Project, home: Path | None) -> Row:
    why = tr("; ").join((*project.reasons, *([project.problem] if project.problem else [])))
    return path_text(project.root, home), f"{len(project.modules):,}", why


def _modules(found: Found, now: datetime, verbose: bool) -> Iterator[str]:
    versions = found.versions
    if versions.unneeded:
        largest = sorted(versions.unneeded, key=lambda one: -found.sizes[one.module])
        shown = versions.unneeded if verbose else tuple(largest[:MOST_ROWS])
        rows = [
            (visible(str(one.module)), size_text(found.sizes[one.module]), tr("{age} ago", age=_age(one, now)))
            for one in shown
        ]
        yield table(rows, (tr("NEEDED BY NONE"), tr("SIZE"), tr("LAST USED")), indent="", right=(tr("SIZE"),))
        more = len(versions.unneeded) - len(shown)
        yield from _more(more, count_text(more, "more module"))
        yield from _by_age(found, now)
    yield tr("stays, because it is needed: {modules}", modules=count_text(versions.needed, "module"))
    if versions.recent:
        yield tr("stays, because it was used lately: {modules}", modules=count_text(len(versions.recent), "module"))


def _by_age(found: Found, now: datetime) -> Iterator[str]:
    left = list(found.versions.unneeded)
    for days, name in AGES:
        of_age = [one for one in left if now.timestamp() - one.used >= days * DAY]
        left = [one for one in left if one not in of_age]
        if of_age:
            size = size_text(sum(found.sizes[one.module] for one in of_age))
            yield tr("  {age}: {modules}, {size}", age=name, modules=count_text(len(of_age), "module"), size=size)


def _age(one: CachedVersion, now: datetime) -> str:
    return age_text(max(0.0, now.timestamp() - one.used))


def _more(count: int, text: str) -> Iterator[str]:
    if count > 0:
        yield tr("and {count} (-v shows all)", count=text)


def _names(names: Iterator[str]) -> str:
    found = sorted(set(names))
    text = ", ".join(found[:5])
    return tr("{names} and {count} more", names=text, count=len(found) - 5) if len(found) > 5 else text


def _values(found: Found) -> dict[str, Any]:
    projects, versions = found.projects, found.versions
    return {
        "projects": [
            {
                "root": str(project.root),
                "reasons": list(project.reasons),
                "modules": len(project.modules),
                "problem": project.problem or None,
            }
            for project in projects.found
        ],
        "tools": [
            {"path": str(tool.path), "modules": [f"{path}@{version}" for path, version in tool.modules]}
            for tool in found.tools
        ],
        "modules": [
            {
                "module": one.module.path,
                "version": one.module.version,
                "bytes": found.sizes[one.module],
                "last_used": datetime.fromtimestamp(one.used, UTC).isoformat(),
            }
            for one in versions.unneeded
        ],
        "kept": {"needed": versions.needed, "recent": len(versions.recent)},
        "gone": [str(path) for path in projects.gone],
        "closed": [str(path) for path in projects.closed],
    }
