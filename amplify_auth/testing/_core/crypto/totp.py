"""Time-based one-time codes as Cognito uses them: RFC 6238 with SHA-1, 30 seconds, six digits.

Never here: a user, a kept secret, or the current time.
"""

import base64
import binascii
import hmac
import secrets
from collections.abc import Collection

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

#: The seconds of one time step, and so of one code (RFC 6238 section 4.1).
STEP = 30
_DIGITS = 6
# Cognito also accepts the code of the time step before (the maintainers in amplify-js issue 3873). How many steps it
# accepts is not published. RFC 6238 section 5.2 recommends one step.
_DRIFT = 1


def new_secret() -> str:
    """A new shared secret: 32 random bytes in base32 without padding, 52 characters."""
    return base64.b32encode(secrets.token_bytes(32)).decode("ascii").rstrip("=")


def code_at(secret: str, seconds: float) -> str:
    """The code that an authenticator app shows ``seconds`` after 1970-01-01 UTC.

    Raises:
        ValueError: ``secret`` is not base32.
    """
    # RFC 6238 requires long keys; the secrets in tests may be shorter.
    totp = TOTP(_key(secret), _DIGITS, SHA1(), STEP, enforce_key_length=False)  # noqa: S303 - named by the RFC
    return totp.generate(seconds).decode("ascii")


def matching_step(secret: str, code: str, seconds: float) -> int | None:
    """The number of the time step that ``code`` belongs to; None if the code is not accepted now.

    With the number a caller can refuse a code that was used before (RFC 6238 section 5.2).
    """
    now = int(seconds // STEP)
    found = None
    for step in range(now - _DRIFT, now + _DRIFT + 1):
        if hmac.compare_digest(code_at(secret, step * STEP).encode(), code.encode()):
            found = step
    return found


def unused_step(used: Collection[int], seconds: float) -> int | None:
    """The number of a time step whose code is accepted now and not in ``used``: this step, the next, or the last.

    None if all three are in ``used``.
    """
    now = int(seconds // STEP)
    return next((step for step in (now, now + _DRIFT, now - _DRIFT) if step not in used), None)


def _key(secret: str) -> bytes:
    text = secret.replace(" ", "").rstrip("=").upper()
    try:
        return base64.b32decode(text + "=" * (-len(text) % 8))
    except binascii.Error:
        raise ValueError("The TOTP secret is not base32.") from None
