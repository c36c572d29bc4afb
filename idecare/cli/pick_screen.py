"""A full screen on a terminal, by curses: in Python already, and imported in 2 ms, where rich takes 45 and Textual 170
and 49 MB (measured, rich 15, Textual 8). It also knows the terminal's own codes and its size as that changes."""

from __future__ import annotations

import contextlib
import curses
import os
import sys
from collections.abc import Iterator, Sequence

from idecare.cli.render.pick import Line
from idecare.core.language import tr

ESCAPE_MS = 25  # how long after Esc the rest of an arrow key may come
ATTRIBUTES = {"heading": curses.A_BOLD, "dim": curses.A_DIM, "cursor": curses.A_REVERSE}
COLOURS = {"good": curses.COLOR_GREEN}
KEYS = {
    curses.KEY_UP: "up",
    curses.KEY_DOWN: "down",
    curses.KEY_LEFT: "left",
    curses.KEY_RIGHT: "right",
    curses.KEY_PPAGE: "pgup",
    curses.KEY_NPAGE: "pgdn",
    curses.KEY_HOME: "home",
    curses.KEY_END: "end",
    curses.KEY_ENTER: "enter",
    curses.KEY_BACKSPACE: "backspace",
    curses.KEY_RESIZE: "resize",
    "\r": "enter",
    "\n": "enter",
    "\x1b": "esc",
    "\x7f": "backspace",
    "\b": "backspace",
}


def unusable(name: str | None, is_plain: bool) -> str:
    """Why a full screen cannot be shown on the terminal of that name; "" where it can."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        return tr("pick needs a terminal to show its list and read keys")
    if is_plain:
        return tr("pick is a full screen, which --plain and --json exclude")
    try:
        curses.setupterm(term=name or "unknown", fd=sys.stdout.fileno())
        can_move = bool(curses.tigetstr("cup"))
    except curses.error:
        can_move = False
    if can_move:
        return ""
    return tr("TERM={name}: its cursor cannot be moved, or nothing is known of it here", name=name or "")


class Screen:
    """The terminal while the list is shown; whatever happens, it is left as it was."""

    def __init__(self, has_colour: bool) -> None:
        self._has_colour = has_colour
        self._encoding = sys.stdout.encoding or "ascii"
        self.has_signs = self._encoding.lower().replace("-", "") == "utf8"

    def __enter__(self) -> Screen:
        self._window = curses.initscr()
        try:
            curses.noecho()
            curses.cbreak()
            curses.set_escdelay(ESCAPE_MS)
            self._window.keypad(True)
            with contextlib.suppress(curses.error):
                curses.curs_set(0)
            self._styles = dict(ATTRIBUTES)
            if self._has_colour and curses.has_colors():
                self._styles |= _colours()
        except BaseException:
            self._leave()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._leave()

    def _leave(self) -> None:
        if curses.isendwin():  # what came after a question, such as an interruption
            return
        self._window.erase()  # for a terminal without a second screen
        self._window.refresh()
        with contextlib.suppress(curses.error):
            curses.curs_set(1)
        curses.endwin()

    @contextlib.contextmanager
    def suspended(self) -> Iterator[None]:
        """The terminal as it was before, for what is printed and asked on it."""
        self._leave()
        yield
        with contextlib.suppress(curses.error):
            curses.curs_set(0)
        self._window.clear()

    @property
    def size(self) -> tuple[int, int]:
        """Columns and lines, as the terminal says: curses itself stays with COLUMNS and LINES where they are set. The
        last column stays free: a terminal goes on to the next line behind it."""
        shown = self._window.getmaxyx()
        real = os.get_terminal_size(sys.stdout.fileno())
        if real.lines and real.columns and (real.lines, real.columns) != shown:
            curses.resizeterm(real.lines, real.columns)
        lines, columns = self._window.getmaxyx()
        return columns - 1, lines

    def draw(self, lines: Sequence[Line]) -> None:
        self._window.erase()
        for number, (text, style) in enumerate(lines):
            shown = text.encode(self._encoding, "backslashreplace").decode(self._encoding)
            with contextlib.suppress(curses.error):  # the terminal has just become smaller
                self._window.addstr(number, 0, shown, self._styles.get(style, curses.A_NORMAL))
        self._window.refresh()

    def key(self, wait_ms: int) -> str:
        """The next key by its name, "" where none came in time."""
        self._window.timeout(wait_ms)
        try:
            pressed = self._window.get_wch()
        except curses.error:
            if not is_open(sys.stdin.fileno()):
                raise KeyboardInterrupt from None
            return ""
        name = KEYS.get(pressed, pressed)
        if name == "resize":
            self._window.clear()
        return name if isinstance(name, str) else "unknown"


def is_open(terminal: int) -> bool:
    """Whether it is still connected: where SIGHUP is ignored, nothing else says that it is not."""
    try:
        os.get_terminal_size(terminal)
    except OSError:
        return False
    return True


def _colours() -> dict[str, int]:
    curses.start_color()
    with contextlib.suppress(curses.error):
        curses.use_default_colors()
    for number, colour in enumerate(COLOURS.values(), 1):
        curses.init_pair(number, colour, -1)
    return {style: curses.color_pair(number) for number, style in enumerate(COLOURS, 1)}
