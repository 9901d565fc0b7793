"""The base of the value classes, and how they keep secrets out of sight. Nothing here knows one of these classes.

A value class is declared with ``@value`` and derives from `Value`, or from `Masked` if a field of it is a `secret`, or
is `partly_secret`. A secret is masked in ``repr``, ``str`` and pickles. The attribute itself is the secret in clear.

attrs would compile a ``__repr__`` and the pickling methods for each class, at every import of the library: a third of
the time that its classes take. `Value` has them once.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final, Self, TypeGuard

import attrs

__all__ = ["MASK", "Masked", "Value", "partly_secret", "secret", "value", "without_secrets"]

MASK = "***"
_SECRET = "amplify_auth.secret"  # in the metadata of a field: the function that masks its value
_CREDENTIALS: Final = re.compile("//.*@", re.DOTALL)
_SECRET_NAME: Final = re.compile("secret|password|token|credential|api_?key", re.IGNORECASE)

if TYPE_CHECKING:
    from attrs import frozen as value  # type checkers know the decorators of attrs by their names
else:

    def value(cls: type | None = None, **options: Any) -> Any:
        """``attrs.frozen`` for a subclass of `Value`: it keeps the methods that `Value` has."""
        decorate = attrs.frozen(repr=False, getstate_setstate=False, **options)
        return decorate if cls is None else decorate(cls)


def secret(**options: Any) -> Any:
    """An attrs field whose value is never shown; ``None`` stays visible as ``None``."""
    return _hidden(_mask, options)


def partly_secret(**options: Any) -> Any:
    """An attrs field of which `without_secrets` is shown: an address that may hold a password, or a mapping."""
    return _hidden(without_secrets, options)


def _hidden(mask: Callable[[Any], Any], options: dict[str, Any]) -> Any:
    return attrs.field(repr=lambda item: repr(mask(item)), metadata={_SECRET: mask}, **options)


def _mask(item: object) -> object:
    return None if item is None else MASK


def without_secrets(item: object) -> object:
    """``item`` without the user's name and the password of an address, in mappings and lists too.

    In mappings, the texts under names such as ``client_secret`` are masked as a whole.
    """
    if isinstance(item, str):
        return _CREDENTIALS.sub(f"//{MASK}@", item)
    if _is_mapping(item):
        return {
            name: MASK if isinstance(part, str) and _SECRET_NAME.search(str(name)) else without_secrets(part)
            for name, part in item.items()
        }
    if _is_sequence(item):
        parts = [without_secrets(part) for part in item]
        return parts if isinstance(item, list) else tuple(parts)
    return item


def _is_mapping(item: object) -> TypeGuard[Mapping[object, object]]:
    return isinstance(item, Mapping)


def _is_sequence(item: object) -> TypeGuard[list[object] | tuple[object, ...]]:
    return isinstance(item, list | tuple)


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

    A pickle holds what is shown in place of each secret. Copies are the object itself, because it never changes.
    Objects are compared, and hashed, with their secrets: one out of a pickle differs from the original.
    """

    __slots__ = ()

    def __getstate__(self) -> dict[str, Any]:
        state = super().__getstate__()
        for field in attrs.fields(type(self)):  # type: ignore[arg-type]  # every subclass is an attrs class
            mask = field.metadata.get(_SECRET)
            if mask is not None:
                state[field.name] = mask(state[field.name])
        return state

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: object) -> Self:
        return self
