"""SignUp, ConfirmSignUp and ResendConfirmationCode. Never here: sign-in, verification of a user's later attributes."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from amplify_auth.testing._core import triggers
from amplify_auth.testing._core.accounts import codes
from amplify_auth.testing._core.accounts.names import claimed_alias, new_name, take_alias
from amplify_auth.testing._core.accounts.passwords import check_policy
from amplify_auth.testing._core.accounts.recipients import account_user, simulated_delivery
from amplify_auth.testing._core.accounts.users import (
    attributes_of,
    check_attributes,
    check_enabled,
    check_required,
    create,
    listed_attributes,
    set_attributes,
    set_status,
    status,
)
from amplify_auth.testing._core.operations.registry import operation
from amplify_auth.testing._core.request.call import Call
from amplify_auth.testing._core.request.client_secret import check_secret_hash
from amplify_auth.testing._core.request.errors import CognitoError, invalid_parameter, missing, not_authorized
from amplify_auth.testing._core.request.settings import first_factors, names, section
from amplify_auth.testing._core.sign_in.sessions import close, open_session, session_of

# https://docs.aws.amazon.com/cognito/latest/developerguide/limits.html: a sign-up code lives 24 hours.
_LIFETIME: Final = timedelta(hours=24)


@operation(
    "SignUp",
    required=("ClientId", "Username"),
    optional=("SecretHash", "Password", "UserAttributes", "ValidationData"),
)
def sign_up(call: Call) -> dict[str, Any]:
    """Add a user, who has to confirm with a code unless a trigger says otherwise."""
    name = str(call.required("Username"))
    check_secret_hash(call, call.params.get("SecretHash"), name)
    if section(call.pool.extended_config, "AdminCreateUserConfig").get("AllowAdminCreateUserOnly"):
        raise not_authorized("SignUp is not permitted for this user pool")
    password = call.params.get("Password")
    if password is None and set(first_factors(call.pool)) <= {"PASSWORD"}:
        raise missing("Password")
    given = listed_attributes(call.params.get("UserAttributes"))
    username, attributes = new_name(call, name, given)
    check_attributes(call, attributes, client=call.client)
    check_required(call.pool, attributes)
    if password is not None:
        check_policy(call.pool, str(password))
    wishes = _pre_sign_up(call, username or name, attributes)
    attributes = {**attributes, **_auto_verified(wishes, attributes)}
    confirmed = bool(wishes.get("autoConfirmUser"))
    user = create(
        call.pool,
        username,
        str(password) if password is not None else None,
        attributes,
        state="CONFIRMED" if confirmed else "UNCONFIRMED",
    )
    session = open_session(call, username=user.username, client_id=call.client.id, challenge="SIGN_UP")
    answer: dict[str, Any] = {"UserConfirmed": confirmed, "UserSub": user.id, "Session": session.id}
    attribute = None if confirmed else _to_verify(call, user)
    if attribute is not None:
        answer["CodeDeliveryDetails"] = _send(call, user, attribute)
    return answer


def _pre_sign_up(call: Call, username: str, attributes: Mapping[str, str]) -> dict[str, Any]:
    response = triggers.run(
        call,
        "pre_sign_up",
        "PreSignUp_SignUp",
        username=username,
        client_id=call.client.id,
        request={
            "userAttributes": dict(attributes),
            "validationData": listed_attributes(call.params.get("ValidationData")),
            "clientMetadata": call.metadata(),
        },
        response={"autoConfirmUser": False, "autoVerifyEmail": False, "autoVerifyPhone": False},
    )
    return response or {}


def _auto_verified(wishes: Mapping[str, Any], attributes: Mapping[str, str]) -> dict[str, str]:
    pairs = (("autoVerifyEmail", "email"), ("autoVerifyPhone", "phone_number"))
    return {f"{name}_verified": "true" for wish, name in pairs if wishes.get(wish) and name in attributes}


def _to_verify(call: Call, user: Any) -> str | None:
    # Where both are due, the phone number: https://docs.aws.amazon.com/cognito/latest/developerguide/
    # signing-up-users-in-your-app.html
    due = names(call.pool.extended_config, "AutoVerifiedAttributes")
    held = attributes_of(user)
    return next((name for name in ("phone_number", "email") if name in due and held.get(name)), None)


def _send(call: Call, user: Any, attribute: str) -> dict[str, str]:
    _, details = codes.send(call, user, codes.SIGN_UP, attribute, lifetime=_LIFETIME)
    return details


@operation(
    "ConfirmSignUp",
    required=("ClientId", "Username", "ConfirmationCode"),
    optional=("SecretHash", "ForceAliasCreation", "Session"),
)
def confirm_sign_up(call: Call) -> dict[str, Any]:
    """Confirm a user with the code that was sent; the session returned can sign in by USER_AUTH."""
    name = str(call.required("Username"))
    check_secret_hash(call, call.params.get("SecretHash"), name)
    user = account_user(call, name)
    if user is None:
        # Hidden users: a code that cannot be right. The words are unverified.
        raise CognitoError("ExpiredCodeException", "Invalid code provided, please request a code again.")
    check_enabled(user)
    if status(user) != "UNCONFIRMED":
        # Recorded: https://github.com/furaiev/amazon-cognito-identity-dart-2/issues/80
        raise not_authorized(f"User cannot be confirmed. Current status is {status(user)}")
    session = session_of(call, "SIGN_UP", username=user.username) if call.params.get("Session") else None
    code = codes.check(call, user.username, codes.SIGN_UP, str(call.required("ConfirmationCode")))
    holder = claimed_alias(call, user, code.attribute)
    if holder is not None:
        take_alias(holder, code.attribute, force=bool(call.params.get("ForceAliasCreation")))
    code.used = True
    if session is not None:
        close(session)
    set_attributes(user, {f"{code.attribute}_verified": "true"})
    set_status(user, "CONFIRMED")
    opened = open_session(
        call,
        username=user.username,
        client_id=call.client.id,
        challenge="SIGNED_UP",
        verified=code.attribute,
    )
    return {"Session": opened.id}


@operation("ResendConfirmationCode", required=("ClientId", "Username"), optional=("SecretHash",))
def resend_confirmation_code(call: Call) -> dict[str, Any]:
    """Send another sign-up code; the one before dies."""
    name = str(call.required("Username"))
    check_secret_hash(call, call.params.get("SecretHash"), name)
    user = account_user(call, name)
    if user is None:
        return {"CodeDeliveryDetails": simulated_delivery(call, name)}
    if status(user) != "UNCONFIRMED":
        raise invalid_parameter("User is already confirmed.")
    attribute = _to_verify(call, user)
    if attribute is None:
        # The words are unverified.
        raise invalid_parameter("Cannot resend codes. Auto verification not turned on.")
    return {"CodeDeliveryDetails": _send(call, user, attribute)}
