"""Functions of every kind, run in a context manager.

Never here: Cognito or moto.
"""

import functools
import inspect
from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Callable, Generator
from contextlib import AbstractContextManager
from typing import Any

Entering = Callable[[], AbstractContextManager[object]]
Function = Callable[..., Any]


def run_within(entering: Entering, function: Function) -> Function:
    """A function that does the same as ``function``, each time in its own context.

    The context ends when the work ends: at the end of a coroutine, or at the end of a generator such as a pytest
    fixture.
    """
    for is_kind, wrap in _KINDS:
        if is_kind(function):
            return functools.wraps(function)(wrap(entering, function))
    return functools.wraps(function)(_plain(entering, function))


def _plain(entering: Entering, function: Function) -> Function:
    def within(*args: object, **kwargs: object) -> object:
        with entering():
            return function(*args, **kwargs)

    return within


def _coroutine(entering: Entering, function: Callable[..., Awaitable[object]]) -> Function:
    async def within(*args: object, **kwargs: object) -> object:
        with entering():
            return await function(*args, **kwargs)

    return within


def _generator(entering: Entering, function: Callable[..., Generator[object, object, object]]) -> Function:
    def within(*args: object, **kwargs: object) -> Generator[object, object, None]:
        with entering():
            yield from function(*args, **kwargs)

    return within


def _async_generator(entering: Entering, function: Callable[..., AsyncIterable[object]]) -> Function:
    async def within(*args: object, **kwargs: object) -> AsyncIterator[object]:
        with entering():
            async for item in function(*args, **kwargs):
                yield item

    return within


_KINDS: tuple[tuple[Callable[[object], bool], Callable[[Entering, Function], Function]], ...] = (
    (inspect.iscoroutinefunction, _coroutine),
    (inspect.isgeneratorfunction, _generator),
    (inspect.isasyncgenfunction, _async_generator),
)
