"""What Cognito's messages mean: a table from an exception and its message to our class and to the advice for it.

Cognito uses one exception for many reasons, ``NotAuthorizedException`` above all. Only the message distinguishes them.
`MEANINGS` is the table; a message that is not known yet gets a row in it. Nothing is sent here, and no error is made.

The messages are those of the service as users reported them in threads of the repositories of Amplify and of the AWS
SDKs on GitHub. Examples: amplify-js#277 and amplify-android#2504 (client secret), amplify-js#2067 and
amazon-cognito-identity-js#220 (identity pool), amplify-js#11376, amplify-ui#219 and keboola/developer-portal#186
(confirmed accounts), moto#4836 (flows).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final, final

from .._arguments import is_list, is_mapping, is_text
from .._masking import Value, value
from ..errors import (
    AccessTokenExpired,
    AccessTokenInvalid,
    AccessTokenLacksScope,
    AccessTokenRevoked,
    AlreadyConfirmed,
    AttributeNotWritable,
    AuthServiceError,
    ClientSecretMismatch,
    IdentityPoolRefusedToken,
    IncorrectUsernameOrPassword,
    SignUpNotAllowed,
    TemporaryPasswordExpired,
    TooManyPasswordAttempts,
    UserDisabled,
)

_MOST_NAMES: Final = 20


@final
@value(eq=False)
class Meaning(Value):
    """One row.

    Attributes:
        codes: Cognito's exceptions, separated by blanks.
        says: Matches the message, in upper or lower case.
        kind: Our class; None: that of the exception.
        advice: What to change; None: the advice of the class. ``{asked}`` is the flow that was asked for, and
            ``{attributes}`` the names of the attributes that were sent.
        of: The row is only for these operations, flows and challenges; empty: for all. ``"attributes"`` stands for all
            requests that write attributes, ``"a signed-in user"`` for all with an access token, and ``"GetUser of a
            signed-in user"`` for one operation of them.
    """

    codes: str
    says: str
    kind: type[AuthServiceError] | None = None
    advice: str | None = None
    of: frozenset[str] = frozenset()


_FLOWS: Final = frozenset({"USER_SRP_AUTH", "USER_PASSWORD_AUTH", "CUSTOM_AUTH", "USER_AUTH"})
_SRP: Final = frozenset({"USER_SRP_AUTH", "PASSWORD_VERIFIER"})
_REFUSED: Final = "NotAuthorizedException"
_PARAMETER: Final = "InvalidParameterException"
_PASSKEY_REGISTRATION: Final = frozenset({"StartWebAuthnRegistration", "CompleteWebAuthnRegistration"})
_NO_FLOW: Final = (
    r"not enabled for th(e|is) client|initiate ?auth method not supported|auth ?flow .*not (enabled|supported)"
)
_NO_FLOW_CODES: Final = f"{_PARAMETER} {_REFUSED} UnsupportedOperationException"
_WRONG_PASSWORD: Final = "incorrect username or password"
_MIGRATION: Final = (
    'If the pool migrates users with a Lambda trigger, pass auth_flow_type="USER_PASSWORD_AUTH" for a user\'s first '
    "sign-in: SRP does not call the trigger."
)

#: Tried from the top to the bottom. The first row that fits is taken.
MEANINGS: Final = (
    # The user pool: who signs in.
    Meaning(
        _REFUSED,
        _WRONG_PASSWORD,
        IncorrectUsernameOrPassword,
        "Check the user name and the password, and user_pool_id for a typo: over SRP the proof contains the pool's "
        "name. "
        f"{_MIGRATION}",
        _SRP,
    ),
    Meaning(
        _REFUSED,
        _WRONG_PASSWORD,
        IncorrectUsernameOrPassword,
        "Check old_password. None is only for a user who has no password.",
        frozenset({"ChangePassword"}),
    ),
    Meaning(
        _REFUSED,
        _WRONG_PASSWORD,
        None,
        "The answers to the custom challenges were not accepted, or the user does not exist. Call sign_in() again.",
        frozenset({"CUSTOM_CHALLENGE"}),
    ),
    Meaning(_REFUSED, _WRONG_PASSWORD, IncorrectUsernameOrPassword),
    Meaning("UserNotFoundException", "", None, f"Check the user name and user_pool_id. {_MIGRATION}", _SRP),
    Meaning(_REFUSED, "password attempts exceeded", TooManyPasswordAttempts),
    Meaning(
        _REFUSED,
        r"temporary password (has |is )?expired|(account|password) has expired.*must be reset by an administrator",
        TemporaryPasswordExpired,
    ),
    Meaning(_REFUSED, r"user (account )?(is |has been )?(disabled|not enabled)", UserDisabled),
    Meaning(
        _REFUSED,
        "security reasons",
        None,
        "Ask the pool's owner: the pool's threat protection has blocked this sign-in.",
    ),
    # Accounts and attributes.
    Meaning(
        _REFUSED,
        "write unauthorized attribute",
        AttributeNotWritable,
        "The request wrote {attributes}. Leave out what the app client may not write, or ask the pool's owner to add "
        "it to the client's writable attributes. No client can write email_verified and phone_number_verified.",
        frozenset({"attributes"}),
    ),
    Meaning(_REFUSED, "write unauthorized attribute", AttributeNotWritable),
    Meaning(
        _REFUSED,
        "cannot modify an already provided",
        None,
        "Leave the attribute out of user_attributes: the account has it already.",
    ),
    Meaning(_REFUSED, "sign[- ]?up is not (permitted|allowed|enabled)", SignUpNotAllowed),
    Meaning(
        f"{_REFUSED} {_PARAMETER}",
        r"status is (confirmed|not unconfirmed)|user (is )?already confirmed",
        AlreadyConfirmed,
    ),
    Meaning(
        _REFUSED,
        "user cannot be confirmed",
        None,
        "The message names the account's status. An invited user (FORCE_CHANGE_PASSWORD) signs in with the temporary "
        "password; a user of an identity provider (EXTERNAL_PROVIDER) signs in there.",
    ),
    Meaning(
        _REFUSED,
        "password cannot be reset in the current state",
        None,
        "An invited user signs in with the temporary password first, or asks for a new invitation. A user of an "
        "identity provider resets the password there.",
    ),
    Meaning(
        _REFUSED,
        "contact administrator to reset",
        None,
        "Ask the pool's administrator to reset the password: this pool lets no user do it.",
    ),
    Meaning(
        _PARAMETER,
        "no registered/verified email or phone",
        None,
        "The account has no verified e-mail address or phone number for the code. Confirm the account first, or ask "
        "the pool's administrator to set the password.",
    ),
    Meaning(
        _PARAMETER,
        "attribute cannot be updated",
        None,
        "Leave the attribute out: the pool has it as immutable, so its value can be set only when the account is "
        "created.",
    ),
    Meaning(
        _PARAMETER,
        "attribute does not exist in the schema",
        None,
        "Check the names of the attributes. Standard names are in lower case, such as email and phone_number. The "
        "pool's own begin with custom:.",
    ),
    Meaning(
        _PARAMETER,
        "invalid phone number format",
        None,
        "Write the phone number as +491701234567: a plus sign, the country code, and digits only.",
    ),
    Meaning(
        _PARAMETER,
        "cannot be verified",
        None,
        'Pass "email" or "phone_number" as user_attribute_key, not the address. Other attributes are not verified.',
        frozenset({"GetUserAttributeVerificationCode", "VerifyUserAttribute"}),
    ),
    Meaning(_PARAMETER, "'devicekey' failed", None, "Pass the id of an AuthDevice: fetch_devices() gives them."),
    Meaning(_PARAMETER, "'sessionid' failed", None, "Pass the id of a UserSession: list_user_sessions() gives them."),
    Meaning(
        _PARAMETER,
        "does not have a phone.?number",
        None,
        'Call update_user_attribute("phone_number", "+491701234567") first, with the user\'s number; else the pool\'s '
        "administrator can set it.",
    ),
    Meaning(
        _PARAMETER,
        "not (verified|set up) software token|delivery config .*software_token",
        None,
        "Call set_up_totp(), pass the first code of the app to verify_totp_setup(), then call update_mfa_preference() "
        "again.",
    ),
    Meaning(
        _PARAMETER,
        "does not have delivery config",
        None,
        "The user has no verified address for this factor. Call update_user_attribute() with the address, confirm it "
        "with confirm_user_attribute(), then call update_mfa_preference() again.",
    ),
    Meaning(
        "SoftwareTokenMFANotFoundException",
        "not enabled",
        None,
        "Ask the pool's owner to turn on authenticator apps as a second factor.",
        frozenset({"AssociateSoftwareToken"}),
    ),
    Meaning(
        "SoftwareTokenMFANotFoundException",
        "",
        None,
        "Call set_up_totp() first, and add its secret to the authenticator app.",
        frozenset({"VerifySoftwareToken of a signed-in user"}),
    ),
    Meaning(
        "CodeMismatchException EnableSoftwareTokenMFAException",
        "",
        None,
        "Call verify_totp_setup() again with the app's current code, and check the clock of its device. If the app has "
        "another secret, begin again with set_up_totp().",
        frozenset({"VerifySoftwareToken of a signed-in user"}),
    ),
    Meaning(
        "ResourceNotFoundException",
        "session",
        None,
        "Call list_user_sessions() for the sessions that there are. A session that has ended is not among them.",
        frozenset({"RevokeUserSession"}),
    ),
    Meaning(
        _PARAMETER,
        "username should be",
        None,
        "Pass what the message asks for as username: in this pool it is the user name.",
    ),
    Meaning(
        _PARAMETER,
        "username cannot be of (email|phone)",
        None,
        "Choose a user name that is no address, and pass the address in user_attributes: in this pool it is an alias.",
    ),
    Meaning(
        _PARAMETER,
        "auto verification not turned on",
        None,
        "Ask the pool's administrator to confirm the account: this pool sends no codes.",
    ),
    # Codes, and what was asked for with them.
    Meaning(
        "CodeMismatchException",
        "",
        None,
        "Call confirm_reset_password() again with the newest code, or reset_password() for another one. If the app "
        "client hides which accounts exist, every code is wrong for a user name that does not exist.",
        frozenset({"ConfirmForgotPassword"}),
    ),
    Meaning(
        "ExpiredCodeException",
        "",
        None,
        "Call reset_password() to get another code. Cognito also answers so if no code was asked for.",
        frozenset({"ConfirmForgotPassword"}),
    ),
    Meaning(
        "InvalidPasswordException",
        "",
        None,
        "Choose a password that meets the policy in the message, and call confirm_reset_password() again: the code is "
        "still good.",
        frozenset({"ConfirmForgotPassword"}),
    ),
    Meaning(
        "CodeMismatchException ExpiredCodeException",
        "",
        None,
        "Call confirm_user_attribute() with the newest code. For another one, call "
        "send_user_attribute_verification_code(). If a new value waits for its code, call update_user_attribute() with "
        "that value again.",
        frozenset({"UpdateUserAttributes", "VerifyUserAttribute"}),
    ),
    Meaning(
        "CodeDeliveryFailureException",
        "",
        None,
        "Call fetch_user_attributes() first: the value may be changed already. Then check the destination, and the "
        "pool's e-mail or SMS settings.",
        frozenset({"UpdateUserAttributes"}),
    ),
    Meaning(
        "AliasExistsException",
        "",
        None,
        "Use another address: another account of the pool signs in with this one.",
        frozenset({"UpdateUserAttributes", "VerifyUserAttribute"}),
    ),
    Meaning(
        "UserNotFoundException",
        "",
        None,
        "The account was deleted. Call sign_out(), and sign in with another account.",
        frozenset({"a signed-in user"}),
    ),
    # The client and its flows.
    Meaning(
        _NO_FLOW_CODES,
        _NO_FLOW,
        None,
        "The app client does not allow {asked}. Its owner can add ALLOW_{asked} to the client's ExplicitAuthFlows. "
        "Else pass an auth_flow_type that it allows.",
        _FLOWS,
    ),
    Meaning(
        _NO_FLOW_CODES,
        _NO_FLOW,
        None,
        "The app client does not allow {asked}. Its owner can add ALLOW_{asked} to the client's ExplicitAuthFlows.",
        frozenset({"REFRESH_TOKEN_AUTH"}),
    ),
    Meaning(
        _NO_FLOW_CODES,
        _NO_FLOW,
        None,
        "Ask the owner of the app client to add the flow to the client's ExplicitAuthFlows.",
    ),
    Meaning(
        f"{_PARAMETER} {_REFUSED}",
        "custom auth lambda trigger is not configured",
        None,
        "Use another auth_flow_type, or ask the pool's owner to add the Lambda triggers of custom authentication "
        "(DefineAuthChallenge, CreateAuthChallenge, VerifyAuthChallengeResponse).",
    ),
    Meaning(
        _REFUSED,
        "not configured (for|with) (a )?secret",
        ClientSecretMismatch,
        "Leave client_secret out: this app client has no secret. Else check user_pool_client_id.",
    ),
    Meaning(
        _REFUSED,
        r"secret(_| )?(hash )?was not received|missing.*secret",
        ClientSecretMismatch,
        "Pass client_secret: this app client has one. The pool's owner can show it, or make a client without a secret.",
    ),
    Meaning(
        _REFUSED,
        r"\bsecret|secret_?hash",
        ClientSecretMismatch,
        "Check client_secret: it is not the secret of this app client. Check user_pool_client_id too.",
    ),
    # What stands in front of Cognito, or in its place.
    Meaning(
        "AccessDenied AccessDeniedException",
        "",
        None,
        "A policy refuses the request: that of a VPC endpoint, a gateway or a firewall. Ask who runs it to allow it. "
        "Check endpoint_url.",
    ),
    Meaning(
        "MissingAuthenticationToken MissingAuthenticationTokenException UnrecognizedClientException "
        "InvalidClientTokenId IncompleteSignature IncompleteSignatureException InvalidSignatureException "
        "SignatureDoesNotMatch",
        "",
        None,
        "Check endpoint_url: what answers there wants requests that are signed with AWS keys. Requests of this library "
        "are not signed, and Cognito needs no signature for them.",
    ),
    Meaning(
        "UnknownOperationException InvalidAction NotImplemented",
        "",
        None,
        "Check endpoint_url: what answers there does not have this operation. An emulator may need an update.",
    ),
    # Tokens and sessions.
    Meaning(_REFUSED, "access token (has |is )?expired", AccessTokenExpired),
    Meaning(_REFUSED, "access token (has been |is )?revoked", AccessTokenRevoked),
    Meaning(_REFUSED, r"access token .*\bscopes?\b", AccessTokenLacksScope),
    Meaning(
        _REFUSED,
        "(invalid|malformed) access token|could not verify signature for access token|access token is (not|invalid)",
        AccessTokenInvalid,
    ),
    Meaning(
        _REFUSED,
        "refresh token",
        None,
        "Sign in again: Cognito does not accept the refresh token any more, or it is of another app client or device.",
    ),
    Meaning(
        _REFUSED,
        r"\bsession\b",
        None,
        "Start again with sign_in(): Cognito keeps the session of a sign-in for a few minutes, and for one answer.",
    ),
    Meaning(
        "ResourceNotFoundException",
        r"^\W*device\b",
        None,
        "Sign in again: the pool does not know this device any more.",
    ),
    # Devices and passkeys.
    Meaning(
        "InvalidUserPoolConfigurationException",
        "",
        None,
        "Ask the pool's owner to turn on device tracking (DeviceConfiguration of the user pool): without it the pool "
        "keeps no devices.",
        frozenset({"ForgetDevice", "GetDevice", "ListDevices", "UpdateDeviceStatus"}),
    ),
    Meaning(
        "ResourceNotFoundException",
        r"^(?!.*\bpool\b)",
        None,
        "Look for it in list_web_authn_credentials(): if it is not there, it is deleted already.",
        frozenset({"DeleteWebAuthnCredential"}),
    ),
    Meaning(
        "LimitExceededException",
        "",
        None,
        "A user can have 20 passkeys: list_web_authn_credentials() shows them, and delete_web_authn_credential() "
        "deletes one. If there are fewer, wait before the next try.",
        _PASSKEY_REGISTRATION,
    ),
    # The identity pool.
    Meaning(
        _REFUSED,
        "invalid login token.*expired",
        IdentityPoolRefusedToken,
        "Call fetch_auth_session(force_refresh=True) to get a fresh ID token, and check the clock of this machine.",
    ),
    Meaning(
        f"{_REFUSED} {_PARAMETER}",
        "not from a supported provider|invalid login token|logins don.?t match|valid public provider",
        IdentityPoolRefusedToken,
    ),
    Meaning(
        _REFUSED,
        "unauthenticated access is not supported",
        None,
        "Sign in first, or ask the owner of the identity pool to allow guest access.",
    ),
    Meaning(
        _REFUSED,
        "access to identity .*forbidden",
        None,
        "Sign in as the user of this identity: an identity can be used only with the logins that it was made with.",
    ),
    Meaning(
        "ResourceNotFoundException",
        r"^\W*identity ?pool\b.*not found",
        None,
        "Check identity_pool_id. Its first part is the region.",
    ),
    Meaning(
        "ResourceNotFoundException",
        r"^\W*identity\b.*not found",
        None,
        "The identity was deleted: call fetch_auth_session(force_refresh=True) to get another one.",
    ),
    Meaning(
        "InvalidIdentityPoolConfigurationException",
        "",
        None,
        "Ask the owner of the identity pool to check its IAM roles and their trust policies.",
    ),
)


def meaning_of(
    code: str, message: str, operation: str, parameters: Mapping[str, object]
) -> tuple[type[AuthServiceError] | None, str | None]:
    """Our class and the advice for what ``operation`` was refused with; None if only the exception's own is known."""
    asked = _text(parameters, "AuthFlow") or _text(parameters, "ChallengeName") or operation
    attributes = _attributes(parameters)
    about = {operation, asked}
    if attributes:
        about.add("attributes")
    if parameters.get("AccessToken"):
        about |= {"a signed-in user", f"{operation} of a signed-in user"}
    for row in MEANINGS:
        fits = code in row.codes.split() and (not row.of or row.of & about)
        if fits and re.search(row.says, message, re.IGNORECASE):
            advice = row.advice and row.advice.format(asked=asked, attributes=attributes)
            return row.kind, advice or (row.kind.default_recovery_suggestion if row.kind else None)
    return None, None


def _text(parameters: Mapping[str, object], name: str) -> str:
    found = parameters.get(name)
    return found if is_text(found) else ""


def _attributes(parameters: Mapping[str, object]) -> str:
    """The names of the attributes in a request. Their values are not looked at."""
    given: Any = parameters.get("UserAttributes")
    deleted = parameters.get("UserAttributeNames")
    names = [entry.get("Name") for entry in given if is_mapping(entry)] if is_list(given) else []
    names += deleted if is_list(deleted) else []
    responses = parameters.get("ChallengeResponses")
    names += [key for key in responses if key.startswith("userAttributes.")] if is_mapping(responses) else []
    return ", ".join(name.removeprefix("userAttributes.") for name in names[:_MOST_NAMES] if is_text(name))
