"""Forgotten and changed passwords; what an ID token says."""

import base64
import json

from tests.support.fidelity_world import ALICE, World, row, said, shown
from tests.testing.fidelity.signed_in import VERIFIED, WRONG_CODE, alice


@row(
    "ForgotPassword: where the code goes",
    plain=('"SMS phone_number +*******9934"', '"EMAIL email a***@e***"'),  # since 5.2.3, before
    documented='"EMAIL email a***@e***"',
    source="doc, cli",
)
def forgot(w: World) -> str:
    w.pool(**VERIFIED)
    w.user(**ALICE)
    details = w.idp.forgot_password(ClientId=w.client.id, Username="alice").get("CodeDeliveryDetails") or {}
    return shown(
        f"{details['DeliveryMedium']} {details['AttributeName']} {details['Destination']}" if details else "none"
    )


@row("ForgotPassword: an unknown user", plain="CodeDeliveryDetails", documented="UserNotFoundException", source="doc")
def forgot_unknown(w: World) -> str:
    w.pool(**VERIFIED, client={"PreventUserExistenceErrors": "LEGACY"})
    try:
        return said(w.idp.forgot_password(ClientId=w.client.id, Username="nobody"))
    except w.idp.exceptions.UserNotFoundException:
        return "UserNotFoundException"


@row(
    "ForgotPassword: nothing verified to send to",
    plain="CodeDeliveryDetails",
    documented="InvalidParameterException",
    source="bc",
)
def forgot_unverified(w: World) -> str:
    w.pool(**VERIFIED)
    w.user(email="alice@example.com")
    try:
        return said(w.idp.forgot_password(ClientId=w.client.id, Username="alice"))
    except w.idp.exceptions.InvalidParameterException:
        return "InvalidParameterException"


def confirm_forgot(w: World, *, code: str | None = None, password: str = "Another-h0rse!") -> str:
    w.pool(**VERIFIED)
    w.user(**ALICE)
    w.idp.forgot_password(ClientId=w.client.id, Username="alice")
    return said(
        w.idp.confirm_forgot_password(
            ClientId=w.client.id, Username="alice", ConfirmationCode=code or w.code(), Password=password
        )
    )


@row(
    "ConfirmForgotPassword: a wrong code",
    plain="{}",
    documented=WRONG_CODE,
    source="bc (the exception), floci#2018 (the words, of VerifyUserAttribute)",
)
def confirm_forgot_wrong(w: World) -> str:
    return confirm_forgot(w, code="1")


@row("ConfirmForgotPassword: a weak password", plain="{}", documented="InvalidPasswordException", source="bc")
def confirm_forgot_weak(w: World) -> str:
    try:
        return confirm_forgot(w, password="short")
    except w.idp.exceptions.InvalidPasswordException:
        return "InvalidPasswordException"


@row("ConfirmForgotPassword: the status afterwards", plain='"RESET_REQUIRED"', documented='"CONFIRMED"', source="doc")
def confirm_forgot_status(w: World) -> str:
    w.pool(**VERIFIED)
    w.user(**ALICE)
    w.idp.admin_reset_user_password(UserPoolId=w.pool_id, Username="alice")
    if w.cognito is not None:
        w.idp.forgot_password(ClientId=w.client.id, Username="alice")
    w.idp.confirm_forgot_password(
        ClientId=w.client.id, Username="alice", ConfirmationCode=w.code(), Password="Another-h0rse!"
    )
    return shown(w.idp.admin_get_user(UserPoolId=w.pool_id, Username="alice")["UserStatus"])


@row(
    "ChangePassword: a wrong previous one",
    plain=("NotAuthorizedException: alice", "NotAuthorizedException:"),
    documented="NotAuthorizedException: Incorrect username or password.",
    source="mem",
)
def change_password(w: World) -> str:
    token = alice(w)
    return said(
        w.idp.change_password(AccessToken=token, PreviousPassword="Wrong-h0rse!", ProposedPassword="Another-h0rse!")
    )


@row(
    "ID token: an attribute the client did not list as readable",
    plain='"absent"',
    documented='"alice@example.com"',
    source="floci#984",
)
def id_token(w: World) -> str:
    alice(w)
    payload = w.sign_in()["IdToken"].split(".")[1]
    claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    return shown(claims.get("email", "absent"))
