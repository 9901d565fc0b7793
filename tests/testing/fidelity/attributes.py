"""Attributes of the signed-in user and their codes."""

from typing import Any

from tests.support.fidelity_world import World, row, said, shown
from tests.testing.fidelity.signed_in import MISSING, USED_CODE, VERIFIED, WRONG_CODE, alice


def update(w: World, token: str, **attributes: str) -> dict[str, Any]:
    listed = [{"Name": name, "Value": value} for name, value in attributes.items()]
    return dict(w.idp.update_user_attributes(AccessToken=token, UserAttributes=listed))


@row(
    "UpdateUserAttributes: sub",
    plain="{}",
    documented="InvalidParameterException: user.sub: Attribute cannot be updated.",
    source="bc (immutable), mem (its words)",
)
def update_sub(w: World) -> str:
    return said(update(w, alice(w), sub="another"))


@row(
    "UpdateUserAttributes: not in the schema",
    plain="{}",
    documented=(
        "InvalidParameterException: Attributes did not conform to the schema: "
        "custom:x: Attribute does not exist in the schema."
    ),
    source="amplify-js#5532 (of SignUp)",
)
def update_unknown(w: World) -> str:
    return said(update(w, alice(w), **{"custom:x": "1"}))


@row(
    "UpdateUserAttributes: a new address",
    plain='["none", "true"]',
    documented='["EMAIL email n***@e***", "false"]',
    source="bc, amplify-js#1676",
)
def update_email(w: World) -> str:
    token = alice(w, **VERIFIED)
    sent = update(w, token, email="new@example.com").get("CodeDeliveryDetailsList") or []
    texts = [f"{d['DeliveryMedium']} {d['AttributeName']} {d['Destination']}" for d in sent] or ["none"]
    return shown([*texts, w.attributes(token)["email_verified"]])


@row(
    "UpdateUserAttributes: an address that must be verified first",
    plain='"new@example.com"',
    documented='"alice@example.com"',
    source="bc",
)
def update_pending(w: World) -> str:
    required = {"AttributesRequireVerificationBeforeUpdate": ["email"]}
    token = alice(w, **VERIFIED, UserAttributeUpdateSettings=required)
    update(w, token, email="new@example.com")
    return shown(w.attributes(token)["email"])


@row(
    "UpdateUserAttributes: email_verified",
    plain="{}",
    documented="NotAuthorizedException: A client attempted to write unauthorized attribute",
    source="aws-sdk-js#3603 (of SignUp)",
)
def update_verified(w: World) -> str:
    return said(update(w, alice(w), email_verified="true"))


@row("DeleteUserAttributes", plain=MISSING, documented='["{}", false]', source="bc")
def delete_attributes(w: World) -> str:
    token = alice(w)
    answer = w.idp.delete_user_attributes(AccessToken=token, UserAttributeNames=["phone_number"])
    return shown([said(answer), "phone_number" in w.attributes(token)])


@row(
    "GetUserAttributeVerificationCode",
    plain=MISSING,
    documented='{"AttributeName": "email", "DeliveryMedium": "EMAIL", "Destination": "a***@e***"}',
    source="cli",
)
def verification_code(w: World) -> str:
    token = alice(w, **VERIFIED)
    return shown(
        w.idp.get_user_attribute_verification_code(AccessToken=token, AttributeName="email")["CodeDeliveryDetails"]
    )


def verify(w: World, *, wrong: bool = False, times: int = 1) -> str:
    token = alice(w, **VERIFIED)
    w.idp.get_user_attribute_verification_code(AccessToken=token, AttributeName="email")
    code = "wrong" if wrong else w.code()
    for _ in range(times - 1):
        w.idp.verify_user_attribute(AccessToken=token, AttributeName="email", Code=code)
    return said(w.idp.verify_user_attribute(AccessToken=token, AttributeName="email", Code=code))


@row("VerifyUserAttribute: the right code", plain=MISSING, documented="{}", source="floci#2018")
def verify_right(w: World) -> str:
    return verify(w)


@row("VerifyUserAttribute: a wrong code", plain=MISSING, documented=WRONG_CODE, source="floci#2018")
def verify_wrong(w: World) -> str:
    return verify(w, wrong=True)


@row("VerifyUserAttribute: a used code", plain=MISSING, documented=USED_CODE, source="floci#2018")
def verify_used(w: World) -> str:
    return verify(w, times=2)
