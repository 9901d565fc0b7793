"""Whether a value that was read from outside has the types that its attrs class declares. Pure; knows no class."""

from __future__ import annotations

import collections.abc
from datetime import datetime
from functools import cache
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import attrs


def has_declared_types(value: Any) -> bool:
    """Whether every field of ``value``, an instance of an attrs class, is of its declared type, and so on inwards."""
    kind: Any = type(value)
    hints = _hints(kind)
    return all(_fits(getattr(value, field.name), hints[field.name]) for field in attrs.fields(kind))


@cache
def _hints(kind: Any) -> dict[str, Any]:
    return get_type_hints(kind)


def _fits(value: Any, hint: Any) -> bool:
    origin, arguments = get_origin(hint), get_args(hint)
    if origin in (Union, UnionType):
        return any(_fits(value, argument) for argument in arguments)
    if origin is Literal:
        return value in arguments
    if origin is tuple:  # of one type, any number
        return isinstance(value, tuple) and all(_fits(item, arguments[0]) for item in value)
    if origin is collections.abc.Mapping:
        return isinstance(value, origin) and all(
            _fits(part, argument) for item in value.items() for part, argument in zip(item, arguments, strict=True)
        )
    if hint is float:
        return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e15
    if not isinstance(value, hint):
        return False
    if attrs.has(hint):
        return has_declared_types(value)
    return _is_usable(value)


def _is_usable(value: Any) -> bool:
    """Whether a text can be sent, and a moment compared with others."""
    if isinstance(value, str):
        return not any("\ud800" <= character <= "\udfff" for character in value)
    return not isinstance(value, datetime) or value.tzinfo is not None
