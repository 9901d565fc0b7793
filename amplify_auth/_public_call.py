"""What every call of a public function has: errors that leave without frames and secrets, and a bound in time.

The frames below a public function hold passwords, codes and tokens in their variables. Test runners, notebooks and
error trackers print the variables of the frames of an exception. So an error of this library leaves the public function
with a traceback that ends there. Nothing here knows what a function does.
"""

from __future__ import annotations

import inspect
import math
import warnings
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager, nullcontext, suppress
from contextvars import ContextVar
from functools import wraps
from types import FrameType, TracebackType
from typing import Any, Final, ParamSpec, TypeVar

import attrs

from . import _clock
from .errors import AuthError

P = ParamSpec("P")
R = TypeVar("R")
C = TypeVar("C", bound=type)
E = TypeVar("E", bound=AuthError)

_PACKAGE: Final = "amplify_auth"
#: The packages whose frames hold the parameters of a request.
_HOLDERS: Final = frozenset({_PACKAGE, "boto3", "botocore", "http", "json", "socket", "ssl", "urllib3", "warrant_lite"})


def public(function: Callable[P, R]) -> Callable[P, R]:
    """Let an error leave ``function`` without the frames below it.

    An `AuthError` says what happened and what to change: its traceback ends at the caller's line. Any other exception
    is a defect, or the program's own: its traceback stays, without the variables of the frames that hold secrets.
    """

    @wraps(function)
    def call(*args: P.args, **kwargs: P.kwargs) -> R:
        __tracebackhide__ = True  # pytest and IPython leave this frame out
        mine, token = None, None
        try:
            if not _began.get():
                mine = [_clock.stopwatch()]
                token = _began.set(mine)
            return function(*args, **kwargs)
        except AuthError as error:
            failure = error
        except BaseException as error:
            _clear_frames(error)
            del args, kwargs
            raise
        finally:
            if mine is not None and token is not None:
                mine.clear()
                _began.reset(token)
        try:
            _cut(failure)
            raise failure  # outside the handler: the error must not become its own context
        finally:
            del args, kwargs, failure  # the password is among them

    return call


def public_class(cls: C) -> C:
    """As `public`, for the constructor of a class."""
    constructor: Callable[..., None] = vars(cls)["__init__"]
    setattr(cls, "__init__", public(constructor))  # noqa: B010 - type checkers know the one that attrs makes
    return cls


def kept_error() -> Any:
    """An attrs field for an error that a value holds, or None. See `without_frames`."""
    options: dict[str, Any] = {"default": None, "eq": False, "converter": attrs.converters.optional(without_frames)}
    return attrs.field(**options)


def without_frames(error: E) -> E:
    """``error``, to be kept: without the frames in which it was raised, and without those of its causes."""
    _cut(error)
    return error


def _cut(error: AuthError) -> None:
    """Remove the frames of this library from ``error`` and from its causes, and a context that says nothing more."""
    error.__traceback__ = None
    for link in _chain(error):
        if link.__suppress_context__:
            link.__context__ = None
        link.__traceback__ = _without_own(link.__traceback__)


def _without_own(traceback: TracebackType | None) -> TracebackType | None:
    """``traceback`` from the first frame on that is not this library's. A callback's own frames are the program's."""
    while traceback is not None and _package_of(traceback.tb_frame) == _PACKAGE:
        traceback = traceback.tb_next
    return traceback


def _clear_frames(error: BaseException) -> None:
    """Remove the variables of the frames that hold secrets; files and lines stay."""
    for link in _chain(error):
        traceback = link.__traceback__
        while traceback is not None:
            if _package_of(traceback.tb_frame) in _HOLDERS:
                with suppress(RuntimeError):  # it is still running: the frame of the public function's caller
                    traceback.tb_frame.clear()
            traceback = traceback.tb_next


def _chain(error: BaseException) -> Iterator[BaseException]:
    """``error``, and what caused it or came before it."""
    seen: set[int] = set()
    waiting: list[BaseException | None] = [error]
    while waiting:
        link = waiting.pop()
        if link is not None and id(link) not in seen:
            seen.add(id(link))
            yield link
            waiting += [link.__cause__, None if link.__suppress_context__ else link.__context__]


def _package_of(frame: FrameType) -> str:
    return str(frame.f_globals.get("__name__", "")).partition(".")[0]


def warn(message: str, category: type[Warning]) -> None:
    """Give a warning that names the line of the program that called this library."""
    inside, frame = 0, inspect.currentframe()
    while frame is not None and _package_of(frame) == _PACKAGE:
        inside, frame = inside + 1, frame.f_back
    warnings.warn(message, category, stacklevel=inside + 1)


# The time that a call has taken


#: When the call of a public function began, by ``_clock.stopwatch``: one number, to which time that a person takes is
#: added. It is taken out when the call is over. A task that the program started in the call, such as in a handler of
#: log records, has a copy of the context: its calls have a time of their own then. A class would cost more than a list.
_began: ContextVar[list[float] | None] = ContextVar("amplify_auth_call_began", default=None)
_limit: ContextVar[float] = ContextVar("amplify_auth_call_limit", default=math.inf)


@contextmanager
def _beginning() -> Generator[None]:
    """Count the time from here on."""
    began = [_clock.stopwatch()]
    token = _began.set(began)
    try:
        yield
    finally:
        began.clear()
        _began.reset(token)


@contextmanager
def within(limit: float) -> Generator[None]:
    """Let the block know how much time it has: see `time_left`.

    Args:
        limit: Seconds that the call of the public function may take, from its beginning. They count from the beginning
            of the block if no public function is called.
    """
    limited = _limit.set(limit)
    try:
        with nullcontext() if _began.get() else _beginning():
            yield
    finally:
        _limit.reset(limited)


def time_left() -> float:
    """Seconds until the call must be over; not more than 0 if it is late. Without an end outside of `within`."""
    began = _began.get()
    return began[0] + _limit.get() - _clock.stopwatch() if began else math.inf


def time_limit() -> float:
    """Seconds that the call may take. Without an end outside of `within`."""
    return _limit.get()


@contextmanager
def uncounted() -> Generator[None]:
    """Do not count the time of the block: a person, or the program, takes it.

    If the program calls a public function in the block, that is a call of its own.
    """
    since = _clock.stopwatch()
    outer, limited = _began.set(None), _limit.set(math.inf)
    try:
        yield
    finally:
        _began.reset(outer)
        _limit.reset(limited)
        began = _began.get()
        if began:
            began[0] += _clock.stopwatch() - since


@contextmanager
def counted_anew() -> Generator[None]:
    """Count the time from the beginning of the block: for one of several attempts between which a call waits."""
    with _beginning():
        yield
