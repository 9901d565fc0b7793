"""Refresh tokens: send the request, classify failures, compute the expiry.

`token_expiry` says from when tokens are refreshed. Which thread does it is decided in ``single_flight``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, final

import attrs

from .. import _clock
from .._arguments import is_text
from .._cognito import Answer, authentication_result, call, may_lack_operation, secret_hash, surely_lacks_operation
from .._masking import Masked, secret, value
from .._values import LONGEST_TOKEN, AuthConfig, AuthTokens, SignedIn, decode_jwt_payload
from ..errors import (
    AuthConfigurationError,
    AuthError,
    AuthProtocolError,
    AuthServiceError,
    AuthStateError,
    ClientSecretMismatch,
    SessionEnded,
    UserUnAuthenticatedException,
)
from .single_flight import Expiring, Keep, Refreshable

#: The names of errors after which Cognito refuses a refresh token for good (as Amplify has them).
_ENDINGS: Final = frozenset(
    {
        "NotAuthorizedException",
        "PasswordResetRequiredException",
        "RefreshTokenReuseException",
        "TokenRevokedException",
        "UserNotConfirmedException",
        "UserNotFoundException",
    }
)
#: Seconds by which ``ExpiresIn`` and the claims of the access token may differ and mean the same.
_AGREEMENT: Final = 5.0
#: What Amplify calls the state of a session that has ended.
_NOT_SIGNED_IN: Final = "UserUnAuthenticatedException"


@final
@value(kw_only=True, eq=False)
class RefreshGrant(Masked):
    """A refresh token and what must be sent with it.

    Attributes:
        refresh_token: The refresh token.
        device_key: The device that it is bound to.
        username: Cognito's own name for the user; None if it is not known.
    """

    refresh_token: str = secret()
    device_key: str | None = None
    username: str | None = None


class TokenRefresher:
    """Makes newer tokens of one user pool client's users.

    ``GetTokensFromRefreshToken`` is tried first, because rotating refresh tokens need it. If the endpoint or the client
    has only ``REFRESH_TOKEN_AUTH``, that is used, and from then on at once.
    """

    def __init__(self, config: AuthConfig) -> None:
        self._config = config
        self._old_way_works = False

    def __call__(
        self, signed_in: SignedIn, client_metadata: Mapping[str, str] | None, keep: Keep[SignedIn]
    ) -> Expiring[SignedIn]:
        """The user with newer tokens.

        Args:
            signed_in: The user.
            client_metadata: Passed to the pool's Lambda triggers.
            keep: Takes the user with a rotated refresh token and the other tokens unchanged, if the new ones cannot be
                used: Cognito has made the old refresh token void.

        Raises:
            SessionEnded: The tokens have expired and there is no refresh token.
            AuthStateError: There is no refresh token.
            AuthServiceError: Cognito refused; see `session_ended`.
            AuthNetworkError: There was no answer.
            AuthProtocolError: The answer cannot be right, such as another user's tokens.
        """
        if signed_in.tokens.refresh_token is None:
            raise _no_refresh_token(signed_in.tokens)
        asked_at = _clock.monotonic()
        grant = RefreshGrant(
            refresh_token=signed_in.tokens.refresh_token,
            device_key=signed_in.device_key,
            username=signed_in.username,
        )
        result = self._ask(grant, client_metadata)
        try:
            tokens = _newer(signed_in.tokens, result, asked_at)
        except AuthProtocolError:
            rotated = result.get("RefreshToken")
            if is_text(rotated) and 0 < len(rotated) <= LONGEST_TOKEN and not _are_of_another(signed_in.tokens, result):
                keep(attrs.evolve(signed_in, tokens=attrs.evolve(signed_in.tokens, refresh_token=rotated)))
            raise
        return token_expiry(attrs.evolve(signed_in, tokens=tokens), self._config.refresh_margin)

    def tokens_of(self, grant: RefreshGrant) -> AuthTokens:
        """The first tokens that a refresh token from elsewhere gives. Cognito says of which user they are.

        Raises:
            AuthServiceError: Cognito refused.
            AuthNetworkError: There was no answer.
            AuthProtocolError: The answer cannot be right.
            AuthConfigurationError: The endpoint needs the name of the user, and ``grant`` does not have it.
        """
        asked_at = _clock.monotonic()
        return AuthTokens.from_result(self._ask(grant, None), since=asked_at, refresh_token=grant.refresh_token)

    def _ask(self, grant: RefreshGrant, client_metadata: Mapping[str, str] | None) -> Answer:
        if self._old_way_works:
            return self._refresh_token_auth(grant, client_metadata)
        try:
            return self._get_tokens(grant, client_metadata)
        except (AuthServiceError, AuthConfigurationError, AuthProtocolError) as error:
            refusal = error
        is_certain = surely_lacks_operation(refusal)
        if not may_lack_operation(refusal):
            raise refusal
        try:
            result = self._refresh_token_auth(grant, client_metadata)
        except AuthError as error:
            failure = error if is_certain else refusal  # else the second refusal proves nothing
        else:
            self._old_way_works = True
            return result
        raise failure

    def _get_tokens(self, grant: RefreshGrant, client_metadata: Mapping[str, str] | None) -> Answer:
        operation = "GetTokensFromRefreshToken"
        answer = call(
            self._config,
            operation,
            ClientId=self._config.user_pool_client_id,
            ClientSecret=self._config.client_secret,
            RefreshToken=grant.refresh_token,
            DeviceKey=grant.device_key,
            ClientMetadata=client_metadata,
        )
        return authentication_result(answer, operation)

    def _refresh_token_auth(self, grant: RefreshGrant, client_metadata: Mapping[str, str] | None) -> Answer:
        operation = "InitiateAuth"
        if grant.username is None and self._config.client_secret is not None:
            raise AuthConfigurationError(
                "The endpoint or the installed boto3 lacks GetTokensFromRefreshToken. With REFRESH_TOKEN_AUTH, a "
                "client that has a secret must name the user, and the name is not known.",
                name="UsernameUnknown",
                recovery_suggestion="Pass access_token or id_token with the refresh token. It may have expired.",
            )
        parameters = {
            "REFRESH_TOKEN": grant.refresh_token,
            "DEVICE_KEY": grant.device_key,
            # Of Cognito's own name for the user; with the alias that was typed, Cognito refuses the token.
            "SECRET_HASH": secret_hash(self._config, grant.username or ""),
        }
        answer = call(
            self._config,
            operation,
            AuthFlow="REFRESH_TOKEN_AUTH",
            AuthParameters={name: value for name, value in parameters.items() if value is not None},
            ClientId=self._config.user_pool_client_id,
            ClientMetadata=client_metadata,
        )
        return authentication_result(answer, operation)


def _newer(old: AuthTokens, result: Answer, asked_at: float) -> AuthTokens:
    """The tokens of ``result``; raises `AuthProtocolError` if they cannot take the place of ``old``."""
    tokens = AuthTokens.from_result(result, since=asked_at, refresh_token=old.refresh_token)
    if _are_of_another(old, result) or _subject(tokens.access_token) != _subject(old.access_token):
        raise AuthProtocolError("The refresh gave tokens of another user.", name="InvalidTokens")
    if tokens.id_token is None and old.id_token is not None:
        raise AuthProtocolError("The refresh gave no ID token.", name="InvalidTokens")
    return tokens


def _are_of_another(old: AuthTokens, result: Answer) -> bool:
    """True if a token of ``result`` names another user than ``old``: then its refresh token is not ours either."""
    pairs = (old.access_token, result.get("AccessToken")), (old.id_token, result.get("IdToken"))
    return any(_subject(new) not in (None, _subject(token)) for token, new in pairs if token is not None)


def _subject(token: object) -> object:
    """The ``sub`` of a token; None if it has no ``sub``, or is not a token."""
    try:
        return decode_jwt_payload(token).get("sub") if is_text(token) else None
    except AuthProtocolError:
        return None


def session_ended(error: Exception) -> SessionEnded | None:
    """The error that says that the session is over, if ``error`` means that; it is the cause of it.

    `ClientSecretMismatch` is a ``NotAuthorizedException`` too, but that is the program's fault: the tokens stay.
    """
    if isinstance(error, SessionEnded):
        return SessionEnded(error.message, **error.details())
    if isinstance(error, ClientSecretMismatch):
        return None
    if isinstance(error, AuthServiceError) and error.name in _ENDINGS:
        details: dict[str, Any] = {**error.details(), "name": _NOT_SIGNED_IN, "recovery_suggestion": None}
        return SessionEnded(f"The session has ended: Cognito does not renew its tokens ({error.message}).", **details)
    return None


class SignedOutElsewhere(SessionEnded):
    """The session has ended because another process that shares it has signed out.

    It is kept as the reason of the end. `session_ended` makes the error of it that callers get.
    """


def session_over(reason: str) -> SessionEnded:
    """The error for a session that ended although Cognito did not say so."""
    return SessionEnded(f"The session has ended: {reason}.", name=_NOT_SIGNED_IN)


def signed_out_elsewhere() -> SessionEnded:
    """The error for a session that another process has signed out."""
    return SignedOutElsewhere("The session has ended: another process has signed out.", name=_NOT_SIGNED_IN)


def token_expiry(signed_in: SignedIn, margin: float) -> Expiring[SignedIn]:
    """``signed_in`` and when its tokens expire: the first of them decides, by the service's clock.

    Cognito says when the access token ends (``ExpiresIn``). The ID token may live longer or shorter. Only the
    difference of the two is read from the claims, so this machine's clock does not matter. Claims that do not agree
    with ``ExpiresIn`` say nothing: some emulators always give the same tokens.

    If the user's device is not confirmed yet, something is to be done at the next use (``device_confirmation``). The
    same tokens are the same version, even if something else of the user changes.
    """
    tokens = signed_in.tokens
    access, identity = _span(tokens.access_token_claims), _span(tokens.id_token_claims)
    expires_at, lifetime = tokens.deadline, tokens.lifetime
    if access is not None and identity is not None and abs(access[1] - access[0] - lifetime) <= _AGREEMENT:
        expires_at -= max(access[1] - identity[1], 0.0)
        lifetime = min(lifetime, identity[1] - identity[0])
    early = 0.0 if tokens.refresh_token is None else min(margin, max(lifetime, 0.0) / 2)
    refresh_at = expires_at - early if signed_in.unconfirmed_device is None else float("-inf")
    return Expiring(signed_in, refresh_at=refresh_at, expires_at=expires_at, version=tokens)


def _span(claims: Mapping[str, object]) -> tuple[float, float] | None:
    """``iat`` and ``exp``, if both are there and are times."""
    issued, expires = claims.get("iat"), claims.get("exp")
    if not isinstance(issued, int | float) or not isinstance(expires, int | float):
        return None
    is_time = abs(issued) < 1e12 and abs(expires) < 1e12  # False for NaN
    return (float(issued), float(expires)) if is_time else None


def _no_refresh_token(tokens: AuthTokens) -> AuthStateError:
    if tokens.is_expired:
        return session_over("its tokens have expired and it has no refresh token")
    return AuthStateError(
        "The tokens cannot be refreshed: the session has no refresh token.",
        name="TokenRefreshException",
        recovery_suggestion="Sign in again. With managed login, ask for the authorization code grant.",
    )


def require_user(user: Refreshable[SignedIn]) -> SignedIn:
    """The user, with fresh tokens of the user pool. The identity pool is not asked.

    Raises:
        UserUnAuthenticatedException: No user is signed in; `SessionEnded` if one was.
        AuthError: The tokens have expired and could not be refreshed.
    """
    return present(user.get())


def present(signed_in: SignedIn | None) -> SignedIn:
    """``signed_in``; raises `UserUnAuthenticatedException` if it is None."""
    if signed_in is None:
        raise UserUnAuthenticatedException("User needs to be authenticated to call this API.")
    return signed_in
