"""`verify_token`: decides if a token is one that the user pool gave to this client."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any, Final

from .. import _arguments as arguments
from .. import _clock
from .._public_call import public
from .._renewal import Objection, issuers_of, numeric_date, objection_to, signed_by_pool
from .._session import Session
from .._values import OTHER_WORDS, TOKEN_USES, TokenUse
from ..errors import AuthValidationError, TokenVerificationError
from .configure import state_of

_REGION: Final = re.compile(r"[a-z]{2,5}(-[a-z]+)+-[0-9]+")


@public
def verify_token(
    token: str,
    *,
    token_use: TokenUse,
    leeway: float = 5.0,
    client_ids: str | Collection[str] | None = None,
    replica_regions: str | Collection[str] = (),
    session: Session | None = None,
) -> Mapping[str, Any]:
    """The claims of a token that another program presents, after a check that they can be trusted.

    This is for APIs: a session's own tokens come from Cognito over TLS and need no check. The token must be signed
    (RS256) with a key of the session's user pool, issued by that pool for one of the clients, of the kind that is asked
    for, and its time must not be over. It may have been revoked since: only Cognito knows that.

    A pool issues tokens under its original name (``https://cognito-idp.REGION.amazonaws.com/POOL``) or, if it is set
    so, under its updated one (``https://issuer-cognito-idp.REGION...``). Both are accepted, and that of the session's
    own endpoint.

    Args:
        token: The JWT, without ``Bearer``.
        token_use: ``"access"`` or ``"id"``. Only this kind is accepted: an ID token must not open what an access
            token with its scopes is meant to open.
        leeway: Seconds by which this machine's clock may differ from Cognito's; default 5.
        client_ids: The app clients of the pool whose tokens are accepted, any of these; default: the session's client.
        replica_regions: The other regions of a pool that is replicated, such as ``["eu-central-1"]``. A replica with
            the original issuer names its own region in its tokens.
        session: The session whose pool and client are meant; default: the default session. No user needs to be
            signed in.

    Returns:
        The claims.

    Raises:
        TokenVerificationError: The token is not to be trusted; ``name`` is ``"TokenExpiredException"`` if only
            its time is over.
        AuthValidationError: Another argument is wrong.
        AuthConfigurationError: The extra ``verify`` is not installed, or the pool does not exist.
        AuthNetworkError: The pool's keys could not be fetched.
        AuthProtocolError: What was fetched is not a set of keys.

    The keys are the pool's JWKS (RFC 7517), see the Cognito developer guide, "Verifying JSON web tokens". They are
    fetched from the session's endpoint. If that is Amazon's and does not have the key of a token, they are fetched from
    the token's issuer too, if that is one of the pool's.

    Example:
        >>> claims = verify_token(header.removeprefix("Bearer "), token_use="access")  # doctest: +SKIP
    """
    arguments.required(token_use, "token_use", "InvalidArgument", "token_use is required.")
    arguments.one_of(token_use, "token_use", TOKEN_USES, also=OTHER_WORDS["token_use"])
    text = arguments.required(token, "token", "InvalidTokenException", "token is required.")
    seconds = arguments.seconds(leeway, "leeway")
    if text[:7].lower() == "bearer ":
        raise TokenVerificationError(
            "The token is not accepted: it is not a JWT, because it begins with Bearer.",
            name="InvalidTokenException",
            recovery_suggestion='Pass the token alone, such as header.removeprefix("Bearer ").',
        )
    clients = None if client_ids is None else arguments.several(client_ids, "client_ids")
    regions = _regions(replica_regions)
    state = state_of(session)
    found = signed_by_pool(state.config, state.signing_keys, text, regions)
    if isinstance(found, Objection):
        raise _refusal(found.reason)
    issuers = issuers_of(state.config, regions)
    wrong = objection_to(found, token_use, issuers, clients or (state.config.user_pool_client_id,))
    if wrong is not None:
        raise _refusal(wrong.reason)
    _check_time(found, seconds)
    return found


def _regions(replica_regions: object) -> tuple[str, ...]:
    regions = arguments.several(replica_regions, "replica_regions", least=0)
    if not all(_REGION.fullmatch(region) for region in regions):
        raise AuthValidationError(
            "replica_regions names something that is not a region.",
            name="InvalidArgument",
            recovery_suggestion='Pass names of AWS regions, such as replica_regions=["eu-central-1"].',
        )
    return regions


def _check_time(claims: Mapping[str, Any], leeway: float) -> None:
    now = _clock.now().timestamp()
    expires, begins = numeric_date(claims.get("exp")), numeric_date(claims.get("nbf", 0))
    if expires is None or begins is None:
        raise _refusal("it does not say when it ends")
    if now >= expires + leeway:
        raise _refusal("it has expired", name="TokenExpiredException")
    if now < begins - leeway:
        raise _refusal("it is not valid yet")


def _refusal(reason: str, name: str = "InvalidTokenException") -> TokenVerificationError:
    return TokenVerificationError(f"The token is not accepted: {reason}.", name=name)
