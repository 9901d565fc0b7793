"""Tokens that another program got become a signed-in user: they are checked, and refreshed first if they must be.

Claims are checked before anything is sent. A signature is checked if the extra ``verify`` is installed. Tokens that
Cognito gives for a refresh token come from Cognito itself, and need no check.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, final

import attrs

from .. import _clock
from .._arguments import is_text
from .._masking import Masked, secret, value
from .._renewal import (
    Objection,
    RefreshGrant,
    TokenRefresher,
    can_check_signatures,
    issuers_of,
    numeric_date,
    objection_to,
    signed_by_pool,
)
from .._session import Step
from .._values import (
    LONGEST_TOKEN,
    AuthConfig,
    AuthTokens,
    SignedIn,
    SignInDetails,
    TokenUse,
    decode_jwt_payload,
)
from ..errors import AuthProtocolError, AuthValidationError, NotAuthorizedException, TokenVerificationError

#: Seconds by which this machine's clock may be behind Cognito's and count as right.
_SLACK: Final = 5.0
#: Seconds. No token lives as long, so a longer life is a mistake.
_LONGEST_LIFE: Final = 1e9
#: The claims that name the user.
_NAMES: Final = ("sub", "username", "cognito:username")
_USES: Final[Mapping[str, TokenUse]] = {"access_token": "access", "id_token": "id"}
_ADVICE: Final = {
    "iss": "Adopt tokens of the session's user pool, or check user_pool_id and region.",
    "client_id": "Adopt tokens of the session's app client, or check user_pool_client_id.",
    "aud": "Adopt tokens of the session's app client, or check user_pool_client_id.",
    "token_use": "Pass an access token as access_token, and an ID token as id_token.",
    "sub": "Pass tokens of one user, from one sign-in.",
    "exp": "Pass the refresh token too, or get new tokens. If they are new, check this machine's clock.",
    "iat": "Get new tokens from Cognito.",
}
_OF_A_USER: Final = "Adopt tokens of a user. Tokens of a program (client credentials grant) belong to no user."
_WHOLE: Final = "Pass the token as Cognito gave it: alone, without Bearer, and not cut off."
_PERHAPS_BOUND: Final = (
    "If the pool tracks devices, pass device_key. Else get another refresh token: this one has ended, or it is of "
    "another app client."
)
#: How Cognito refuses a refresh token without the device that it is bound to, among others.
_UNUSABLE: Final = "Invalid Refresh Token"
_FORGED: Final = "Do not trust the token: get tokens from Cognito itself."


@final
@value(kw_only=True, eq=False)
class GivenTokens(Masked):
    """What `adopt_tokens` was given: an access token, a refresh token, or both; an ID token only with one of them."""

    access_token: str | None = secret(default=None)
    id_token: str | None = secret(default=None)
    refresh_token: str | None = secret(default=None)
    device_key: str | None = None


@final
@value(kw_only=True, eq=False)
class CheckedTokens(Masked):
    """Given tokens whose claims are right.

    Attributes:
        given: The tokens.
        user_id: The ``sub`` that they name; None if there is only a refresh token.
        username: Cognito's own name for the user; None if there is only a refresh token.
        device_key: The device that the tokens are bound to, as far as it is known.
        lifetime: Seconds of life that the access token had at first.
        deadline: When it ends, on ``_clock.monotonic``. None: all tokens must be refreshed before they are used.
    """

    given: GivenTokens
    user_id: str | None = None
    username: str | None = None
    device_key: str | None = None
    lifetime: float = 0.0
    deadline: float | None = None


def check_given(config: AuthConfig, given: GivenTokens) -> CheckedTokens:
    """Check everything that can be checked without a request. No signature is.

    Raises:
        TokenVerificationError: A token is not one of this user pool and this client, or its time is over.
        AuthValidationError: What is given as the refresh token is another token.
    """
    _check_refresh_token(given.refresh_token)
    tokens = {name: token for name in _USES if (token := getattr(given, name)) is not None}
    claims = {name: _claims(config, name, token) for name, token in tokens.items()}
    access, identity = claims.get("access_token", {}), claims.get("id_token", {})
    if access and identity and access["sub"] != identity["sub"]:
        raise _refusal("id_token", Objection("it is of another user than access_token", "sub"))
    username = access.get("username") or identity.get("cognito:username")
    if claims and not username:
        raise _nameless(next(iter(claims)), "username")
    spans = {name: _span(name, one) for name, one in claims.items()}
    now = _clock.now().timestamp()
    over = [name for name, (_, expires) in spans.items() if expires <= now]
    if over and given.refresh_token is None:
        raise _refusal(over[0], Objection("it has expired", "exp"), error="TokenExpiredException")
    checked = CheckedTokens(
        given=given,
        user_id=access.get("sub") or identity.get("sub"),
        username=username,
        device_key=given.device_key or _text_or_none(access.get("device_key")),
    )
    # A token from the future: this clock is behind, and nothing says how much of its life is left.
    is_early = any(issued > now + _SLACK for issued, _ in spans.values())
    if "access_token" not in spans or over or (is_early and given.refresh_token is not None):
        return checked
    issued, expires = spans["access_token"]
    life = min(expires - now, expires - issued)
    return attrs.evolve(checked, lifetime=expires - issued, deadline=_clock.monotonic() + life)


def _text_or_none(item: object) -> str | None:
    return item if is_text(item) and item else None


def _check_refresh_token(token: str | None) -> None:
    """Refuse a JWT in the place of the refresh token before Cognito does, which does not say why."""
    if token is None:
        return
    if len(token) > LONGEST_TOKEN:
        raise _refusal("refresh_token", Objection("it is longer than 64 KiB"))
    if _has_bearer(token):
        raise _refusal("refresh_token", Objection("it begins with Bearer"))
    if (_decoded(token) or {}).get("token_use") in _USES.values():
        raise AuthValidationError(
            "refresh_token is an access token or an ID token.",
            name="InvalidArgument",
            recovery_suggestion="Pass each token under its own name. Cognito calls this one RefreshToken.",
        )


def _claims(config: AuthConfig, name: str, token: str) -> Mapping[str, Any]:
    claims = None if _has_bearer(token) else _decoded(token)
    if claims is None:
        raise _refusal(name, _not_a_jwt(token))
    found = objection_to(claims, _USES[name], issuers_of(config), (config.user_pool_client_id,))
    if found is not None:
        raise _refusal(name, found)
    for claim in _NAMES:
        if _text_or_none(claims.get(claim, claim if claim != "sub" else None)) is None:
            raise _nameless(name, claim)
    return claims


def _decoded(token: str) -> Mapping[str, Any] | None:
    try:
        return decode_jwt_payload(token)
    except AuthProtocolError:
        return None


def _has_bearer(token: str) -> bool:
    return token[:7].lower() == "bearer "


def _not_a_jwt(token: str) -> Objection:
    if _has_bearer(token):
        return Objection("it is not a JWT, because it begins with Bearer")
    if token.count(".") == 4:  # Cognito's refresh tokens are encrypted (JWE, RFC 7516 section 3.1)
        return Objection("it is not a JWT, and it looks like a refresh token")
    return Objection("it is not a JWT")


def _span(name: str, claims: Mapping[str, Any]) -> tuple[float, float]:
    """When a token was issued, and when it expires. A token that does not say when it was issued is new."""
    expires = numeric_date(claims.get("exp"))
    if expires is None:
        raise _refusal(name, Objection("it does not say when it ends", "exp"))
    issued = numeric_date(claims.get("iat", min(_clock.now().timestamp(), expires - 1)))
    if issued is None or not 0 < expires - issued < _LONGEST_LIFE:
        raise _refusal(name, Objection("it does not say when it was issued", "iat"))
    return issued, expires


def _nameless(name: str, claim: str) -> TokenVerificationError:
    return _refusal(name, Objection("it does not name its user", claim), advice=_OF_A_USER)


def _refusal(
    name: str, objection: Objection, *, error: str = "InvalidTokenException", advice: str | None = None
) -> TokenVerificationError:
    where = f" (claim {objection.claim})" if objection.claim else ""
    return TokenVerificationError(
        f"{name} is not accepted: {objection.reason}{where}.",
        name=error,
        recovery_suggestion=advice or _ADVICE.get(objection.claim or "", _WHOLE),
    )


def adopt(step: Step, checked: CheckedTokens) -> SignedIn:
    """The user of the tokens, who is not signed in yet. Requests are sent if they are needed.

    Args:
        step: The right to change the session; its ``exclusive`` block is entered.
        checked: What `check_given` returned.

    Raises:
        TokenVerificationError: A token is not signed by the user pool, or the tokens are of several users.
        AuthServiceError: Cognito refuses the refresh token.
        AuthNetworkError: There was no answer.
        AuthProtocolError: An answer cannot be right.
        AuthConfigurationError: The pool has no keys, or its endpoint needs the user's name for a refresh.
    """
    if checked.deadline is None:
        tokens = _refreshed(step, checked)
    else:
        _check_signatures(step, checked.given)
        tokens = _as_given(checked.given, checked.lifetime, checked.deadline)
    claims = tokens.access_token_claims
    user_id = claims.get("sub")
    username = claims.get("username") or tokens.id_token_claims.get("cognito:username")
    if not user_id or not username:  # then the claims of the given tokens name the user
        _check_signatures(step, checked.given)
        user_id, username = user_id or checked.user_id, username or checked.username
    if not user_id or not username:
        raise AuthProtocolError("The new tokens do not name their user.", name="InvalidTokens")
    known = step.state.devices.of_user(str(username))
    return SignedIn(
        tokens=tokens,
        username=str(username),
        user_id=str(user_id),
        details=SignInDetails(login_id=str(username), auth_flow_type="ADOPTED"),
        device_key=checked.device_key or _text_or_none(claims.get("device_key")) or (known and known.key),
    )


def _refreshed(step: Step, checked: CheckedTokens) -> AuthTokens:
    known = None if checked.username is None else step.state.devices.of_user(checked.username)
    grant = RefreshGrant(
        refresh_token=checked.given.refresh_token or "",
        device_key=checked.device_key or (known and known.key),
        username=checked.username,
    )
    tokens = _tokens_of(step.state.config, grant)
    subjects = {tokens.access_token_claims.get("sub"), tokens.id_token_claims.get("sub")} - {None}
    if checked.user_id is not None and subjects - {checked.user_id}:
        raise _refusal("refresh_token", Objection("it is of another user than the other tokens", "sub"))
    if len(subjects) > 1:
        raise AuthProtocolError("The refresh gave tokens of two users.", name="InvalidTokens")
    if checked.given.id_token is not None and tokens.id_token is None:
        raise AuthProtocolError("The refresh gave no ID token.", name="InvalidTokens")
    return tokens


def _tokens_of(config: AuthConfig, grant: RefreshGrant) -> AuthTokens:
    try:
        return TokenRefresher(config).tokens_of(grant)
    except NotAuthorizedException as error:
        refusal = error
    if grant.device_key is None and _UNUSABLE in refusal.message:
        raise refusal.evolve(recovery_suggestion=_PERHAPS_BOUND) from refusal.__cause__
    raise refusal


def _check_signatures(step: Step, given: GivenTokens) -> None:
    if not can_check_signatures():
        return
    state = step.state
    for name in _USES:
        token: str | None = getattr(given, name)
        found = None if token is None else signed_by_pool(state.config, state.signing_keys, token)
        if isinstance(found, Objection):
            raise _refusal(name, found, advice=_FORGED)


def _as_given(given: GivenTokens, lifetime: float, deadline: float) -> AuthTokens:
    """The tokens as they are, whose life has begun before."""
    members = {"AccessToken": given.access_token, "IdToken": given.id_token, "RefreshToken": given.refresh_token}
    return AuthTokens.from_result({**members, "ExpiresIn": lifetime}, since=deadline - lifetime)
