"""The codes and ids that stand in the arguments of a recording, as in ``<CODE:alice:SMS_MFA>``, put in their places."""

import re
from collections.abc import Mapping
from typing import Any

from amplify_auth.testing import MockPool

from .naming import Names


def filled_in(value: Any, pool: MockPool, names: Names) -> Any:
    """``value`` with what its placeholders stand for at this moment.

    Raises:
        AssertionError: A name stands for a value that has not been seen.
    """
    if isinstance(value, Mapping):
        return {key: filled_in(item, pool, names) for key, item in value.items()}
    if isinstance(value, list):
        return [filled_in(item, pool, names) for item in value]
    if not isinstance(value, str) or not re.fullmatch("<[A-Z].*>", value):
        return value
    kind, _, about = value.strip("<>").partition(":")
    if kind == "CODE":
        username, _, purpose = about.partition(":")
        code = pool.code(username, purpose or None)
    elif kind == "TOTP":
        code = pool.totp(about)
    else:
        known = names.value_of(value)
        assert known is not None, f"{value} has not been seen"
        return known
    names.learn_code(code, f"<{kind}>")
    return code
