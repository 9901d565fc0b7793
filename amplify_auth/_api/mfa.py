"""The factors of a signed-in user: `set_up_totp`, `verify_totp_setup`, and what is on, preferred and set up."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from .. import _arguments as arguments
from .._account import (
    MFA_SETTINGS,
    PASSKEY_MFA_SETTINGS,
    AuthFactors,
    MfaPreference,
    MfaSetting,
    PasskeyMfaSetting,
    auth_factors,
    merged_mfa_settings,
    mfa_preference,
)
from .._cognito import check_totp_verified, totp_secret
from .._public_call import public
from .._session import Session, exclusively
from .._values import OTHER_WORDS, TotpSetupDetails
from ..errors import AuthValidationError
from .as_user import as_user

#: Of a code of an authenticator app (``SoftwareTokenMFAUserCodeType`` of the service's model).
_DIGITS: Final = 6


@public
def set_up_totp(*, session: Session | None = None) -> TotpSetupDetails:
    """Begin to set up an authenticator app for the signed-in user.

    Show the secret or the URI to the user, and pass the first code of the app to `verify_totp_setup`. Each call makes
    another secret.

    Args:
        session: The session; default: the default session.

    Returns:
        The secret for the app. `TotpSetupDetails.get_setup_uri` makes the text of a QR code.

    Raises:
        UserUnAuthenticatedException: No user is signed in; `SessionEnded` if one was.
        SoftwareTokenMFANotFoundException: The pool has no authenticator apps as a second factor.
        AuthServiceError: Cognito refused for another reason.
        AuthNetworkError: There was no answer.
        AuthProtocolError: The answer cannot be right; named ``SetUpTOTPException`` if it has no secret.
        AuthConfigurationError: No session is given, and `configure` made no default.

    Cognito operation: ``AssociateSoftwareToken``.

    Example:
        >>> details = set_up_totp()  # doctest: +SKIP
        >>> print(details.get_setup_uri("My App"))  # doctest: +SKIP
        >>> verify_totp_setup(input("Code: "))  # doctest: +SKIP
        >>> update_mfa_preference(totp="PREFERRED")  # doctest: +SKIP
    """
    user = as_user(session)
    return TotpSetupDetails(shared_secret=totp_secret(user.call("AssociateSoftwareToken")), username=user.user.username)


@public
def verify_totp_setup(code: str, *, friendly_device_name: str | None = None, session: Session | None = None) -> None:
    """Complete what `set_up_totp` began: show Cognito that the authenticator app knows the secret.

    This does not turn the factor on: call ``update_mfa_preference(totp="ENABLED")`` or ``"PREFERRED"`` after it. A code
    is good once, so the next sign-in needs the app's next code.

    Args:
        code: The code that the app shows now: six digits. White space and dashes in it do not matter.
        friendly_device_name: A name for the app; sign-ins show it when they ask for a code.
        session: The session; default: the default session.

    Raises:
        AuthValidationError: An argument is wrong; nothing was sent. Named ``EmptyVerifyTOTPSetupCode`` if there is no
            code.
        EnableSoftwareTokenMFAException: The code is wrong, or Cognito did not accept the authenticator for another
            reason; call again with the next code. It is a `CodeMismatchException`.
        SoftwareTokenMFANotFoundException: `set_up_totp` was not called.
        UserUnAuthenticatedException: No user is signed in; `SessionEnded` if one was.
        AuthServiceError: Cognito refused for another reason.
        AuthNetworkError: There was no answer. The message says that it is not known if the code was accepted: the
            request is never sent twice.
        AuthProtocolError: The answer cannot be right.
        AuthConfigurationError: No session is given, and `configure` made no default.

    Cognito operation: ``VerifySoftwareToken``.
    """
    digits = arguments.code(code, "code", "EmptyVerifyTOTPSetupCode", "code is required to verify_totp_setup")
    if not digits.isascii() or not digits.isdigit() or len(digits) != _DIGITS:  # a wrong one would count
        raise AuthValidationError(
            f"The code of an authenticator app has {_DIGITS} digits.",
            name="InvalidArgument",
            recovery_suggestion="Pass the code that the app shows now as code.",
        )
    name = arguments.optional(friendly_device_name, "friendly_device_name")
    answer = as_user(session).call("VerifySoftwareToken", UserCode=digits, FriendlyDeviceName=name)
    check_totp_verified(answer)


@public
def fetch_mfa_preference(*, session: Session | None = None) -> MfaPreference:
    """The second factors of the signed-in user: which are on, and which of them is preferred.

    If several are on and none is preferred, each sign-in asks which one to use.

    Args:
        session: The session; default: the default session.

    Returns:
        The factors, by the names ``"SMS"``, ``"TOTP"`` and ``"EMAIL"``. Another factor has Cognito's name.

    Raises:
        UserUnAuthenticatedException: No user is signed in; `SessionEnded` if one was.
        AuthServiceError: Cognito refused.
        AuthNetworkError: There was no answer.
        AuthProtocolError: The answer cannot be right.
        AuthConfigurationError: No session is given, and `configure` made no default.

    Cognito operation: ``GetUser``.
    """
    return mfa_preference(as_user(session).call("GetUser"), "GetUser")


@public
def update_mfa_preference(
    *,
    sms: MfaSetting | None = None,
    totp: MfaSetting | None = None,
    email: MfaSetting | None = None,
    web_authn: PasskeyMfaSetting | None = None,
    session: Session | None = None,
) -> None:
    """Turn second factors of the signed-in user on or off, and choose the preferred one.

    ``"ENABLED"`` turns a factor on; if it is the preferred one, it stays that. ``"PREFERRED"`` turns it on and makes it
    the only preferred one. ``"NOT_PREFERRED"`` turns it on, and it is not preferred any more. ``"DISABLED"`` turns it
    off; nothing is sent for a factor that is off. Factors that are not named stay as they are.

    What the user has is read first, then the change is sent. Threads that share the session take turns. If another
    process, or another session, changes the same user in between, one of the two preferences is lost.

    Args:
        sms: A code by text message. The user needs a phone number.
        totp: An authenticator app. It must have been set up: see `set_up_totp`.
        email: A code by e-mail. The user needs a verified address.
        web_authn: A passkey: ``"ENABLED"`` or ``"DISABLED"``. The pool must allow passkeys as a second factor.
        session: The session; default: the default session.

    Raises:
        AuthValidationError: A word is not known, two factors are to be preferred, or no factor is named; nothing was
            sent.
        InvalidParameterException: The user lacks what the factor needs; the error says what to call first.
        UserUnAuthenticatedException: No user is signed in; `SessionEnded` if one was.
        AuthServiceError: Cognito refused for another reason.
        AuthNetworkError: There was no answer. It does no harm to call again.
        AuthProtocolError: The answer cannot be right.
        AuthStateError: Another thread's change has taken longer than a call may take; nothing was sent.
        AuthConfigurationError: The installed botocore is too old for ``web_authn``. Or no session is given, and
            `configure` made no default.

    Cognito operations: ``GetUser``, then ``SetUserMFAPreference``.
    """
    also = OTHER_WORDS["mfa_setting"]
    given: dict[str, MfaSetting | None] = {
        "SMS": arguments.one_of(sms, "sms", MFA_SETTINGS, also=also),
        "TOTP": arguments.one_of(totp, "totp", MFA_SETTINGS, also=also),
        "EMAIL": arguments.one_of(email, "email", MFA_SETTINGS, also=also),
    }
    wanted: dict[str, MfaSetting] = {factor: setting for factor, setting in given.items() if setting is not None}
    passkey = arguments.one_of(web_authn, "web_authn", PASSKEY_MFA_SETTINGS, also=OTHER_WORDS["passkey_mfa_setting"])
    _check_settings(wanted, is_passkey_named=passkey is not None)
    user = as_user(session)
    with exclusively(user.state, user.state.account_lock, "change of second factors"):
        now = mfa_preference(user.call("GetUser"), "GetUser")
        settings = merged_mfa_settings(now, wanted, passkey)
        if settings:
            user.call("SetUserMFAPreference", **settings)


def _check_settings(wanted: Mapping[str, MfaSetting], *, is_passkey_named: bool) -> None:
    if not wanted and not is_passkey_named:
        raise AuthValidationError(
            "No second factor is named.",
            name="InvalidArgument",
            recovery_suggestion='Pass sms, totp, email or web_authn, such as totp="PREFERRED".',
        )
    preferred = [factor.lower() for factor, setting in wanted.items() if setting == "PREFERRED"]
    if len(preferred) > 1:
        raise AuthValidationError(
            f"Only one factor can be preferred, not {' and '.join(preferred)}.",
            name="InvalidArgument",
            recovery_suggestion='Pass "PREFERRED" for one of them, and "ENABLED" for the others.',
        )


@public
def fetch_auth_factors(*, session: Session | None = None) -> AuthFactors:
    """All that the signed-in user can sign in with, as first and as second factors.

    An app sees in it which set-up it can still offer: a passkey, an authenticator app, an address.

    Args:
        session: The session; default: the default session.

    Returns:
        The factors that are set up, and the second factors that are on.

    Raises:
        UserUnAuthenticatedException: No user is signed in; `SessionEnded` if one was.
        AuthServiceError: Cognito refused.
        AuthNetworkError: There was no answer.
        AuthProtocolError: The answer cannot be right.
        AuthConfigurationError: No session is given, and `configure` made no default.

    Cognito operation: ``GetUserAuthFactors``.
    """
    return auth_factors(as_user(session).call("GetUserAuthFactors"))
