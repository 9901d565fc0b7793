"""Checks of arguments, all made before anything is sent. No message repeats a value, because it may be a secret."""

from __future__ import annotations

import re
import string
from collections.abc import Collection, Mapping, Sequence
from typing import Final, TypeGuard, TypeVar

from ._typed_text import code_of, has_unseen, hint, stripped
from .errors import AuthValidationError

L = TypeVar("L", bound=str)
LONGEST_PASSWORD: Final = 256
#: The text that is meant if a value of ours is given in its place, and has no attribute of the argument's name.
_IDS = {
    "AuthDevice": "id",
    "Device": "key",
    "WebAuthnCredentialPage": "the credential_id of one of its credentials",
}
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


def type_name(value: object) -> str:
    """The type of ``value`` as a reader knows it, such as ``"str"`` or ``"boto3.Session"``."""
    if isinstance(value, type):
        return f"the class {value.__name__}"
    kind = type(value)
    library = kind.__module__.partition(".")[0]
    return kind.__name__ if library in ("builtins", "__main__") else f"{library}.{kind.__name__}"


def wrong_type(value: object, argument: str, wanted: str, suggestion: str) -> AuthValidationError:
    """The error that says that ``value`` is not ``wanted``."""
    return AuthValidationError(
        f"{argument} must be {wanted}, not {type_name(value)}.",
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
        raise wrong_type(value, argument, "a str", _as_text(value, argument))
    if not is_text(value):
        raise AuthValidationError(
            f"{argument} holds characters that cannot be sent (lone surrogates).",
            name="InvalidArgument",
            recovery_suggestion=f"Decode {argument} with the right encoding.",
        )
    return str.__str__(value)  # a subclass may format itself as something else: a mask, or the name of an Enum's member


def _as_text(value: object, argument: str) -> str:
    """What to do about a ``value`` that is no text."""
    if isinstance(value, int) and not isinstance(value, bool):
        return f"Pass {argument} as text: a number loses its leading zeros."
    if isinstance(value, bytes | bytearray):
        return f"Pass {argument} as text: decode the bytes first."
    if is_mapping(value):
        return f"Pass {argument} as text. Each value is an argument of its own, not one dict of them."
    kind = type(value)
    if kind.__name__ == "Session":
        return f"Pass {argument} as text, and the session as session=."
    if kind.__module__.startswith(f"{__package__}."):
        meant = argument if hasattr(kind, argument) else _IDS.get(kind.__name__)
        if meant is not None:
            return f"Pass {argument} as text: {meant if ' ' in meant else f'its {meant}'}."
    if isinstance(value, list | tuple | set | frozenset):
        return f"Pass {argument} as text, not several of them."
    return f"Pass {argument} as text."


def trimmed(value: object, argument: str, message: str, *, name: str = "InvalidArgument") -> str:
    """``value`` as an id, or another text that has no white space around it. The arguments are those of `required`."""
    return required(stripped(required(value, argument, name, message)), argument, name, message)


def username(value: object, argument: str, name: str, message: str) -> str:
    """``value`` as the name of a user that exists: without white space around it, because no name has any.

    The pattern of ``Username`` in Cognito's API reference has letters, marks, symbols, numbers and punctuation only.
    The arguments are those of `required`.
    """
    return trimmed(value, argument, message, name=name)


def advice_on_white_space(refusal: str, **given: str) -> str | None:
    """What to change if Cognito's ``refusal`` of a new ``username`` or ``password`` is about white space; else None.

    A user name has no white space, and a password has no white space at its ends (API reference, ``SignUp``, the
    patterns).
    """
    if "'username'" in refusal and has_unseen(given.get("username", "")):
        return "Remove the white space from username. A phone number has the form +491701234567."
    password = given.get("password", "")
    if "'password'" in refusal and password != stripped(password):
        return "Remove the white space at the ends of password."
    return None


def code(value: object, argument: str, name: str, message: str) -> str:
    """``value`` as a code that was sent or is shown by an app: without white space. See `code_of`.

    The arguments are those of `required`.
    """
    return required(code_of(required(value, argument, name, message)), argument, name, message)


def new_password(value: object, argument: str, name: str, message: str) -> str:
    r"""``value`` as a password to set. Only what no policy of a pool allows is refused here.

    A password has 256 characters at most (``PasswordType`` of the service's model). Cognito refuses white space at its
    ends, as ``\S`` means it: that of ASCII (https://github.com/cds-snc/platform-forms-client/issues/5635). A space
    between other characters is a symbol of the policy, so the pattern of the model, ``[\S]+``, is too narrow.

    The arguments are those of `required`.
    """
    checked = required(value, argument, name, message)
    if checked != checked.strip(string.whitespace):
        raise AuthValidationError(
            f"{argument} has white space at its ends.",
            name="InvalidArgument",
            recovery_suggestion=f"Remove the white space at the ends of {argument}: Cognito accepts none there.",
        )
    if len(checked) > LONGEST_PASSWORD:
        raise AuthValidationError(
            f"{argument} is longer than {LONGEST_PASSWORD} characters.",
            name="InvalidArgument",
            recovery_suggestion="Choose a shorter password.",
        )
    return checked


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


def some_texts(value: object, argument: str) -> dict[str, str]:
    """``value`` as a mapping of text to text that is not empty."""
    checked = texts(value, argument)
    if not checked:
        raise AuthValidationError(
            f"{argument} is empty.", name="InvalidArgument", recovery_suggestion=f"Name at least one in {argument}."
        )
    return checked


def several(value: object, argument: str, *, least: int = 1) -> tuple[str, ...]:
    """``value`` as at least ``least`` texts: a list or another collection of them, or a single one."""
    items = (value,) if isinstance(value, str) else value
    if not _is_collection(items):
        raise wrong_type(value, argument, "a list of str", f"Pass {argument} as a list of text.")
    checked = tuple(
        required(item, f"an item of {argument}", "InvalidArgument", f"An item of {argument} is empty.", "Leave it out.")
        for item in items
    )
    if len(checked) < least:
        raise AuthValidationError(
            f"{argument} is empty.", name="InvalidArgument", recovery_suggestion=f"Name at least one in {argument}."
        )
    return checked


def _is_collection(value: object) -> TypeGuard[Collection[object]]:
    return isinstance(value, Collection) and not isinstance(value, bytes | Mapping)


def one_of(
    value: object,
    argument: str,
    allowed: Sequence[L],
    *,
    name: str = "InvalidArgument",
    also: Mapping[str, str] | None = None,
) -> L | None:
    """``value`` if it is one of ``allowed``, or None. ``also`` has other spellings: see `probably_meant`."""
    if value is not None and not isinstance(value, str):
        raise wrong_type(value, argument, "a str", f"Pass {argument} as one of: {', '.join(allowed)}.")
    checked = optional(value, argument)
    if checked is None:
        return None
    for known in allowed:
        if checked == known:
            return known
    raise AuthValidationError(
        f"{argument} is not one of the known values.",
        name=name,
        recovery_suggestion=f"{hint(checked, allowed, also)}Use one of: {', '.join(allowed)}.",
    )


def flag(value: object, argument: str) -> bool | None:
    """``value`` as a bool, or None."""
    if value is not None and not isinstance(value, bool):
        raise wrong_type(value, argument, "a bool", f"Pass {argument}=True or False.")
    return value


def whole_number(value: object, argument: str, *, least: int, most: int) -> int | None:
    """``value`` as an int from ``least`` to ``most``, or None."""
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise AuthValidationError(
            f"{argument} must be a whole number from {least} to {most}.",
            name="InvalidArgument",
            recovery_suggestion=f"Pass {argument} as an int from {least} to {most}.",
        )
    return int(value)


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
