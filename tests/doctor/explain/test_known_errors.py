"""Every entry of the tables: what it recognises, what it must leave alone, and that its sentences have no holes."""

from __future__ import annotations

import io
import re

import pytest

from idecare.core import language
from idecare.doctor.base import GROUPS
from idecare.doctor.explain import KNOWN_ERRORS, KnownError, answer, recognise
from idecare.doctor.explain.base import ALTERNATIVES, PLACEHOLDER, UNNAMED, Text, filled, says
from idecare.doctor.explain.errors_tools import wanted_release
from idecare.doctor.runner import all_checks
from tests.conftest import make_host
from tests.doctor.explain.examples import EXAMPLES
from tests.doctor.explain.samples import SAMPLES

# An alternative that was not resolved, or what an empty word leaves behind.
HOLE = re.compile(r"\[[^\]\n]*\||  | [,;:](?:\s|$)| \.$|\(\)")

each = pytest.mark.parametrize("known", [pytest.param(entry, id=entry.id) for entry in KNOWN_ERRORS])
POSITIVE = (
    *SAMPLES.items(),
    *((name, example.positive) for name, example in EXAMPLES.items() if example.positive),
    *((name, sample) for name, example in EXAMPLES.items() for sample in example.more),
)


def recognised(text: str) -> list[str]:
    return [one.known.id for one in recognise(io.BytesIO(text.encode()), KNOWN_ERRORS).recognised]


def test_every_known_error_has_a_name_of_its_own_and_examples() -> None:
    names = [entry.id for entry in KNOWN_ERRORS]
    assert len(names) == len(set(names))
    assert sorted({name for name, _ in POSITIVE}) == sorted(EXAMPLES) == sorted(names)


@pytest.mark.parametrize(("name", "sample"), POSITIVE)
def test_a_sample_is_recognised_as_that_error_and_no_other(name: str, sample: str) -> None:
    assert recognised(sample) == [name]


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_text_that_is_no_such_error_is_left_alone(name: str) -> None:
    """``negative`` is no error at all; ``alike`` has the same words and is another error, or none."""
    assert recognised(EXAMPLES[name].negative) == []
    assert name not in recognised(EXAMPLES[name].alike)


def certain_words(known: KnownError) -> set[str]:
    """What every wording of the entry captures."""
    return set.intersection(*(_certain(wording) for wording in known.texts)) | {"unset"}


def _certain(wording: Text) -> set[str]:
    return set() if wording.alone else set(wording.pattern.groupindex)


@each
def test_the_sentences_have_no_hole_with_the_words_that_each_wording_has(known: KnownError) -> None:
    words = dict.fromkeys(certain_words(known), "WORD")
    sentences = [filled(sentence, words) for sentence in (known.meaning, known.why, known.fix)]
    assert not [text for text in sentences if not text.strip() or PLACEHOLDER.search(text)]
    assert not [text for text in sentences if HOLE.search(text)]


@pytest.mark.parametrize("sample", [sample for _, sample in POSITIVE])
def test_the_sentences_of_a_sample_have_no_hole(sample: str) -> None:
    (found,) = recognise(io.BytesIO(sample.encode()), KNOWN_ERRORS).recognised
    known = found.known
    words = {**found.places[0].words, "unset": "unset IT"}
    words |= known.derive(words) if known.derive else {}
    sentences = [filled(sentence, words) for sentence in (known.meaning, known.why, known.fix)]
    assert not [text for text in sentences if PLACEHOLDER.search(text) or HOLE.search(text)]


@pytest.mark.parametrize(
    ("wanted", "release"),
    [("go1.25", "go1.25.0"), ("1.25", "go1.25.0"), ("go1.25.3", "go1.25.3"), ("1.20", "go1.20"), ("unset", None)],
)
def test_the_toolchain_that_a_command_asks_for_is_one_that_can_be_had(wanted: str, release: str | None) -> None:
    assert wanted_release({"language": wanted}).get("release") == release


@each
def test_its_checks_are_checks_or_groups_of_the_doctor(known: KnownError) -> None:
    assert set(known.checks) <= {*GROUPS, *(check.id for check in all_checks())}


@each
def test_its_words_are_taken_from_its_patterns(known: KnownError) -> None:
    """A word that no pattern finds would never be said."""
    named = set(PLACEHOLDER.findall(known.meaning + known.why + known.fix))
    found = {name for wording in known.texts for name in wording.pattern.groupindex}
    derived = {"release"} if known.derive else set()
    assert named - found - derived == ({"unset"} if known.settings and "{unset}" in known.fix else set())


@each
def test_each_alternative_but_the_last_names_a_word(known: KnownError) -> None:
    """One without a word would always be taken, whatever the text says."""
    chosen = [match[1] for match in ALTERNATIVES.finditer("\n".join((known.meaning, known.why, known.fix)))]
    assert not [one for one in chosen if not all(map(PLACEHOLDER.search, one.split("|")[:-1]))]


@each
def test_what_it_hides_is_an_entry(known: KnownError) -> None:
    assert set(known.hides) <= {entry.id for entry in KNOWN_ERRORS} - {known.id}


def test_a_sentence_is_looked_up_before_it_is_filled(monkeypatch: pytest.MonkeyPatch) -> None:
    known = KnownError("own", 1, (says("no lamp in {room}"),), "No lamp in {room}.", "Why.", "Buy [{lamp}|one].")
    (found,) = recognise(io.BytesIO(b"no lamp in hall"), [known]).recognised
    texts = {"No lamp in {room}.": "{room} 没有灯。", "Buy [{lamp}|one].": "买[ {lamp}|一盏]。"}
    monkeypatch.setattr(language, "look_up", lambda text: texts.get(text, text))
    said = answer(make_host(), found)
    assert (said.meaning, said.why, said.fix) == ("hall 没有灯。", "Why.", "买一盏。")


def test_a_translation_names_the_same_words_and_has_no_hole() -> None:
    chinese = language._catalogue(language.CHINESE)
    for known in KNOWN_ERRORS:
        words = dict.fromkeys(certain_words(known), "WORD")
        for english in (known.meaning, known.why, known.fix):
            sentence = chinese(english)
            assert set(PLACEHOLDER.findall(sentence)) == set(PLACEHOLDER.findall(english)), sentence
            assert not re.search(rf"{PLACEHOLDER.pattern}|{HOLE.pattern}", filled(sentence, words)), sentence


def test_unnamed_words_read_as_nouns() -> None:
    assert all(noun.startswith("the ") for noun in UNNAMED.values())
