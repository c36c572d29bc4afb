"""What is said of the files that will be edited."""

from __future__ import annotations

import os
from pathlib import Path

from idecare.changes.plan import WriteFile, plan_files
from idecare.configure.configured import other_names


def test_hard_links_are_named_where_there_are_any(tmp_path: Path) -> None:
    plain, linked, new = tmp_path / "plain", tmp_path / "linked", tmp_path / "new"
    for file in (plain, linked):
        file.write_bytes(b"old")
    os.link(linked, tmp_path / "backup")
    files = (
        WriteFile("vscode", path, path, b"old" if path.exists() else None, b"new", (), "")
        for path in (plain, linked, new)
    )
    assert other_names(plan_files(files)) == (f"{linked} is one of 2 hard links: the others keep what it holds now",)
