"""`verify_token`: decides if a token is one that the user pool gave to this client."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any, Final

from .. import _arguments as arguments
from .. import _clock
from .._cognito import user_pool_client
from .._public_call import public
from .._renewal import header_of, pool_url, signed_claims
from .._session import Session
from .._values import OTHER_WORDS, TOKEN_USES, AuthConfig, TokenUse, decode_jwt_payload
from ..errors import AuthProtocolError, AuthValidationError, TokenVerificationError
from .configure import state_of

#: The claim of each kind of token that names the app client.
_CLIENT_CLAIM: Final = {"access": "client_id", "id": "aud"}
_FOREVER: Final = 1e15
_LONGEST_TOKEN: Final = 64 * 1024
#: Begin of a region -> the domain of its services, as botocore's ``partitions.json`` has it. A token's issuer has this
#: domain with every endpoint.
_DOMAINS: Final = {
    "cn-": "amazonaws.com.cn",
    "eusc-": "amazonaws.eu",
    "us-iso-": "c2s.ic.gov",
    "us-isob-": "sc2s.sgov.gov",
    "eu-isoe-": "cloud.adc-e.uk",
    "us-isof-": "csp.hci.ic.gov",
}
#: The hosts of a region that a user pool is an issuer at: the original one, the "updated" one, and that of the FIPS
#: endpoint. See ``IssuerConfigurationType`` in the API reference of Cognito user pools.
_ISSUING_HOSTS: Final = ("cognito-idp", "issuer-cognito-idp", "cognito-idp-fips")
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
    if len(text) > _LONGEST_TOKEN:
        raise _refusal("it is longer than 64 KiB")
    header = header_of(text)
    name: Any = None if header is None else header.get("kid")
    if not isinstance(name, str):
        raise _refusal("it is not a JWT that is signed with RS256 and names its key")
    issuers = _issuers(state.config, regions)
    key = state.signing_keys.find(name, issuer=_issuer_with_keys(state.config, text, issuers))
    claims = None if key is None else signed_claims(text, key)
    if claims is None:
        raise _refusal("it is not signed by the user pool")
    reason = _objection(claims, token_use, issuers, clients or (state.config.user_pool_client_id,))
    if reason is not None:
        raise _refusal(reason)
    _check_time(claims, seconds)
    return claims


def _regions(replica_regions: object) -> tuple[str, ...]:
    regions = arguments.several(replica_regions, "replica_regions", least=0)
    if not all(_REGION.fullmatch(region) for region in regions):
        raise AuthValidationError(
            "replica_regions names something that is not a region.",
            name="InvalidArgument",
            recovery_suggestion='Pass names of AWS regions, such as replica_regions=["eu-central-1"].',
        )
    return regions


def _objection(
    claims: Mapping[str, Any], token_use: str, issuers: tuple[str, ...], clients: tuple[str, ...]
) -> str | None:
    if claims.get("iss") not in issuers:
        return "it is not issued by the user pool"
    if claims.get("token_use") != token_use:
        return f"it is no {token_use} token"
    if claims.get(_CLIENT_CLAIM[token_use]) not in clients:
        return "it was issued for another app client"
    return None


def _issuers(config: AuthConfig, replica_regions: tuple[str, ...] = ()) -> tuple[str, ...]:
    """The pool's names as an issuer: Amazon's, and that of an emulator, which is its own address.

    Only the original issuer of a replica names its region (https://github.com/awslabs/aws-jwt-verify/issues/282), but
    each of these hosts is Amazon's and names this pool.
    """
    pool = config.user_pool_id
    regions = dict.fromkeys((pool.partition("_")[0], config.region, *replica_regions))
    amazons = [f"https://{host}.{region}.{_domain(region)}/{pool}" for region in regions for host in _ISSUING_HOSTS]
    return (*amazons, pool_url(user_pool_client(config).meta.endpoint_url, config))


def _domain(region: str) -> str:
    return next((domain for begin, domain in _DOMAINS.items() if region.startswith(begin)), "amazonaws.com")


def _issuer_with_keys(config: AuthConfig, token: str, issuers: tuple[str, ...]) -> str | None:
    """The issuer that the token names, if it is one of the pool's that may have keys of its own.

    None if the session has an endpoint that is not Amazon's: then nothing is fetched from Amazon.
    """
    *amazons, own = issuers
    if own not in amazons:
        return None
    try:
        issuer = decode_jwt_payload(token).get("iss")
    except AuthProtocolError:
        return None
    return issuer if issuer in amazons and issuer != own else None


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
