"""The cryptography of tokens, all of it PyJWT's (extra ``verify``): the only file that imports it, when it is used.

RS256 and nothing else, with a key that the caller gives. What a token says about keys is never looked at.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from ._errors import AuthConfigurationError

_ALGORITHM = "RS256"


def _jwt() -> Any:
    with suppress(ImportError):
        import jwt
        import jwt.algorithms

        if jwt.algorithms.has_crypto:
            return jwt
    raise AuthConfigurationError(
        "PyJWT with cryptography is not installed.",
        name="MissingExtra",
        recovery_suggestion='Install the extra: pip install "amplify-auth-boto3[verify]".',
    )


def public_key(entry: Mapping[str, Any]) -> Any | None:
    """The key of a JSON Web Key; None if it is not one that signs with RS256."""
    jwt = _jwt()
    if entry.get("use", "sig") != "sig" or entry.get("alg", _ALGORITHM) != _ALGORITHM:
        return None
    try:
        return jwt.PyJWK(dict(entry), algorithm=_ALGORITHM)
    except (jwt.PyJWTError, ValueError, TypeError):
        return None


def header_of(token: str) -> Mapping[str, Any] | None:
    """The header, unverified; None if it is not a JWT signed with RS256 (RFC 7515)."""
    jwt = _jwt()
    try:
        header: Mapping[str, Any] = jwt.get_unverified_header(token)
    except (jwt.PyJWTError, ValueError, RecursionError):
        return None
    # "crit" lists extensions that must be understood: there are none here.
    return header if header.get("alg") == _ALGORITHM and "crit" not in header else None


def signed_claims(token: str, key: Any) -> Mapping[str, Any] | None:
    """The claims, if ``key`` has signed them. Nothing but the signature is checked."""
    jwt = _jwt()
    unchecked = dict.fromkeys(("exp", "nbf", "iat", "aud", "iss", "sub", "jti"), False)
    options = {"verify_signature": True, **{f"verify_{claim}": check for claim, check in unchecked.items()}}
    try:
        claims: Mapping[str, Any] = jwt.decode(token, key, algorithms=[_ALGORITHM], options=options)
    except (jwt.PyJWTError, ValueError, RecursionError):
        return None
    return claims
