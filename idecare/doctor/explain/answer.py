"""What a recognised error means on this machine: its sentences with the text's words, and what was seen here."""

from __future__ import annotations

from collections.abc import Iterable

from idecare.core.frozen import frozen
from idecare.core.host import Host
from idecare.core.humanize import visible
from idecare.doctor.explain.base import Clue, Look, filled
from idecare.doctor.explain.recognise import Recognised


@frozen
class Answer:
    """``evidence`` was seen on this machine; ``is_settled``: it decided between several causes of the same text."""

    recognised: Recognised
    meaning: str
    why: str
    fix: str
    evidence: tuple[str, ...] = ()
    is_settled: bool = False

    @property
    def id(self) -> str:
        return self.recognised.known.id


def answer(host: Host, recognised: Recognised) -> Answer:
    """Look at what the text names, and say what it means here."""
    known = recognised.known
    clues = list(dict.fromkeys(clue for look in known.looks for clue in _clues(host, look, recognised)))
    words = {name: visible(word) for name, word in recognised.places[0].words.items()}
    telling = next((clue for clue in clues if clue.meaning or clue.fix), Clue(""))
    return Answer(
        recognised,
        telling.meaning or filled(known.meaning, words),
        telling.why or filled(known.why, words),
        telling.fix or filled(known.fix, words),
        tuple(clue.text for clue in clues if clue.text),
        bool(telling.meaning),
    )


def _clues(host: Host, look: Look, recognised: Recognised) -> Iterable[Clue]:
    """A look that fails is evidence of nothing but that."""
    for place in recognised.places:
        try:
            yield from look(host, place.words)
        except (OSError, ValueError) as error:  # ValueError: a path with a NUL
            yield Clue(f"a look at this machine failed: {error}")
