"""ListUserSessions, RevokeUserSession: the sign-ins of a user that have a valid refresh token.

A sign-in is a token session. SSO sessions come from managed login, which is not simulated.

Never here: the session of a challenge.
"""

import hashlib
import re
from collections.abc import Iterable
from typing import Final

from ..request import Call, Response, invalid_parameter, not_found
from ..state import RefreshToken
from ..tokens import SignedIn, revoke_family, verify_access
from .pages import page
from .registry import operation

_MOST: Final = 60  # unverified: the size of a page is not documented
_SESSION_ID: Final = re.compile(r"(tkn|sso)[a-z0-9]{25}")  # botocore's model
_ALPHABET: Final = "0123456789abcdefghijklmnopqrstuvwxyz"


@operation("ListUserSessions", required=("AccessToken",), optional=("NextToken",))
def list_user_sessions(call: Call) -> Response:
    """The user's sign-ins of every client that did not end, oldest first."""
    signed_in = verify_access(call)
    families = list(_families(call, signed_in).items())
    shown, following = page(families, limit=None, token=call.params.get("NextToken"), most=_MOST)
    sessions = [_described(call, signed_in, family, tokens) for family, tokens in shown]
    return {"Sessions": sessions, **({"NextToken": following} if following else {})}


@operation("RevokeUserSession", required=("AccessToken", "SessionId"), optional=("RevokeAssociatedSessions",))
def revoke_user_session(call: Call) -> Response:
    """End another sign-in of the user. To end the current sign-in is refused (botocore's model)."""
    signed_in = verify_access(call)
    wanted = call.text("SessionId")
    if _SESSION_ID.fullmatch(wanted) is None:
        raise invalid_parameter(
            "1 validation error detected: Value at 'sessionId' failed to satisfy constraint: "
            "Member must satisfy regular expression pattern: ^(tkn|sso)[a-z0-9]{25}$"
        )
    if wanted == session_id(signed_in.token.origin_jti):
        raise invalid_parameter("The current session cannot be revoked.")  # unverified words
    for family in _families(call, signed_in):
        if session_id(family) == wanted:
            revoke_family(call.pool, call.state, family)
            return {}
    raise not_found("Session does not exist.")  # unverified words


def session_id(family: str) -> str:
    """The public ID of a sign-in: ``tkn`` and 25 letters and digits; the same for the same sign-in."""
    number = int.from_bytes(hashlib.sha256(family.encode()).digest())
    digits: list[str] = []
    for _ in range(25):
        number, digit = divmod(number, len(_ALPHABET))
        digits.append(_ALPHABET[digit])
    return "tkn" + "".join(digits)


def _families(call: Call, signed_in: SignedIn) -> dict[str, list[RefreshToken]]:
    families: dict[str, list[RefreshToken]] = {}
    for token in call.state.refresh_tokens.values():
        # A revoked token is None in moto's table, also if an administrator's operation of moto revoked it.
        alive = call.pool.refresh_tokens.get(token.value) is not None and call.now < token.expires_at
        if alive and token.username == signed_in.user.username:
            families.setdefault(token.origin_jti, []).append(token)
    return families


def _described(call: Call, signed_in: SignedIn, family: str, tokens: Iterable[RefreshToken]) -> Response:
    refresh = list(tokens)
    issued = [token.issued_at for token in refresh]
    issued += [token.issued_at for token in call.state.access_tokens.values() if token.origin_jti == family]
    return {
        "SessionId": session_id(family),
        "SessionType": "TOKEN",
        "ClientId": refresh[0].client_id,
        "CreateDate": refresh[0].auth_time,
        "LastActiveDate": max(issued),
        "DeviceType": "unknown",
        "LastIPAddress": "127.0.0.1",
        "IsCurrentSession": family == signed_in.token.origin_jti,
    }
