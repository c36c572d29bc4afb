from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from idecare.cli.render.terminal import Terminal, use_terminal


@pytest.fixture
def terminal() -> Iterator[Callable[..., None]]:
    """Render for a terminal of so many columns, without or with colour; afterwards for a pipe again."""
    yield lambda width, has_colour=False: use_terminal(Terminal(width, has_colour))
    use_terminal(None)
