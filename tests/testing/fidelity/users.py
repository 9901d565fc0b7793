"""GetUser, GetUserAuthFactors, DeleteUser; MFA settings and TOTP."""

from tests.support.fidelity_world import World, row, said, shown
from tests.testing.fidelity.sign_in import SMS, TOTP
from tests.testing.fidelity.signed_in import MISSING, alice


@row(
    "GetUser: MFA that is not set",
    plain="MFAOptions, PreferredMfaSetting, UserAttributes, UserMFASettingList, Username",
    documented="UserAttributes, Username",
    source="cli",
)
def get_user(w: World) -> str:
    return said(w.idp.get_user(AccessToken=alice(w)))


@row(
    "GetUser: what is no token",
    plain=("NotAuthorizedException: Invalid token", "NotAuthorizedException: garbage"),
    documented="NotAuthorizedException: Invalid Access Token",
    source="aws-cognito-angular-quickstart#137",
)
def garbage(w: World) -> str:
    alice(w)
    return said(w.idp.get_user(AccessToken="garbage"))


@row(
    "GetUser: an expired token",
    plain="MFAOptions, PreferredMfaSetting, UserAttributes, UserMFASettingList, Username",
    documented="NotAuthorizedException: Access Token has expired",
    source="aws-sdk-ios#1376",
)
def expired(w: World) -> str:
    token = alice(w)
    w.later(3601)
    return said(w.idp.get_user(AccessToken=token))


@row("GetUserAuthFactors", plain=MISSING, documented="ConfiguredUserAuthFactors, Username", source="cli")
def factors(w: World) -> str:
    return said(w.idp.get_user_auth_factors(AccessToken=alice(w)))


@row("DeleteUser", plain=MISSING, documented='["{}", []]', source="bc")
def delete_user(w: World) -> str:
    answer = w.idp.delete_user(AccessToken=alice(w))
    return shown([said(answer), w.idp.list_users(UserPoolId=w.pool_id)["Users"]])


@row("AssociateSoftwareToken: two users' secrets", plain='"the same"', documented='"different"', source="cli")
def secrets(w: World) -> str:
    first = w.idp.associate_software_token(AccessToken=alice(w, mfa=TOTP))["SecretCode"]
    w.user("bob")
    second = w.idp.associate_software_token(AccessToken=w.token("bob"))["SecretCode"]
    return shown("the same" if first == second else "different")


@row(
    "VerifySoftwareToken: a wrong code",
    plain="Session, Status",
    documented="EnableSoftwareTokenMFAException: Code mismatch and fail enable Software Token MFA",
    source="ministack#1608, aws-amplify-auth-starters#15",
)
def totp_wrong(w: World) -> str:
    token = alice(w, mfa=TOTP)
    secret = w.idp.associate_software_token(AccessToken=token)["SecretCode"]
    wrong = "000000" if w.totp(secret) != "000000" else "000001"
    return said(w.idp.verify_software_token(AccessToken=token, UserCode=wrong))


@row(
    "VerifySoftwareToken: with an access token",
    plain="Session, Status",
    documented="Status",
    source="cli, cognito-identity-js#627",
)
def totp_right(w: World) -> str:
    token = alice(w, mfa=TOTP)
    secret = w.idp.associate_software_token(AccessToken=token)["SecretCode"]
    return said(w.idp.verify_software_token(AccessToken=token, UserCode=w.totp(secret)))


@row(
    "SetUserMFAPreference: two preferred",
    plain="{}",
    documented="InvalidParameterException",
    source="amplify docs PR#5690",
)
def two_preferred(w: World) -> str:
    token = alice(w, mfa=TOTP | SMS)
    w.totp_on(token)
    preferred = {"Enabled": True, "PreferredMfa": True}
    try:
        return said(
            w.idp.set_user_mfa_preference(
                AccessToken=token, SMSMfaSettings=preferred, SoftwareTokenMfaSettings=preferred
            )
        )
    except w.idp.exceptions.InvalidParameterException:
        return "InvalidParameterException"


@row(
    "SetUserMFAPreference: TOTP not set up",
    plain="InvalidParameterException: User has not verified software token mfa",
    documented="InvalidParameterException: User has not verified software token mfa",
    source="amplify-js#7016",
)
def unverified_totp(w: World) -> str:
    return said(
        w.idp.set_user_mfa_preference(AccessToken=alice(w, mfa=TOTP), SoftwareTokenMfaSettings={"Enabled": True})
    )


@row("SetUserMFAPreference: e-mail", plain='["{}", []]', documented='["{}", ["EMAIL_OTP"]]', source="bc")
def email_mfa(w: World) -> str:
    token = alice(w)
    answer = w.idp.set_user_mfa_preference(AccessToken=token, EmailMfaSettings={"Enabled": True})
    return shown([said(answer), w.idp.get_user(AccessToken=token).get("UserMFASettingList", [])])


@row("SetUserSettings: SMS", plain=MISSING, documented='["SMS_MFA"]', source="bc")
def settings(w: World) -> str:
    token = alice(w)
    w.idp.set_user_settings(AccessToken=token, MFAOptions=[{"DeliveryMedium": "SMS", "AttributeName": "phone_number"}])
    return shown(w.idp.get_user(AccessToken=token).get("UserMFASettingList", []))
