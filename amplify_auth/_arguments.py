"""Checks of arguments, all made before anything is sent. No message repeats a value, because it may be a secret."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TypeGuard, TypeVar

from .errors import AuthValidationError

L = TypeVar("L", bound=str)
_LONE_SURROGATES = re.compile("[\ud800-\udfff]")


def is_text(value: object) -> TypeGuard[str]:
    """True if ``value`` is a str that can be encoded, and so be hashed and sent."""
    return isinstance(value, str) and not _LONE_SURROGATES.search(value)


def is_mapping(value: object) -> TypeGuard[Mapping[str, object]]:
    """True if ``value`` is a mapping. Its keys are not checked: in JSON, and in calls by keyword, they are text."""
    return isinstance(value, Mapping)


def is_list(value: object) -> TypeGuard[Sequence[object]]:
    """True if ``value`` is a list or a tuple."""
    return isinstance(value, list | tuple)


def wrong_type(value: object, argument: str, wanted: str, suggestion: str) -> AuthValidationError:
    """The error that says that ``value`` is not ``wanted``."""
    return AuthValidationError(
        f"{argument} must be {wanted}, not {type(value).__name__}.",
        name="InvalidArgument",
        recovery_suggestion=suggestion,
    )


def required(value: object, argument: str, name: str, message: str, suggestion: str | None = None) -> str:
    """``value`` as non-empty text.

    Args:
        value: The argument's value.
        argument: Its name.
        name: The error's name if the value is missing.
        message: The error's message if the value is missing.
        suggestion: What to change; default: to pass the argument.
    """
    checked = optional(value, argument)
    if not checked:
        raise AuthValidationError(message, name=name, recovery_suggestion=suggestion or f"Pass {argument}.")
    return checked


def optional(value: object, argument: str) -> str | None:
    """``value`` as text that can be sent, or None."""
    if value is None:
        return None
    if not isinstance(value, str):
        raise wrong_type(value, argument, "a str", f"Pass {argument} as text.")
    if not is_text(value):
        raise AuthValidationError(
            f"{argument} holds characters that cannot be sent (lone surrogates).",
            name="InvalidArgument",
            recovery_suggestion=f"Decode {argument} with the right encoding.",
        )
    return str.__str__(value)  # a subclass may format itself as something else: a mask, or the name of an Enum's member


def texts(value: object, argument: str) -> dict[str, str] | None:
    """``value`` as a mapping of text to text, or None."""
    if value is None:
        return None
    if not is_mapping(value):
        raise wrong_type(value, argument, "a mapping", f"Pass {argument} as a dict of str to str.")
    checked: dict[str, str] = {}
    for key, item in value.items():
        name = required(key, f"a key of {argument}", "InvalidArgument", f"A key of {argument} is empty.")
        text = optional(item, f"{argument}[{name!r}]")
        if text is None:
            raise AuthValidationError(
                f"{argument}[{name!r}] is None.", name="InvalidArgument", recovery_suggestion="Leave it out."
            )
        checked[name] = text
    return checked


def one_of(value: object, argument: str, allowed: Sequence[L], *, name: str = "InvalidArgument") -> L | None:
    """``value`` if it is one of ``allowed``, or None."""
    checked = optional(value, argument)
    if checked is None:
        return None
    for known in allowed:
        if checked == known:
            return known
    raise AuthValidationError(
        f"{argument} is not one of the known values.",
        name=name,
        recovery_suggestion=f"Use one of: {', '.join(allowed)}.",
    )


def flag(value: object, argument: str) -> bool | None:
    """``value`` as a bool, or None."""
    if value is not None and not isinstance(value, bool):
        raise wrong_type(value, argument, "a bool", f"Pass {argument}=True or False.")
    return value


def seconds(value: object, argument: str) -> float:
    """``value`` as a number of seconds that is not negative and not beyond any calendar."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1e9:
        raise AuthValidationError(
            f"{argument} must be a number of seconds.",
            name="InvalidArgument",
            recovery_suggestion=f"Pass {argument} in seconds, such as 5.0.",
        )
    return float(value)


def wire_attributes(values: Mapping[str, str] | None) -> list[dict[str, str]] | None:
    """Cognito's list of ``{Name, Value}`` for a mapping."""
    return None if values is None else [{"Name": name, "Value": value} for name, value in values.items()]
