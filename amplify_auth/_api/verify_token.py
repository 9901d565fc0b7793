"""`verify_token`: decides if a token is one that the user pool gave to this client."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from .. import _arguments as arguments
from .. import _clock
from .._cognito import user_pool_client
from .._public_call import public
from .._renewal import header_of, pool_url, signed_claims
from .._session import Session
from .._values import OTHER_WORDS, TOKEN_USES, AuthConfig, TokenUse
from ..errors import TokenVerificationError
from .configure import state_of

#: The claim of each kind of token that names the app client.
_CLIENT_CLAIM: Final = {"access": "client_id", "id": "aud"}
_FOREVER: Final = 1e15
#: Partition of AWS regions -> the domain of its services. A token's issuer has this domain with every endpoint.
_DOMAINS: Final = {
    "aws-cn": "amazonaws.com.cn",
    "aws-eusc": "amazonaws.eu",
    "aws-iso": "c2s.ic.gov",
    "aws-iso-b": "sc2s.sgov.gov",
}


@public
def verify_token(
    token: str,
    *,
    token_use: TokenUse,
    leeway: float = 5.0,
    session: Session | None = None,
) -> Mapping[str, Any]:
    """The claims of a token that another program presents, after a check that they can be trusted.

    This is for APIs: a session's own tokens come from Cognito over TLS and need no check. The token must be signed
    (RS256) with a key of the session's user pool, issued by that pool for the session's client, of the kind that is
    asked for, and its time must not be over. It may have been revoked since: only Cognito knows that.

    Args:
        token: The JWT, without ``Bearer``.
        token_use: ``"access"`` or ``"id"``. Only this kind is accepted: an ID token must not open what an access
            token with its scopes is meant to open.
        leeway: Seconds by which this machine's clock may differ from Cognito's; default 5.
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

    The keys are the pool's JWKS (RFC 7517), see the Cognito developer guide, "Verifying JSON web tokens".

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
    state = state_of(session)
    header = header_of(text)
    name: Any = None if header is None else header.get("kid")
    if not isinstance(name, str):
        raise _refusal("it is not a JWT that is signed with RS256 and names its key")
    key = state.signing_keys.find(name)
    claims = None if key is None else signed_claims(text, key)
    if claims is None:
        raise _refusal("it is not signed by the user pool")
    reason = _objection(claims, token_use, state.config)
    if reason is not None:
        raise _refusal(reason)
    _check_time(claims, seconds)
    return claims


def _objection(claims: Mapping[str, Any], token_use: str, config: AuthConfig) -> str | None:
    if claims.get("iss") not in _issuers(config):
        return "it is not issued by the user pool"
    if claims.get("token_use") != token_use:
        return f"it is no {token_use} token"
    if claims.get(_CLIENT_CLAIM[token_use]) != config.user_pool_client_id:
        return "it was issued for another app client"
    return None


def _issuers(config: AuthConfig) -> tuple[str, str]:
    """The pool's name as an issuer: AWS's, and that of an emulator, which is its own address."""
    client = user_pool_client(config)
    region = config.user_pool_id.partition("_")[0]
    domain = _DOMAINS.get(client.meta.partition, "amazonaws.com")
    amazons = f"https://cognito-idp.{region}.{domain}/{config.user_pool_id}"
    return amazons, pool_url(client.meta.endpoint_url, config)


def _check_time(claims: Mapping[str, Any], leeway: float) -> None:
    now = _clock.now().timestamp()
    expires, begins = _number(claims.get("exp")), _number(claims.get("nbf", 0))
    if expires is None or begins is None:
        raise _refusal("it does not say when it ends")
    if now >= expires + leeway:
        raise _refusal("it has expired", name="TokenExpiredException")
    if now < begins - leeway:
        raise _refusal("it is not valid yet")


def _number(value: object) -> float | None:
    """A NumericDate (RFC 7519 section 2)."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not -_FOREVER < value < _FOREVER:
        return None
    return float(value)


def _refusal(reason: str, name: str = "InvalidTokenException") -> TokenVerificationError:
    return TokenVerificationError(f"The token is not accepted: {reason}.", name=name)
