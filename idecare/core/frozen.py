"""Values: frozen dataclasses that cost a tenth of the usual ones at import, of which a start has a hundred.

``dataclasses`` compiles six methods for each frozen class, one by one. Here only ``__init__`` is compiled, when the
first value of the class is made: two of three classes that a start loads have none. All values share the others.
``fields``, ``replace``, ``asdict`` and ``match`` work as with any dataclass.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import MISSING, Field, FrozenInstanceError, dataclass, field, fields
from operator import attrgetter
from typing import Any, TypeVar, dataclass_transform

Class = TypeVar("Class", bound=type)


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def frozen(cls: Class) -> Class:
    """``@dataclass(frozen=True)``: equal when all fields are equal, hashable when they are."""
    cls.__doc__ = cls.__doc__ or cls.__name__  # dataclasses would work out a signature instead
    made: Any = dataclass(init=False, repr=False, eq=False)(cls)
    names = [found.name for found in fields(made)]
    made.__init__ = _first_initializer(made)
    made._parts = staticmethod(attrgetter(*names) if names else _no_parts)
    made.__repr__, made.__eq__, made.__hash__ = _repr, _eq, _hash
    made.__setattr__ = made.__delattr__ = _refuse
    return cls


def _first_initializer(cls: Any) -> Callable[..., None]:
    """It gives way to the compiled one when it is called."""

    def initialize(self: Any, *args: Any, **values: Any) -> None:
        cls.__init__ = _initializer(fields(cls))
        cls.__init__.__qualname__ = f"{cls.__qualname__}.__init__"
        cls.__init__(self, *args, **values)

    return initialize


def _initializer(found: tuple[Field[Any], ...]) -> Callable[..., None]:
    """One assignment a field; the instance is frozen for ``setattr``, so they go to its dictionary."""
    known: dict[str, Any] = {"MISSING": MISSING}
    parameters, lines = ["self"], ["own = self.__dict__"]
    for number, one in enumerate(found):
        given = one.name
        if one.default_factory is not MISSING:
            known[f"make_{number}"] = one.default_factory
            parameters.append(f"{one.name}=MISSING")
            given = f"make_{number}() if {one.name} is MISSING else {one.name}"
        elif one.default is not MISSING:
            known[f"default_{number}"] = one.default
            parameters.append(f"{one.name}=default_{number}")
        else:
            parameters.append(one.name)
        lines.append(f"own[{one.name!r}] = {given}")
    exec(f"def __init__({', '.join(parameters)}):\n " + "\n ".join(lines), known)
    made: Callable[..., None] = known["__init__"]
    return made


def _no_parts(_: object) -> tuple[()]:
    return ()


def _repr(self: Any) -> str:
    shown = ", ".join(f"{found.name}={getattr(self, found.name)!r}" for found in fields(self))
    return f"{type(self).__qualname__}({shown})"


def _eq(self: Any, other: Any) -> Any:
    return self._parts(self) == self._parts(other) if type(other) is type(self) else NotImplemented


def _hash(self: Any) -> int:
    return hash((type(self), self._parts(self)))


def _refuse(self: object, name: str, *_: object) -> None:
    raise FrozenInstanceError(f"cannot change field {name!r}")
