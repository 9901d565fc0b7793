"""One-time codes that are sent in messages.

Never here: time-based codes, or what a right code allows.
"""

import hmac
import secrets
from datetime import timedelta
from typing import Final

from ..._moto import MotoUser
from ..._values import Message
from ..request import Call, code_expired, code_mismatch
from ..state import Code
from .delivery import delivery, medium

SIGN_UP: Final = "SignUp"
FORGOT_PASSWORD: Final = "ForgotPassword"

# Codes that people guess; a test that sends one of them must fail.
_GUESSES: Final = frozenset({"123456", "12345678", "654321", "87654321"})


def verification(attribute: str) -> str:
    """The purpose of a code that verifies an attribute: ``Verify:email`` or ``Verify:phone_number``."""
    return f"Verify:{attribute}"


def send(
    call: Call,
    user: MotoUser,
    purpose: str,
    attribute: str,
    *,
    lifetime: timedelta,
    digits: int = 6,
    destination: str | None = None,
) -> tuple[Code, dict[str, str]]:
    """Send a new code. It replaces the code that was sent before for the same purpose.

    Args:
        call: The request that causes the message.
        user: The receiver.
        purpose: ``SignUp``, ``ForgotPassword``, ``Verify:<attribute>``, ``SMS_MFA``, ``EMAIL_OTP`` or ``SMS_OTP``.
        attribute: ``email`` or ``phone_number``.
        lifetime: How long the code works.
        digits: The length of the code.
        destination: The address or number, if it is not the user's attribute yet (a value to be verified).

    Returns:
        The code, and ``CodeDeliveryDetails`` with the destination masked.
    """
    target = destination if destination is not None else str(user.attribute_lookup[attribute])
    code = Code(value=_draw(digits), expires_at=call.now + lifetime, attribute=attribute, destination=target)
    call.state.codes[user.username, purpose] = code
    call.state.outbox.append(
        Message(
            username=user.username,
            destination=target,
            medium=medium(attribute),
            attribute=attribute,
            purpose=purpose,
            code=code.value,
            sent_at=call.now,
        )
    )
    return code, delivery(attribute, target)


def _draw(digits: int) -> str:
    while True:
        value = f"{secrets.randbelow(10**digits):0{digits}d}"
        if value not in _GUESSES and len(set(value)) > 1:
            return value


def check(call: Call, username: str, purpose: str, value: str) -> Code:
    """The code that was sent to a user for a purpose, if ``value`` is right. The caller sets ``used`` on success.

    Raises:
        CognitoError: ``CodeMismatchException`` for a wrong code; ``ExpiredCodeException`` for a code that expired, was
            used, or was never sent.
    """
    code = call.state.codes.get((username, purpose))
    if code is None or code.used or call.now >= code.expires_at:
        raise code_expired()
    if not is_same(code, value):
        raise code_mismatch()
    return code


def is_same(code: Code, value: str) -> bool:
    """True if ``value`` is the code, also if the code expired or was used."""
    return hmac.compare_digest(code.value.encode(), str(value).encode())
