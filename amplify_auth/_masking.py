"""The base of the value classes, and how they keep secrets out of sight. Nothing here knows one of these classes.

A value class is declared with ``@value`` and derives from `Value`, or from `Masked` if a field of it is a `secret`.
A secret is masked in ``repr``, ``str`` and pickles. The attribute itself is the secret in clear.

attrs would compile a ``__repr__`` and the pickling methods for each class, at every import of the library: a third of
the time that its classes take. `Value` has them once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

import attrs

__all__ = ["MASK", "Masked", "Value", "secret", "value"]

MASK = "***"
_SECRET = "amplify_auth.secret"

if TYPE_CHECKING:
    from attrs import frozen as value  # type checkers know the decorators of attrs by their names
else:

    def value(cls: type | None = None, **options: Any) -> Any:
        """``attrs.frozen`` for a subclass of `Value`: it keeps the methods that `Value` has."""
        decorate = attrs.frozen(repr=False, getstate_setstate=False, **options)
        return decorate if cls is None else decorate(cls)


def secret(**options: Any) -> Any:
    """An attrs field whose value is never shown; ``None`` stays visible as ``None``."""
    return attrs.field(repr=_masked_repr, metadata={_SECRET: True}, **options)


def _masked_repr(value: object) -> str:
    return "None" if value is None else repr(MASK)


class Value:
    """Base of frozen attrs classes."""

    __slots__ = ()

    def __repr__(self) -> str:
        shown: list[str] = []
        for field in attrs.fields(type(self)):  # type: ignore[arg-type]  # every subclass is an attrs class
            if field.repr is not False:
                show = repr if field.repr is True else field.repr
                shown.append(f"{field.name}={show(getattr(self, field.name))}")
        return f"{type(self).__qualname__}({', '.join(shown)})"

    def __getstate__(self) -> dict[str, Any]:
        return {field.name: getattr(self, field.name) for field in attrs.fields(type(self))}  # type: ignore[arg-type]

    def __setstate__(self, state: dict[str, Any]) -> None:
        for name, item in state.items():
            object.__setattr__(self, name, item)


class Masked(Value):
    """Base of attrs classes that hold secrets.

    A pickle holds the mask in place of each secret. Copies are the object itself, because it never changes.
    """

    __slots__ = ()

    def __getstate__(self) -> dict[str, Any]:
        state = super().__getstate__()
        for field in attrs.fields(type(self)):  # type: ignore[arg-type]  # every subclass is an attrs class
            if field.metadata.get(_SECRET) and state[field.name] is not None:
                state[field.name] = MASK
        return state

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: object) -> Self:
        return self
