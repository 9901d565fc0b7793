"""AWS credentials from an identity pool: for the user who is signed in, or for a guest.

One identity and one set of credentials are kept. Threads that ask at the same time share one request. The functions of
the user pool never ask the identity pool, so a broken one does not stop them. ``fetch_auth_session`` asks it after the
tokens, and gets its failure as a value.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import attrs

from .. import _clock
from .._cognito import Answer, identity_pool_client, invoke, structure_or_empty
from .._events import Listeners
from .._locks import ForkSafeLock
from .._public_call import without_frames
from .._values import AuthConfig, AwsCredentials, IdentityPoolCredentials, SignedIn
from ..errors import (
    AuthConfigurationError,
    AuthError,
    AuthProtocolError,
    AuthStateError,
    NotAuthorizedException,
    ResourceNotFoundException,
    UserUnAuthenticatedException,
)
from .single_flight import Context, Expiring, Keep, Refreshable, expiring

MARGIN = 300.0
"""Seconds before their expiry from which credentials are refreshed: a request that they sign may take long."""

PAUSE = 5.0
"""Seconds after a failure for which `IdentityPool.attempt` does not ask again: each program asks it for every token."""

_Credentials = Refreshable[IdentityPoolCredentials]


@attrs.frozen(eq=False)
class _Failure:
    """Why the user got no credentials, and until when that is not tried again."""

    owner: str
    error: AuthError = attrs.field(repr=False)
    until: float


class IdentityPool:
    """The identity pool of one session."""

    def __init__(self, config: AuthConfig, user: Refreshable[SignedIn], listeners: Listeners) -> None:
        self._config = config
        self._user = user
        self._listeners = listeners
        self._lock = ForkSafeLock()
        self._current: tuple[str | None, _Credentials] | None = None
        self._failure: _Failure | None = None

    def forget(self) -> None:
        """Forget the credentials: the next user must not get them."""
        with self._lock:
            self._current = self._failure = None

    def check(self, signed_in: SignedIn | None) -> None:
        """Raise what `credentials_of` would raise without a request.

        Raises:
            AuthConfigurationError: There is no identity pool.
            UserUnAuthenticatedException: No user is signed in, and guests have no access.
        """
        if self._config.identity_pool_id is None:
            raise AuthConfigurationError(
                "No identity pool is configured.",
                name="InvalidIdentityPoolIdException",
                recovery_suggestion="Pass identity_pool_id to configure() or Session().",
            )
        if signed_in is None and not self._config.allow_guest_access:
            raise UserUnAuthenticatedException(
                "No user is signed in, and guests get no AWS credentials.",
                recovery_suggestion="Sign in, or pass allow_guest_access=True if the identity pool allows guests.",
            )

    def credentials_of(self, signed_in: SignedIn | None, *, force: bool = False) -> IdentityPoolCredentials:
        """Credentials that are good to use, refreshed first if they must be.

        Args:
            signed_in: The user they are for; None: a guest.
            force: Refresh even fresh ones.

        Raises:
            AuthError: As `check`; or the identity pool refused, or did not answer.
        """
        self.check(signed_in)
        current = self._refreshable_of(None if signed_in is None else signed_in.user_id)
        with self._listeners.deferred():  # other threads wait for this refresh: no listener may wait for them in it
            found = current.get(force=force)
        if found is None:
            raise AuthStateError("The credentials were given up.")
        return found

    def attempt(self, signed_in: SignedIn, *, force: bool = False) -> IdentityPoolCredentials | AuthError:
        """As `credentials_of`, but the failure is returned: the user's tokens are good without credentials.

        For `PAUSE` seconds after a failure the same error is returned, and nothing is sent, unless ``force`` is set.

        Raises:
            UserUnAuthenticatedException: The user is not signed in any more; `SessionEnded` if the session ended.
        """
        failure = None if force else self._failure
        if failure is not None and failure.owner == signed_in.user_id and _clock.monotonic() < failure.until:
            return failure.error
        try:
            found = self.credentials_of(signed_in, force=force)
        except UserUnAuthenticatedException:
            raise
        except AuthError as error:
            trouble = without_frames(error)
        else:
            self._failure = None
            return found
        if not force:  # else there may be older credentials that are good
            self._failure = _Failure(signed_in.user_id, trouble, _clock.monotonic() + PAUSE)
        return trouble

    def _refreshable_of(self, owner: str | None) -> _Credentials:
        with self._lock:
            if self._current is None or self._current[0] != owner:
                refreshable = Refreshable(self._refresh, patience=self._config.time_limit)
                never = float("-inf")
                refreshable.replace(Expiring(IdentityPoolCredentials(owner=owner), refresh_at=never, expires_at=never))
                self._current = owner, refreshable
            return self._current[1]

    def _refresh(
        self, old: IdentityPoolCredentials, context: Context, keep: Keep[IdentityPoolCredentials]
    ) -> Expiring[IdentityPoolCredentials]:
        logins = self._logins(old.owner)

        def look_up() -> str:
            identity_id = self._get_id(logins)
            keep(attrs.evolve(old, known_id=identity_id))  # each GetId makes another identity for a guest
            return identity_id

        try:
            return self._fetch(old, old.known_id or look_up(), logins)
        except (ResourceNotFoundException, NotAuthorizedException) as error:
            if old.known_id is None:
                raise
            refusal = error
        # The known identity may have been deleted: look it up again, once.
        identity_id = look_up()
        if identity_id == old.known_id:
            raise refusal
        return self._fetch(old, identity_id, logins)

    def _logins(self, owner: str | None) -> dict[str, str]:
        """Who asks: the ID token under its issuer's name, as proof. Empty for guests."""
        # It begins no session: reauthenticate may ask for credentials, and would wait for this refresh.
        signed_in = None if owner is None else self._user.get_existing()
        if owner is None:
            return {}
        if signed_in is None or signed_in.user_id != owner:
            raise UserUnAuthenticatedException(
                "The user for whom these AWS credentials were is not signed in any more."
            )
        token, issuer = signed_in.tokens.id_token, signed_in.tokens.id_token_claims.get("iss")
        if token is None or not isinstance(issuer, str):
            raise AuthStateError(
                "AWS credentials need an ID token that names its issuer.",
                name="InvalidIdTokenException",
                recovery_suggestion="Let the app client issue ID tokens (the openid scope).",
            )
        return {issuer.split("://", 1)[-1]: token}

    def _get_id(self, logins: Mapping[str, str]) -> str:
        answer = self._call("GetId", IdentityPoolId=self._config.identity_pool_id, Logins=logins or None)
        return _text(answer, "IdentityId", "GetIdResponseException")

    def _fetch(
        self, old: IdentityPoolCredentials, identity_id: str, logins: Mapping[str, str]
    ) -> Expiring[IdentityPoolCredentials]:
        since = _clock.monotonic()
        answer = self._call("GetCredentialsForIdentity", IdentityId=identity_id, Logins=logins or None)
        given = structure_or_empty(answer, "Credentials")
        name = "CredentialsException" if logins else "CredentialsNotFoundException"
        credentials = AwsCredentials(
            access_key_id=_text(given, "AccessKeyId", name),
            secret_access_key=_text(given, "SecretKey", name),
            session_token=_text(given, "SessionToken", name),
            expiration=_expiration(given, name),
        )
        lifetime = (credentials.expiration - _sent_at(answer)).total_seconds()
        identity_id = _text({"IdentityId": identity_id, **answer}, "IdentityId", name)
        made = IdentityPoolCredentials(
            owner=old.owner,
            known_id=identity_id,
            identity_id=identity_id,
            credentials=credentials,
            expires_at=since + lifetime,
        )
        return expiring(made, since=since, lifetime=lifetime, margin=MARGIN)

    def _call(self, operation: str, **parameters: object) -> Answer:
        return invoke(identity_pool_client(self._config), operation, **parameters)


def _text(values: Mapping[str, object], name: str, error: str) -> str:
    value = values.get(name)
    if not isinstance(value, str) or not value:
        raise AuthProtocolError(f"The identity pool's answer has no {name}.", name=error)
    return value


def _expiration(given: Mapping[str, object], error: str) -> datetime:
    value = given.get("Expiration")
    if not isinstance(value, datetime):
        raise AuthProtocolError("The identity pool's answer has no Expiration.", name=error)
    return value.astimezone(UTC)


def _sent_at(answer: Answer) -> datetime:
    """When the answer was sent, by AWS's clock, as the expiration is. By this machine's if the answer has no date."""
    headers = structure_or_empty(structure_or_empty(answer, "ResponseMetadata"), "HTTPHeaders")
    try:
        sent = parsedate_to_datetime(str(headers["date"]))
    except (KeyError, TypeError, ValueError):
        return _clock.now()
    return sent if sent.tzinfo is not None else _clock.now()
