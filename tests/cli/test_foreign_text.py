"""What others wrote (go.mod, settings, names, error texts, command lines) never acts on the terminal that shows it."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from idecare.cli import run
from idecare.cli.output import print_out
from idecare.cli.render.tables import table
from idecare.cli.render.terminal import MARK, Terminal, paint, use_terminal, with_codes
from idecare.core.humanize import escaped, visible
from idecare.system.filesystem import append_log
from idecare.watcher.notifications import variables
from idecare.watcher.policy import Notice
from idecare.workspaces.conflicts.base import Conflict
from tests.builders import NOW, build_cache, write, write_file
from tests.conftest import make_host

# Escape sequences, bell, backspace, return, the C1 characters as such and as bytes, bidirectional marks, rich's markup.
CODES = "\x1b[31mR\x1b]0;t\x07\x08\x0b\x0c\x7f\r\x9b31m\x85\u202e\u2066\u2028\u200f[red]"
EVIL = f"evil{CODES}\x1b[0m"


def go_quoted(text: str) -> str:
    return '"' + "".join(f"\\x{byte:02x}" for byte in text.encode()) + '"'


def acts_on_a_terminal(text: str) -> list[str]:
    return [char for char in text if char not in "\n\t" and not char.isprintable()]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home and a module in which everything that idecare reads says something evil."""
    home, name = tmp_path / "home", f"evil{CODES}"
    project = home / "src" / name
    go = go_quoted("1.99" + EVIL)
    write_file(project / "go.mod", f"module {go_quoted(EVIL)}\n\ngo {go}\nrequire a.b/{EVIL} v1.0.0\n")
    write_file(project / "go.sum", f"a.b/{name} v1.0.0 h1:{EVIL}=\n")
    write_file(home / "src" / "go.work", f"go {go}\nuse {go_quoted('./' + EVIL)}\n")
    write_file(home / ".config/go/env", f" GOFLAGS={EVIL}\nGOPROXY={EVIL}\nGOPRIVATE='{EVIL}'\n")
    tools = {"dlv": f"/{EVIL}", EVIL: EVIL}
    settings = {"go.goroot": EVIL, "go.alternateTools": tools, f"go.{EVIL}": EVIL, "gopls": {EVIL: 1}}
    write_file(home / ".config/Code/User/settings.json", json.dumps(settings, ensure_ascii=False))
    goland = home / ".config/JetBrains/GoLand2026.1"
    write_file(goland / "goland64.vmoptions", f"-Xmx{EVIL}\n-XX:{EVIL}\n-Dx={EVIL}\n")
    write_file(goland / "idea.properties", f"idea.system.path=/x{EVIL}\n{EVIL}=1\n")
    write_file(goland / "goland.jdk", f"/jdk/{EVIL}\n")
    build_cache(home / ".cache" / "go-build")
    write(home / "go" / "pkg" / "mod", "cache/download/", f"a.b/{name}@v1.0.0/x.go")
    write(home / "go" / "pkg" / "mod" / "cache/download/a.b" / name / "@v", "v1.0.0.zip", "v1.0.0.mod", "list")
    environment = {"PATH": str(home / "bin"), "GOTOOLCHAIN": EVIL, "GOOS": EVIL, "CC": EVIL, "CGO_CFLAGS": EVIL}
    host = make_host("linux", environment, home, project)
    monkeypatch.setattr("idecare.cli.session.read_host", lambda: host)
    monkeypatch.chdir(project)
    return home


VERBS = (
    "",
    "clean -n",
    "clean -n gocache",
    "usage",
    "locate -v",
    "doctor",
    "doctor -v",
    "doctor --report",
    "doctor --deep",
    "doctor --fix -n",
    "status",
    "status . -v",
    "status --locks",
    "configure -n",
    "configure --set go.x=1 --ide vscode -n",
    "repair -n",
    "repair --all -n -v",
    "jbr list",
    "jbr check",
    "profile show balanced",
    "history",
    "undo -n",
    "purge -n",
    "config get",
    "explain -",
)


@pytest.mark.parametrize("words", VERBS)
def test_no_verb_lets_foreign_text_act_on_the_terminal(
    words: str, home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    said = f"go: open /a{EVIL}/go.mod: permission denied\nno space left on device: {EVIL}\n"
    text = write_file(tmp_path / "text", said)
    arguments = [str(text) if word == "-" else word for word in words.split()]
    code = run(arguments)
    out, error = capsys.readouterr()
    assert code in (0, 1, 2, 4, 5), error
    assert acts_on_a_terminal(out + error) == []
    assert out or error


@pytest.mark.parametrize("words", ["doctor", "status .", "configure -n", "usage", "locate", "repair -n", "explain -"])
def test_json_stays_data(words: str, home: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    text = write_file(tmp_path / "text", f"no space left on device: {EVIL}\n")
    run([*(str(text) if word == "-" else word for word in words.split()), "--json"])
    out = capsys.readouterr().out
    assert acts_on_a_terminal(out) == []
    assert json.loads(out)["schema"] == 1


@pytest.mark.parametrize(
    "words",
    [["clean", EVIL], ["config", "set", EVIL, "x"], ["undo", EVIL], ["explain", f"x {EVIL}"], [EVIL], ["verify", EVIL]],
)
def test_nor_do_the_words_of_a_command_that_was_pasted(
    words: list[str], home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(words)
    assert acts_on_a_terminal("".join(capsys.readouterr())) == []


@pytest.fixture
def colours() -> Iterator[None]:
    use_terminal(Terminal(60, has_colour=True, has_cursor=True))
    yield
    use_terminal(None)


@pytest.mark.usefixtures("colours")
@pytest.mark.parametrize("width", [4, 30])
def test_codes_of_others_are_escaped_where_ours_are_used(width: int) -> None:
    """Also within a painted text, and in a table that rich folds."""
    rows = [("a" * width, paint(f"{EVIL} and words enough to be folded into several lines", "error"))]
    for text in (paint(EVIL, "good"), table(rows, header=("one", EVIL))):
        shown = with_codes(text)
        for code in ("\x1b[0m", "\x1b[1;31m", "\x1b[32m", "\x1b[1m"):
            shown = shown.replace(code, "")
        assert acts_on_a_terminal(shown) == []
        assert "\\x1b[31m" in shown


def test_a_mark_of_ours_cannot_be_known_before() -> None:
    assert len(MARK) > 12
    assert with_codes(f"\x1b{'00' * 8}[31mx") == f"\\x1b{'00' * 8}[31mx"


def test_bytes_do_not_become_a_character_that_acts(capsys: pytest.CaptureFixture[str]) -> None:
    """C2 9B is U+009B: the bytes of two names, or of a JSON text, may be next to each other."""
    print_out(os.fsdecode(b"\xff\xc2") + "\udc9b31m\ud800")
    assert capsys.readouterr().out == "\\xff\\xc2\\x9b31m\\ud800\n"


def test_what_people_write_stays_as_it_is() -> None:
    text = "naïve\tファイル 名\n« a »\u00a0: 🎉"
    assert escaped(text) == text
    assert visible("é\u00a0") == "é\u00a0"


def test_logs_and_hooks_get_escaped_text(tmp_path: Path) -> None:
    log = append_log(tmp_path / "x.log", f"{EVIL}\n")
    assert acts_on_a_terminal(log.read_text()) == []
    conflict = Conflict("x", "error", tmp_path, EVIL, (EVIL,))
    notice = Notice("id", "opened", "error", tmp_path / "x\x1b[31m", NOW, (conflict,))
    assert [acts_on_a_terminal(variables(notice)[name]) for name in ("IDECARE_TITLE", "IDECARE_MESSAGE")] == [[], []]
