"""The calls of ``reauthenticate``, the program's own function that signs the user of a session in.

This file decides whether the function may be called, which thread calls it, and for how long it is not called after a
failure. When a user is needed is known in ``signed_in_user``. How the function signs in is the program's business.
"""

from __future__ import annotations

import inspect
import logging
import math
import os
import threading
from collections.abc import Callable
from contextvars import ContextVar
from typing import Final

import attrs

from .. import _clock
from .._cognito import says_outcome_is_unknown
from .._locks import ForkSafeLock
from .._public_call import time_left, time_limit, uncounted, without_frames
from .._values import PendingSignIn, SignInOutput
from ..errors import AuthConfigurationError, AuthError, AuthProtocolError, AuthServiceError, AuthStateError
from .own_copy import copy_of

logger = logging.getLogger("amplify_auth")

FIRST_PAUSE: Final = 30.0
"""Seconds without another call after the first refusal. They double with each further one, up to `LONGEST_PAUSE`."""
LONGEST_PAUSE: Final = 3600.0
FAILURE_PAUSE: Final = 5.0
"""Seconds without another call after a failure that is no refusal, such as of the network: many threads may ask."""
_NAME: Final = "ReauthenticationException"
_WITH_SESSION: Final = "Let it call sign_in() with session=, the session that it is given."


@attrs.define(eq=False)
class _Attempt:
    """One call of the function.

    Attributes:
        is_void: True if another thread has signed out, or restored a state, since it began: it may sign in no user.
    """

    process: int = attrs.field(factory=os.getpid)
    done: threading.Event = attrs.field(factory=threading.Event)
    is_void: bool = False


@attrs.frozen(eq=False)
class _Failure:
    """Why the function did not sign a user in, and until when it is not called again."""

    error: Exception = attrs.field(repr=False)
    until: float

    def again(self) -> Exception:
        """The error for a call that waited, or comes before that time."""
        error = self.error
        if not isinstance(error, AuthError):
            return copy_of(error)
        seconds = max(math.ceil(self.until - _clock.monotonic()), 1)
        said = f"{error.recovery_suggestion} " if error.recovery_suggestion else ""
        return error.evolve(
            recovery_suggestion=f"{said}reauthenticate is called again in {seconds} seconds at the earliest."
        )


#: The attempts that have led to the code which runs now: it is called by their functions.
_running: ContextVar[tuple[_Attempt, ...]] = ContextVar("amplify_auth_reauthentications", default=())


class Reauthentication:
    """Calls the function: one thread at a time, and slower and slower after refusals, so that no account gets locked.

    Args:
        sign_in: The function.
        is_signed_in: Says if a user is signed in. Never waits.
        pending: Gives the sign-in that waits for an answer.
    """

    def __init__(
        self,
        sign_in: Callable[[], object],
        *,
        is_signed_in: Callable[[], bool],
        pending: Callable[[], PendingSignIn | None],
    ) -> None:
        self._sign_in = sign_in
        self._is_signed_in = is_signed_in
        self._pending = pending
        self._lock = ForkSafeLock()
        self._is_forbidden = False
        self._under_way: _Attempt | None = None
        self._refusals = 0
        self._failure: _Failure | None = None

    def forbid(self) -> None:
        """Do not sign in until `allow`, because the user has signed out. A sign-in under way comes to nothing."""
        with self._lock:
            self._is_forbidden = True
            if self._under_way is not None and self._under_way not in _running.get():
                self._under_way.is_void = True

    def allow(self) -> None:
        """Sign in when a user is needed, at once: a user has signed in, or a state was restored."""
        with self._lock:
            self._is_forbidden, self._refusals, self._failure = False, 0, None

    @property
    def is_void_here(self) -> bool:
        """True in the function, if the user has signed out since it was called."""
        attempt = self._under_way
        return attempt is not None and attempt.is_void and attempt in _running.get()

    def begin(self) -> bool:
        """Sign the user in, or wait for the thread that does. Call it in a block of `within`.

        Returns:
            True if a user is signed in. False if the function must not be called: the user has signed out, or this is
            a call that the function itself makes.

        Raises:
            AuthStateError: Another thread's call takes too long (retryable), or the function has signed in no user.
            Exception: What the function raised, now or before.
        """
        while True:
            with self._lock:
                if self._is_signed_in():
                    return True
                attempt = self._under_way
                if self._is_forbidden or (attempt is not None and attempt in _running.get()):
                    return False
                leads = attempt is None or attempt.process != os.getpid()  # after a fork, its thread is not here
                if attempt is None or leads:
                    self._raise_if_paused()
                    attempt = self._under_way = _Attempt()
            if leads:
                self._lead(attempt)
                return self._is_signed_in()
            if not attempt.done.wait(min(time_left(), threading.TIMEOUT_MAX)):
                raise AuthStateError(
                    "Another thread's reauthenticate has taken too long: this call waited for it until it had taken "
                    f"total_timeout={time_limit():g} seconds.",
                    name=_NAME,
                    recovery_suggestion="Call again: it may be over then.",
                    is_retryable=True,
                )

    def _raise_if_paused(self) -> None:
        failure = self._failure
        if failure is not None and _clock.monotonic() < failure.until:
            raise failure.again()

    def _lead(self, attempt: _Attempt) -> None:
        logger.info("No user is signed in, or the session has ended: reauthenticate is called.")
        try:
            error = self._call(attempt)
            if error is not None and not attempt.is_void and not self._is_signed_in():
                self._remember(error)  # for those who wait too
        finally:  # also if it was interrupted: one of those who wait calls it then
            with self._lock:
                if self._under_way is attempt:
                    self._under_way = None
            attempt.done.set()
        if error is not None:
            raise error

    def _call(self, attempt: _Attempt) -> Exception | None:
        """Call the function. Returns why no user is signed in, or what the function raised."""
        running = _running.set((*_running.get(), attempt))
        try:
            with uncounted():  # the program takes that time, and the calls in it are calls of their own
                result = self._sign_in()
        except Exception as error:
            # Another thread may have signed a user in during that time. That is what was needed.
            return None if isinstance(error, AuthStateError) and self._is_signed_in() else _advised(error)
        finally:
            _running.reset(running)
        return None if self._is_signed_in() or self._is_forbidden else self._no_user(result)

    def _no_user(self, result: object) -> AuthStateError:
        pending = self._pending()
        advice = _WITH_SESSION
        what = "no user is signed in"
        if inspect.iscoroutine(result):
            result.close()
            what, advice = "it is a coroutine function", "Give a plain function: it is called in a thread."
        elif pending is not None:
            what = f"the sign-in waits for {type(pending.next_step).__name__}"
            advice = "Let it answer this step too, with confirm_sign_in()."
        elif isinstance(result, SignInOutput) and not result.is_signed_in:
            what = f"the sign-in has led to {type(result.next_step).__name__}"
            advice = "Do what this step asks for; then the next sign-in can succeed."
        return AuthStateError(
            f"reauthenticate has not signed the user in: {what}.", name=_NAME, recovery_suggestion=advice
        )

    def _remember(self, error: Exception) -> None:
        with self._lock:
            pause = FAILURE_PAUSE
            if _is_refusal(error):
                pause = min(FIRST_PAUSE * 2.0 ** min(self._refusals, 10), LONGEST_PAUSE)
                self._refusals += 1
            self._failure = _Failure(_kept(error), _clock.monotonic() + pause)
        name = error.name if isinstance(error, AuthError) else type(error).__name__
        logger.warning("reauthenticate failed (%s). It is not called again for %.0f seconds.", name, pause)


def _advised(error: Exception) -> Exception:
    """``error``, with other advice if the function has not passed its session on, and there is no default session."""
    if isinstance(error, AuthConfigurationError) and error.name == "AuthUserPoolException":
        return error.evolve(recovery_suggestion=f"reauthenticate was called. {_WITH_SESSION}")
    return error


def _is_refusal(error: Exception) -> bool:
    """True if Cognito has answered, or may have acted: a wrong password may have been counted, or a code sent."""
    if isinstance(error, AuthServiceError | AuthProtocolError):
        return True
    if not isinstance(error, AuthError):
        return False
    # Retryable: the function has only waited for the reauthenticate of another session.
    return (error.name == _NAME and not error.is_retryable) or says_outcome_is_unknown(error)


def _kept(error: Exception) -> Exception:
    """``error``, to be kept: without frames, whose variables may be secrets."""
    if isinstance(error, AuthError):
        return without_frames(error.evolve())
    own = copy_of(error)
    if own is error:  # it cannot be copied, and is raised elsewhere with its frames
        return AuthStateError(f"reauthenticate has failed with {type(error).__name__}.", name=_NAME, is_retryable=True)
    own.__cause__ = own.__context__ = None
    return own.with_traceback(None)
