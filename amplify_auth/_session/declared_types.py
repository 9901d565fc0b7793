"""Whether a value from outside has the types that its attrs class declares. Pure; it knows no class."""

from __future__ import annotations

import collections.abc
from datetime import datetime
from functools import cache
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import attrs

from .._arguments import is_list, is_mapping, is_text

_Hint = Any
"""What `get_type_hints` gives for a field: a class, or a form such as a union."""


def has_declared_types(value: object) -> bool:
    """True if every field of ``value``, an instance of an attrs class, has its declared type, also in its fields."""
    kind: Any = type(value)
    hints = _hints(kind)
    return all(_fits(getattr(value, field.name), hints[field.name]) for field in attrs.fields(kind))


@cache
def _hints(kind: type) -> dict[str, _Hint]:
    return get_type_hints(kind)


def _fits(value: object, hint: _Hint) -> bool:
    origin: Any = get_origin(hint)
    arguments = get_args(hint)
    if origin in (Union, UnionType):
        return any(_fits(value, argument) for argument in arguments)
    if origin is Literal:
        return value in arguments
    if origin is tuple:  # of one type, any number
        return is_list(value) and not isinstance(value, list) and all(_fits(item, arguments[0]) for item in value)
    if origin is collections.abc.Mapping:
        return is_mapping(value) and all(
            _fits(part, argument) for item in value.items() for part, argument in zip(item, arguments, strict=True)
        )
    if hint is float:
        return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e15
    if not isinstance(value, hint):
        return False
    if attrs.has(hint):
        return has_declared_types(value)
    if isinstance(value, datetime):
        return value.tzinfo is not None  # else it cannot be compared with others
    return hint is not str or is_text(value)
