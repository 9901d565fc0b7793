"""What the caller has to do next: closed unions such as `SignUpStep` and `SignInStep`. Values only, no decisions.

Every step class has the name of its tag. Use ``match``, or compare the tag: type checkers find a case that is missing.
A step of several unions has a tag for each.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final, Literal, final
from urllib.parse import quote

import attrs

from .. import _arguments as arguments
from .._masking import Masked, Value, secret, value
from .._public_call import kept_error
from ..errors import AuthError

MfaType = Literal["SMS", "TOTP", "EMAIL"]
#: Cognito's name of a second factor -> ours.
MFA_TYPES: Final[Mapping[str, MfaType]] = {"SMS_MFA": "SMS", "SOFTWARE_TOKEN_MFA": "TOTP", "EMAIL_OTP": "EMAIL"}


@final
@value(kw_only=True)
class CodeDeliveryDetails(Value):
    """Where a code went.

    Attributes:
        destination: The address as Cognito masks it, such as ``"a***@e***"``.
        delivery_medium: ``"EMAIL"`` or ``"SMS"``.
        attribute_name: The attribute that the code verifies, such as ``"email"``; None for sign-in codes.
    """

    destination: str | None = None
    delivery_medium: str | None = None
    attribute_name: str | None = None


@final
@value(kw_only=True)
class TotpSetupDetails(Masked):
    """What an authenticator app needs to make one-time codes (RFC 6238).

    Attributes:
        shared_secret: The secret in Base32, to type into the app. Masked in ``repr``.
        username: The account name that `get_setup_uri` uses if it is given no other.
    """

    shared_secret: str = secret()
    username: str

    def get_setup_uri(self, app_name: str, account_name: str | None = None) -> str:
        """The ``otpauth`` URI to show as a QR code. It holds the secret.

        Args:
            app_name: The name of the service, shown in the app as issuer.
            account_name: The name of the account; default: the user name.

        Returns:
            The URI, in the form that authenticator apps agree on. All of both names is escaped, except an ``@`` in the
            name of the account. The form has no colon in a name: some apps show the name only up to it.

        Raises:
            AuthValidationError: A name is not text.

        Example:
            >>> details = TotpSetupDetails(shared_secret="JBSWY3DPEHPK3PXP", username="ann lee")
            >>> details.get_setup_uri("My App")
            'otpauth://totp/My%20App:ann%20lee?secret=JBSWY3DPEHPK3PXP&issuer=My%20App'
        """
        app = quote(arguments.required(app_name, "app_name", "InvalidArgument", "app_name is required."), safe="")
        account = quote(arguments.optional(account_name, "account_name") or self.username, safe="@")
        secret = quote(self.shared_secret.rstrip("="), safe="")  # the format has no padding
        return f"otpauth://totp/{app}:{account}?secret={secret}&issuer={app}"


@final
@value(kw_only=True)
class ConfirmSignUp(Value):
    """The account waits for its code: call ``confirm_sign_up``.

    After ``sign_in`` no code was sent: ``resend_sign_up_code`` sends one, and ``error`` is Cognito's refusal.
    """

    sign_up_step: Literal["CONFIRM_SIGN_UP"] = attrs.field(default="CONFIRM_SIGN_UP", init=False)
    sign_in_step: Literal["CONFIRM_SIGN_UP"] = attrs.field(default="CONFIRM_SIGN_UP", init=False)
    code_delivery_details: CodeDeliveryDetails | None = None
    error: AuthError | None = kept_error()


@final
@value(kw_only=True)
class CompleteAutoSignIn(Value):
    """The account is, or will be, confirmed: call ``auto_sign_in``."""

    sign_up_step: Literal["COMPLETE_AUTO_SIGN_IN"] = attrs.field(default="COMPLETE_AUTO_SIGN_IN", init=False)
    code_delivery_details: CodeDeliveryDetails | None = None


@final
@value(kw_only=True)
class Done(Value):
    """Nothing is left to do."""

    sign_up_step: Literal["DONE"] = attrs.field(default="DONE", init=False, repr=False)
    sign_in_step: Literal["DONE"] = attrs.field(default="DONE", init=False, repr=False)
    reset_password_step: Literal["DONE"] = attrs.field(default="DONE", init=False, repr=False)
    update_attribute_step: Literal["DONE"] = attrs.field(default="DONE", init=False, repr=False)


@final
@value(kw_only=True)
class ConfirmResetPasswordWithCode(Value):
    """If the account exists, a code went out: call ``confirm_reset_password`` with it and a new password.

    Attributes:
        code_delivery_details: Where the code went. A pool that hides which users exist makes this up for the others.
    """

    reset_password_step: Literal["CONFIRM_RESET_PASSWORD_WITH_CODE"] = attrs.field(
        default="CONFIRM_RESET_PASSWORD_WITH_CODE", init=False
    )
    code_delivery_details: CodeDeliveryDetails


@final
@value(kw_only=True)
class ConfirmAttributeWithCode(Value):
    """The new value must be confirmed: call ``confirm_user_attribute`` with the code that was sent to it."""

    update_attribute_step: Literal["CONFIRM_ATTRIBUTE_WITH_CODE"] = attrs.field(
        default="CONFIRM_ATTRIBUTE_WITH_CODE", init=False
    )
    code_delivery_details: CodeDeliveryDetails


@final
@value(kw_only=True)
class ConfirmSignInWithSmsCode(Value):
    """Answer with the code from the text message."""

    sign_in_step: Literal["CONFIRM_SIGN_IN_WITH_SMS_CODE"] = attrs.field(
        default="CONFIRM_SIGN_IN_WITH_SMS_CODE", init=False
    )
    code_delivery_details: CodeDeliveryDetails


@final
@value(kw_only=True)
class ConfirmSignInWithEmailCode(Value):
    """Answer with the code from the e-mail."""

    sign_in_step: Literal["CONFIRM_SIGN_IN_WITH_EMAIL_CODE"] = attrs.field(
        default="CONFIRM_SIGN_IN_WITH_EMAIL_CODE", init=False
    )
    code_delivery_details: CodeDeliveryDetails


@final
@value(kw_only=True)
class ConfirmSignInWithTotpCode(Value):
    """Answer with the authenticator app's code; ``friendly_device_name`` says which app, if it has a name."""

    sign_in_step: Literal["CONFIRM_SIGN_IN_WITH_TOTP_CODE"] = attrs.field(
        default="CONFIRM_SIGN_IN_WITH_TOTP_CODE", init=False
    )
    friendly_device_name: str | None = None


def _frozen_mapping(value: Mapping[str, str]) -> Mapping[str, str]:
    return MappingProxyType(dict(value))


@final
@value(kw_only=True)
class ConfirmSignInWithCustomChallenge(Value):
    """Answer the question of the pool's own Lambda; ``additional_info`` holds its public parameters."""

    sign_in_step: Literal["CONFIRM_SIGN_IN_WITH_CUSTOM_CHALLENGE"] = attrs.field(
        default="CONFIRM_SIGN_IN_WITH_CUSTOM_CHALLENGE", init=False
    )
    additional_info: Mapping[str, str] = attrs.field(converter=_frozen_mapping, hash=False)

    def __reduce__(self) -> tuple[Any, ...]:
        return _custom_challenge, (dict(self.additional_info),)  # a mapping proxy cannot be pickled


def _custom_challenge(additional_info: dict[str, str]) -> ConfirmSignInWithCustomChallenge:
    return ConfirmSignInWithCustomChallenge(additional_info=additional_info)


@final
@value(kw_only=True)
class ConfirmSignInWithNewPasswordRequired(Value):
    """Answer with a new password, and ``user_attributes=`` for every name in ``missing_attributes``."""

    sign_in_step: Literal["CONFIRM_SIGN_IN_WITH_NEW_PASSWORD_REQUIRED"] = attrs.field(
        default="CONFIRM_SIGN_IN_WITH_NEW_PASSWORD_REQUIRED", init=False
    )
    missing_attributes: tuple[str, ...] = ()


@final
@value(kw_only=True)
class ConfirmSignInWithPassword(Value):
    """Answer with the password."""

    sign_in_step: Literal["CONFIRM_SIGN_IN_WITH_PASSWORD"] = attrs.field(
        default="CONFIRM_SIGN_IN_WITH_PASSWORD", init=False
    )


@final
@value(kw_only=True)
class ContinueSignInWithMfaSelection(Value):
    """Answer with one of ``allowed_mfa_types``."""

    sign_in_step: Literal["CONTINUE_SIGN_IN_WITH_MFA_SELECTION"] = attrs.field(
        default="CONTINUE_SIGN_IN_WITH_MFA_SELECTION", init=False
    )
    allowed_mfa_types: tuple[MfaType, ...]


@final
@value(kw_only=True)
class ContinueSignInWithMfaSetupSelection(Value):
    """Answer with the one of ``allowed_mfa_types`` to set up."""

    sign_in_step: Literal["CONTINUE_SIGN_IN_WITH_MFA_SETUP_SELECTION"] = attrs.field(
        default="CONTINUE_SIGN_IN_WITH_MFA_SETUP_SELECTION", init=False
    )
    allowed_mfa_types: tuple[MfaType, ...]


@final
@value(kw_only=True)
class ContinueSignInWithEmailSetup(Value):
    """Answer with the e-mail address that codes shall go to."""

    sign_in_step: Literal["CONTINUE_SIGN_IN_WITH_EMAIL_SETUP"] = attrs.field(
        default="CONTINUE_SIGN_IN_WITH_EMAIL_SETUP", init=False
    )


@final
@value(kw_only=True)
class ContinueSignInWithTotpSetup(Value):
    """Put ``totp_setup_details`` into an authenticator app and answer with its code."""

    sign_in_step: Literal["CONTINUE_SIGN_IN_WITH_TOTP_SETUP"] = attrs.field(
        default="CONTINUE_SIGN_IN_WITH_TOTP_SETUP", init=False
    )
    totp_setup_details: TotpSetupDetails


@final
@value(kw_only=True)
class ContinueSignInWithFirstFactorSelection(Value):
    """Answer with one of ``available_challenges``, such as ``"EMAIL_OTP"``."""

    sign_in_step: Literal["CONTINUE_SIGN_IN_WITH_FIRST_FACTOR_SELECTION"] = attrs.field(
        default="CONTINUE_SIGN_IN_WITH_FIRST_FACTOR_SELECTION", init=False
    )
    available_challenges: tuple[str, ...] = ()


@final
@value(kw_only=True)
class ResetPassword(Value):
    """The password must be reset before this user can sign in; ``error`` is Cognito's refusal.

    If an administrator asked for that, Cognito has sent a code: call ``confirm_reset_password``. ``reset_password``
    sends another one. No sign-in is pending, so both take the user name again.
    """

    sign_in_step: Literal["RESET_PASSWORD"] = attrs.field(default="RESET_PASSWORD", init=False)
    error: AuthError | None = kept_error()


SignUpStep = ConfirmSignUp | CompleteAutoSignIn | Done
"""What can follow ``sign_up`` and ``confirm_sign_up``."""

PendingStep = (
    ConfirmSignInWithSmsCode
    | ConfirmSignInWithEmailCode
    | ConfirmSignInWithTotpCode
    | ConfirmSignInWithCustomChallenge
    | ConfirmSignInWithNewPasswordRequired
    | ConfirmSignInWithPassword
    | ContinueSignInWithMfaSelection
    | ContinueSignInWithMfaSetupSelection
    | ContinueSignInWithEmailSetup
    | ContinueSignInWithTotpSetup
    | ContinueSignInWithFirstFactorSelection
)
"""What ``confirm_sign_in`` can answer."""

SignInStep = PendingStep | ResetPassword | ConfirmSignUp | Done
"""What can follow ``sign_in``, ``confirm_sign_in`` and ``auto_sign_in``."""

PENDING_STEPS: Final[tuple[type[PendingStep], ...]] = PendingStep.__args__

ResetPasswordStep = ConfirmResetPasswordWithCode | Done
"""What can follow ``reset_password``."""

UpdateAttributeStep = ConfirmAttributeWithCode | Done
"""What can follow ``update_user_attributes``, for one attribute."""
