"""The first factors of ``USER_AUTH``: what Cognito has listed, what can be offered without a list. Nothing is sent."""

from __future__ import annotations

from typing import Final

from .._cognito import Reply
from .._typed_text import name_of
from .._values import FIRST_FACTORS, AuthConfig, PendingSignIn

#: First factors, and the switch of an amplify_outputs file that says if the backend has them.
SWITCHES: Final = {"EMAIL_OTP": "email_otp_enabled", "SMS_OTP": "sms_otp_enabled", "WEB_AUTHN": "web_authn"}


def first_factor_of(text: str) -> str:
    """``text`` as the name of a first factor in Cognito's spelling; as it was typed if it is not known."""
    name = name_of(text)
    return name if name in FIRST_FACTORS else text


def listed_factors(reply: Reply, previous: PendingSignIn | None) -> tuple[str, ...]:
    """The first factors that Cognito has listed, in this reply or before.

    With a challenge that was not chosen from a list, the list may have that challenge only. It says nothing of others.
    """
    found = reply.available_challenges
    if reply.challenge_name == "WEB_AUTHN" and set(found) <= {"WEB_AUTHN"}:
        found = ()
    return found or (previous.available_challenges if previous else ())


def possible_factors(config: AuthConfig) -> tuple[str, ...]:
    """What is offered after a passkey if Cognito listed nothing: another try first, then what the backend may have.

    If the user does not have the factor that is chosen, Cognito answers with its list.
    """
    backend = config.passwordless
    others = (
        factor for factor in FIRST_FACTORS if backend is None or factor not in SWITCHES or backend.get(SWITCHES[factor])
    )
    return ("WEB_AUTHN", *(factor for factor in others if factor != "WEB_AUTHN"))
