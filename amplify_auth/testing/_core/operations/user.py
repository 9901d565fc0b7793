"""GetUser, GetUserAuthFactors, DeleteUser, UpdateAuthEventFeedback: the signed-in user as a whole.

Never here: a change of the user's attributes, password, devices or factors.
"""

from ..accounts import attributes_of, is_verified, mfa_settings
from ..request import Call, CognitoError, Response, first_factors, names, section, unsupported
from ..tokens import SignedIn, revoke_user, verify_access
from .registry import operation


@operation("GetUser", required=("AccessToken",))
def get_user(call: Call) -> Response:
    """The name, the readable attributes and the MFA settings. Empty settings are absent (AWS CLI example)."""
    signed_in = verify_access(call)
    attributes = _readable(call, signed_in)
    return {
        "Username": signed_in.user.username,
        "UserAttributes": [{"Name": name, "Value": value} for name, value in attributes.items()],
        **mfa_settings(signed_in.user, signed_in.state),
    }


@operation("GetUserAuthFactors", required=("AccessToken",))
def get_user_auth_factors(call: Call) -> Response:
    """The first factors of the user for ``USER_AUTH``, and the MFA settings."""
    signed_in = verify_access(call)
    return {
        "Username": signed_in.user.username,
        **mfa_settings(signed_in.user, signed_in.state),
        "ConfiguredUserAuthFactors": _factors(call, signed_in),
    }


@operation("DeleteUser", required=("AccessToken",))
def delete_user(call: Call) -> Response:
    """Delete the user, and end all codes, sessions and tokens of the user."""
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
def update_auth_event_feedback(call: Call) -> Response:
    """Refuse: threat protection is not simulated, so no token for feedback can exist."""
    mode = section(call.pool.extended_config, "UserPoolAddOns").get("AdvancedSecurityMode", "OFF")
    if mode == "OFF":
        # The exception is from botocore's model; the words are unverified.
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
    configured: dict[str, bool] = {
        "PASSWORD": bool(user.password),
        "EMAIL_OTP": is_verified(user, "email"),
        "SMS_OTP": is_verified(user, "phone_number"),
        "WEB_AUTHN": bool(state.passkeys),
    }
    factors = [name for name, is_set in configured.items() if is_set and name in allowed]
    # botocore's model: SOFTWARE_TOKEN is in the list only as a second factor.
    return [*factors, "SOFTWARE_TOKEN"] if user.software_token_mfa_enabled else factors
