"""A module cache made by hand, as go leaves it: zip, .ziphash, .mod and a read-only tree of each version."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Mapping
from pathlib import Path

from idecare.modules.layout import ModuleVersion, parsed
from tests.support.dirhash import h1

SOURCES = {
    "go.mod": b"module example.test/Aa\n\ngo 1.21\n",
    "aa.go": b"package aa\n",
    "sub/sub.go": b"package sub\n",
    "README.md": b"# aa\n",
}
NAME = "example.test/Aa@v1.0.0"


def module(name: str = NAME) -> ModuleVersion:
    found = parsed(name)
    assert found is not None
    return found


def h1_of(sources: Mapping[str, bytes], name: str = NAME) -> str:
    return h1((f"{name}/{path}", content) for path, content in sources.items())


def go_mod_h1(content: bytes = SOURCES["go.mod"]) -> str:
    return h1([("go.mod", content)])


def add_module(root: Path, name: str = NAME, sources: Mapping[str, bytes] = SOURCES) -> ModuleVersion:
    """Put a version into the module cache ``root``."""
    made = module(name)
    (root / made.folder).mkdir(parents=True, exist_ok=True)
    (root / "cache" / "lock").touch()
    write_zip(root / made.file("zip"), name, sources)
    (root / made.file("ziphash")).write_text(h1_of(sources, name))
    (root / made.file("mod")).write_bytes(sources.get("go.mod", b"module " + made.path.encode() + b"\n"))
    (root / made.file("info")).write_text('{"Version":"' + made.version + '"}')
    (root / made.folder / "list").write_text(f"{made.version}\n")
    (root / made.file("lock")).touch()
    write_tree(root / made.tree, sources)
    return made


def write_zip(path: Path, name: str, sources: Mapping[str, bytes]) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for file, content in sources.items():
            archive.writestr(f"{name}/{file}", content)


def write_tree(tree: Path, sources: Mapping[str, bytes]) -> None:
    tree.mkdir(parents=True)
    for file, content in sources.items():
        path = tree / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        path.chmod(0o444)
    for folder, _, _ in os.walk(tree, topdown=False):
        os.chmod(folder, 0o555)


def go_sum(name: str = NAME, sources: Mapping[str, bytes] = SOURCES) -> str:
    """The two lines of a project that uses it."""
    made = module(name)
    go_mod = h1([("go.mod", sources.get("go.mod", b"module " + made.path.encode() + b"\n"))])
    return f"{made.path} {made.version} {h1_of(sources, name)}\n{made.path} {made.version}/go.mod {go_mod}\n"
