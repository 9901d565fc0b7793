"""What is often written in place of the values of an option or an argument. It is never accepted, but explained."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

_ADMIN = (
    "The ADMIN flows need AWS credentials: call admin_initiate_auth of boto3, or use USER_SRP_AUTH or "
    "USER_PASSWORD_AUTH here."
)
_REFRESH = "fetch_auth_session() refreshes tokens by itself."
_SECOND = "That is a second factor: Cognito asks for it after the first one."
#: Option or argument -> what is written, as `name_of` gives it -> the value that is meant, or a sentence.
OTHER_WORDS: Final[Mapping[str, Mapping[str, str]]] = {
    "auth_flow_type": {
        **dict.fromkeys(("SRP", "SRP_AUTH", "USER_SRP", "ALLOW_USER_SRP_AUTH"), "USER_SRP_AUTH"),
        **dict.fromkeys(("PASSWORD", "USER_PASSWORD", "ALLOW_USER_PASSWORD_AUTH"), "USER_PASSWORD_AUTH"),
        **dict.fromkeys(
            ("CUSTOM", "CUSTOM_AUTH", "ALLOW_CUSTOM_AUTH", "CUSTOM_AUTH_FLOW_ONLY"),
            "Did you mean CUSTOM_WITHOUT_SRP, or CUSTOM_WITH_SRP if the flow begins with a password?",
        ),
        **dict.fromkeys(("CHOICE", "USER", "ALLOW_USER_AUTH", "PASSWORDLESS"), "USER_AUTH"),
        **dict.fromkeys(
            ("ADMIN_NO_SRP_AUTH", "ADMIN_USER_PASSWORD_AUTH", "ADMIN_USER_SRP_AUTH", "ALLOW_ADMIN_USER_PASSWORD_AUTH"),
            _ADMIN,
        ),
        **dict.fromkeys(("REFRESH_TOKEN", "REFRESH_TOKEN_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"), _REFRESH),
    },
    "preferred_challenge": {
        **dict.fromkeys(("PASSKEY", "WEBAUTHN", "WEB_AUTH_N", "FIDO", "FIDO2"), "WEB_AUTHN"),
        **dict.fromkeys(("EMAIL", "EMAIL_CODE", "EMAIL_MFA"), "EMAIL_OTP"),
        **dict.fromkeys(("SMS", "SMS_CODE", "SMS_MFA"), "SMS_OTP"),
        **dict.fromkeys(("SRP", "USER_SRP_AUTH", "PASSWORD_VERIFIER"), "PASSWORD_SRP"),
        **dict.fromkeys(("TOTP", "SOFTWARE_TOKEN", "SOFTWARE_TOKEN_MFA"), _SECOND),
    },
    "mfa_setting": {
        **dict.fromkeys(("ON", "TRUE", "YES", "ENABLE"), "ENABLED"),
        **dict.fromkeys(("OFF", "FALSE", "NO", "DISABLE", "NONE"), "DISABLED"),
    },
    "passkey_mfa_setting": {
        **dict.fromkeys(("ON", "TRUE", "YES", "ENABLE"), "ENABLED"),
        **dict.fromkeys(("OFF", "FALSE", "NO", "DISABLE", "NONE"), "DISABLED"),
        **dict.fromkeys(("PREFERRED", "NOT_PREFERRED"), "A passkey cannot be the preferred second factor."),
    },
    "sign_up_verification_method": {"EMAIL": "code", "SMS": "code", "URL": "link"},
    "token_use": {
        **dict.fromkeys(("ACCESS_TOKEN", "BEARER"), "access"),
        **dict.fromkeys(("ID_TOKEN", "IDENTITY"), "id"),
        **dict.fromkeys(("REFRESH", "REFRESH_TOKEN"), "A refresh token is for Cognito only."),
    },
}
