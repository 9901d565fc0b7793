"""The rows of the table of intended differences about a user's account; see `intended`."""

from collections.abc import Mapping
from typing import Any

from .differences import ABSENT
from .rows import NOT_SENT, Row

NOT_REPEATED = "a request is not sent again after a 5xx or without an answer, if the service may have acted on it"
LIMIT = "LimitExceededException is final: to ask again at once only prolongs it"
KEPT = "update_mfa_preference keeps the preference; it does not ask to turn off what is off, which Cognito refuses"
GONE_HERE = "when Cognito has lost the device, its keys are forgotten here too"
SIGNED_OUT = "a session whose tokens are all revoked has ended"

_UNKNOWN = {
    "name": "ServiceUnavailable",
    "message": "Injected fault. It is not known whether Cognito acted on the request.",
}
_RESET = {
    "isPasswordReset": False,
    "nextStep": {
        "resetPasswordStep": "CONFIRM_RESET_PASSWORD_WITH_CODE",
        "codeDeliveryDetails": {"deliveryMedium": "EMAIL", "destination": "a***@e***", "attributeName": "email"},
    },
}
_NEW_ADDRESS = {"attributeName": "email", "deliveryMedium": "EMAIL", "destination": "n***@e***"}
_UPDATED = {"isUpdated": True, "nextStep": {"updateAttributeStep": "DONE"}}
_ALICE = {
    "username": "alice",
    "userId": "11111111-1111-4111-8111-111111111111",
    "signInDetails": {"loginId": "alice", "authFlowType": "USER_SRP_AUTH"},
}
_REVOKED_FOR = (
    *("updatePassword", "setUpTOTP", "verifyTOTPSetup", "fetchMFAPreference", "fetchUserAttributes"),
    *("updateUserAttributes", "updateUserAttribute", "deleteUserAttributes", "sendUserAttributeVerificationCode"),
    *("confirmUserAttribute", "deleteUser", "fetchDevices", "rememberDevice", "forgetDevice"),
    *("associateWebAuthnCredential", "listWebAuthnCredentials", "deleteWebAuthnCredential"),
)


def _sent(op: str, status: int = 200, **body: Any) -> Mapping[str, Any]:
    return {"op": op, "body": body, "status": status}


def _of_client(op: str, **body: Any) -> Mapping[str, Any]:
    return _sent(op, Username="alice", ClientId="1recordingclient00000000a1", **body)


def _of_user(op: str, status: int = 200, **body: Any) -> Mapping[str, Any]:
    return _sent(op, status, AccessToken="<TOKEN:access:1>", **body)


ACCOUNT: tuple[Row, ...] = (
    Row("reset-faults", 3, NOT_SENT, _of_client("ForgotPassword"), None, LIMIT),
    Row("reset-faults", 3, "output", _RESET, None, LIMIT),
    Row(
        "reset-faults",
        3,
        "error",
        None,
        {"name": "LimitExceededException", "message": "Attempt limit exceeded."},
        LIMIT,
    ),
    Row("reset-faults", 5, NOT_SENT, _of_client("ForgotPassword"), None, NOT_REPEATED),
    Row("reset-faults", 5, "output", _RESET, None, NOT_REPEATED),
    Row("reset-faults", 5, "error", None, _UNKNOWN, NOT_REPEATED),
    Row(
        "reset-faults",
        7,
        NOT_SENT,
        _of_client("ConfirmForgotPassword", ConfirmationCode="<CODE>", Password="Another-h0rse!"),
        None,
        NOT_REPEATED,
    ),
    Row("reset-faults", 7, "error", None, _UNKNOWN, NOT_REPEATED),
    Row("totp-not-in-the-pool", 8, "wire[0].response.UserMFASettingList", ["EMAIL_OTP"], ABSENT, KEPT),
    Row("totp-not-in-the-pool", 8, "wire[0].response.PreferredMfaSetting", "EMAIL_OTP", ABSENT, KEPT),
    Row("totp-not-in-the-pool", 8, "output.preferred", "EMAIL", ABSENT, KEPT),
    Row("totp-not-in-the-pool", 8, "output.enabled", ["EMAIL"], ABSENT, KEPT),
    Row("mfa-preference-words", 6, "wire[0].response.PreferredMfaSetting", ABSENT, "SMS_MFA", KEPT),
    Row("mfa-preference-words", 6, "output.preferred", ABSENT, "SMS", KEPT),
    Row(
        "attributes-faults",
        2,
        NOT_SENT,
        _of_user("UpdateUserAttributes", UserAttributes=[{"Name": "name", "Value": ""}]),
        None,
        NOT_REPEATED,
    ),
    Row("attributes-faults", 2, "output", _UPDATED, None, NOT_REPEATED),
    Row("attributes-faults", 2, "error", None, _UNKNOWN, NOT_REPEATED),
    Row(
        "attributes-faults",
        5,
        NOT_SENT,
        _of_user("GetUserAttributeVerificationCode", AttributeName="email"),
        None,
        NOT_REPEATED,
    ),
    Row("attributes-faults", 5, "output", _NEW_ADDRESS, None, NOT_REPEATED),
    Row("attributes-faults", 5, "error", None, {"name": "NetworkError"}, NOT_REPEATED),
    Row(
        "devices-gone",
        6,
        NOT_SENT,
        _of_user("ForgetDevice", 400, DeviceKey="<DEVICE_KEY:1>"),
        None,
        GONE_HERE,
    ),
    Row("devices-gone", 6, "error", None, {"name": "DeviceMetadataNotFoundException"}, GONE_HERE),
    *(
        row
        for function in _REVOKED_FOR
        for row in (
            Row(f"signed-out-elsewhere-{function}", 3, "output", _ALICE, None, SIGNED_OUT),
            Row(
                f"signed-out-elsewhere-{function}",
                3,
                "error",
                None,
                {"name": "UserUnAuthenticatedException"},
                SIGNED_OUT,
            ),
        )
    ),
)
