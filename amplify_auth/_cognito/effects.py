"""What a second request does, for every operation without an AWS signature. `EFFECTS` is the table.

``retries`` reads in it which requests may be repeated, ``unknown_outcome`` what to advise if it is not known whether
Cognito acted. Nothing is decided here about one request that failed.

The advice names a function only if the operation is sent by that function alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, final

from .._masking import Value, value


@final
@value(kw_only=True, eq=False)
class Effect(Value):
    """One row.

    Attributes:
        is_repeatable: True if a second request does no harm when the first may have been acted on.
        why: The reason.
        advice: What the caller can do if it is unknown whether Cognito acted. Empty if the request is repeatable.
        may_be_called_again: True if the same call of the public function does no harm then, and can succeed.
    """

    is_repeatable: bool
    why: str
    advice: str = ""
    may_be_called_again: bool = True


def _repeated(why: str) -> Effect:
    return Effect(is_repeatable=True, why=why)


def _once(why: str, advice: str, *, may_be_called_again: bool = False) -> Effect:
    return Effect(is_repeatable=False, why=why, advice=advice, may_be_called_again=may_be_called_again)


#: Of an operation that is not in the table: a later version of Cognito may have it.
_UNKNOWN: Final = _once("It is not known what a second request does.", "Find out first what the request has done.")

_READS: Final = "It only reads."
_SAME_END: Final = "After the second request all is as after the first."

# The flows of InitiateAuth and the challenges of RespondToAuthChallenge that have rows of their own.
_VARIANTS: Final[Mapping[str, str]] = {"InitiateAuth": "AuthFlow", "RespondToAuthChallenge": "ChallengeName"}

#: The operation, or the operation and its flow or challenge -> what a second request does.
EFFECTS: Final[Mapping[str, Effect]] = {
    "AssociateSoftwareToken": _once(
        "A second secret replaces the first, which may have been shown.",
        "Choose the authenticator again: a secret that was not shown does no harm.",
        may_be_called_again=True,
    ),
    "AssociateSoftwareToken of a signed-in user": _once(
        "A second secret replaces the first, which may have been shown.",
        "Call set_up_totp() again: a secret that was not shown does no harm.",
        may_be_called_again=True,
    ),
    "ChangePassword": _once(
        "The old password may be wrong by now, and a wrong one is counted.",
        "Sign in with the new password. Only if it is refused, call update_password() again.",
    ),
    "CompleteWebAuthnRegistration": _once(
        "The registration is spent.",
        "Look for the new passkey in list_web_authn_credentials(). Only if it is missing, call "
        "associate_web_authn_credential() again.",
    ),
    "ConfirmDevice": _once(
        "A device that is confirmed is refused.",
        "Confirm the device again, with the same secret.",
        may_be_called_again=True,
    ),
    "ConfirmForgotPassword": _once(
        "The code is spent, and a wrong one is counted.",
        "Sign in with the new password. Only if it is refused, call confirm_reset_password() again.",
    ),
    "ConfirmSignUp": _once(
        "The code is spent, and a wrong one is counted.",
        "Call confirm_sign_up() again: an account that is confirmed by now goes on as confirmed.",
        may_be_called_again=True,
    ),
    "DeleteUser": _once(
        "A user who is deleted is refused.",
        "Call delete_user() again: if there is no such user any more, it succeeds.",
        may_be_called_again=True,
    ),
    "DeleteUserAttributes": _repeated(_SAME_END),
    "DeleteWebAuthnCredential": _repeated(_SAME_END),
    "ForgetDevice": _repeated(_SAME_END),
    "ForgotPassword": _once(
        "It sends a message, and is counted.",
        "Wait for the message. Only if none arrives, call reset_password() again.",
    ),
    "GetCredentialsForIdentity": _repeated("The credentials that were lost expire unused."),
    "GetDevice": _repeated(_READS),
    # With the proof of a user it always gives that user's identity: see `effect_of`.
    "GetId": _once(
        "Each request makes another identity for a guest.",
        "Call again: at worst, an unused identity remains.",
        may_be_called_again=True,
    ),
    "GetId of a user": _repeated("A user has one identity."),
    "GetTokensFromRefreshToken": _repeated(
        "The tokens that were lost expire unused. A replaced refresh token stays good for the client's grace period."
    ),
    "GetUser": _repeated(_READS),
    "GetUserAttributeVerificationCode": _once(
        "It sends a message, and is counted.",
        "Wait for the message. Only if none arrives, call send_user_attribute_verification_code() again.",
    ),
    "GetUserAuthFactors": _repeated(_READS),
    "GlobalSignOut": _once(
        "The first one revokes the access token that the second one needs.",
        "Call sign_out(global_sign_out=True) again.",
        may_be_called_again=True,
    ),
    "InitiateAuth": _once(  # by a flow without a row of its own
        "It is not known what another flow does.",
        "Start the sign-in again. It may send a message, and it counts a wrong password again.",
    ),
    "InitiateAuth CUSTOM_AUTH": _once(
        "A Lambda trigger of the pool acts: it may send a message, or count.",
        "Start the sign-in again. A code that arrives for the lost answer cannot be used.",
    ),
    "InitiateAuth REFRESH_TOKEN": _repeated("As GetTokensFromRefreshToken."),
    "InitiateAuth REFRESH_TOKEN_AUTH": _repeated("As GetTokensFromRefreshToken."),
    "InitiateAuth USER_AUTH": _once(
        # Nor is PREFERRED_CHALLENGE=PASSWORD_SRP certain: Cognito may offer or send another factor in its place.
        "It sends a code, counts a wrong password, or spends the session of a sign-up.",
        "Start the sign-in again: it sends another code, and counts a wrong password again. "
        "A code that arrives for the lost answer cannot be used.",
    ),
    "InitiateAuth USER_PASSWORD_AUTH": _once(
        "It counts a wrong password, and sends a code if the user has MFA.",
        "Check the password, then start the sign-in again: a wrong password is counted again. "
        "A code that arrives for the lost answer cannot be used.",
    ),
    "InitiateAuth USER_SRP_AUTH": _repeated("It starts an SRP exchange. Nothing is proved, counted or sent yet."),
    "ListDevices": _repeated(_READS),
    "ListUserSessions": _repeated(_READS),
    "ListWebAuthnCredentials": _repeated(_READS),
    "ResendConfirmationCode": _once(
        "It sends a message, and the code before is not good any more.",
        "Wait for the message. Only if none arrives, call resend_sign_up_code() again.",
    ),
    "RespondToAuthChallenge": _once(
        "It spends the session, and a wrong answer is counted.",
        "Answer again with confirm_sign_in(); a wrong answer is counted again. "
        "If that raises PendingSignInExpired, Cognito has acted on the lost answer: call sign_in().",
    ),
    "RespondToAuthChallenge DEVICE_PASSWORD_VERIFIER": _once("It spends the session.", "Start the sign-in again."),
    "RespondToAuthChallenge DEVICE_SRP_AUTH": _once("It spends the session.", "Start the sign-in again."),
    "RespondToAuthChallenge NEW_PASSWORD_REQUIRED": _once(
        "It spends the session, and sets the password.",
        "Answer again with confirm_sign_in(). If that raises PendingSignInExpired, the new password has been set: "
        "call sign_in() with it.",
        may_be_called_again=True,
    ),
    "RespondToAuthChallenge PASSWORD_VERIFIER": _once(
        "It spends the session, and counts a wrong password.",
        "Check the password, then start the sign-in again: a wrong password is counted again.",
    ),
    "RevokeToken": _repeated(_SAME_END),
    "RevokeUserSession": _repeated(_SAME_END),
    "SetUserMFAPreference": _repeated(_SAME_END),
    "SetUserSettings": _repeated(_SAME_END),
    "SignUp": _once(
        "It makes an account and sends a message.",
        "If a code arrives, the account exists: call confirm_sign_up() with it. If none arrives, call "
        "sign_up() again: UsernameExistsException then says that the account exists.",
    ),
    "StartWebAuthnRegistration": _repeated("A registration that was not shown is replaced."),
    "UpdateAuthEventFeedback": _once("Its token may be good once.", "Look at the user's events first."),
    "UpdateDeviceStatus": _repeated(_SAME_END),
    "UpdateUserAttributes": _once(
        "It sends a code for each new address.",
        "Read the attributes with fetch_user_attributes(), and wait for the message. Only if they are the old ones and "
        "no message arrives, change them again: that sends another code.",
    ),
    "VerifySoftwareToken": _once(
        "The code is spent, and a wrong one is counted.",
        "Give the authenticator's next code. If that raises PendingSignInExpired, call sign_in().",
    ),
    "VerifySoftwareToken of a signed-in user": _once(
        "The code is spent, and a wrong one is counted.",
        "Call verify_totp_setup() with the authenticator's next code. If that is refused, begin again with "
        "set_up_totp().",
    ),
    "VerifyUserAttribute": _once(
        "The code is spent, and a wrong one is counted.",
        "Read the attributes with fetch_user_attributes(). Only if the attribute is not verified, call "
        "confirm_user_attribute() again.",
    ),
}


def effect_of(operation: str, parameters: Mapping[str, object]) -> Effect:
    """The row of a request."""
    row = operation
    if operation in _VARIANTS:
        row = f"{operation} {parameters.get(_VARIANTS[operation])}"
    elif parameters.get("AccessToken"):
        row = f"{operation} of a signed-in user"
    elif operation == "GetId" and parameters.get("Logins"):
        row = "GetId of a user"
    return EFFECTS.get(row) or EFFECTS.get(operation) or _UNKNOWN
