"""SignUp, ConfirmSignUp and ResendConfirmationCode.

Never here: a sign-in, or the verification of attributes after the sign-up.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from ..._moto import MotoUser, set_status, status_of
from .. import triggers
from ..accounts import (
    account_user,
    alias_owner,
    attributes_of,
    check_attributes,
    check_enabled,
    check_policy,
    check_required,
    codes,
    create_user,
    listed_attributes,
    new_name,
    set_attributes,
    simulated_delivery,
    take_alias,
)
from ..request import (
    Call,
    Members,
    Response,
    check_secret_hash,
    code_expired,
    first_factors,
    invalid_parameter,
    missing,
    names,
    not_authorized,
    objects,
    section,
)
from ..sign_in import close, open_session, open_signed_up, session_of
from .registry import operation

# https://docs.aws.amazon.com/cognito/latest/developerguide/limits.html: a sign-up code works for 24 hours.
_LIFETIME: Final = timedelta(hours=24)


@operation(
    "SignUp",
    required=("ClientId", "Username"),
    optional=("SecretHash", "Password", "UserAttributes", "ValidationData"),
)
def sign_up(call: Call) -> Response:
    """Add a user, who must confirm with a code if no trigger confirms the user."""
    name = call.text("Username")
    check_secret_hash(call, call.params.get("SecretHash"), name)
    if section(call.pool.extended_config, "AdminCreateUserConfig").get("AllowAdminCreateUserOnly"):
        raise not_authorized("SignUp is not permitted for this user pool")
    password = call.optional_text("Password")
    if password is None and set(first_factors(call.pool)) <= {"PASSWORD"}:
        raise missing("Password")
    given = listed_attributes(objects(call.params, "UserAttributes"))
    username, attributes = new_name(call, name, given)
    check_attributes(call, attributes, client=call.client)
    check_required(call.pool, attributes)
    if password is not None:
        check_policy(call.pool, password)
    decision = _pre_sign_up(call, username or name, attributes)
    attributes = {**attributes, **_auto_verified(decision, attributes)}
    confirmed = bool(decision.get("autoConfirmUser"))
    status = "CONFIRMED" if confirmed else "UNCONFIRMED"
    user = create_user(call.pool, username, password, attributes, status=status)
    session = open_session(call, username=user.username, client_id=call.client.id, challenge="SIGN_UP")
    answer: Response = {"UserConfirmed": confirmed, "UserSub": user.id, "Session": session.id}
    attribute = None if confirmed else _to_verify(call, user)
    if attribute is not None:
        answer["CodeDeliveryDetails"] = _send(call, user, attribute)
    return answer


def _pre_sign_up(call: Call, username: str, attributes: Mapping[str, str]) -> Response:
    response = triggers.run(
        call,
        "pre_sign_up",
        "PreSignUp_SignUp",
        username=username,
        client_id=call.client.id,
        request={
            "userAttributes": dict(attributes),
            "validationData": listed_attributes(objects(call.params, "ValidationData")),
        },
        response={"autoConfirmUser": False, "autoVerifyEmail": False, "autoVerifyPhone": False},
    )
    return response or {}


def _auto_verified(decision: Members, attributes: Mapping[str, str]) -> dict[str, str]:
    pairs = (("autoVerifyEmail", "email"), ("autoVerifyPhone", "phone_number"))
    return {f"{name}_verified": "true" for member, name in pairs if decision.get(member) and name in attributes}


def _to_verify(call: Call, user: MotoUser) -> str | None:
    # If the pool verifies both, the phone number: https://docs.aws.amazon.com/cognito/latest/developerguide/
    # signing-up-users-in-your-app.html
    verified_by_pool = names(call.pool.extended_config, "AutoVerifiedAttributes")
    attributes = attributes_of(user)
    return next((name for name in ("phone_number", "email") if name in verified_by_pool and attributes.get(name)), None)


def _send(call: Call, user: MotoUser, attribute: str) -> dict[str, str]:
    _, details = codes.send(call, user, codes.SIGN_UP, attribute, lifetime=_LIFETIME)
    return details


@operation(
    "ConfirmSignUp",
    required=("ClientId", "Username", "ConfirmationCode"),
    optional=("SecretHash", "ForceAliasCreation", "Session"),
)
def confirm_sign_up(call: Call) -> Response:
    """Confirm a user with the code that was sent. The session in the answer can sign in by USER_AUTH."""
    name = call.text("Username")
    check_secret_hash(call, call.params.get("SecretHash"), name)
    user = account_user(call, name)
    if user is None:
        # The client hides users, so this is the refusal of a code. The words are unverified.
        raise code_expired()
    check_enabled(user)
    if status_of(user) != "UNCONFIRMED":
        # Recorded: https://github.com/furaiev/amazon-cognito-identity-dart-2/issues/80
        raise not_authorized(f"User cannot be confirmed. Current status is {status_of(user)}")
    session = session_of(call, "SIGN_UP", username=user.username) if call.params.get("Session") else None
    code = codes.check(call, user.username, codes.SIGN_UP, call.text("ConfirmationCode"))
    owner = alias_owner(call, user, code.attribute)
    if owner is not None:
        take_alias(owner, code.attribute, force=bool(call.params.get("ForceAliasCreation")))
    code.used = True
    if session is not None:
        close(session)
    set_attributes(user, {f"{code.attribute}_verified": "true"})
    set_status(user, "CONFIRMED")
    return {"Session": open_signed_up(call, user, verified=code.attribute)}


@operation("ResendConfirmationCode", required=("ClientId", "Username"), optional=("SecretHash",))
def resend_confirmation_code(call: Call) -> Response:
    """Send another sign-up code, which replaces the code before."""
    name = call.text("Username")
    check_secret_hash(call, call.params.get("SecretHash"), name)
    user = account_user(call, name)
    if user is None:
        return {"CodeDeliveryDetails": simulated_delivery(name)}
    if status_of(user) != "UNCONFIRMED":
        raise invalid_parameter("User is already confirmed.")
    attribute = _to_verify(call, user)
    if attribute is None:
        # The words are unverified.
        raise invalid_parameter("Cannot resend codes. Auto verification not turned on.")
    return {"CodeDeliveryDetails": _send(call, user, attribute)}
