"""Running a function, of whatever kind, within a context manager. Knows nothing of Cognito or moto."""

import functools
import inspect
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

Entering = Callable[[], AbstractContextManager[object]]


def run_within(entering: Entering, function: Callable[..., Any]) -> Callable[..., Any]:
    """A function that does what ``function`` does, each time within a context of its own.

    The context lasts until the work is done: to the end of a coroutine, and to the end of a generator such as a
    pytest fixture, not only until it was created.
    """
    for is_kind, wrap in _KINDS:
        if is_kind(function):
            return functools.wraps(function)(wrap(entering, function))
    return functools.wraps(function)(_plain(entering, function))


def _plain(entering: Entering, function: Callable[..., Any]) -> Callable[..., Any]:
    def within(*args: Any, **kwargs: Any) -> Any:
        with entering():
            return function(*args, **kwargs)

    return within


def _coroutine(entering: Entering, function: Callable[..., Any]) -> Callable[..., Any]:
    async def within(*args: Any, **kwargs: Any) -> Any:
        with entering():
            return await function(*args, **kwargs)

    return within


def _generator(entering: Entering, function: Callable[..., Any]) -> Callable[..., Any]:
    def within(*args: Any, **kwargs: Any) -> Any:
        with entering():
            yield from function(*args, **kwargs)

    return within


def _async_generator(entering: Entering, function: Callable[..., Any]) -> Callable[..., Any]:
    async def within(*args: Any, **kwargs: Any) -> Any:
        with entering():
            async for item in function(*args, **kwargs):
                yield item

    return within


_KINDS = (
    (inspect.iscoroutinefunction, _coroutine),
    (inspect.isgeneratorfunction, _generator),
    (inspect.isasyncgenfunction, _async_generator),
)
