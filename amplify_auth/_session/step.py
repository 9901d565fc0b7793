"""A `Step` lets one call of a public function change the session. After a sign-out or a restore it allows no change.

A call that can take long makes a `Step` before its first request, and changes the session through it.
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager

from .._events import AuthEvent
from .._renewal import signed_out_since, token_expiry
from .._values import PendingAutoSignIn, PendingSignIn, SignedIn
from ..errors import UserAlreadyAuthenticatedException
from .locking import exclusively
from .state import State


class Step:
    """The right to change a session, which ends with the next sign-out or restore.

    Attributes:
        state: The session's state.
    """

    __slots__ = ("_generation", "state")

    def __init__(self, state: State) -> None:
        self.state = state
        # None is no generation: reauthenticate may have been called before a sign-out, and must not sign in after it.
        self._generation = None if state.user.refuses_sign_in else state.generation

    @contextmanager
    def exclusive(self) -> Generator[None]:
        """Run the block while no other step of a sign-in runs, so that no challenge is answered twice.

        The lock of the block is held across requests. Events of the block are delivered after it.

        Raises:
            AuthStateError: Another step took longer than this call may take; nothing was sent.
        """
        with exclusively(self.state, self.state.step_lock, "sign-in", name="SignInException"):
            yield

    @property
    def is_over(self) -> bool:
        """True if a sign-out or a restore came since the step began."""
        return self._generation != self.state.generation

    def check(self) -> None:
        """Raise `SignInException` if a sign-out or a restore came since the step began."""
        if self.is_over:
            raise signed_out_since()

    def refuse_second_user(self) -> None:
        """Raise `UserAlreadyAuthenticatedException` if a user is signed in."""
        if self.state.signed_in is not None:
            raise UserAlreadyAuthenticatedException("There is already a signed in user.")

    def set_pending(self, pending: PendingSignIn | None) -> None:
        """Keep the sign-in that waits for an answer. None: no sign-in waits any more."""
        with self.state.lock:
            self.check()
            self.state.pending = pending

    def replace_pending(self, old: PendingSignIn | None, new: PendingSignIn | None) -> bool:
        """Put ``new`` in the place of ``old``, unless another challenge or a sign-out already did. True if done."""
        with self.state.lock:
            is_replaced = self.state.pending is old and not self.is_over
            if is_replaced:
                self.state.pending = new
            return is_replaced

    def remember_auto_sign_in(self, auto_sign_in: PendingAutoSignIn) -> bool:
        """Keep an automatic sign-in as the newest, unless a sign-out came since. True if it is kept."""
        with self.state.lock:
            is_kept = not self.is_over
            if is_kept:
                self.state.auto_sign_ins.remember(auto_sign_in)
            return is_kept

    def publish(self, signed_in: SignedIn) -> None:
        """Sign the user in: the last thing that every flow does. Nothing is pending any more.

        Raises:
            SignInException: A sign-out or a restore came since the step began.
        """
        state = self.state
        with state.lock:
            self.check()
            state.user.replace(token_expiry(signed_in, state.config.refresh_margin))
            state.forget_what_waits()
        try:
            state.store.keep_sign_in()
        except BaseException:  # the caller gets a failed sign-in, so no user may be signed in
            with state.lock:
                if not self.is_over:
                    state.user.replace(None)
            raise
        state.listeners.dispatch(AuthEvent(name="signed_in", username=signed_in.username))
