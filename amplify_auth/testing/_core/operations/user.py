"""GetUser, GetUserAuthFactors, DeleteUser, UpdateAuthEventFeedback: the signed-in user as a whole."""

from typing import Any

from amplify_auth.testing._core.accounts import mfa_settings
from amplify_auth.testing._core.accounts.users import attributes_of, is_verified
from amplify_auth.testing._core.operations.registry import operation
from amplify_auth.testing._core.request.call import Call
from amplify_auth.testing._core.request.errors import CognitoError, unsupported
from amplify_auth.testing._core.request.settings import first_factors, names, section
from amplify_auth.testing._core.tokens.issue import SignedIn, revoke_user, verify_access


@operation("GetUser", required=("AccessToken",))
def get_user(call: Call) -> dict[str, Any]:
    """Name, readable attributes and MFA settings. Settings that are not set have no key (AWS CLI example)."""
    signed_in = verify_access(call)
    attributes = _readable(call, signed_in)
    return {
        "Username": signed_in.user.username,
        "UserAttributes": [{"Name": name, "Value": value} for name, value in attributes.items()],
        **mfa_settings.described(signed_in.user, signed_in.state),
    }


@operation("GetUserAuthFactors", required=("AccessToken",))
def get_user_auth_factors(call: Call) -> dict[str, Any]:
    """What the user may sign in with by ``USER_AUTH``, and the MFA settings."""
    signed_in = verify_access(call)
    return {
        "Username": signed_in.user.username,
        **mfa_settings.described(signed_in.user, signed_in.state),
        "ConfiguredUserAuthFactors": _factors(call, signed_in),
    }


@operation("DeleteUser", required=("AccessToken",))
def delete_user(call: Call) -> dict[str, Any]:
    """The user's end, and that of everything sent or issued to the user."""
    user = verify_access(call).user
    revoke_user(call.pool, call.state, user)
    for group in list(user.groups):
        group.users.discard(user)
    for key in [key for key in call.state.codes if key[0] == user.username]:
        del call.state.codes[key]
    for session in call.state.sessions.values():
        session.used = session.used or session.username == user.username
    del call.pool.users[user.username]
    return {}


@operation(
    "UpdateAuthEventFeedback",
    required=("UserPoolId", "Username", "EventId", "FeedbackToken", "FeedbackValue"),
)
def update_auth_event_feedback(call: Call) -> dict[str, Any]:
    """Threat protection is not simulated: no e-mail of it, hence no token of feedback, can exist here."""
    mode = section(call.pool.extended_config, "UserPoolAddOns").get("AdvancedSecurityMode", "OFF")
    if mode == "OFF":
        # The exception by botocore's model, the words unverified.
        raise CognitoError("UserPoolAddOnNotEnabledException", "User pool add-ons are not enabled.")
    raise unsupported("UpdateAuthEventFeedback: threat protection is not simulated")


def _readable(call: Call, signed_in: SignedIn) -> dict[str, str]:
    attributes = attributes_of(signed_in.user)
    readable = names(signed_in.client.extended_config, "ReadAttributes")
    subject = {"sub": attributes.pop("sub", signed_in.user.id)}
    if call.strict and readable:
        attributes = {name: value for name, value in attributes.items() if name in readable}
    return subject | attributes


def _factors(call: Call, signed_in: SignedIn) -> list[str]:
    allowed = first_factors(call.pool)
    user, state = signed_in.user, signed_in.state
    configured = {
        "PASSWORD": bool(user.password),
        "EMAIL_OTP": is_verified(user, "email"),
        "SMS_OTP": is_verified(user, "phone_number"),
        "WEB_AUTHN": bool(state.passkeys),
    }
    factors = [name for name, is_set in configured.items() if is_set and name in allowed]
    # By botocore's model SOFTWARE_TOKEN is listed as a second factor only.
    return [*factors, "SOFTWARE_TOKEN"] if user.software_token_mfa_enabled else factors
