"""The user of a session: a `Refreshable` that signs a user in by itself if one is needed and none is there.

That is done by the program's function ``reauthenticate``, if there is one. How often it is called is decided in
``reauthentication``.
"""

from __future__ import annotations

from collections.abc import Callable

from .._cognito import is_outcome_unknown
from .._public_call import within
from .._values import PendingSignIn, SignedIn
from ..errors import SessionEnded, SignInException
from .reauthentication import Reauthentication
from .single_flight import Context, Expiring, Keep, Refreshable, SharedStore
from .tokens import SignedOutElsewhere, session_ended


def signed_out_since() -> SignInException:
    """The error of a sign-in that has come too late."""
    return SignInException("The session was signed out, or restored, while the sign-in was under way.")


class SignedInUser(Refreshable[SignedIn]):
    """The signed-in user of a session, with tokens that are refreshed when they must be.

    Args:
        refresh: As of `Refreshable`; so are ``on_refreshed``, ``on_failed``, ``shared`` and ``patience``.
        on_refreshed: Called with the user and newer tokens.
        on_failed: Called with the user whose tokens were not refreshed, and the error.
        shared: Where other processes share the user.
        patience: Seconds that a call may take.
        sign_in: Signs a user in when one is needed and none is there; None: nothing does.
        pending: Gives the sign-in that waits for an answer.
    """

    def __init__(
        self,
        refresh: Callable[[SignedIn, Context, Keep[SignedIn]], Expiring[SignedIn]],
        *,
        on_refreshed: Callable[[SignedIn], None],
        on_failed: Callable[[SignedIn, Exception], None],
        shared: SharedStore[SignedIn],
        patience: float,
        sign_in: Callable[[], object] | None,
        pending: Callable[[], PendingSignIn | None],
    ) -> None:
        super().__init__(
            refresh,
            final=session_ended,
            is_lost=is_outcome_unknown,
            on_refreshed=on_refreshed,
            on_failed=on_failed,
            shared=shared,
            patience=patience,
        )
        self._reauthentication: Reauthentication | None = None
        if sign_in is not None:
            self._reauthentication = Reauthentication(
                sign_in, is_signed_in=lambda: self._current is not None, pending=pending
            )

    def replace(self, new: Expiring[SignedIn] | None) -> SignedIn | None:
        """As of `Refreshable`. A user who signs in makes up for all failures of ``reauthenticate``."""
        if new is not None:
            self.allow_reauthentication()
        return super().replace(new)

    def forbid_reauthentication(self) -> None:
        """The user signs out: nothing signs in again by itself, until a user signs in or a state is restored."""
        if self._reauthentication is not None:
            self._reauthentication.forbid()

    def allow_reauthentication(self) -> None:
        """A user signs in, or a state is restored."""
        if self._reauthentication is not None:
            self._reauthentication.allow()

    @property
    def refuses_sign_in(self) -> bool:
        """True in ``reauthenticate``, if the user has signed out since it was called: it may sign in no user."""
        return self._reauthentication is not None and self._reauthentication.is_void_here

    def check(self) -> None:
        """Sign a user in if none is there and ``reauthenticate`` may be called; else as of `Refreshable`."""
        if self._current is None:
            with within(self._patience):
                self._begin()
        super().check()

    def _get_or_begin(self, seen: Expiring[SignedIn] | None, force: bool, context: Context) -> SignedIn | None:
        if self._reauthentication is None:
            return self._get_slowly(seen, force, context)
        with within(self._patience):
            found, ended = None, None
            try:
                found = self._get_slowly(seen, force, context)
            except SessionEnded as error:
                ended = error
            if found is not None:
                return found
            if self._begin():
                return self._get_slowly(None, False, None)
            if ended is not None:
                raise ended
            return None

    def _begin(self) -> bool:
        """True if a user was signed in, by this thread or by another one."""
        if self._reauthentication is None or isinstance(self._over, SignedOutElsewhere):
            return False
        return self._reauthentication.begin()
