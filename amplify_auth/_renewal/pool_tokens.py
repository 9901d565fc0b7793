"""Whether a token is one that the user pool gave: who issued it, for which client, of which kind, and who signed it.

What follows from that is the callers' matter, and so is the time that the token names. Only `signed_by_pool` fetches
something: the keys of the pool.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, final

from .._cognito import user_pool_client
from .._masking import Value, value
from .._values import LONGEST_TOKEN, AuthConfig, TokenUse, decode_jwt_payload
from ..errors import AuthProtocolError
from .signing_keys import SigningKeys, header_of, pool_url, signed_claims

#: The claim of each kind of token that names the app client.
_CLIENT_CLAIM: Final[Mapping[TokenUse, str]] = {"access": "client_id", "id": "aud"}
_FOREVER: Final = 1e15
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


@final
@value(eq=False)
class Objection(Value):
    """Why a token is not accepted.

    Attributes:
        reason: As in "The token is not accepted: it has expired." It shows nothing of the token.
        claim: The claim that is wrong; None if it is not a claim.
    """

    reason: str
    claim: str | None = None


def objection_to(
    claims: Mapping[str, Any], token_use: TokenUse, issuers: tuple[str, ...], clients: tuple[str, ...]
) -> Objection | None:
    """What is wrong in the claims that say who issued a token, for which client, and for what. None: they are right.

    Args:
        claims: The claims.
        token_use: The kind of token that is wanted.
        issuers: The issuers that are accepted, as `issuers_of` gives them.
        clients: The app clients that are accepted, any of these.
    """
    if claims.get("iss") not in issuers:
        return Objection("it is not issued by the user pool", "iss")
    if claims.get("token_use") != token_use:
        return Objection(f"it is no {token_use} token", "token_use")
    if claims.get(_CLIENT_CLAIM[token_use]) not in clients:
        return Objection("it was issued for another app client", _CLIENT_CLAIM[token_use])
    return None


def numeric_date(value: object) -> float | None:
    """A NumericDate (RFC 7519 section 2); None if ``value`` is not one."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not -_FOREVER < value < _FOREVER:
        return None
    return float(value)


def signed_by_pool(
    config: AuthConfig, keys: SigningKeys, token: str, replica_regions: tuple[str, ...] = ()
) -> Mapping[str, Any] | Objection:
    """The claims of a token, if the user pool has signed it. No claim is checked.

    Args:
        config: The session's configuration.
        keys: The keys of its user pool.
        token: The token.
        replica_regions: The other regions of a pool that is replicated.

    Raises:
        AuthNetworkError: The keys could not be fetched.
        AuthConfigurationError: PyJWT is not installed, or the pool has no keys to fetch.
        AuthProtocolError: What was fetched is not a set of keys.
    """
    if len(token) > LONGEST_TOKEN:
        return Objection("it is longer than 64 KiB")
    header = header_of(token)
    name: Any = None if header is None else header.get("kid")
    if not isinstance(name, str):
        return Objection("it is not a JWT that is signed with RS256 and names its key")
    key = keys.find(name, issuer=_issuer_with_keys(config, token, issuers_of(config, replica_regions)))
    claims = None if key is None else signed_claims(token, key)
    return Objection("it is not signed by the user pool") if claims is None else claims


def issuers_of(config: AuthConfig, replica_regions: tuple[str, ...] = ()) -> tuple[str, ...]:
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
