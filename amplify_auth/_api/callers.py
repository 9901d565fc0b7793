"""Who calls a public function: looks at the frames above it, never at their variables."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from types import FrameType
from typing import Final

#: What runs one step of a generator in a thread of a pool: Starlette hands ``next`` over, FastAPI ``__enter__``.
_STEPS: Final = frozenset(
    {("contextlib", "__enter__"), ("contextlib", "enter_context"), ("starlette.concurrency", "_next")}
)
_POOLS: Final = frozenset({"anyio", "asgiref", "concurrent", "threading", "trio"})


def runs_as_a_step_of_a_pool() -> bool:
    """True if a pool of threads runs one step of the generators that have led here.

    What is done between this step and the next runs elsewhere, and in another context.
    """
    last: FrameType | None = None
    here = inspect.currentframe()
    for frame in _frames(here and here.f_back):
        if not _is_step(frame):
            return last is not None and _place(last) in _STEPS and _module(frame).partition(".")[0] in _POOLS
        last = frame
    return False


def _is_step(frame: FrameType) -> bool:
    is_generator = bool(frame.f_code.co_flags & inspect.CO_GENERATOR)
    return is_generator or _module(frame) == "contextlib" or _place(frame) in _STEPS


def _place(frame: FrameType) -> tuple[str, str]:
    return _module(frame), frame.f_code.co_name


def _module(frame: FrameType) -> str:
    return str(frame.f_globals.get("__name__"))


def _frames(frame: FrameType | None) -> Iterator[FrameType]:
    while frame is not None:
        yield frame
        frame = frame.f_back
