"""A copy of an error for each thread or task that raises it. It does not know what failed."""

from __future__ import annotations

import copy
from typing import TypeVar

E = TypeVar("E", bound=BaseException)


def copy_of(error: E) -> E:
    """An equal error with the same traceback and causes: a raised exception collects the frames of all who raise it."""
    try:
        own = copy.copy(error)
    except Exception:  # a class whose arguments are not those of its __init__
        return error
    if type(own) is not type(error):
        return error
    own.__cause__, own.__context__ = error.__cause__, error.__context__
    own.__suppress_context__ = error.__suppress_context__
    if hasattr(error, "__notes__"):
        own.__notes__ = list(error.__notes__)
    return own.with_traceback(error.__traceback__)
