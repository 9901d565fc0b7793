"""The tokens of a signed-in user: how they are read from Cognito's answer, and what they say. No token is verified.

The expiry is ``ExpiresIn`` seconds after the request, on a monotonic clock. The wall clock does not matter.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any, Final, Self, cast, final

import attrs

from .. import _clock
from .._arguments import is_text
from .._masking import Masked, secret, value
from ..errors import AuthProtocolError

LONGEST_TOKEN: Final = 1 << 16
"""Characters. Cognito's largest tokens have a quarter of it: servers refuse headers that are longer."""
# Claims that name the user of a token.
_NAMES = ("sub", "username", "cognito:username")


def refuse_too_long(*tokens: str | None) -> None:
    """Raise `AuthProtocolError` if one of ``tokens`` is longer than `LONGEST_TOKEN`."""
    if any(token is not None and len(token) > LONGEST_TOKEN for token in tokens):
        raise AuthProtocolError(
            f"A token is longer than {LONGEST_TOKEN // 1024} KiB. It is not read.",
            name="InvalidTokens",
            recovery_suggestion="Check that endpoint_url is a Cognito endpoint, and what a pre token generation "
            "trigger adds to the tokens.",
        )


def decode_jwt_payload(token: str) -> dict[str, Any]:
    """The claims of a JWT, unverified (RFC 7519 section 7.2). Raises `AuthProtocolError` for anything else."""
    refuse_too_long(token)
    try:
        _, payload, _ = token.encode("ascii").split(b".")
        claims: object = json.loads(base64.urlsafe_b64decode(payload + b"=" * (-len(payload) % 4)))
    except (ValueError, RecursionError):  # the parts, the Base64, the encoding, or the JSON and its depth
        claims = None
    if not isinstance(claims, dict):
        raise AuthProtocolError("A token of the answer is not a JWT.", name="InvalidTokens")
    return cast("dict[str, Any]", claims)


@final
@value(kw_only=True)
class AuthTokens(Masked):
    """The tokens of one signed-in user: an immutable snapshot, replaced as a whole by a refresh.

    Attributes:
        access_token: For Cognito and for APIs; send it as ``Authorization: Bearer``.
        id_token: Says who the user is. None if the client gets no ID token.
        refresh_token: Gets new tokens. None if the client gets no refresh token.
        token_type: ``"Bearer"``.
        expires_at: When the access token ends, an aware UTC datetime on this machine's clock.
    """

    access_token: str = secret()
    id_token: str | None = secret(default=None)
    refresh_token: str | None = secret(default=None)
    token_type: str = "Bearer"
    expires_at: datetime
    #: The end on `_clock.monotonic`, which decides.
    deadline: float = attrs.field(repr=False, eq=False)
    #: Seconds of life that the access token had when it came (``ExpiresIn``).
    lifetime: float = attrs.field(
        default=attrs.Factory(lambda self: self.deadline - _clock.monotonic(), takes_self=True), repr=False, eq=False
    )

    @classmethod
    def from_result(
        cls, result: Mapping[str, Any], *, since: float | None = None, refresh_token: str | None = None
    ) -> Self:
        """Tokens from an ``AuthenticationResult``.

        Args:
            result: The structure.
            since: When it was asked for, in monotonic seconds. The tokens are not older. Default: now.
            refresh_token: Kept if the answer has no new one.
        """
        access, lifetime = result.get("AccessToken"), result.get("ExpiresIn", 3600)
        rest = [result.get("IdToken"), result.get("RefreshToken"), result.get("TokenType")]
        if (
            not is_text(access)
            or not all(value is None or is_text(value) for value in rest)
            or isinstance(lifetime, bool)
            or not isinstance(lifetime, int | float)
            or not 0 <= lifetime < 1e9
        ):
            raise AuthProtocolError("The answer has no usable access token.", name="InvalidTokens")
        refuse_too_long(access, *rest)
        for token in (access, rest[0]):
            claims = {} if token is None else decode_jwt_payload(token)
            if not all(claims.get(name) is None or is_text(claims[name]) for name in _NAMES):
                raise AuthProtocolError("A token of the answer does not name its user.", name="InvalidTokens")
        now = _clock.monotonic()
        deadline = (now if since is None else since) + lifetime
        return cls(
            access_token=access,
            id_token=rest[0],
            refresh_token=rest[1] or refresh_token,
            token_type=rest[2] or "Bearer",
            expires_at=_clock.now() + timedelta(seconds=deadline - now),
            deadline=deadline,
            lifetime=float(lifetime),
        )

    @property
    def access_token_claims(self) -> Mapping[str, Any]:
        """The claims of the access token, decoded but not verified."""
        return MappingProxyType(decode_jwt_payload(self.access_token))

    @property
    def id_token_claims(self) -> Mapping[str, Any]:
        """The claims of the ID token, decoded but not verified; empty if there is no ID token."""
        return MappingProxyType({} if self.id_token is None else decode_jwt_payload(self.id_token))

    @property
    def is_expired(self) -> bool:
        """True if the access token has expired."""
        return _clock.monotonic() >= self.deadline

    @property
    def expires_in(self) -> float:
        """Seconds until the access token expires; 0.0 once it has expired. A changed wall clock does not matter."""
        return max(self.deadline - _clock.monotonic(), 0.0)
