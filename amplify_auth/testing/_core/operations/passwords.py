"""ForgotPassword, ConfirmForgotPassword and ChangePassword. Never here: the policy, sign-in."""

import hmac
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, Final

from amplify_auth.testing._core.accounts import codes
from amplify_auth.testing._core.accounts.passwords import set_password
from amplify_auth.testing._core.accounts.recipients import account_user, simulated_delivery
from amplify_auth.testing._core.accounts.users import check_enabled, is_verified, set_status, status
from amplify_auth.testing._core.operations.registry import operation
from amplify_auth.testing._core.request.call import Call
from amplify_auth.testing._core.request.client_secret import check_secret_hash
from amplify_auth.testing._core.request.errors import code_mismatch, invalid_parameter, not_authorized
from amplify_auth.testing._core.request.settings import section
from amplify_auth.testing._core.sign_in.proof import guard_attempts, note_failure
from amplify_auth.testing._core.tokens.issue import verify_access

# https://docs.aws.amazon.com/cognito/latest/developerguide/managing-users-passwords.html: a code lives one hour.
_LIFETIME: Final = timedelta(hours=1)
# Without AccountRecoverySetting the phone number comes first: botocore's model, AccountRecoverySettingType.
_LEGACY: Final = (
    {"Priority": 1, "Name": "verified_phone_number"},
    {"Priority": 2, "Name": "verified_email"},
)


@operation("ForgotPassword", required=("ClientId", "Username"), optional=("SecretHash",))
def forgot_password(call: Call) -> dict[str, Any]:
    """Send a code that allows a new password."""
    name = str(call.required("Username"))
    check_secret_hash(call, call.params.get("SecretHash"), name)
    user = account_user(call, name)
    if user is None:
        return {"CodeDeliveryDetails": simulated_delivery(call, name)}
    check_enabled(user)
    if status(user) == "FORCE_CHANGE_PASSWORD":
        raise not_authorized("User password cannot be reset in the current state.")
    attribute = _recovery(call, user)
    _, details = codes.send(call, user, codes.FORGOT_PASSWORD, attribute, lifetime=_LIFETIME)
    return {"CodeDeliveryDetails": details}


def _recovery(call: Call, user: Any) -> str:
    setting = section(call.pool.extended_config, "AccountRecoverySetting")
    mechanisms: Sequence[Mapping[str, Any]] = setting.get("RecoveryMechanisms") or _LEGACY
    names = [str(one["Name"]) for one in sorted(mechanisms, key=lambda one: int(one["Priority"]))]
    if names[0] == "admin_only":
        raise not_authorized("Contact administrator to reset password.")
    for name in names:
        if is_verified(user, name.removeprefix("verified_")):
            return name.removeprefix("verified_")
    raise invalid_parameter(
        "Cannot reset password for the user as there is no registered/verified email or phone_number"
    )


@operation(
    "ConfirmForgotPassword",
    required=("ClientId", "Username", "ConfirmationCode", "Password"),
    optional=("SecretHash",),
)
def confirm_forgot_password(call: Call) -> dict[str, Any]:
    """Set a new password with the code that was sent."""
    name = str(call.required("Username"))
    check_secret_hash(call, call.params.get("SecretHash"), name)
    user = account_user(call, name)
    if user is None:
        raise code_mismatch()
    check_enabled(user)
    given = str(call.required("ConfirmationCode"))
    code = codes.check(call, user.username, codes.FORGOT_PASSWORD, given)
    set_password(call, user, str(call.required("Password")))
    code.used = True
    if status(user) == "RESET_REQUIRED":
        set_status(user, "CONFIRMED")
    return {}


@operation("ChangePassword", required=("AccessToken", "ProposedPassword"), optional=("PreviousPassword",))
def change_password(call: Call) -> dict[str, Any]:
    """Replace the password of the signed-in user; one who has none yet sets the first."""
    signed_in = verify_access(call)
    user, previous = signed_in.user, call.params.get("PreviousPassword")
    if user.password:
        guard_attempts(call, user)
        given = str(previous or "")
        if not hmac.compare_digest(str(user.password).encode(), given.encode()):
            note_failure(call, user)
            raise not_authorized()
    set_password(call, user, str(call.required("ProposedPassword")))
    return {}
