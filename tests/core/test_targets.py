"""The words by which the command line knows caches."""

from __future__ import annotations

import pytest

from idecare.core.errors import ExitCode, UsageError
from idecare.core.targets import DEFAULT_TARGETS, TARGETS, misnomer, registered, resolve_target


@pytest.mark.parametrize("word", TARGETS)
def test_every_target_is_known_by_its_own_name(word: str) -> None:
    assert resolve_target(word) == resolve_target(word.upper()) == word


@pytest.mark.parametrize(
    ("word", "target"),
    [
        ("go-build", "gocache"),
        ("go-mod", "modcache"),
        ("goindex", "goland"),
        ("goIndex", "goland"),
        ("goland-index", "goland"),
    ],
)
def test_words_of_scripts_and_blogs_are_understood(word: str, target: str) -> None:
    assert resolve_target(word) == target


@pytest.mark.parametrize(
    ("word", "message"),
    [
        ("gocach", "there is no target 'gocach'. Did you mean 'gocache'?"),
        ("GoLandIndex", "there is no target 'GoLandIndex'. Did you mean 'goland-index'?"),
        ("42", "there is no target '42'."),
        ("", "there is no target ''."),
    ],
)
def test_an_unknown_word_is_refused_with_the_nearest_name(word: str, message: str) -> None:
    with pytest.raises(UsageError) as raised:
        resolve_target(word)
    assert str(raised.value) == message
    assert (raised.value.code, raised.value.exit_code) == ("unknown-target", ExitCode.USAGE)
    assert raised.value.hint == "targets: gocache, testcache, fuzzcache, modcache, gopls, goimports, goland, vscode"


def test_only_a_word_that_misleads_has_a_note() -> None:
    assert misnomer("goIndex") == "no IDE has a folder goIndex; cleaning GoLand's index (target goland)"
    assert [misnomer(word) for word in ("goland-index", "go-build", "go-mod", *TARGETS)] == [""] * (3 + len(TARGETS))


def test_every_registered_name_is_that_of_its_target() -> None:
    assert [registered(name).name for name in TARGETS] == list(TARGETS)
    assert set(DEFAULT_TARGETS) <= set(TARGETS)
    for target in map(registered, TARGETS):
        assert {word for word, _ in target.misnomers} <= set(target.aliases)
