"""What Cognito's messages mean: for each message that was seen, our class and what the advice names."""

import re
from typing import Any

from amplify_auth import errors
from amplify_auth._cognito.meanings import MEANINGS, meaning_of
from tests.support.rows import EveryRow

REFUSED, PARAMETER = "NotAuthorizedException", "InvalidParameterException"
SRP_START = {"AuthFlow": "USER_SRP_AUTH"}
SRP_PROOF = {"ChallengeName": "PASSWORD_VERIFIER"}
WRONG_PASSWORD = "Incorrect username or password."
ATTRIBUTES = {"UserAttributes": [{"Name": "custom:tier", "Value": "gold"}, {"Name": "email", "Value": "a@b.c"}]}
OF_A_USER = {"AccessToken": "token"}
NEW_PASSWORD = {"ChallengeName": "NEW_PASSWORD_REQUIRED", "ChallengeResponses": {"userAttributes.zoneinfo": "UTC"}}

Row = tuple[str, str, str, dict[str, Any], str | None, list[str]]
#: The exception, the message, the operation, its parameters, our class (None: the exception's), words of the advice.
ROWS: list[Row] = [
    (REFUSED, WRONG_PASSWORD, "InitiateAuth", {}, "IncorrectUsernameOrPassword", ["user name", "password"]),
    (
        REFUSED,
        WRONG_PASSWORD,
        "RespondToAuthChallenge",
        SRP_PROOF,
        "IncorrectUsernameOrPassword",
        ["user_pool_id", "typo", 'auth_flow_type="USER_PASSWORD_AUTH"'],
    ),
    (REFUSED, WRONG_PASSWORD, "InitiateAuth", SRP_START, "IncorrectUsernameOrPassword", ["typo"]),
    (REFUSED, WRONG_PASSWORD, "ChangePassword", {}, "IncorrectUsernameOrPassword", ["old_password", "None"]),
    (
        REFUSED,
        WRONG_PASSWORD,
        "RespondToAuthChallenge",
        {"ChallengeName": "CUSTOM_CHALLENGE"},
        None,
        ["custom challenges"],
    ),
    (
        "UserNotFoundException",
        "User does not exist.",
        "InitiateAuth",
        SRP_START,
        None,
        ['auth_flow_type="USER_PASSWORD_AUTH"'],
    ),
    (REFUSED, "Password attempts exceeded", "InitiateAuth", {}, "TooManyPasswordAttempts", ["Wait", "longer"]),
    *(
        (
            "InvalidUserPoolConfigurationException",
            "Device tracking is not enabled for this user pool.",
            operation,
            {},
            None,
            ["device tracking", "DeviceConfiguration"],
        )
        for operation in ("ForgetDevice", "ListDevices", "UpdateDeviceStatus")
    ),
    (
        "ResourceNotFoundException",
        "Credential does not exist.",
        "DeleteWebAuthnCredential",
        {},
        None,
        ["list_web_authn_credentials()"],
    ),
    (
        "LimitExceededException",
        "Too many passkeys.",
        "CompleteWebAuthnRegistration",
        {},
        None,
        ["delete_web_authn_credential()", "wait"],
    ),
    (
        REFUSED,
        "Password attempts exceeded. Please try again later.",
        "InitiateAuth",
        {},
        "TooManyPasswordAttempts",
        [],
    ),
    (
        REFUSED,
        "Temporary password has expired and must be reset by an administrator.",
        "InitiateAuth",
        {},
        "TemporaryPasswordExpired",
        ["new invitation"],
    ),
    (
        REFUSED,
        "User account has expired, it must be reset by an administrator.",
        "InitiateAuth",
        {},
        "TemporaryPasswordExpired",
        [],
    ),
    (REFUSED, "User is disabled.", "InitiateAuth", {}, "UserDisabled", ["administrator"]),
    (REFUSED, "User is not enabled", "InitiateAuth", {}, "UserDisabled", []),
    (REFUSED, "Unable to login because of security reasons", "InitiateAuth", {}, None, ["threat protection"]),
    (
        REFUSED,
        "A client attempted to write unauthorized attribute",
        "SignUp",
        ATTRIBUTES,
        "AttributeNotWritable",
        ["custom:tier, email"],
    ),
    (
        REFUSED,
        "A client attempted to write unauthorized attribute",
        "RespondToAuthChallenge",
        NEW_PASSWORD,
        "AttributeNotWritable",
        ["zoneinfo"],
    ),
    (REFUSED, "A client attempted to write unauthorized attribute", "SignUp", {}, "AttributeNotWritable", ["Leave"]),
    (REFUSED, "Cannot modify an already provided email", "RespondToAuthChallenge", {}, None, ["user_attributes"]),
    (REFUSED, "SignUp is not permitted for this user pool", "SignUp", {}, "SignUpNotAllowed", ["administrator"]),
    (
        REFUSED,
        "User cannot be confirmed. Current status is CONFIRMED",
        "ConfirmSignUp",
        {},
        "AlreadyConfirmed",
        ["Sign in"],
    ),
    (
        REFUSED,
        "User cannot be confirmed. Current status is FORCE_CHANGE_PASSWORD",
        "ConfirmSignUp",
        {},
        None,
        ["temporary password"],
    ),
    (PARAMETER, "User is already confirmed.", "ResendConfirmationCode", {}, "AlreadyConfirmed", ["Sign in"]),
    (
        REFUSED,
        "User password cannot be reset in the current state.",
        "ForgotPassword",
        {},
        None,
        ["temporary password"],
    ),
    (REFUSED, "Contact administrator to reset password.", "ForgotPassword", {}, None, ["administrator"]),
    (
        PARAMETER,
        "Cannot reset password for the user as there is no registered/verified email or phone_number",
        "ForgotPassword",
        {},
        None,
        ["verified"],
    ),
    (
        PARAMETER,
        "Attributes did not conform to the schema: tier: Attribute does not exist in the schema.",
        "UpdateUserAttributes",
        ATTRIBUTES,
        None,
        ["lower case", "custom:"],
    ),
    (PARAMETER, "Invalid phone number format.", "UpdateUserAttributes", ATTRIBUTES, None, ["+491701234567"]),
    *(
        (PARAMETER, "Attribute name cannot be verified.", operation, OF_A_USER, None, ['"email" or "phone_number"'])
        for operation in ("GetUserAttributeVerificationCode", "VerifyUserAttribute")
    ),
    *(
        (
            PARAMETER,
            f"1 validation error detected: Value at '{member}' failed to satisfy constraint: Member must satisfy",
            operation,
            OF_A_USER,
            None,
            [function],
        )
        for member, operation, function in (
            ("deviceKey", "ForgetDevice", "fetch_devices()"),
            ("sessionId", "RevokeUserSession", "list_user_sessions()"),
        )
    ),
    (
        PARAMETER,
        "user.custom:id: Attribute cannot be updated.",
        "UpdateUserAttributes",
        ATTRIBUTES,
        None,
        ["immutable"],
    ),
    (
        REFUSED,
        "A client attempted to write unauthorized attribute",
        "DeleteUserAttributes",
        {"UserAttributeNames": ["custom:tier", 5]},
        "AttributeNotWritable",
        ["custom:tier.", "email_verified"],
    ),
    *(
        (code, message, "ConfirmForgotPassword", {}, None, words)
        for code, message, words in [
            ("CodeMismatchException", "Invalid verification code provided, please try again.", ["reset_password()"]),
            (
                "ExpiredCodeException",
                "Invalid code provided, please request a code again.",
                ["Call reset_password()", "no code was asked for"],
            ),
            (
                "InvalidPasswordException",
                "Password did not conform with policy: Password not long enough",
                ["confirm_reset_password() again", "still good"],
            ),
        ]
    ),
    *(
        (code, message, "VerifyUserAttribute", OF_A_USER, None, words)
        for code, message, words in [
            (
                "CodeMismatchException",
                "Invalid verification code provided, please try again.",
                ["send_user_attribute_verification_code()", "update_user_attribute()"],
            ),
            (
                "ExpiredCodeException",
                "Invalid code provided, please request a code again.",
                ["send_user_attribute_verification_code()", "update_user_attribute()"],
            ),
            ("AliasExistsException", "An account with the email already exists.", ["another address"]),
        ]
    ),
    (
        "CodeDeliveryFailureException",
        "Failed to deliver.",
        "UpdateUserAttributes",
        ATTRIBUTES,
        None,
        ["fetch_user_attributes()", "may be changed already"],
    ),
    ("UserNotFoundException", "User does not exist.", "GetUser", OF_A_USER, None, ["was deleted", "sign_out()"]),
    (
        PARAMETER,
        "User does not have a phone_number set to turn on SMS MFA",
        "SetUserMFAPreference",
        {},
        None,
        ['update_user_attribute("phone_number"'],
    ),
    *(
        (PARAMETER, message, "SetUserMFAPreference", {}, None, ["set_up_totp()", "verify_totp_setup()"])
        for message in (
            "User has not verified software token mfa",
            "User has not set up software token mfa",
            "User does not have delivery config set to turn on SOFTWARE_TOKEN_MFA",
        )
    ),
    (
        PARAMETER,
        "User does not have delivery config set to turn on EMAIL_OTP",
        "SetUserMFAPreference",
        {},
        None,
        ["update_user_attribute()", "confirm_user_attribute()"],
    ),
    (
        "SoftwareTokenMFANotFoundException",
        "Software Token MFA is not enabled for the user pool.",
        "AssociateSoftwareToken",
        {"AccessToken": "a"},
        None,
        ["pool's owner"],
    ),
    (
        "SoftwareTokenMFANotFoundException",
        "Software Token MFA does not exist for the user.",
        "VerifySoftwareToken",
        {"AccessToken": "a"},
        None,
        ["set_up_totp() first"],
    ),
    *(
        (
            code,
            "Code mismatch",
            "VerifySoftwareToken",
            {"AccessToken": "a"},
            None,
            ["verify_totp_setup() again", "clock"],
        )
        for code in ("CodeMismatchException", "EnableSoftwareTokenMFAException")
    ),
    (
        "ResourceNotFoundException",
        "Session does not exist.",
        "RevokeUserSession",
        {},
        None,
        ["list_user_sessions()"],
    ),
    (PARAMETER, "Username should be an email.", "SignUp", {}, None, ["username"]),
    (
        PARAMETER,
        "Username cannot be of email format, since user pool is configured for email alias.",
        "SignUp",
        {},
        None,
        ["user_attributes"],
    ),
    (
        PARAMETER,
        "Cannot resend codes. Auto verification not turned on.",
        "ResendConfirmationCode",
        {},
        None,
        ["administrator"],
    ),
    *(
        (code, message, "InitiateAuth", {"AuthFlow": flow}, None, [flow, f"ALLOW_{flow}", "ExplicitAuthFlows"])
        for flow in ("USER_SRP_AUTH", "USER_PASSWORD_AUTH", "CUSTOM_AUTH", "USER_AUTH", "REFRESH_TOKEN_AUTH")
        for code, message in [
            (PARAMETER, f"{flow} flow not enabled for this client"),
            (PARAMETER, f"{flow} is not enabled for the client."),
            (PARAMETER, "Auth flow not enabled for this client"),
            (PARAMETER, "Initiate Auth method not supported."),
            (REFUSED, "Auth flow not enabled for this client"),
            ("UnsupportedOperationException", f"{flow} flow not enabled for this client"),
        ]
    ),
    (
        PARAMETER,
        "USER_AUTH flow not enabled for this client",
        "RespondToAuthChallenge",
        {"ChallengeName": "SELECT_CHALLENGE"},
        None,
        ["ExplicitAuthFlows"],
    ),
    (
        PARAMETER,
        "Custom auth lambda trigger is not configured for the user pool.",
        "InitiateAuth",
        {"AuthFlow": "CUSTOM_AUTH"},
        None,
        ["DefineAuthChallenge"],
    ),
    (
        REFUSED,
        "Unable to verify secret hash for client 1h57",
        "InitiateAuth",
        {},
        "ClientSecretMismatch",
        ["it is not the secret"],
    ),
    *(
        (REFUSED, message, "InitiateAuth", {}, "ClientSecretMismatch", ["Pass client_secret"])
        for message in [
            "Client 1h57 is configured with secret but SECRET_HASH was not received",
            "Client 1h57 is configured for secret but secret was not received",
        ]
    ),
    (
        REFUSED,
        "App client 1h57 is not configured for secret but secret hash was received",
        "InitiateAuth",
        {},
        "ClientSecretMismatch",
        ["Leave client_secret out"],
    ),
    # Other wordings of the same meanings.
    *(
        (REFUSED, message, "InitiateAuth", {}, kind, [])
        for kind, messages in {
            "UserDisabled": ["User account is disabled.", "user disabled", "User has been disabled"],
            "TemporaryPasswordExpired": ["Temporary password expired", "temporary password is expired."],
            "SignUpNotAllowed": ["Sign up is not permitted", "Sign-up is not allowed for this user pool."],
            "AlreadyConfirmed": ["User already confirmed"],
            "AccessTokenExpired": ["access token expired", "Access Token is expired."],
            "AccessTokenRevoked": ["Access Token revoked"],
            "AccessTokenInvalid": [
                "Access Token is not issued by a trusted issuer",
                "Access Token is not from a supported client",
                "Access token is invalid.",
            ],
            "AccessTokenLacksScope": [
                "Access token does not contain required scope",
                "Access token does not contain openid scope",
            ],
        }.items()
        for message in messages
    ),
    # What stands in front of Cognito, or in its place.
    ("AccessDeniedException", "User: anonymous is not authorized", "InitiateAuth", {}, None, ["VPC endpoint"]),
    ("MissingAuthenticationTokenException", "Missing Authentication Token", "InitiateAuth", {}, None, ["signed"]),
    ("UnrecognizedClientException", "The security token is invalid.", "InitiateAuth", {}, None, ["endpoint_url"]),
    ("UnknownOperationException", "", "InitiateAuth", {}, None, ["emulator"]),
    ("ResourceNotFoundException", "Device does not exist.", "ConfirmDevice", {}, None, ["Sign in again"]),
    ("ResourceNotFoundException", "Identity 'eu-west-1:0' not found.", "GetId", {}, None, ["another one"]),
    ("ResourceNotFoundException", "Identity pool 'eu-west-1:0' not found.", "GetId", {}, None, ["identity_pool_id"]),
    (REFUSED, "Access Token has expired", "GetUser", {}, "AccessTokenExpired", ["fetch_auth_session"]),
    (REFUSED, "Access Token has been revoked", "GetUser", {}, "AccessTokenRevoked", ["Sign in again"]),
    (REFUSED, "Invalid Access Token", "GetUser", {}, "AccessTokenInvalid", ["user_pool_id"]),
    (REFUSED, "Could not verify signature for Access Token", "GetUser", {}, "AccessTokenInvalid", ["user_pool_id"]),
    (
        REFUSED,
        "Access Token does not have required scopes",
        "GetUser",
        {},
        "AccessTokenLacksScope",
        ["aws.cognito.signin.user.admin"],
    ),
    *(
        (REFUSED, message, "GetTokensFromRefreshToken", {}, None, ["Sign in again"])
        for message in ["Invalid Refresh Token.", "Refresh Token has expired", "Refresh Token has been revoked"]
    ),
    *(
        (REFUSED, message, "RespondToAuthChallenge", {}, None, ["sign_in()"])
        for message in [
            "Invalid session for the user.",
            "Invalid session for the user, session is expired.",
            "Invalid session for the user, session can only be used once.",
        ]
    ),
    *(
        (REFUSED, message, "GetId", {}, "IdentityPoolRefusedToken", ["identity_pool_id", "app client"])
        for message in [
            "Token is not from a supported provider of this identity pool.",
            "Invalid login token. Issuer doesn't match providerName",
            "Invalid login token. Incorrect token audience.",
            "Logins don't match. Please include at least one valid login for this identity or identity pool.",
        ]
    ),
    (
        REFUSED,
        "Invalid login token. Token expired: 1700000000 >= 1690000000",
        "GetId",
        {},
        "IdentityPoolRefusedToken",
        ["force_refresh=True", "clock"],
    ),
    (REFUSED, "Unauthenticated access is not supported for this identity pool.", "GetId", {}, None, ["guest"]),
    (REFUSED, "Access to Identity 'eu-west-1:1' is forbidden.", "GetCredentialsForIdentity", {}, None, ["identity"]),
    (
        "ResourceNotFoundException",
        "IdentityPool 'eu-west-1:1' not found.",
        "GetId",
        {},
        None,
        ["identity_pool_id", "region"],
    ),
    (
        "InvalidIdentityPoolConfigurationException",
        "Invalid identity pool configuration. Check assigned IAM roles for this pool.",
        "GetCredentialsForIdentity",
        {},
        None,
        ["IAM roles"],
    ),
]


def test_every_message_has_its_class_and_its_advice() -> None:
    with EveryRow() as every:
        for code, message, operation, parameters, kind, words in ROWS:
            with every.row(f"{operation} {parameters}: {message}"):
                found, advice = meaning_of(code, message, operation, parameters)

                assert (None if found is None else found.__name__) == kind
                assert advice is not None
                for word in words:
                    assert word in advice
                assert "{" not in advice
                assert kind == "IncorrectUsernameOrPassword" or "the password, and" not in advice
                if kind is not None:
                    assert issubclass(getattr(errors, kind), errors.NotAuthorizedException)


def test_every_row_of_the_table_is_reached() -> None:
    reached = set()
    for code, message, operation, parameters, *_ in ROWS:
        asked = {operation, parameters.get("AuthFlow"), parameters.get("ChallengeName")}
        names = {"UserAttributes", "UserAttributeNames"} & parameters.keys()
        asked |= {"attributes"} if names or parameters is NEW_PASSWORD else set()
        asked |= {"a signed-in user", f"{operation} of a signed-in user"} if "AccessToken" in parameters else set()
        for index, row in enumerate(MEANINGS):
            fits = code in row.codes.split() and (not row.of or row.of & asked)
            if fits and re.search(row.says, message, re.IGNORECASE):
                reached.add(index)
                break

    assert [row for index, row in enumerate(MEANINGS) if index not in reached] == []


def test_a_message_that_nobody_knows_leaves_class_and_advice_to_the_exception() -> None:
    assert meaning_of(REFUSED, "The moon is in the wrong house.", "InitiateAuth", SRP_START) == (None, None)
    advice = errors.NotAuthorizedException("The moon is in the wrong house.").recovery_suggestion

    assert advice is not None
    assert advice.startswith("Read the message")
    assert "password" not in advice


def test_a_message_of_another_exception_has_no_such_meaning() -> None:
    """A trigger may say anything."""
    assert meaning_of("UserLambdaValidationException", "User is disabled.", "SignUp", {}) == (None, None)


def test_the_values_of_attributes_are_not_in_the_advice() -> None:
    advice = meaning_of(REFUSED, "A client attempted to write unauthorized attribute", "SignUp", ATTRIBUTES)[1]

    assert advice is not None
    assert "gold" not in advice


def test_a_sign_in_is_not_sent_to_the_functions_of_a_signed_in_user() -> None:
    code, message = "SoftwareTokenMFANotFoundException", "Software Token MFA does not exist for the user."
    assert meaning_of(code, message, "VerifySoftwareToken", {"Session": "s"}) == (None, None)


def test_odd_parameters_are_no_reason_to_fail() -> None:
    odd: list[dict[str, Any]] = [
        {"UserAttributes": 5, "AuthFlow": 5},
        {"UserAttributes": [5, {}, {"Name": None}]},
        {"ChallengeResponses": []},
        {"UserAttributes": [{"Name": f"custom:{number}", "Value": ""} for number in range(500)]},
    ]
    for parameters in odd:
        kind, advice = meaning_of(REFUSED, "A client attempted to write unauthorized attribute", "SignUp", parameters)

        assert kind is errors.AttributeNotWritable
        assert advice is not None
        assert len(advice) < 1000
