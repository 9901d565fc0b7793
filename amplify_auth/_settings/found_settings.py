"""What a source of settings gives: the settings, where each was in it, and what it computes. And the one refusal.

Nothing here reads a file. Every form of content becomes `Found` in ``config_forms``.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Any, Final, final

import attrs

from .._masking import Masked, partly_secret, value
from .._texts import one_line
from ..errors import AuthConfigurationError

OUTPUTS_FILE: Final = "amplify_outputs.json"
ANY_SOURCE: Final = f"Give the path of an {OUTPUTS_FILE}, or a mapping."
_LONGEST_KEY = 64  # characters


class Computed(Enum):
    """The one value that stands for an expression of a program, which is never run."""

    COMPUTED = "computed"


COMPUTED: Final = Computed.COMPUTED
#: The key that stands in an object for a spread such as ``...other``: it may bring any key.
SPREAD: Final = "..."


@final
@value
class Found(Masked):
    """The settings of a source.

    Args:
        settings: By the names of `AuthConfig`, which checks the values.
        origins: Option -> the key of the source that it was read from.
        computed: Option -> the key whose value is an expression.
        absent: Option that is needed -> the key that the source would have it in.
        others: All names in the section that the settings are in, if names that are alike are to be asked about.
        form: What the source is, such as ``"an aws-exports file"``.
    """

    settings: Mapping[str, Any] = partly_secret(factory=dict[str, Any])
    origins: Mapping[str, str] = attrs.field(factory=dict[str, str])
    computed: Mapping[str, str] = attrs.field(factory=dict[str, str])
    absent: Mapping[str, str] = attrs.field(factory=dict[str, str])
    form: str = ""
    others: tuple[str, ...] = ()


def shown_key(key: object) -> str:
    """A key of a source as an error names it: one line, not too long."""
    text = one_line(str(key))
    return text if len(text) <= _LONGEST_KEY else f"{text[:_LONGEST_KEY]}..."


def refusal(message: str, suggestion: str = ANY_SOURCE) -> AuthConfigurationError:
    """The error for a source that is not read."""
    return AuthConfigurationError(message, name="InvalidConfiguration", recovery_suggestion=suggestion)
