"""InitiateAuth: every flow."""

from typing import Any

from pycognito.aws_srp import AWSSRP

from tests.support.fidelity_world import ALICE, PHONE, World, row, said, shown

NOT_A_FLOW = (
    "InvalidParameterException: 1 validation error detected: Value 'USER_AUTH' at 'authFlow' failed to satisfy "
    "constraint: Member must satisfy enum value set: ['ADMIN_NO_SRP_AUTH', 'ADMIN_USER_PASSWORD_AUTH', "
    "'USER_SRP_AUTH', 'REFRESH_TOKEN_AUTH', 'REFRESH_TOKEN', 'CUSTOM_AUTH', 'USER_PASSWORD_AUTH']"
)
TOTP = {"MfaConfiguration": "OPTIONAL", "SoftwareTokenMfaConfiguration": {"Enabled": True}}
SMS = {"SmsMfaConfiguration": {"SmsConfiguration": {"SnsCallerArn": "arn:aws:iam::123456789012:role/sms"}}}
EVERY_FACTOR: dict[str, Any] = {
    "Policies": {"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "EMAIL_OTP", "SMS_OTP", "WEB_AUTHN"]}}
}


def srp(w: World, password: str, name: str = "alice") -> str:
    """A sign-in by a client that nobody here wrote."""
    pycognito = AWSSRP(name, password, w.pool_id, w.client.id, client=w.idp, client_secret=w.client.secret)
    return said(pycognito.authenticate_user())


@row("USER_SRP_AUTH: the right password", plain="tokens", documented="tokens", source="doc")
def srp_right(w: World) -> str:
    w.pool()
    w.user()
    return srp(w, "Correct-h0rse!")


@row(
    "USER_SRP_AUTH: a wrong password",
    plain="tokens",
    documented="NotAuthorizedException: Incorrect username or password.",
    source="ministack#1758",
)
def srp_wrong(w: World) -> str:
    w.pool()
    w.user()
    return srp(w, "Wrong-h0rse!")


@row(
    "USER_SRP_AUTH: USER_ID_FOR_SRP",
    plain='"another"',
    documented='"the username"',
    source="floci#1305, ministack#1758",
)
def user_id(w: World) -> str:
    w.pool()
    w.user()
    parameters = w.start("USER_SRP_AUTH", SRP_A="2")["ChallengeParameters"]
    return shown("the username" if parameters["USER_ID_FOR_SRP"] == "alice" else "another")


@row(
    "USER_SRP_AUTH: a session beside the secret block",
    plain='"session"',
    documented='"none"',
    source="floci#1305, ministack#1758",
)
def srp_session(w: World) -> str:
    w.pool()
    w.user()
    return shown("session" if w.start("USER_SRP_AUTH", SRP_A="2").get("Session") else "none")


@row(
    "USER_SRP_AUTH: A = 0",
    plain="PASSWORD_VERIFIER",
    documented="InvalidParameterException: Invalid SRP_A value",
    source="amazon-cognito-identity-js#356 (the exception), mem (its words)",
)
def zero(w: World) -> str:
    w.pool()
    w.user()
    return said(w.start("USER_SRP_AUTH", SRP_A="0"))


@row(
    "USER_SRP_AUTH: an unknown user",
    plain="UserNotFoundException: User does not exist.",
    documented="UserNotFoundException: User does not exist.",
    source="doc",
)
def unknown(w: World) -> str:
    w.pool(client={"PreventUserExistenceErrors": "LEGACY"})
    return said(w.start("USER_SRP_AUTH", SRP_A="2"))


@row(
    "USER_SRP_AUTH: an unknown user, hidden",
    plain="UserNotFoundException: User does not exist.",
    documented='["PASSWORD_VERIFIER", true]',
    source="doc",
)
def hidden(w: World) -> str:
    w.pool(client={"PreventUserExistenceErrors": "ENABLED"})
    first, second = w.start("USER_SRP_AUTH", SRP_A="2"), w.start("USER_SRP_AUTH", SRP_A="2")
    same_salt = first["ChallengeParameters"]["SALT"] == second["ChallengeParameters"]["SALT"]
    return shown([said(first), same_salt])


@row(
    "USER_PASSWORD_AUTH: a wrong password",
    plain=(
        "NotAuthorizedException: Incorrect username or password.",
        "NotAuthorizedException: alice",
        "NotAuthorizedException:",
    ),
    documented="NotAuthorizedException: Incorrect username or password.",
    source="doc",
)
def wrong(w: World) -> str:
    w.pool()
    w.user()
    return said(w.start(PASSWORD="Wrong-h0rse!"))


@row(
    "USER_PASSWORD_AUTH: a password that must be reset",
    plain="tokens",
    documented="PasswordResetRequiredException: Password reset required for the user",
    source="bc",
)
def reset(w: World) -> str:
    w.pool(AutoVerifiedAttributes=["email"])
    w.user()
    w.idp.admin_reset_user_password(UserPoolId=w.pool_id, Username="alice")
    return said(w.start())


@row("USER_PASSWORD_AUTH: MFA is required and none set up", plain="tokens", documented="MFA_SETUP", source="bc")
def demands_mfa(w: World) -> str:
    w.pool(mfa=TOTP | {"MfaConfiguration": "ON"})
    w.user()
    return said(w.start())


@row("USER_PASSWORD_AUTH: two MFA methods, none preferred", plain="tokens", documented="SELECT_MFA_TYPE", source="bc")
def two_methods(w: World) -> str:
    w.pool(mfa=TOTP | SMS)
    w.user(**ALICE, **PHONE)
    token = w.token()
    w.totp_on(token)
    w.idp.set_user_mfa_preference(AccessToken=token, SMSMfaSettings={"Enabled": True, "PreferredMfa": False})
    return said(w.start())


@row(
    "USER_PASSWORD_AUTH: a client that does not allow it",
    plain="tokens",
    documented="InvalidParameterException: USER_PASSWORD_AUTH flow not enabled for this client",
    source="floci#3974",
)
def not_allowed(w: World) -> str:
    w.pool(client={"ExplicitAuthFlows": ["ALLOW_USER_SRP_AUTH"]})
    w.user()
    return said(w.start())


@row(
    "USER_PASSWORD_AUTH: no secret hash",
    plain="tokens",
    documented="NotAuthorizedException: Client <client> is configured with secret but SECRET_HASH was not received",
    source="amplify-android#2504",
)
def no_hash(w: World) -> str:
    w.pool(client={"GenerateSecret": True})
    w.user()
    return said(w.start())


@row(
    "USER_PASSWORD_AUTH: the sixth attempt after five wrong ones",
    plain="tokens",
    documented="NotAuthorizedException: Password attempts exceeded",
    source="doc, quoted in aws-sdk-js#4642",
)
def lock_out(w: World) -> str:
    w.pool()
    w.user()
    for _ in range(5):
        try:
            w.start(PASSWORD="Wrong-h0rse!")
        except w.idp.exceptions.NotAuthorizedException:
            continue
    return said(w.start())


def rounds(w: World) -> None:
    """Lambda triggers that ask for one word."""

    def define(event: dict[str, Any]) -> dict[str, Any]:
        session = event["request"]["session"]
        right = bool(session) and bool(session[-1]["challengeResult"])
        srp_first = bool(session) and session[-1]["challengeName"] == "SRP_A"
        password = bool(session) and session[-1]["challengeName"] == "PASSWORD_VERIFIER"
        asks = "PASSWORD_VERIFIER" if srp_first else "CUSTOM_CHALLENGE"
        done = right and not srp_first and not password
        event["response"] = {"issueTokens": done, "failAuthentication": False, "challengeName": asks}
        return event

    def create(event: dict[str, Any]) -> dict[str, Any]:
        event["response"] = {
            "publicChallengeParameters": {"hint": "colour"},
            "privateChallengeParameters": {"answer": "blue"},
        }
        return event

    def verify(event: dict[str, Any]) -> dict[str, Any]:
        wanted = event["request"]["privateChallengeParameters"]["answer"]
        event["response"] = {"answerCorrect": event["request"]["challengeAnswer"] == wanted}
        return event

    w.on("define_auth_challenge", define)
    w.on("create_auth_challenge", create)
    w.on("verify_auth_challenge_response", verify)


@row(
    "CUSTOM_AUTH",
    plain=("{}", "crash AttributeError"),
    documented='["CUSTOM_CHALLENGE", {"USERNAME": "alice", "hint": "colour"}]',
    source="amplify-js#12887",
)
def custom(w: World) -> str:
    w.pool()
    w.user()
    rounds(w)
    begun = w.start("CUSTOM_AUTH")
    return shown([said(begun), begun["ChallengeParameters"]]) if "ChallengeName" in begun else said(begun)


@row("CUSTOM_AUTH with SRP_A", plain=("{}", "crash AttributeError"), documented="PASSWORD_VERIFIER", source="bc")
def custom_srp(w: World) -> str:
    w.pool()
    w.user()
    rounds(w)
    return said(w.start("CUSTOM_AUTH", SRP_A="2", CHALLENGE_NAME="SRP_A"))


def choice(w: World, **parameters: str) -> dict[str, Any]:
    w.pool(**EVERY_FACTOR)
    w.user(**ALICE, **PHONE)
    return w.start("USER_AUTH", **parameters)


@row(
    "USER_AUTH without preference",
    plain=NOT_A_FLOW,
    documented='["SELECT_CHALLENGE", ["EMAIL_OTP", "PASSWORD", "PASSWORD_SRP", "SMS_OTP"]]',
    source="bc, amp",
)
def user_auth(w: World) -> str:
    begun = choice(w)
    return shown([said(begun), sorted(begun["AvailableChallenges"])])


@row("USER_AUTH, PASSWORD", plain=NOT_A_FLOW, documented="tokens", source="bc, amp")
def user_auth_password(w: World) -> str:
    return said(choice(w, PREFERRED_CHALLENGE="PASSWORD", PASSWORD="Correct-h0rse!"))


@row(
    "USER_AUTH, PASSWORD: a wrong one",
    plain=NOT_A_FLOW,
    documented="NotAuthorizedException: Incorrect username or password.",
    source="doc",
)
def user_auth_wrong(w: World) -> str:
    return said(choice(w, PREFERRED_CHALLENGE="PASSWORD", PASSWORD="Wrong-h0rse!"))


@row("USER_AUTH, PASSWORD_SRP", plain=NOT_A_FLOW, documented="PASSWORD_VERIFIER", source="bc, amp")
def user_auth_srp(w: World) -> str:
    return said(choice(w, PREFERRED_CHALLENGE="PASSWORD_SRP", SRP_A="2"))


def otp(w: World, name: str) -> str:
    begun = choice(w, PREFERRED_CHALLENGE=name)
    parameters = begun["ChallengeParameters"]
    return shown([said(begun), parameters["CODE_DELIVERY_DELIVERY_MEDIUM"], parameters["CODE_DELIVERY_DESTINATION"]])


@row("USER_AUTH, EMAIL_OTP", plain=NOT_A_FLOW, documented='["EMAIL_OTP", "EMAIL", "a***@e***"]', source="bc, amp")
def user_auth_email(w: World) -> str:
    return otp(w, "EMAIL_OTP")


@row("USER_AUTH, SMS_OTP", plain=NOT_A_FLOW, documented='["SMS_OTP", "SMS", "+*******1111"]', source="bc, amp")
def user_auth_sms(w: World) -> str:
    return otp(w, "SMS_OTP")


@row(
    "REFRESH_TOKEN_AUTH: what is no token",
    plain="NotAuthorizedException: Refresh Token has been revoked",
    documented="NotAuthorizedException: Invalid Refresh Token",
    source="doc (re:Post), aws-sdk-ios#1409",
)
def refresh_garbage(w: World) -> str:
    w.pool()
    return said(w.start("REFRESH_TOKEN_AUTH", REFRESH_TOKEN="garbage"))


@row(
    "REFRESH_TOKEN_AUTH: another client's token",
    plain="tokens",
    documented="NotAuthorizedException: Invalid Refresh Token",
    source="doc (re:Post)",
)
def refresh_other_client(w: World) -> str:
    w.pool()
    w.user()
    token = w.sign_in()["RefreshToken"]
    return said(w.start("REFRESH_TOKEN_AUTH", REFRESH_TOKEN=token, client_id=w.add_client().id))


@row(
    "REFRESH_TOKEN_AUTH: a disabled user",
    plain="tokens",
    documented="NotAuthorizedException",
    source="bc (AdminDisableUser revokes the user's tokens)",
)
def refresh_disabled(w: World) -> str:
    w.pool()
    w.user()
    token = w.sign_in()["RefreshToken"]
    w.idp.admin_disable_user(UserPoolId=w.pool_id, Username="alice")
    try:
        return said(w.start("REFRESH_TOKEN_AUTH", REFRESH_TOKEN=token))
    except w.idp.exceptions.NotAuthorizedException:
        return "NotAuthorizedException"


@row(
    "Signing in by an alias",
    plain="UserNotFoundException: User does not exist.",
    documented="tokens",
    source="moto#4249, quoting the guide",
)
def alias(w: World) -> str:
    w.pool(AliasAttributes=["email"])
    w.user()
    return said(w.start(name="alice@example.com"))


@row(
    "Signing in as ALICE where case does not matter",
    plain="UserNotFoundException: User does not exist.",
    documented="tokens",
    source="amplify-js#2189, quoting AWS",
)
def case(w: World) -> str:
    w.pool(UsernameConfiguration={"CaseSensitive": False})
    w.user()
    return said(w.start(name="ALICE"))


@row("The lifetime of an access token", plain="3600", documented="300", source="doc")
def lifetime(w: World) -> str:
    w.pool(client={"AccessTokenValidity": 5, "TokenValidityUnits": {"AccessToken": "minutes"}})
    w.user()
    return shown(w.sign_in()["ExpiresIn"])
