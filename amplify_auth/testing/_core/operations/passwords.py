"""ForgotPassword, ConfirmForgotPassword and ChangePassword.

Never here: the policy for passwords, or a sign-in.
"""

import hmac
from datetime import timedelta
from typing import Final

from ..._moto import MotoUser, set_status, status_of
from ..accounts import (
    account_user,
    check_enabled,
    check_not_locked,
    codes,
    is_verified,
    record_failure,
    set_password,
    simulated_delivery,
)
from ..request import (
    Call,
    Members,
    Response,
    check_secret_hash,
    code_mismatch,
    invalid_parameter,
    not_authorized,
    number,
    objects,
    section,
)
from ..tokens import verify_access
from .registry import operation

# https://docs.aws.amazon.com/cognito/latest/developerguide/managing-users-passwords.html: a code works for one hour.
_LIFETIME: Final = timedelta(hours=1)
# Without AccountRecoverySetting the phone number comes first: botocore's model, AccountRecoverySettingType.
_LEGACY: Final[tuple[Members, ...]] = (
    {"Priority": 1, "Name": "verified_phone_number"},
    {"Priority": 2, "Name": "verified_email"},
)


@operation("ForgotPassword", required=("ClientId", "Username"), optional=("SecretHash",))
def forgot_password(call: Call) -> Response:
    """Send a code that allows a new password.

    A client that hides which users exist gets made-up details for a user who does not exist, is disabled, or has no
    verified address (https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pool-managing-errors.html).
    """
    name = call.text("Username")
    check_secret_hash(call, call.params.get("SecretHash"), name)
    user = account_user(call, name)
    if user is None or (call.hides_users and not user.enabled):
        return {"CodeDeliveryDetails": simulated_delivery(name)}
    check_enabled(user)
    if status_of(user) == "FORCE_CHANGE_PASSWORD":
        raise not_authorized("User password cannot be reset in the current state.")
    attribute = _recovery(call, user)
    if attribute is None and call.hides_users:
        return {"CodeDeliveryDetails": simulated_delivery(name)}
    if attribute is None:
        raise invalid_parameter(
            "Cannot reset password for the user as there is no registered/verified email or phone_number"
        )
    _, details = codes.send(call, user, codes.FORGOT_PASSWORD, attribute, lifetime=_LIFETIME)
    return {"CodeDeliveryDetails": details}


def _recovery(call: Call, user: MotoUser) -> str | None:
    """The attribute that the code goes to; None if none is verified."""
    setting = section(call.pool.extended_config, "AccountRecoverySetting")
    mechanisms = objects(setting, "RecoveryMechanisms") or _LEGACY
    names = [str(one["Name"]) for one in sorted(mechanisms, key=lambda one: number(one, "Priority"))]
    if names[0] == "admin_only":
        raise not_authorized("Contact administrator to reset password.")
    for name in names:
        if is_verified(user, name.removeprefix("verified_")):
            return name.removeprefix("verified_")
    return None


@operation(
    "ConfirmForgotPassword",
    required=("ClientId", "Username", "ConfirmationCode", "Password"),
    optional=("SecretHash",),
)
def confirm_forgot_password(call: Call) -> Response:
    """Set a new password with the code that was sent. A client that hides users hides disabled ones too."""
    name = call.text("Username")
    check_secret_hash(call, call.params.get("SecretHash"), name)
    user = account_user(call, name)
    if user is None or (call.hides_users and not user.enabled):
        raise code_mismatch()
    check_enabled(user)
    code = codes.check(call, user.username, codes.FORGOT_PASSWORD, call.text("ConfirmationCode"))
    set_password(call, user, call.text("Password"))
    code.used = True
    if status_of(user) == "RESET_REQUIRED":
        set_status(user, "CONFIRMED")
    return {}


@operation("ChangePassword", required=("AccessToken", "ProposedPassword"), optional=("PreviousPassword",))
def change_password(call: Call) -> Response:
    """Replace the password of the signed-in user. A user without a password sets the first password."""
    user = verify_access(call).user
    if user.password:
        check_not_locked(call, user)
        given = call.optional_text("PreviousPassword") or ""
        if not hmac.compare_digest(str(user.password).encode(), given.encode()):
            record_failure(call, user)
            raise not_authorized()
    set_password(call, user, call.text("ProposedPassword"))
    return {}
