"""The mount table of Linux, as text: points with escapes, types, and what lies inside a folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from idecare.system import mounts as mounts_module
from idecare.system.mounts import Mount, filesystem_type, mounts_inside, parse_mountinfo, read_mounts
from tests.support.mounts import LINE_ENDS_OF_OTHERS

TABLE = rb"""
22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
30 22 0:26 / /home/a\040b\011c\134d rw shared:2 master:1 - btrfs /dev/sdb rw,subvol=/x
31 22 0:27 /cache /caches/mod rw - fuse.sshfs me@host:/x\040-\040y rw
32 22 0:28 / /caches/modern rw - tmpfs tmpfs rw

garbage
33 22 0:29 / /short
"""
MOUNTS = (
    Mount(Path("/"), "ext4"),
    Mount(Path("/home/a b\tc\\d"), "btrfs"),
    Mount(Path("/caches/mod"), "fuse.sshfs"),
    Mount(Path("/caches/modern"), "tmpfs"),
)


def test_points_and_types_are_read_and_lines_that_are_none_are_passed_over() -> None:
    assert tuple(parse_mountinfo(TABLE)) == MOUNTS


def test_names_that_are_not_utf8_survive() -> None:
    (mount,) = parse_mountinfo(b"1 1 0:1 / /x\xff rw - ext4 dev rw")
    assert mount.point == Path("/x\udcff")


@pytest.mark.parametrize("mark", LINE_ENDS_OF_OTHERS)
def test_only_a_newline_ends_a_line(mark: str) -> None:
    table = f"1 1 0:1 / /a{mark}b rw - ext4 dev rw\n2 1 0:1 / /c\\012d{mark} rw - ext4 dev rw\n".encode()
    assert [mount.point for mount in parse_mountinfo(table)] == [Path(f"/a{mark}b"), Path(f"/c\nd{mark}")]


@pytest.mark.parametrize(
    ("root", "inside"),
    [
        ("/caches/mod", ()),
        ("/caches", ("/caches/mod", "/caches/modern")),
        ("/caches/mo", ()),
        ("/", ("/home/a b\tc\\d", "/caches/mod", "/caches/modern")),
    ],
)
def test_only_what_is_mounted_below_a_folder_lies_inside_it(root: str, inside: tuple[str, ...]) -> None:
    assert mounts_inside(Path(root), MOUNTS) == tuple(map(Path, inside))


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/caches/mod", "fuse.sshfs"),
        ("/caches/mod/a@v1", "fuse.sshfs"),
        ("/caches/modern/x", "tmpfs"),
        ("/caches/other", "ext4"),
    ],
)
def test_the_type_is_that_of_the_nearest_mount_above(path: str, kind: str) -> None:
    assert filesystem_type(Path(path), MOUNTS) == kind


def test_the_type_is_unknown_without_a_mount_above() -> None:
    assert filesystem_type(Path("/x"), MOUNTS[1:]) == ""


def test_of_two_mounts_at_one_point_the_later_one_is_seen() -> None:
    over = (*MOUNTS, Mount(Path("/caches/mod"), "overlay"))
    assert filesystem_type(Path("/caches/mod/x"), over) == "overlay"


def test_this_machine_has_a_root_file_system() -> None:
    assert Path("/") in [mount.point for mount in read_mounts()]


def test_without_the_table_the_partitions_are_asked_for(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(mounts_module, "MOUNT_TABLE", tmp_path / "none")
    monkeypatch.setattr("idecare.system.machine.partitions", lambda: iter([("/", "apfs")]))
    assert read_mounts() == (Mount(Path("/"), "apfs"),)
