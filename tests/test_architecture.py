"""The structure that CONTRIBUTING.md describes, checked against the code's own imports."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "idecare"
# Lowest first: a package imports those above it in this list, and none on its own line.
LAYERS = (
    "core",
    "system",
    "formats",
    "changes",
    "golang jetbrains vscode",
    "modules",
    "caches",
    "configure",
    "workspaces",
    "doctor",
    "watcher",
    "cli",
)
RANK = {package: rank for rank, packages in enumerate(LAYERS) for package in packages.split()}
# What only these modules may use.
RESERVED = {
    "psutil": {"system/machine.py", "system/processes.py"},
    "watchdog": {"watcher/file_events.py"},
    "click": {"cli"},
    "rich": {"cli"},
    "tomlkit": {"core/settings.py"},
    "fcntl": {"system/filesystem"},
    "ctypes": {"system/filesystem", "system/toolhelp.py", "watcher/notifications/balloon.py"},
}
DISK_CALLS = set(
    "rename replace renames unlink remove rmdir removedirs mkdir makedirs link symlink chmod fchmod chown truncate "
    "ftruncate write pwrite fsync write_text write_bytes touch hardlink_to symlink_to rmtree move copy copyfile "
    "copytree mkfifo mknod utime".split()
)
PATH_CALLS = set("write_text write_bytes touch unlink rmdir mkdir hardlink_to".split())
DISK_MODULES = {"os", "shutil"}
DISK_PACKAGE = "system/filesystem"
# Where a file may be opened to read it. The others go through core/reading.py, which opens only regular ones of sane
# size: tables of the kernel's, standard streams, a file that the user names (also a pipe), descriptors that are open.
READERS = {
    "core/reading.py",
    "cli/explain.py",
    "modules/hashing.py",
    "caches/sizes/folders.py",
    "system/mounts.py",
    "system/procfs.py",
    "system/run.py",
    "watcher/service/process.py",
    DISK_PACKAGE,
}
# Where `sys.platform` guards a call that one system alone has, which mypy understands; all else asks the host.
GUARDED = {
    "caches/sizes",
    "configure/machine.py",
    "doctor/explain/inspect_machine.py",
    "system",
    "watcher",
    "workspaces/lock_waits.py",
}
READ_CALLS = {"open", "read_text", "read_bytes"}


def modules() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield from imported(node)


def imported(node: ast.Import | ast.ImportFrom) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    return [node.module] if node.module else []


def relative(path: Path) -> str:
    return path.relative_to(PACKAGE).as_posix()


def package_of(name: str) -> str:
    """The top-level package of a dotted module name; empty for ``idecare`` itself."""
    return name.split(".")[1] if "." in name else ""


def is_in(path: Path, places: set[str]) -> bool:
    return any(relative(path) == place or relative(path).startswith(f"{place}/") for place in places)


def edges() -> set[tuple[str, str]]:
    """Which package imports which other one."""
    found = {(relative(path).split("/")[0], package_of(name)) for path in modules() for name in idecare_imports(path)}
    return {(importer, imported) for importer, imported in found if importer in RANK and imported not in ("", importer)}


def idecare_imports(path: Path) -> list[str]:
    return [name for name in imports(path) if name.startswith("idecare.")]


def test_the_package_itself_holds_packages_and_its_entry_point_alone() -> None:
    files = {path.name for path in PACKAGE.iterdir() if path.is_file()}
    folders = {path.name for path in PACKAGE.iterdir() if path.is_dir() and any(path.rglob("*.py"))}
    assert (files, folders) == ({"__init__.py", "__main__.py", "py.typed"}, set(RANK))


def test_a_package_imports_only_lower_ones() -> None:
    assert [edge for edge in sorted(edges()) if RANK[edge[1]] >= RANK[edge[0]]] == []


@pytest.mark.parametrize("path", modules(), ids=relative)
def test_libraries_stay_in_their_modules(path: Path) -> None:
    used = {name.split(".")[0] for name in imports(path)} & set(RESERVED)
    assert [name for name in used if not is_in(path, RESERVED[name])] == []


@pytest.mark.parametrize("path", modules(), ids=relative)
def test_the_environment_and_the_platform_are_read_in_host_alone(path: Path) -> None:
    """And before it, for the language of the help."""
    names = {
        f"{node.value.id}.{node.attr}"
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)
    }
    allowed = {"sys.platform"} if is_in(path, GUARDED) else set()
    read = {"os.environ", "os.getenv", "sys.platform", "Path.home"} - allowed
    assert relative(path) in ("core/host.py", "core/language.py") or not names & read


@pytest.mark.parametrize("path", modules(), ids=relative)
def test_the_disk_is_changed_in_one_package(path: Path) -> None:
    if not is_in(path, {DISK_PACKAGE}):
        assert list(disk_calls(ast.parse(path.read_text()))) == []


def disk_calls(tree: ast.Module) -> Iterator[str]:
    """Calls of os, shutil or of a path that change the disk. ``str.replace`` and dataclasses' take two arguments or
    keywords, ``Path.replace`` one; what a method of ours calls of its superclass is none of a path."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in DISK_CALLS:
            owner = node.func.value
            of_module = isinstance(owner, ast.Name) and owner.id in DISK_MODULES
            if of_module or (node.func.attr in PATH_CALLS and ast.unparse(owner) != "super()"):
                yield f"line {node.lineno}: {ast.unparse(node.func)}"


def test_the_disk_rule_sees_what_it_forbids() -> None:
    text = "import os\nos.unlink('x')\npath.write_text('y')\n'a'.replace('b', 'c')\n"
    assert list(disk_calls(ast.parse(text))) == ["line 2: os.unlink", "line 3: path.write_text"]


# Not part of Python on Windows. `pick`, whose screen needs curses, says so before it loads that.
POSIX_ALONE = set("fcntl pwd grp resource termios tty pty curses readline syslog".split())
BEHIND_A_REFUSAL = {"cli/pick_screen.py"}


@pytest.mark.parametrize("path", modules(), ids=relative)
def test_nothing_of_posix_alone_is_imported_with_a_module(path: Path) -> None:
    """In a function there is a guard before it, which mypy checks for each platform."""
    body = [node for node in ast.parse(path.read_text()).body if isinstance(node, ast.Import | ast.ImportFrom)]
    names = {name.split(".")[0] for node in body for name in imported(node)}
    assert relative(path) in BEHIND_A_REFUSAL or not names & POSIX_ALONE


if __name__ == "__main__":  # python -m tests.test_architecture: the import graph, one line a package
    for package in RANK:
        print(
            f"{package:<11} {' '.join(sorted((lower for upper, lower in edges() if upper == package), key=RANK.get))}"
        )
    print(f"{len(RANK)} packages, {len(LAYERS)} layers, {len(edges())} edges, {len(modules())} modules")


def opened_files(path: Path) -> Iterator[int]:
    """The lines in which a file is opened, but for descriptors (``os.open``, whose flags say how)."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call):
            match node.func:
                case ast.Name("open"):
                    yield node.lineno
                case ast.Attribute(value, name) if name in READ_CALLS:
                    if not (isinstance(value, ast.Name) and value.id == "os"):
                        yield node.lineno


@pytest.mark.parametrize("path", modules(), ids=relative)
def test_no_file_is_opened_that_may_be_a_pipe_or_of_any_size(path: Path) -> None:
    assert is_in(path, READERS) or list(opened_files(path)) == []


def test_what_opens_a_file_is_seen(tmp_path: Path) -> None:
    found = tmp_path / "found.py"
    found.write_text("open(a)\na.open()\na.read_text()\na.b.read_bytes()\nos.open(a)\nopen_file(a)\n")
    assert list(opened_files(found)) == [1, 2, 3, 4]
