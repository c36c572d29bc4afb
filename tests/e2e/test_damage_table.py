"""Every known damage of one module version, made for real as an ordinary user, each in a module of its own.

All at once: `idecare doctor` names each, with `--deep` where only hashing tells; `idecare repair` mends it, or says why
not; go builds then, without a proxy where the zip was good. The numbers are those of the table of damages that go was
seen not to heal, or to heal.
"""

from __future__ import annotations

import dataclasses
import json
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from idecare.core.frozen import frozen
from idecare.modules.layout import ModuleVersion
from tests.e2e.conftest import turn_on_the_machine
from tests.e2e.test_ordinary_user import ORDINARY
from tests.support.damage import (
    OFFLINE,
    SOURCE,
    Harm,
    Victim,
    cut,
    each,
    empty_tree,
    file_for_tree,
    go_builds_and_verifies,
    gone,
    list_of_garbage,
    lock_folder,
    modes,
    other_zip,
    put,
    repair,
    shut,
    shut_source,
    shut_tree,
    stamps,
    tree_in_closed_folder,
    with_extra,
    with_source,
    without,
)
from tests.support.dirhash import h1_of_tree
from tests.support.goproxy import Module, write_proxy
from tests.support.processes import told
from tests.support.real_go import GoWorld, go_world

STRANGER = 12345
NOT_DAMAGED = ""  # go mends it by itself, or never looks: the doctor says nothing
IS_ROOT = hasattr(os, "geteuid") and os.geteuid() == 0


@frozen
class Row:
    """One damage. ``glance``: what `idecare doctor` says of it; ``deep``: what `--deep` adds; ``parts``: what `repair`
    names, and what of the module it may change."""

    id: str
    damage: Harm
    glance: str = NOT_DAMAGED
    deep: str = NOT_DAMAGED
    parts: frozenset[str] = frozenset()

    @property
    def module(self) -> ModuleVersion:
        """In a folder of its own, which may be closed without closing others."""
        return ModuleVersion(f"example.test/{self.id}/mod", "v1.0.0")


def row(name: str, damage: Harm, parts: str = "", glance: str = NOT_DAMAGED, deep: str = NOT_DAMAGED) -> Row:
    return Row(name, damage, glance, deep, frozenset(parts.split()))


ZIP, NEEDED_ZIP = "warning caches/modules/zip", "error caches/modules/zip"
USED, MORE, DAMAGED = (
    "error caches/used-modules/damaged",
    "warning caches/used-modules/more",
    "error caches/sums/damaged",
)
UNUSED, SMALL, UNCLEAR = "warning caches/sums/unused", "info caches/sums/small", "error caches/sums/unclear"
SHUT, PARTIAL = "error caches/modules/access", "info caches/modules/partial"
EMPTY, NULS, CUT_SUM = b"", b"\0" * 47, b"h1:abc"
WRONG_SUM, OTHER_SUM = b"h1:" + b"A" * 43 + b"=", b"h2:" + b"A" * 43 + b"="
GARBAGE = b"\0\1garbage"


def one_letter_else(content: bytes) -> bytes:
    return content.replace(b"Line 3", b"Line x")


# Where the zip is good, or its tree: without the network.
MENDED_OFFLINE = (
    row("01-zip-cut-tree-whole", cut("zip"), "zip", ZIP, UNUSED),
    row("08-ziphash-missing", gone("ziphash", tree=False), "ziphash", NOT_DAMAGED, SMALL),
    row("08-ziphash-empty", put("ziphash", EMPTY), "ziphash", NOT_DAMAGED, SMALL),
    row("08-ziphash-of-nuls", put("ziphash", NULS), "ziphash", NOT_DAMAGED, SMALL),
    row("08-ziphash-cut", put("ziphash", CUT_SUM), "ziphash", NOT_DAMAGED, SMALL),
    row("09-ziphash-wrong", put("ziphash", WRONG_SUM), "ziphash", USED, DAMAGED),
    row("10-ziphash-of-another-kind", put("ziphash", OTHER_SUM), "ziphash", "error caches/modules/ziphash", DAMAGED),
    row("11-source-missing", without(SOURCE), "tree", USED, DAMAGED),
    row("11-tree-empty", empty_tree, "tree", "error caches/modules/tree", DAMAGED),
    row("12-source-empty", with_source(lambda content: EMPTY), "tree", USED, DAMAGED),
    row("12-source-half", with_source(lambda content: content[:40]), "tree", USED, DAMAGED),
    row("13-source-changed", with_source(one_letter_else), "tree", NOT_DAMAGED, DAMAGED),
    row("13-extra-file", with_extra("extra.go", b"package mod\n"), "tree", MORE, DAMAGED),
    row("13-readme-missing", without("README.md"), "tree", USED, DAMAGED),
    row("13-gomod-missing", without("go.mod"), "tree", USED, DAMAGED),
    row("14-package-missing", without("part00"), "tree", USED, DAMAGED),
    row("15-a-file-for-the-tree", file_for_tree, "tree", NOT_DAMAGED, SMALL),
    row("16-half-extracted", each(put("partial", EMPTY), without("part00")), "partial", PARTIAL),
    row("17-mod-missing", gone("mod", tree=False), "mod", "warning caches/modules/no-mod", UNUSED),
    row("18-mod-cut", cut("mod"), "mod", USED, DAMAGED),
    row("18-mod-empty", put("mod", EMPTY), "mod", "error caches/modules/mod", DAMAGED),
    row("18-mod-garbage", put("mod", GARBAGE), "mod", USED, DAMAGED),
    row("19-info-cut", put("info", b'{"Version":'), "v1.0.0.info", NOT_DAMAGED, SMALL),
    row("19-list-garbage", list_of_garbage, "list", NOT_DAMAGED, SMALL),
    row("19-lock-is-a-folder", lock_folder, "v1.0.0.lock", NOT_DAMAGED, SMALL),
    row("20-tree-shut", shut_tree, "tree", SHUT, DAMAGED),
    row("20-source-shut", shut_source, "tree", USED, DAMAGED),
    row("22-ziphash-shut", shut("ziphash"), "ziphash", SHUT, DAMAGED),
    row("23-folder-not-writable", tree_in_closed_folder, "access", SHUT),
    row("27-litter-on-top", with_extra(".DS_Store", b"\0Bud1"), "tree", "warning caches/modules/litter", UNUSED),
    row("27-litter-below", with_extra("part00/.DS_Store", b"\0Bud1"), "tree", MORE, UNUSED),
)
# What `repair` finds nothing to do about.
HEALS = (
    row("06-zip-gone", gone("zip", tree=False)),
    row("07-zip-and-tree-gone", gone("zip")),
    row("15-tree-gone", gone()),
    row("00-whole", each()),
)
# Neither zip nor tree is good: go must download it again.
NO_GOOD_COPY = (
    row("02-zip-cut-tree-gone", each(cut("zip"), gone()), "zip", NEEDED_ZIP, DAMAGED),
    row("02-zip-empty-tree-gone", each(put("zip", EMPTY), gone()), "zip", NEEDED_ZIP, DAMAGED),
    row("03-zip-cut-tree-and-sum-gone", each(cut("zip"), gone("ziphash")), "zip", NEEDED_ZIP, DAMAGED),
    row("00-zip-and-tree-bad", each(cut("zip"), without(SOURCE)), "zip tree", ZIP, DAMAGED),
)
# Valid, but not what go.sum names: nobody but the user can say which is right.
MISMATCH = (
    row("04-other-zip-tree-gone", each(other_zip, gone()), "zip", NOT_DAMAGED, UNCLEAR),
    row("05-other-zip-tree-and-sum-gone", each(other_zip, gone("ziphash")), "zip", NOT_DAMAGED, UNCLEAR),
)


def given_away(victim: Victim) -> None:
    if IS_ROOT:
        os.chown(victim.folder, STRANGER, STRANGER)


FOREIGN = (row("21-folder-of-another-user", each(gone(), given_away), "access", SHUT),)
ROWS = (*MENDED_OFFLINE, *HEALS, *NO_GOOD_COPY, *MISMATCH, *FOREIGN)
WITHOUT_NETWORK = (*MENDED_OFFLINE, *(found for found in HEALS if not found.id.startswith("07")))


@dataclasses.dataclass
class Table:
    """What was seen of all rows. ``*_project``: folders of modules that use the rows which need no network, and the
    others; ``stamps``: the files of each row before and after the repair without the network."""

    world: GoWorld
    pristine: Path
    near_project: Path
    far_project: Path
    glance: dict[str, list[dict[str, Any]]] = dataclasses.field(default_factory=dict)
    deep: dict[str, list[dict[str, Any]]] = dataclasses.field(default_factory=dict)
    repaired: dict[str, dict[str, Any]] = dataclasses.field(default_factory=dict)
    before: dict[str, dict[str, tuple[int, int]]] = dataclasses.field(default_factory=dict)
    after: dict[str, dict[str, tuple[int, int]]] = dataclasses.field(default_factory=dict)

    def victim(self, row: Row) -> Victim:
        return Victim(self.world, self.pristine, row.module)

    def project(self, row: Row) -> Path:
        return self.near_project if row in WITHOUT_NETWORK else self.far_project


def write_user(folder: Path, rows: tuple[Row, ...]) -> None:
    """A main module that imports a package of each row's module, and the one below it."""
    folder.mkdir(parents=True)
    paths = [path for row in rows for path in (row.module.path, f"{row.module.path}/part00")]
    imports = "".join(f'\t_ "{path}"\n' for path in paths)
    (folder / "main.go").write_text(f"package main\n\nimport (\n{imports})\n\nfunc main() {{}}\n")
    (folder / "go.mod").write_text("module example.test/app\n\ngo 1.21\n")


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory, std_cache: Path) -> Iterator[Table]:
    """All rows damaged, told by the doctor, and repaired as far as that goes without the network."""
    base = tmp_path_factory.mktemp("table") / "world"
    with turn_on_the_machine(), go_world(base, std_cache=std_cache) as world:
        table = Table(world, world.base / "pristine", world.base / "near", world.base / "far")
        furnish(table)
        if IS_ROOT:
            if not shutil.which(ORDINARY[0]):
                pytest.skip("no setpriv here to give root's rights away with")
            table.world = dataclasses.replace(world, prefix=ORDINARY)
        for row in ROWS:
            row.damage(table.victim(row))
        for project in (table.near_project, table.far_project):
            table.glance[project.name], table.deep[project.name] = (
                doctor(table, project),
                doctor(table, project, "--deep"),
            )
        table.before = stamps_by_row(table)
        for project, code in ((table.near_project, 0), (table.far_project, 1)):
            report = repair(table.world, "-y", cwd=project, code=code, env=OFFLINE)
            table.repaired |= {found["module"]: found for found in report["modules"]}
        table.after = stamps_by_row(table)
        yield table


def furnish(table: Table) -> None:
    """A warm module cache with a module for each row, and a copy of it."""
    write_proxy(table.world.proxy, [Module(row.module.path, files=2) for row in ROWS])
    write_user(table.near_project, WITHOUT_NETWORK)
    write_user(table.far_project, tuple(row for row in ROWS if row not in WITHOUT_NETWORK))
    for project in (table.near_project, table.far_project):
        table.world.warm(cwd=project)
    shutil.copytree(table.world.gomodcache, table.pristine, symlinks=True)


def doctor(table: Table, project: Path, *words: str, code: int = 4) -> list[dict[str, Any]]:
    done = table.world.idecare("doctor", "caches", "go/owners", "--json", *words, cwd=project)
    assert done.returncode == code, told(done)
    findings: list[dict[str, Any]] = json.loads(done.stdout)["findings"]
    return findings


def stamps_by_row(table: Table) -> dict[str, dict[str, tuple[int, int]]]:
    victims = [(row.id, table.victim(row)) for row in ROWS]
    return {name: stamps(victim.folder, victim.tree) for name, victim in victims}


def said_of(findings: list[dict[str, Any]], victim: Victim) -> set[str]:
    """Severity and id of what names the module, or a folder of its own."""
    places = (str(victim.module), str(victim.tree.parent), str(victim.folder))

    def names(found: dict[str, Any]) -> bool:
        repaired = [name for remedy in found["remedies"] for name in remedy.get("modules", ())]
        lines = any(f"{place}{end}" in f"{line}:" for line in found["evidence"] for place in places for end in ":/")
        return str(victim.module) in repaired or lines

    return {f"{found['severity']} {found['id']}" for found in findings if names(found)}


def rows(which: tuple[Row, ...]) -> Callable[[Any], Any]:
    return pytest.mark.parametrize("row", [pytest.param(row, id=row.id) for row in which])


def skip_without_root(row: Row) -> None:
    if row in FOREIGN and not IS_ROOT:
        pytest.skip("only root may give files away")


@rows(ROWS)
def test_the_doctor_names_it(table: Table, row: Row) -> None:
    skip_without_root(row)
    project = table.project(row).name
    assert said_of(table.glance[project], table.victim(row)) == {row.glance} - {NOT_DAMAGED}
    assert said_of(table.deep[project], table.victim(row)) == {row.glance, row.deep} - {NOT_DAMAGED}


@rows(MENDED_OFFLINE)
def test_it_is_repaired_without_the_network(table: Table, row: Row) -> None:
    found, victim = table.repaired[str(row.module)], table.victim(row)
    assert found["state"] == "repaired"
    assert {damage["part"] for damage in found["damages"]} == row.parts
    if victim.tree.exists():
        assert modes(victim.tree) == modes(table.pristine / row.module.tree)


@rows(ROWS)
def test_no_other_file_is_touched(table: Table, row: Row) -> None:
    """Inode and mtime: of what was not damaged in a module that was, and of all in one that was not."""
    before, after = table.before[row.id], table.after[row.id]
    changed = {path for path in before.keys() | after.keys() if before.get(path) != after.get(path)}
    tree = f"{table.victim(row).tree}"
    parts = {"tree" if path.startswith(tree) else path.rpartition("/")[2] for path in changed}
    own = {"partial": {"tree", "v1.0.0.partial"}, "tree": {"tree", "v1.0.0.partial"}, "access": set()}
    names = {part: {part, f"v1.0.0.{part}"} for part in row.parts} | own
    assert parts <= {name for part in row.parts for name in names[part]}


def test_go_builds_and_verifies_without_the_network_where_a_zip_was_good(table: Table) -> None:
    go_builds_and_verifies(table.world, table.near_project, OFFLINE)
    for row in WITHOUT_NETWORK:
        victim, name = table.victim(row), str(row.module)
        assert h1_of_tree(victim.tree, name) == h1_of_tree(table.pristine / row.module.tree, name)
        for suffix in ("mod", "ziphash"):
            assert victim.file(suffix).read_bytes() == (table.pristine / row.module.file(suffix)).read_bytes()


@rows(HEALS)
def test_what_go_mends_by_itself_is_no_damage(table: Table, row: Row) -> None:
    assert str(row.module) not in table.repaired


@rows(NO_GOOD_COPY)
def test_what_has_no_good_copy_stays_while_there_is_no_network(table: Table, row: Row) -> None:
    found = table.repaired[str(row.module)]
    assert (found["state"], found["code"]) == ("skipped", "offline")


@rows(MISMATCH)
def test_valid_content_that_go_sum_does_not_name_is_shown_and_left(table: Table, row: Row) -> None:
    found = table.repaired[str(row.module)]
    assert (found["state"], found["code"]) == ("skipped", "mismatch")
    assert len({*found["sums"]["go_sum"], *found["sums"]["zip"]}) == 2
    assert f"idecare repair {row.module}" in found["next_step"]


@rows(FOREIGN)
def test_what_belongs_to_another_user_is_named_with_the_command(table: Table, row: Row) -> None:
    skip_without_root(row)
    found, folder = table.repaired[str(row.module)], table.victim(row).folder
    assert (found["state"], found["code"]) == ("skipped", "foreign-owner")
    assert found["next_step"] == f'sudo chown -R "$(id -un)" {folder}'
    (told_of,) = [told_of for told_of in table.glance["far"] if told_of["id"] == "caches/modules/access"]
    assert {"kind": "run", "command": f'sudo chown -R "$(id -u)" {folder}'} in told_of["remedies"]


def test_the_others_are_repaired_with_a_network_or_by_name_and_no_finding_is_left(table: Table) -> None:
    """The last one: what was left before is left no longer."""
    for row in FOREIGN if IS_ROOT else ():
        os.chown(table.victim(row).folder, 0, 0)
    report = repair(table.world, "-y", cwd=table.far_project, code=1)
    repaired = {found["module"]: found for found in report["modules"] if found["state"] == "repaired"}
    assert repaired.keys() == {str(row.module) for row in NO_GOOD_COPY}
    for name, found in repaired.items():
        assert (found["download"], f"go mod download {name}" in found["notes"][0]) == (["zip"], True)
    named = repair(table.world, "-y", *(str(row.module) for row in MISMATCH), cwd=table.far_project)
    assert {found["state"] for found in named["modules"]} == {"repaired"}
    go_builds_and_verifies(table.world, table.far_project)
    for project in (table.near_project, table.far_project):
        found = [found["id"] for found in doctor(table, project, "--deep", code=0)]
        assert [name for name in found if name.startswith(("caches/mod", "caches/used", "caches/sums"))] == []
