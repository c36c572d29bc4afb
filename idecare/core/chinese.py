"""How Chinese is set: a blank lies between Chinese and Latin, and none between two Chinese signs."""

from __future__ import annotations

import re
from collections.abc import Mapping

SIGN = "[\u4e00-\u9fff\u3000-\u303f\uff00-\uffef]"
BEFORE = re.compile(rf"(?<={SIGN}) \{{(?P<name>\w+)")
BEHIND = re.compile(rf"(?P<value>\{{(?P<name>\w+)[^{{}}]*\}}) (?={SIGN})")


def closed_up(template: str, values: Mapping[str, object]) -> str:
    """A template whose blanks beside a ``{placeholder}`` are gone where the value is Chinese at that end. The values
    themselves stay as they are: one may be a path."""
    template = BEFORE.sub(lambda match: _blank(values, match["name"], 0) + "{" + match["name"], template)
    return BEHIND.sub(lambda match: match["value"] + _blank(values, match["name"], -1), template)


def _blank(values: Mapping[str, object], name: str, end: int) -> str:
    text = str(values.get(name, ""))
    return "" if text and re.match(SIGN, text[end]) else " "
