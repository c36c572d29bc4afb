from __future__ import annotations

import io
import re

import pytest

from idecare.doctor.base import GROUPS
from idecare.doctor.explain import KNOWN_ERRORS, KnownError, recognise
from idecare.doctor.explain.base import filled
from tests.doctor.explain.samples import SAMPLES

TEXTS = [
    pytest.param(entry, wording, id=f"{entry.id}-{wording.key}") for entry in KNOWN_ERRORS for wording in entry.texts
]
each = pytest.mark.parametrize("known", [pytest.param(entry, id=entry.id) for entry in KNOWN_ERRORS])


def recognised(text: str) -> list[str]:
    return [one.known.id for one in recognise(io.BytesIO(text.encode()), KNOWN_ERRORS).recognised]


def test_every_known_error_has_a_sample_and_a_name_of_its_own() -> None:
    assert sorted(SAMPLES) == sorted(entry.id for entry in KNOWN_ERRORS)


@pytest.mark.parametrize("name", SAMPLES)
def test_a_sample_is_recognised_as_that_error_and_no_other(name: str) -> None:
    assert recognised(SAMPLES[name]) == [name]


@each
def test_the_sentences_are_whole_when_the_text_names_nothing(known: KnownError) -> None:
    sentences = [filled(sentence, {}) for sentence in (known.meaning, known.why, known.fix)]
    assert not [text for text in sentences if not text or re.search(r"[{}]", text)]


@each
def test_its_checks_are_groups_of_the_doctor(known: KnownError) -> None:
    assert set(known.checks) <= set(GROUPS)


@each
def test_its_words_are_taken_from_its_patterns(known: KnownError) -> None:
    """A word that no pattern finds would never be said."""
    named = set(re.findall(r"{(\w+)}", known.meaning + known.why + known.fix))
    found = {name for wording in known.texts for name in wording.pattern.groupindex}
    assert named - found == set()
