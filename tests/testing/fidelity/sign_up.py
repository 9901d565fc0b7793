"""Sign-up: SignUp, ConfirmSignUp, ResendConfirmationCode."""

from typing import Any

from tests.support.fidelity_world import ALICE, PHONE, World, row, said, shown
from tests.testing.fidelity.sign_in import NOT_A_FLOW

VERIFIED: dict[str, Any] = {"AutoVerifiedAttributes": ["email"]}


@row(
    "SignUp: where the code of an e-mail user goes",
    plain=('"SMS phone_number +*******9934"', '"EMAIL email a***@e***"'),  # since 5.2.3, before
    documented='"EMAIL email a***@e***"',
    source="cli",
)
def delivery(w: World) -> str:
    w.pool(**VERIFIED)
    details = w.sign_up().get("CodeDeliveryDetails")
    return shown(
        " ".join(details[key] for key in ("DeliveryMedium", "AttributeName", "Destination")) if details else "none"
    )


@row(
    "SignUp: a name that is taken, users called by e-mail",
    plain="UsernameExistsException: alice@example.com",
    documented="UsernameExistsException: An account with the given email already exists.",
    source="doc",
)
def taken(w: World) -> str:
    w.pool(UsernameAttributes=["email"])
    w.sign_up("alice@example.com", attributes={})
    return said(w.sign_up("alice@example.com", attributes={}))


@row(
    "SignUp: a weak password",
    plain="InvalidPasswordException: The provided password does not confirm to the configured password policy",
    documented="InvalidPasswordException: Password did not conform with policy: Password not long enough",
    source="amp: in the words of its recorded sign-ups",
)
def weak(w: World) -> str:
    w.pool()
    return said(w.sign_up(Password="x"))


@row(
    "SignUp: no password in a passwordless pool",
    plain="crash TypeError",
    documented="CodeDeliveryDetails, Session, UserConfirmed, UserSub",
    source="bc",
)
def passwordless(w: World) -> str:
    factors = ["EMAIL_OTP", "PASSWORD"]
    w.pool(**VERIFIED, Policies={"SignInPolicy": {"AllowedFirstAuthFactors": factors}})
    return said(
        w.idp.sign_up(
            ClientId=w.client.id, Username="alice", UserAttributes=[{"Name": "email", "Value": "alice@example.com"}]
        )
    )


@row(
    "SignUp: an attribute that is not in the schema",
    plain=("CodeDeliveryDetails, UserConfirmed, UserSub", "UserConfirmed, UserSub"),
    documented=(
        "InvalidParameterException: Attributes did not conform to the schema: "
        "phone: Attribute does not exist in the schema."
    ),
    source="amplify-js#5532",
)
def unknown_attribute(w: World) -> str:
    w.pool()
    return said(w.sign_up(attributes={"phone": "1"}))


@row(
    "SignUp: a phone number of another form",
    plain=("CodeDeliveryDetails, UserConfirmed, UserSub", "UserConfirmed, UserSub"),
    documented="InvalidParameterException: Invalid phone number format.",
    source="aws-amplify-auth-starters#5",
)
def phone_form(w: World) -> str:
    w.pool()
    return said(w.sign_up(attributes={"phone_number": "555 555 5555"}))


@row(
    "SignUp: no secret hash through a client with a secret",
    plain=("CodeDeliveryDetails, UserConfirmed, UserSub", "UserConfirmed, UserSub"),
    documented="NotAuthorizedException: Client <client> is configured with secret but SECRET_HASH was not received",
    source="amplify-android#2504",
)
def no_hash(w: World) -> str:
    w.pool(client={"GenerateSecret": True})
    return said(w.sign_up())


@row(
    "SignUp: a wrong secret hash",
    plain=("CodeDeliveryDetails, UserConfirmed, UserSub", "UserConfirmed, UserSub"),
    documented="NotAuthorizedException: Unable to verify secret hash for client <client>",
    source="doc",
)
def wrong_hash(w: World) -> str:
    w.pool(client={"GenerateSecret": True})
    return said(w.sign_up(SecretHash="d3Jvbmc="))


@row(
    "ConfirmSignUp: a wrong code",
    plain="{}",
    documented="CodeMismatchException: Invalid verification code provided, please try again.",
    source="floci#2018",
)
def wrong_code(w: World) -> str:
    w.pool(**VERIFIED)
    w.sign_up()
    wrong = "1" if w.code() != "1" else "2"
    return said(w.idp.confirm_sign_up(ClientId=w.client.id, Username="alice", ConfirmationCode=wrong))


@row("ConfirmSignUp: the attribute is verified", plain='"absent"', documented='"true"', source="doc")
def marks_verified(w: World) -> str:
    w.pool(**VERIFIED)
    w.sign_up()
    w.idp.confirm_sign_up(ClientId=w.client.id, Username="alice", ConfirmationCode=w.code())
    return shown(w.attributes(w.token()).get("email_verified", "absent"))


@row(
    "ConfirmSignUp: twice",
    plain="{}",
    documented="NotAuthorizedException: User cannot be confirmed. Current status is CONFIRMED",
    source="amazon-cognito-identity-dart-2#80",
)
def twice(w: World) -> str:
    w.pool(**VERIFIED)
    w.sign_up()
    request = {"ClientId": w.client.id, "Username": "alice", "ConfirmationCode": w.code()}
    w.idp.confirm_sign_up(**request)
    return said(w.idp.confirm_sign_up(**request))


@row(
    "ConfirmSignUp: a session that signs in without another code",
    plain=NOT_A_FLOW,
    documented="tokens",
    source="bc",
)
def session_signs_in(w: World) -> str:
    w.pool(**VERIFIED, Policies={"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "EMAIL_OTP"]}})
    session = {"Session": signed_up} if (signed_up := w.sign_up().get("Session")) else {}
    confirmed = w.idp.confirm_sign_up(ClientId=w.client.id, Username="alice", ConfirmationCode=w.code(), **session)
    onwards = {"Session": confirmed["Session"]} if "Session" in confirmed else {}
    return said(
        w.idp.initiate_auth(AuthFlow="USER_AUTH", ClientId=w.client.id, AuthParameters={"USERNAME": "alice"}, **onwards)
    )


@row(
    "ConfirmSignUp: an alias that another user has",
    plain="{}",
    documented="AliasExistsException: An account with the given email already exists.",
    source="bc (the exception), mem (its words)",
)
def alias_taken(w: World) -> str:
    w.pool(**VERIFIED, AliasAttributes=["email"])
    w.user("bob", **ALICE)
    w.sign_up()
    return said(w.idp.confirm_sign_up(ClientId=w.client.id, Username="alice", ConfirmationCode=w.code()))


@row(
    "ResendConfirmationCode",
    plain="crash NotImplementedError",
    documented='{"AttributeName": "email", "DeliveryMedium": "EMAIL", "Destination": "a***@e***"}',
    source="cli",
)
def resend(w: World) -> str:
    w.pool(**VERIFIED)
    w.sign_up()
    return shown(w.idp.resend_confirmation_code(ClientId=w.client.id, Username="alice")["CodeDeliveryDetails"])


@row(
    "ResendConfirmationCode: the code before it",
    plain="crash NotImplementedError",
    documented="CodeMismatchException: Invalid verification code provided, please try again.",
    source="floci PR#2071 (dies), floci#2018 (words)",
)
def resend_kills(w: World) -> str:
    w.pool(**VERIFIED)
    w.sign_up()
    old = w.code()
    while w.idp.resend_confirmation_code(ClientId=w.client.id, Username="alice") and w.code() == old:
        pass
    return said(w.idp.confirm_sign_up(ClientId=w.client.id, Username="alice", ConfirmationCode=old))


@row(
    "ResendConfirmationCode: of a confirmed user",
    plain="crash NotImplementedError",
    documented="InvalidParameterException: User is already confirmed.",
    source="amplify-ui#219, amplify-js#14762",
)
def resend_confirmed(w: World) -> str:
    w.pool(**VERIFIED)
    w.user(**ALICE, **PHONE)
    return said(w.idp.resend_confirmation_code(ClientId=w.client.id, Username="alice"))
