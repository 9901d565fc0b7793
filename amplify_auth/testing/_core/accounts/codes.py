"""One-time codes and the messages that carry them. Never here: TOTP, or what a right code allows."""

import hmac
import secrets
from datetime import timedelta
from typing import Any, Final

from amplify_auth.testing._core.accounts.users import delivery, medium
from amplify_auth.testing._core.request.call import Call
from amplify_auth.testing._core.request.errors import code_expired, code_mismatch
from amplify_auth.testing._core.state.store import Code, Message

SIGN_UP: Final = "SignUp"
FORGOT_PASSWORD: Final = "ForgotPassword"
SMS_MFA: Final = "SMS_MFA"
SMS_OTP: Final = "SMS_OTP"
EMAIL_OTP: Final = "EMAIL_OTP"

# What people type when they guess; a test that types them must fail.
_GUESSES: Final = frozenset({"123456", "12345678", "654321", "87654321"})


def verification(attribute: str) -> str:
    """The purpose of a code that proves an attribute: ``Verify:email`` or ``Verify:phone_number``."""
    return f"Verify:{attribute}"


def send(
    call: Call,
    user: Any,
    purpose: str,
    attribute: str,
    *,
    lifetime: timedelta,
    digits: int = 6,
    destination: str | None = None,
) -> tuple[Code, dict[str, str]]:
    """Send a new code; the one sent before for the same purpose dies.

    Args:
        call: The request that leads to the message.
        user: Whom it goes to.
        purpose: ``SignUp``, ``ForgotPassword``, ``Verify:<attribute>``, ``SMS_MFA``, ``EMAIL_OTP`` or ``SMS_OTP``.
        attribute: ``email`` or ``phone_number``.
        lifetime: How long the code works.
        digits: Its length.
        destination: Where to, when not the user's attribute (a value still to be verified).

    Returns:
        The code and ``CodeDeliveryDetails``, the destination masked.
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
    """The code a user was sent for a purpose, if ``value`` is it. It stays usable: set ``used`` on success.

    Raises:
        CognitoError: ``CodeMismatchException`` for a wrong code, ``ExpiredCodeException`` for one that is too old,
            used, or was never sent.
    """
    return matching(call, call.state.codes.get((username, purpose)), value)


def matching(call: Call, code: Code | None, value: str) -> Code:
    """``code`` if it is alive and ``value`` is it; see ``check``.

    Raises:
        CognitoError: As ``check``.
    """
    if code is None or code.used or call.now >= code.expires_at:
        raise code_expired()
    if not same(code, value):
        raise code_mismatch()
    return code


def same(code: Code, value: str) -> bool:
    """Whether ``value`` is the code, dead or alive."""
    return hmac.compare_digest(code.value.encode(), str(value).encode())
