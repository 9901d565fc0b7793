"""Refusals of Cognito: one exception, and the sentences that several operations use.

The sentences are those of the service. They never contain the value that was refused.

Never here: the decision to refuse.
"""

from typing import Final


class CognitoError(Exception):
    """A refusal in the words of the service.

    Args:
        code: The name of the exception in Cognito's API, such as ``NotAuthorizedException``.
        message: The sentence of the service. It never contains a password, code, token or session.
        status: The HTTP status of the answer.
    """

    def __init__(self, code: str, message: str, status: int = 400) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.status = status


WRONG_PASSWORD: Final = "Incorrect username or password."
NO_SUCH_USER: Final = "User does not exist."
# Recorded: https://github.com/aws-amplify/amplify-js/issues/6461 (the beginning; the rest is unverified).
SESSION_SPENT: Final = "Invalid session for the user, session can only be used once."
SESSION_EXPIRED: Final = "Invalid session for the user, session is expired."
SESSION_INVALID: Final = "Invalid session for the user."
# Recorded, also for VerifyUserAttribute: https://github.com/floci-io/floci/issues/2018
CODE_WRONG: Final = "Invalid verification code provided, please try again."
CODE_EXPIRED: Final = "Invalid code provided, please request a code again."
# Recorded: https://github.com/aws-amplify/amplify-js/issues/3066
MFA_CODE_WRONG: Final = "Invalid code or auth state for the user."
# Measured on AWS: MFASignInTests.swift of https://github.com/aws-amplify/amplify-swift, and moto's tests.
TOTP_CODE_USED: Final = "Your software token has already been used once."


def not_authorized(message: str = WRONG_PASSWORD) -> CognitoError:
    """The refusal of a proof, token or session."""
    return CognitoError("NotAuthorizedException", message)


def invalid_parameter(message: str) -> CognitoError:
    """The refusal of a request that is wrong for every user."""
    return CognitoError("InvalidParameterException", message)


def user_not_found(message: str = NO_SUCH_USER) -> CognitoError:
    """The refusal of an unknown user, if the client does not hide which users exist."""
    return CognitoError("UserNotFoundException", message)


def not_found(message: str) -> CognitoError:
    """The refusal of an unknown client, pool or device."""
    return CognitoError("ResourceNotFoundException", message)


def code_mismatch(message: str = CODE_WRONG) -> CognitoError:
    """The refusal of a wrong one-time code."""
    return CognitoError("CodeMismatchException", message)


def code_expired(message: str = CODE_EXPIRED) -> CognitoError:
    """The refusal of a one-time code that expired, was used, was replaced, or was never sent."""
    return CognitoError("ExpiredCodeException", message)


def missing(member: str) -> CognitoError:
    """The refusal of a request without a required member, in the words of the service's generated validation."""
    name = member[:1].lower() + member[1:]
    return invalid_parameter(
        f"1 validation error detected: Value at '{name}' failed to satisfy constraint: Member must not be null"
    )


def unsupported(what: str) -> CognitoError:
    """The refusal of what the test bed does not support. It has a name, so that no test accepts an empty answer."""
    return CognitoError("UnsupportedOperationException", f"amplify_auth.testing does not support {what}")
