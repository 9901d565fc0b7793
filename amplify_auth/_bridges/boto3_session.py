"""A boto3 session that signs as the user: identity-pool credentials in botocore's own refreshable form.

This file is imported when it is first used, because it imports boto3.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

import boto3
import botocore.session
from botocore.credentials import CredentialProvider, CredentialResolver, DeferredRefreshableCredentials
from botocore.exceptions import BotoCoreError

from .. import _clock
from .._events import Listeners
from .._public_call import public
from .._renewal import IdentityPool, Refreshable
from .._values import IdentityPoolCredentials, SignedIn
from ..errors import AuthConfigurationError, AuthValidationError, SessionEnded, UserUnAuthenticatedException

_METHOD = "cognito-identity-pool"
_LEAST_LIFE = 5.0
"""Seconds that are enough to sign one request."""
# A profile or file of the machine may belong to another program, or be broken. The environment variables for services
# still count.
_NO_PROFILE: dict[str, Any] = {
    "profile": (None, None, None, None),
    "config_file": (None, None, os.devnull, None),
    "credentials_file": (None, None, os.devnull, None),
}
_FORBIDDEN_OPTIONS = ("aws_access_key_id", "aws_secret_access_key", "aws_session_token", "aws_account_id")


def boto3_session(
    pool: IdentityPool, user: Refreshable[SignedIn], listeners: Listeners, *, region: str, options: dict[str, Any]
) -> boto3.Session:
    """A boto3 session for the user who is signed in now, or for a guest.

    Nothing is sent yet, unless no user is signed in and ``reauthenticate`` signs one in. No profile and no file of the
    machine is read, unless the caller asks for one.

    Args:
        pool: Gives the credentials.
        user: The signed-in user.
        listeners: Their events wait while botocore holds a lock.
        region: The region if ``options`` name none.
        options: As for ``boto3.Session``.

    Raises:
        AuthConfigurationError: There is no identity pool, or the profile that is asked for cannot be used.
        AuthValidationError: Other credentials are given.
        UserUnAuthenticatedException: No user is signed in, and guests have no access.
    """
    given = [name for name in _FORBIDDEN_OPTIONS if options.get(name) is not None]
    if given:
        raise AuthValidationError(
            f"{', '.join(given)} cannot be given: the credentials are the user's own.",
            name="InvalidArgument",
            recovery_suggestion="Use boto3.Session for other credentials.",
        )
    credentials = _UserCredentials(_Owner(pool, user), listeners)
    core: Any = options.pop("botocore_session", None)
    if core is None:
        core = botocore.session.Session(_NO_PROFILE if options.get("profile_name") is None else None)
    core.register_component("credential_provider", CredentialResolver([_Provider(credentials)]))
    options.setdefault("region_name", region)
    try:
        made = boto3.Session(botocore_session=core, **options)
        core.get_scoped_config()  # reads the profile, if one is asked for: its faults show here, not in a client later
    except BotoCoreError as error:
        reason = str(error)
    else:
        return made
    raise AuthConfigurationError(  # outside the handler: an error of the parser may quote lines with keys
        f"The AWS profile cannot be used: {reason}.",
        name="InvalidConfiguration",
        recovery_suggestion="Correct it, or leave profile_name and botocore_session out: no profile is needed.",
    )


class _Owner:
    """The user, or guest, for whom a boto3 session was made. The session never becomes another user's."""

    def __init__(self, pool: IdentityPool, user: Refreshable[SignedIn]) -> None:
        self._pool = pool
        self._user = user
        user.check()  # a session that has ended is not a guest's
        signed_in = user.value
        pool.check(signed_in)
        self._user_id = None if signed_in is None else signed_in.user_id

    def is_gone(self) -> bool:
        """True if the user has signed out, another user has signed in, or the session has ended."""
        signed_in = self._user.value
        return (None if signed_in is None else signed_in.user_id) != self._user_id or self._user.is_over

    @public
    def sign_in_if_over(self) -> None:
        """Let ``reauthenticate`` sign the user in again if the session has ended; raises what ended it otherwise."""
        if self._user.is_over:
            self._user.check()

    def credentials(self) -> IdentityPoolCredentials:
        """Credentials that are good to use. ``reauthenticate`` is not called: botocore holds a lock."""
        is_guests = self._user_id is None and not self._user.is_over
        signed_in = None if is_guests else self._user.get_existing()  # raises what ended the session
        if self.is_gone() or (None if signed_in is None else signed_in.user_id) != self._user_id:
            raise UserUnAuthenticatedException(
                "The user of this boto3 session is not signed in any more.",
                recovery_suggestion="Sign in and make a new one with session.boto3_session().",
            )
        return self._pool.credentials_of(signed_in)


class _UserCredentials(DeferredRefreshableCredentials):
    """Credentials that botocore refreshes; they end with the sign-in.

    botocore asks early: from a quarter of an hour before the expiry, at every request. The identity pool's own margin
    decides if a request is sent then.
    """

    def __init__(self, owner: _Owner, listeners: Listeners) -> None:
        self._owner = owner
        self._listeners = listeners
        # The monotonic clock in the form of a date, so that a changed wall clock does not matter.
        start = _clock.now() - timedelta(seconds=_clock.monotonic())
        self._at: Callable[[float], datetime] = lambda seconds: start + timedelta(seconds=seconds)
        super().__init__(refresh_using=self._fetch, method=_METHOD, time_fetcher=lambda: self._at(_clock.monotonic()))

    def refresh_needed(self, refresh_in: int | None = None) -> bool:
        """True also when the user has signed out, so that the credentials are not used any more."""
        return self._owner.is_gone() or super().refresh_needed(refresh_in)

    def _refresh(self) -> None:
        refresh: Callable[[], None] = super()._refresh  # type: ignore[misc]  # the stubs lack it
        with self._listeners.deferred():  # botocore holds a lock here, and a listener that calls AWS would wait for it
            with suppress(SessionEnded):
                refresh()
                return
            self._owner.sign_in_if_over()  # now that botocore holds no lock
            refresh()

    @public
    def _fetch(self) -> dict[str, Any]:
        found = self._owner.credentials()
        assert found.credentials is not None
        # Give expired credentials 5 seconds of life. moto issues them when the local time zone is ahead of UTC, and
        # botocore would raise its own error.
        expires_at = max(found.expires_at, _clock.monotonic() + _LEAST_LIFE)
        return {
            "access_key": found.credentials.access_key_id,
            "secret_key": found.credentials.secret_access_key,
            "token": found.credentials.session_token,
            "expiry_time": self._at(expires_at).isoformat(),
        }


class _Provider(CredentialProvider):
    METHOD = _METHOD

    def __init__(self, credentials: DeferredRefreshableCredentials) -> None:
        super().__init__()
        self._credentials = credentials

    def load(self) -> DeferredRefreshableCredentials:
        return self._credentials
