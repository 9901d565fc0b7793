"""A boto3 session that signs as the user: identity-pool credentials in botocore's own refreshable form.

Imported when it is first wanted, since botocore comes with it.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import boto3
import botocore.session
from botocore.credentials import CredentialProvider, CredentialResolver, DeferredRefreshableCredentials
from botocore.exceptions import BotoCoreError

from .. import _clock
from .._events import Listeners
from .._renewal import IdentityPool, Refreshable
from .._values import Grant, SignedIn
from ..errors import AuthConfigurationError, AuthValidationError, UserUnAuthenticatedException

_METHOD = "cognito-identity-pool"
_LEAST_LIFE = 5.0
"""Seconds that are enough to sign one request."""
# A profile or file of the machine may be another's, or broken. What the environment says of services still counts.
_NO_PROFILE: dict[str, Any] = {
    "profile": (None, None, None, None),
    "config_file": (None, None, os.devnull, None),
    "credentials_file": (None, None, os.devnull, None),
}
_FORBIDDEN_OPTIONS = ("aws_access_key_id", "aws_secret_access_key", "aws_session_token", "aws_account_id")


def boto3_session(
    pool: IdentityPool, user: Refreshable[SignedIn], listeners: Listeners, *, region: str, options: dict[str, Any]
) -> boto3.Session:
    """A boto3 session for the user who is signed in now, or for a guest; nothing is sent yet.

    No profile and no file of the machine is read, but where the caller asks for one.

    Raises:
        AuthConfigurationError: There is no identity pool, or the profile that is asked for cannot be used.
        AuthValidationError: Other credentials are given.
        UserUnAuthenticatedException: Nobody is signed in, and guests have no access.
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
        core.get_scoped_config()  # reads the profile that is asked for: its faults are told here, not by a client later
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
    """The user, or guest, for whom a boto3 session was made; it never becomes another one's."""

    def __init__(self, pool: IdentityPool, user: Refreshable[SignedIn]) -> None:
        self._pool = pool
        self._user = user
        user.check()  # an ended session is not a guest's
        signed_in = user.value
        pool.check(signed_in)
        self._user_id = None if signed_in is None else signed_in.user_id

    def is_gone(self) -> bool:
        """Whether somebody else, or nobody, is signed in, or the session of the user who was has ended."""
        signed_in = self._user.value
        return (None if signed_in is None else signed_in.user_id) != self._user_id or self._user.is_over

    def grant(self) -> Grant:
        """Credentials that are good to use."""
        self._user.check()
        signed_in = None if self._user_id is None else self._user.get()  # raises what ended the session
        if self.is_gone() or (signed_in is None and self._user_id is not None):
            raise UserUnAuthenticatedException(
                "The user of this boto3 session is not signed in any more.",
                recovery_suggestion="Sign in and make a new one with session.boto3_session().",
            )
        return self._pool.grant(signed_in)


class _UserCredentials(DeferredRefreshableCredentials):
    """Credentials that botocore renews; they end with the sign-in.

    botocore asks early (a quarter of an hour before the end, at every request). Whether anything is then sent is
    for the identity pool's own margin to say.
    """

    def __init__(self, owner: _Owner, listeners: Listeners) -> None:
        self._owner = owner
        self._listeners = listeners
        # Time that passes as on the monotonic clock, in the form of a date: a changed wall clock does not matter.
        start = _clock.now() - timedelta(seconds=_clock.monotonic())
        self._at: Callable[[float], datetime] = lambda seconds: start + timedelta(seconds=seconds)
        super().__init__(refresh_using=self._fetch, method=_METHOD, time_fetcher=lambda: self._at(_clock.monotonic()))

    def refresh_needed(self, refresh_in: int | None = None) -> bool:
        """Also when the user has signed out: the credentials are not used any more."""
        return self._owner.is_gone() or super().refresh_needed(refresh_in)

    def _refresh(self) -> None:
        with self._listeners.held():  # botocore holds a lock meanwhile, which a listener that calls AWS waits for
            super()._refresh()  # type: ignore[misc]  # the stubs lack it

    def _fetch(self) -> dict[str, Any]:
        grant = self._owner.grant()
        assert grant.credentials is not None
        # What comes dead is used once all the same, as no newer would be younger: moto makes such where clocks are
        # ahead of UTC, and botocore would raise an error of its own.
        dies_at = max(grant.dies_at, _clock.monotonic() + _LEAST_LIFE)
        return {
            "access_key": grant.credentials.access_key_id,
            "secret_key": grant.credentials.secret_access_key,
            "token": grant.credentials.session_token,
            "expiry_time": self._at(dies_at).isoformat(),
        }


class _Provider(CredentialProvider):
    METHOD = _METHOD

    def __init__(self, credentials: DeferredRefreshableCredentials) -> None:
        super().__init__()
        self._credentials = credentials

    def load(self) -> DeferredRefreshableCredentials:
        return self._credentials
