"""Reads the answers about an authenticator app, in a sign-in and of a signed-in user. It sends nothing."""

from __future__ import annotations

from ..errors import EnableSoftwareTokenMFAException
from .reply import Members, optional_text, protocol_error


def totp_secret(answer: Members) -> str:
    """The shared secret of a new authenticator, from the answer to ``AssociateSoftwareToken``."""
    operation = "AssociateSoftwareToken"
    secret = optional_text(answer, "SecretCode", operation)
    if not secret:
        raise protocol_error(f"{operation} gave no secret.", name="SetUpTOTPException", operation=operation)
    return secret


def check_totp_verified(answer: Members) -> None:
    """Raise `EnableSoftwareTokenMFAException` if the answer to ``VerifySoftwareToken`` is not a success."""
    if answer.get("Status") != "SUCCESS":
        raise EnableSoftwareTokenMFAException(
            "Cognito did not accept the authenticator.", operation="VerifySoftwareToken"
        )
