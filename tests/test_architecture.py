"""The structure that CONTRIBUTING.md describes, checked against the code's own imports."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "idecare"
# A module may import from its own stage and from those before it.
RANK = (
    "errors values results words platforms host formats targets quiet_hours setting_values settings snoozing profile "
    "tools registry discovery inspection originals journal edit_plan plan cleaning configuring repairing conflicts checks doctor fixing "
    "explaining watching disk originals journal editing changed_since reverting proving runtimes swapping holding "
    "mending purging queueing apply background undoing report notifying hooking telling daemon service cli"
).split()
# What only these modules may use.
RESERVED = {
    "psutil": {"inspection/processes.py"},
    "click": {"cli"},
    "rich": {"report", "cli"},
    "tomlkit": {"settings.py"},
    "fcntl": {"disk", "inspection/locks.py"},
}
DISK_CALLS = set(
    "rename replace renames unlink remove rmdir removedirs mkdir makedirs link symlink chmod fchmod chown truncate "
    "ftruncate write pwrite fsync write_text write_bytes touch hardlink_to symlink_to rmtree move copy copyfile "
    "copytree mkfifo mknod utime".split()
)
DISK_MODULES = {"os", "shutil"}


def modules() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def stage(name: str) -> str:
    return name.split(".")[1] if "." in name else ""


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def relative(path: Path) -> str:
    return path.relative_to(PACKAGE).as_posix()


def is_in(path: Path, places: set[str]) -> bool:
    return any(relative(path) == place or relative(path).startswith(f"{place}/") for place in places)


@pytest.mark.parametrize("path", modules(), ids=relative)
def test_imports_point_backwards_along_the_rank(path: Path) -> None:
    own = relative(path).split("/")[0].removesuffix(".py")
    if own in ("__init__", "__main__"):
        return
    later = [
        name for name in imports(path) if name.startswith("idecare.") and RANK.index(stage(name)) > RANK.index(own)
    ]
    assert later == []


def test_every_module_has_a_place_in_the_rank() -> None:
    stages = {relative(path).split("/")[0].removesuffix(".py") for path in modules()} - {"__init__", "__main__"}
    assert stages == set(RANK)


@pytest.mark.parametrize("path", modules(), ids=relative)
def test_libraries_stay_in_their_modules(path: Path) -> None:
    used = {name.split(".")[0] for name in imports(path)} & set(RESERVED)
    assert [name for name in used if not is_in(path, RESERVED[name])] == []


@pytest.mark.parametrize("path", modules(), ids=relative)
def test_the_environment_and_the_platform_are_read_in_host_alone(path: Path) -> None:
    names = {
        f"{node.value.id}.{node.attr}"
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)
    }
    assert relative(path) == "host.py" or not names & {"os.environ", "os.getenv", "sys.platform", "Path.home"}


@pytest.mark.parametrize("path", modules(), ids=relative)
def test_the_disk_is_changed_in_disk_alone(path: Path) -> None:
    if is_in(path, {"disk"}):
        return
    assert list(disk_calls(ast.parse(path.read_text()))) == []


def disk_calls(tree: ast.Module) -> Iterator[str]:
    """Calls of os, shutil or of a path that change the disk. ``str.replace`` and dataclasses' take two arguments or
    keywords, ``Path.replace`` one."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in DISK_CALLS:
            owner = node.func.value
            of_module = isinstance(owner, ast.Name) and owner.id in DISK_MODULES
            of_path = node.func.attr in (
                "write_text",
                "write_bytes",
                "touch",
                "unlink",
                "rmdir",
                "mkdir",
                "hardlink_to",
            )
            if of_module or of_path:
                yield f"line {node.lineno}: {ast.unparse(node.func)}"


def test_the_disk_rule_sees_what_it_forbids() -> None:
    text = "import os\nos.unlink('x')\npath.write_text('y')\n'a'.replace('b', 'c')\n"
    assert list(disk_calls(ast.parse(text))) == ["line 2: os.unlink", "line 3: path.write_text"]
