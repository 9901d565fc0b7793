"""Two tables: which function checks the answer to each challenge, and which function finds its session."""

from collections.abc import Mapping
from typing import Final

from . import choice, custom, device, mfa, new_password, passkey, password
from .progress import Answer, FindSession

CHALLENGES: Final[Mapping[str, Answer]] = {
    "PASSWORD_VERIFIER": password.answer,
    "NEW_PASSWORD_REQUIRED": new_password.answer,
    "SMS_MFA": mfa.answer_code,
    "EMAIL_OTP": mfa.answer_code,
    "SMS_OTP": mfa.answer_code,
    "SOFTWARE_TOKEN_MFA": mfa.answer_totp,
    "SELECT_MFA_TYPE": mfa.answer_select,
    "MFA_SETUP": mfa.answer_setup,
    "SELECT_CHALLENGE": choice.answer_select,
    "PASSWORD": choice.answer_password,
    "PASSWORD_SRP": choice.answer_password,
    "WEB_AUTHN": passkey.answer,
    "CUSTOM_CHALLENGE": custom.answer,
    "DEVICE_SRP_AUTH": device.answer_start,
    "DEVICE_PASSWORD_VERIFIER": device.answer_proof,
}

FOUND_BY: Final[Mapping[str, FindSession]] = {
    "PASSWORD_VERIFIER": password.session_of_proof,
    "DEVICE_SRP_AUTH": device.session_of_device,
    "DEVICE_PASSWORD_VERIFIER": device.session_of_device,
}
"""The challenges whose session is not found by ``Session`` alone."""
