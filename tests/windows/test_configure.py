"""configure and its undo on settings with the line ends of Windows; what else answers on a machine without caches."""

from __future__ import annotations

import json
from pathlib import Path

from tests.windows.conftest import Home

SETTINGS = b'{\r\n    // mine\r\n    "go.useLanguageServer": false\r\n}\r\n'


def install_code(home: Home) -> Path:
    """VS Code as its installer for one user leaves it; returns the program."""
    application = home.path / "AppData" / "Local" / "Programs" / "Microsoft VS Code"
    (application / "resources" / "app").mkdir(parents=True)
    names = {"nameShort": "Code", "applicationName": "code", "dataFolderName": ".vscode", "version": "1.110.0"}
    (application / "resources" / "app" / "product.json").write_text(json.dumps(names))
    (application / "Code.exe").write_bytes(b"MZ")
    settings = home.path / "AppData" / "Roaming" / "Code" / "User" / "settings.json"
    settings.parent.mkdir(parents=True)
    settings.write_bytes(SETTINGS)
    return application / "Code.exe"


def test_an_edit_keeps_line_ends_and_is_undone(plain_home: Home) -> None:
    install_code(plain_home)
    settings = plain_home.path / "AppData" / "Roaming" / "Code" / "User" / "settings.json"
    text = plain_home.idecare("configure", "--ide", "vscode", "-y").stdout
    assert "~\\AppData\\Roaming\\Code\\User\\settings.json" in text
    edited = settings.read_bytes()
    assert edited.startswith(SETTINGS[:-5])
    assert edited.count(b"\n") == edited.count(b"\r\n") > SETTINGS.count(b"\n")
    plain_home.idecare("undo", "-y")
    assert settings.read_bytes() == SETTINGS


def test_what_looks_at_the_machine_answers(plain_home: Home) -> None:
    """And paths have one kind of separator."""
    install_code(plain_home)
    for command in (["locate"], ["usage"], ["history"], ["doctor"], ["status"], ["jbr", "list"], []):
        done = plain_home.idecare(*command, check=False)
        assert (done.returncode in (0, 4), "~/" in done.stdout) == (True, False), (command, done.stdout, done.stderr)
    assert "no curses" in plain_home.idecare("pick", check=False).stderr
