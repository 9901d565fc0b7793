"""ListUserSessions, RevokeUserSession: a user's sign-ins that still have a living refresh token.

One sign-in is one token session. SSO sessions come from managed login, which is not simulated; there are none.
"""

import hashlib
import re
from collections.abc import Iterable
from typing import Any, Final

from amplify_auth.testing._core.operations.pages import page
from amplify_auth.testing._core.operations.registry import operation
from amplify_auth.testing._core.request.call import Call
from amplify_auth.testing._core.request.errors import invalid_parameter, not_found
from amplify_auth.testing._core.state.store import RefreshToken
from amplify_auth.testing._core.tokens.issue import SignedIn, revoke_family, verify_access

_MOST: Final = 60  # unverified: the size of a page is not documented
_SESSION_ID: Final = re.compile(r"(tkn|sso)[a-z0-9]{25}")  # botocore's model
_ALPHABET: Final = "0123456789abcdefghijklmnopqrstuvwxyz"


@operation("ListUserSessions", required=("AccessToken",), optional=("NextToken",))
def list_user_sessions(call: Call) -> dict[str, Any]:
    """The user's living sign-ins on every client, oldest first."""
    signed_in = verify_access(call)
    families = list(_families(call, signed_in).items())
    shown, following = page(families, limit=None, token=call.params.get("NextToken"), most=_MOST)
    sessions = [_described(call, signed_in, family, tokens) for family, tokens in shown]
    return {"Sessions": sessions, **({"NextToken": following} if following else {})}


@operation("RevokeUserSession", required=("AccessToken", "SessionId"), optional=("RevokeAssociatedSessions",))
def revoke_user_session(call: Call) -> dict[str, Any]:
    """End another sign-in of the same user; one's own is refused (botocore's model)."""
    signed_in = verify_access(call)
    wanted = str(call.required("SessionId"))
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
    """The public id of a sign-in: ``tkn`` and 25 letters and digits, always the same for the same sign-in."""
    number = int.from_bytes(hashlib.sha256(family.encode()).digest())
    digits: list[str] = []
    for _ in range(25):
        number, digit = divmod(number, len(_ALPHABET))
        digits.append(_ALPHABET[digit])
    return "tkn" + "".join(digits)


def _families(call: Call, signed_in: SignedIn) -> dict[str, list[RefreshToken]]:
    families: dict[str, list[RefreshToken]] = {}
    for token in call.state.refresh_tokens.values():
        # What is revoked, by moto's admin operations too, is marked in moto's table.
        alive = call.pool.refresh_tokens.get(token.value) is not None and call.now < token.expires_at
        if alive and token.username == signed_in.user.username:
            families.setdefault(token.origin_jti, []).append(token)
    return families


def _described(call: Call, signed_in: SignedIn, family: str, tokens: Iterable[RefreshToken]) -> dict[str, Any]:
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
