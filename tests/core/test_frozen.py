"""Values are the frozen dataclasses of the standard library in all that the code asks of them."""

from __future__ import annotations

import copy
import pickle
from dataclasses import FrozenInstanceError, asdict, dataclass, field, replace
from typing import Any, ClassVar

import pytest

from idecare.core.frozen import frozen


@frozen
class Point:
    x: int
    y: int = 0
    names: list[str] = field(default_factory=list)
    KIND: ClassVar[str] = "point"

    @property
    def sum(self) -> int:
        return self.x + self.y


@frozen
class Named(Point):
    """A point with a name."""

    name: str = "origin"


@frozen
class Only:
    one: int


@frozen
class Nothing: ...


@dataclass(frozen=True)
class Usual:
    x: int
    y: int = 0
    names: list[str] = field(default_factory=list)


def test_it_is_made_and_read_as_usual() -> None:
    assert (Point(1).sum, Point(1, y=2).sum, Named(1, name="a").name, Nothing()) == (1, 3, "a", Nothing())
    assert repr(Point(1)) == repr(Usual(1)).replace("Usual", "Point")
    assert asdict(Point(1)) == asdict(Usual(1))
    assert Point(1).names is not Point(1).names


def test_it_can_be_matched() -> None:
    match Point(1, 2):
        case Point(x, y):
            assert (x, y) == (1, 2)


@pytest.mark.parametrize("change", [copy.copy, copy.deepcopy, lambda one: pickle.loads(pickle.dumps(one)), replace])
def test_a_copy_is_equal(change: Any) -> None:
    assert change(Named(1, 2, ["a"], "b")) == Named(1, 2, ["a"], "b")


def test_equal_means_same_kind_and_fields() -> None:
    assert Point(1) != Point(2)
    assert Point(1) != Usual(1)
    assert Only(1) != (1,)
    assert len({Only(1), Only(1), Only(2), Nothing(), Nothing()}) == 3
    assert replace(Point(1), x=5) == Point(5)


@pytest.mark.parametrize("words", [(), (1, 2, [], 4)], ids=["too few", "too many"])
def test_wrong_arguments_are_refused(words: tuple[Any, ...]) -> None:
    with pytest.raises(TypeError, match="__init__"):
        Point(*words)


def test_it_does_not_change() -> None:
    point = Point(1)
    with pytest.raises(FrozenInstanceError):
        point.x = 2  # type: ignore[misc]
    with pytest.raises(FrozenInstanceError):
        del point.x
    with pytest.raises(TypeError):
        hash(point)  # as ever where a field has no hash
    assert point == Point(1)
