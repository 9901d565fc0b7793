"""The words of the format that only recordings about a user's account have; see `test_vocabulary`."""

from collections.abc import Mapping
from typing import Any

import pytest

from .made_up import ALICE, PASSWORD, SMS, Raw, call, control, led_to, scenario, sign_in
from .player import play

pytestmark = pytest.mark.slow

SIGNED_IN = "DONE"
ONLY_LONG = {"MinimumLength": 6, "RequireUppercase": False, "RequireNumbers": False, "RequireSymbols": False}
ONLY_AN_ADMINISTRATOR = {"RecoveryMechanisms": [{"Name": "admin_only", "Priority": 1}]}

# name: (fixture, steps with what each of the calls leads to)
SCENARIOS: Mapping[str, tuple[Raw, list[tuple[Raw, Any]]]] = {
    "devices of elsewhere, and the one of here": (
        {"pool": {"deviceTracking": "ALWAYS"}, "users": [{**ALICE, "devices": 1}]},
        [
            (sign_in(), SIGNED_IN),
            (control("devices", username="alice", n=2), None),
            (call("fetchDevices"), 4),
            (call("forgetDevice", device={"id": "<DEVICE_KEY:2>"}), None),
            (call("forgetDevice", device={}), None),
            (call("fetchDevices"), 2),
            (call("forgetDevice"), "DeviceMetadataNotFoundException"),
            (call("rememberDevice"), "DeviceMetadataNotFoundException"),
        ],
    ),
    "a user gets other factors, and is signed out": (
        {"pool": {"mfa": "OPTIONAL"}, "users": [{**SMS, "mfa": []}]},
        [
            (sign_in(), SIGNED_IN),
            (control("user", username="alice", mfa=["SMS_MFA"]), None),
            (call("fetchMFAPreference"), ["SMS"]),
            (control("user", username="alice", mfa=["SMS_MFA", "EMAIL_OTP"], preferred="EMAIL_OTP"), None),
            (call("fetchMFAPreference"), "EMAIL"),
            (control("user", username="alice", signedOut=True), None),
            (call("fetchMFAPreference"), "UserUnAuthenticatedException"),
        ],
    ),
    "an attribute goes, and another comes": (
        {"pool": {"customAttributes": ["team"]}, "users": [ALICE]},
        [
            (sign_in(), SIGNED_IN),
            (control("user", username="alice", attributes={"email": None, "custom:team": "red"}), None),
            (call("sendUserAttributeVerificationCode", userAttributeKey="email"), "InvalidParameterException"),
            (call("deleteUserAttributes", userAttributeKeys=["custom:team"]), None),
        ],
    ),
    "settings of the pool and the client in Cognito's words": (
        {
            "pool": {
                "passwordPolicy": ONLY_LONG,
                "relyingPartyId": "example.com",
                "caseSensitive": True,
                "createUserPool": {"AccountRecoverySetting": ONLY_AN_ADMINISTRATOR},
            },
            "client": {"createUserPoolClient": {"WriteAttributes": ["email"]}},
            "users": [ALICE],
        },
        [
            (call("resetPassword", username="alice"), "NotAuthorizedException"),
            (sign_in("Alice"), "UserNotFoundException"),
            (sign_in(), SIGNED_IN),
            (call("updatePassword", oldPassword=PASSWORD, newPassword="simple"), None),
            (call("updateUserAttributes", userAttributes={"name": "Alice"}), "NotAuthorizedException"),
        ],
    ),
    "settings of the client change": (
        {"users": [ALICE]},
        [
            (control("client", flows=["USER_AUTH"], accessSeconds=300, idSeconds=300, refreshSeconds=3600), None),
            (sign_in(), "InvalidParameterException"),
        ],
    ),
    "an access token is over at the service only": (
        {"users": [ALICE]},
        [
            (sign_in(), SIGNED_IN),
            (control("expire", what="access"), None),
            (call("updateUserAttribute", userAttribute={"attributeKey": "name", "value": "Alice"}), "DONE"),
        ],
    ),
    "another error of the service": (
        {"users": [ALICE]},
        [
            (control("fault", op="ForgotPassword", code="CodeDeliveryFailureException", message="No.", n=1), None),
            (call("resetPassword", username="alice"), "CodeDeliveryFailureException"),
            (call("resetPassword", username="alice"), "CONFIRM_RESET_PASSWORD_WITH_CODE"),
        ],
    ),
    "another authenticator, and pages": (
        {"users": [ALICE]},
        [
            (sign_in(), SIGNED_IN),
            (call("associateWebAuthnCredential"), None),
            (call("associateWebAuthnCredential"), "PasskeyAlreadyExists"),
            ({"authenticator": "new"}, None),
            (call("associateWebAuthnCredential"), None),
            (call("listWebAuthnCredentials", pageSize=1), "credentials"),
            (call("listWebAuthnCredentials", pageSize=1, nextToken="<PAGE:1>"), "credentials"),
            (call("deleteWebAuthnCredential", credentialId="<PASSKEY_ID:2>"), None),
            (call("deleteWebAuthnCredential", credentialId="<PASSKEY_ID:2>"), "ResourceNotFoundException"),
        ],
    ),
    "arguments that are left out": (
        {"users": [ALICE]},
        [
            (call("resetPassword"), "EmptyResetPasswordUsername"),
            (call("confirmResetPassword", username="alice"), "EmptyConfirmResetPasswordNewPassword"),
            (call("updatePassword"), "EmptyUpdatePassword"),
            (call("verifyTOTPSetup", options=None), "EmptyVerifyTOTPSetupCode"),
            (call("confirmUserAttribute", userAttributeKey="email"), "EmptyConfirmUserAttributeCode"),
        ],
    ),
}


@pytest.mark.parametrize(("fixture", "steps"), SCENARIOS.values(), ids=SCENARIOS)
def test_every_word_of_the_format_is_understood(fixture: Raw, steps: list[tuple[Raw, Any]]) -> None:
    performance = play(scenario(fixture, [step for step, _ in steps]))
    assert [led_to(step) for step in performance.steps] == [expected for _, expected in steps]


def test_the_tokens_of_pages_have_the_same_names_whatever_the_recorder_wrote() -> None:
    answer = {"op": "ListWebAuthnCredentials", "body": {}, "status": 200, "response": {"NextToken": "<NEXT>"}}
    first = {**call("listWebAuthnCredentials", pageSize=1), "wire": [answer], "output": {"nextToken": "<NEXT>"}}
    second = call("listWebAuthnCredentials", nextToken="<NEXT>", other="<NEXT>")
    steps = scenario({}, [first, second]).steps
    assert steps[0].wire[0].response == {"NextToken": "<PAGE:1>"}
    assert steps[0].output == {"nextToken": "<PAGE:1>"}
    assert steps[1].args == {"nextToken": "<PAGE:1>", "other": "<NEXT>"}
