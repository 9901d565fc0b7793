"""AWS credentials from an identity pool: for the user who is signed in, or for guests.

One identity and one set of credentials are held, for whoever is signed in; threads that ask at once share one
request. Nothing else depends on this file: a broken identity pool leaves the user pool's functions alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import attrs

from .. import _clock
from .._cognito import Answer, identity_pool_client, invoke
from .._events import Listeners
from .._locks import ForkSafeLock
from .._values import AuthConfig, AwsCredentials, Grant, SignedIn
from ..errors import (
    AuthConfigurationError,
    AuthProtocolError,
    AuthStateError,
    NotAuthorizedException,
    ResourceNotFoundException,
    UserUnAuthenticatedException,
)
from .single_flight import Aged, Keep, Refreshable, aged

MARGIN = 300.0
"""Seconds before their end from which credentials are renewed: a request signed with them may be under way long."""


_Grants = Refreshable[Grant]


class IdentityPool:
    """The identity pool of one session."""

    def __init__(self, config: AuthConfig, user: Refreshable[SignedIn], listeners: Listeners) -> None:
        self._config = config
        self._user = user
        self._listeners = listeners
        self._lock = ForkSafeLock()
        self._current: tuple[str | None, _Grants] | None = None

    def forget(self) -> None:
        """Give nothing of what was held to anybody."""
        with self._lock:
            self._current = None

    def check(self, signed_in: SignedIn | None) -> None:
        """Raise what `grant` would raise without a request.

        Raises:
            AuthConfigurationError: There is no identity pool.
            UserUnAuthenticatedException: Nobody is signed in, and guests have no access.
        """
        if self._config.identity_pool_id is None:
            raise AuthConfigurationError(
                "No identity pool is configured.",
                name="InvalidIdentityPoolIdException",
                recovery_suggestion="Pass identity_pool_id to configure() or Session().",
            )
        if signed_in is None and not self._config.allow_guest_access:
            raise UserUnAuthenticatedException(
                "Nobody is signed in, and guests get no AWS credentials.",
                recovery_suggestion="Sign in, or pass allow_guest_access=True if the identity pool allows guests.",
            )

    def grant(self, signed_in: SignedIn | None, *, force: bool = False) -> Grant:
        """Credentials that are good to use, renewed first where they must be.

        Args:
            signed_in: Whom they are for; None: a guest.
            force: Renew even fresh ones.

        Raises:
            AuthError: As `check`; or the identity pool refused, or did not answer.
        """
        self.check(signed_in)
        grants = self._grants(None if signed_in is None else signed_in.user_id)
        with self._listeners.held():  # the others wait for this renewal: nobody may wait for them in it
            grant = grants.get(force=force)
        if grant is None:
            raise AuthStateError("The credentials were given up.")
        return grant

    def _grants(self, owner: str | None) -> _Grants:
        with self._lock:
            if self._current is None or self._current[0] != owner:
                grants = Refreshable(self._renew)
                never = float("-inf")
                grants.replace(Aged(Grant(owner=owner), refresh_at=never, dies_at=never))
                self._current = owner, grants
            return self._current[1]

    def _renew(self, old: Grant, _: object, keep: Keep[Grant]) -> Aged[Grant]:
        logins = self._logins(old.owner)

        def look_up() -> str:
            identity_id = self._get_id(logins)
            keep(attrs.evolve(old, known_id=identity_id))  # each GetId makes another identity for a guest
            return identity_id

        try:
            return self._credentials(old, old.known_id or look_up(), logins)
        except (ResourceNotFoundException, NotAuthorizedException) as error:
            if old.known_id is None:
                raise
            refusal = error
        # The identity that is known may have been deleted: look it up anew, once.
        identity_id = look_up()
        if identity_id == old.known_id:
            raise refusal
        return self._credentials(old, identity_id, logins)

    def _logins(self, owner: str | None) -> dict[str, str]:
        """Proof of who asks: the ID token under its issuer's name. Empty for guests."""
        signed_in = None if owner is None else self._user.get()
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

    def _credentials(self, old: Grant, identity_id: str, logins: Mapping[str, str]) -> Aged[Grant]:
        since = _clock.monotonic()
        answer = self._call("GetCredentialsForIdentity", IdentityId=identity_id, Logins=logins or None)
        given: Any = answer.get("Credentials") or {}
        name = "CredentialsException" if logins else "CredentialsNotFoundException"
        credentials = AwsCredentials(
            access_key_id=_text(given, "AccessKeyId", name),
            secret_access_key=_text(given, "SecretKey", name),
            session_token=_text(given, "SessionToken", name),
            expiration=_expiration(given, name),
        )
        lifetime = (credentials.expiration - _sent_at(answer)).total_seconds()
        identity_id = _text({"IdentityId": identity_id, **answer}, "IdentityId", name)
        grant = Grant(
            owner=old.owner,
            known_id=identity_id,
            identity_id=identity_id,
            credentials=credentials,
            dies_at=since + lifetime,
        )
        return aged(grant, since=since, lifetime=lifetime, margin=MARGIN)

    def _call(self, operation: str, **parameters: object) -> Answer:
        return invoke(identity_pool_client(self._config), operation, **parameters)


def _text(values: Mapping[str, Any], name: str, error: str) -> str:
    value = values.get(name)
    if not isinstance(value, str) or not value:
        raise AuthProtocolError(f"The identity pool's answer has no {name}.", name=error)
    return value


def _expiration(given: Mapping[str, Any], error: str) -> datetime:
    value = given.get("Expiration")
    if not isinstance(value, datetime):
        raise AuthProtocolError("The identity pool's answer has no Expiration.", name=error)
    return value.astimezone(UTC)


def _sent_at(answer: Mapping[str, Any]) -> datetime:
    """When the answer was sent, by AWS's clock, which the expiration is of too; by this machine's if it is silent."""
    headers = (answer.get("ResponseMetadata") or {}).get("HTTPHeaders") or {}
    try:
        sent = parsedate_to_datetime(headers["date"])
    except (KeyError, TypeError, ValueError):
        return _clock.now()
    return sent if sent.tzinfo is not None else _clock.now()
