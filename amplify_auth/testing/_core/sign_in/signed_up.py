"""The session of ConfirmSignUp, which can start a sign-in: the code of the sign-up is its first factor.

Never here: a sign-up.
"""

from typing import Final

import attrs

from ..._moto import MotoUser
from ..request import Call, first_factors
from .progress import data_of
from .sessions import close, open_session, session_of

_CHALLENGE: Final = "SIGNED_UP"
_FACTOR_OF: Final = {"email": "EMAIL_OTP", "phone_number": "SMS_OTP"}


@attrs.frozen(kw_only=True)
class _SignedUp:
    verified: str


def open_signed_up(call: Call, user: MotoUser, *, verified: str) -> str:
    """Open the session, and return its ID. ``verified`` is the attribute that the code verified."""
    session = open_session(
        call,
        username=user.username,
        client_id=call.client.id,
        challenge=_CHALLENGE,
        data=_SignedUp(verified=verified),
    )
    return session.id


def signed_up_factor(call: Call, username: str) -> str | None:
    """Use up the session of this request: ``SIGN_UP`` if the pool allows its code as a first factor, else None."""
    session = session_of(call, _CHALLENGE, username=username)
    factor = _FACTOR_OF.get(data_of(session, _SignedUp).verified)
    close(session)
    return "SIGN_UP" if factor in first_factors(call.pool) else None
