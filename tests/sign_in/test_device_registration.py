"""The registration of a device: its name, its consent, its failure, and what the session keeps of it."""

from typing import Any

import pytest

import amplify_auth as auth
from amplify_auth import errors
from tests.support.scripted_cognito import (
    ScriptedCognito,
    asks,
    refuses,
    says,
    signs_in,
    tokens,
)
from tests.support.story import NEW_DEVICE, PASSWORD


def _sign_in(session: auth.Session, scripted: ScriptedCognito, **result: Any) -> None:
    scripted.on("InitiateAuth", says(AuthenticationResult={**tokens(), **result}))
    auth.sign_in("alice", PASSWORD, session=session)


def test_device_keys_stay_after_a_sign_out_and_can_be_removed(session: auth.Session, scripted: ScriptedCognito) -> None:
    """`Session.forget_devices` removes those of all users."""
    scripted.always("ConfirmDevice", says()).always("RevokeToken", says())
    for user in ("alice", "bob"):
        scripted.on("InitiateAuth", signs_in(user, NewDeviceMetadata={**NEW_DEVICE, "DeviceKey": f"{user}s-device"}))
        auth.sign_in(user, PASSWORD, session=session)
        auth.sign_out(session=session)
    assert [device.username for device in session.devices] == ["alice", "bob"]
    assert "sign_out" in (auth.Session.forget_devices.__doc__ or "")
    session.forget_devices()
    assert session.devices == ()


def test_a_user_has_one_device_in_a_session_the_newest(session: auth.Session, scripted: ScriptedCognito) -> None:
    """Keys of former registrations do not pile up."""
    scripted.always("ConfirmDevice", says()).always("RevokeToken", says())
    for key in ("us-east-1_first", "us-east-1_second"):
        scripted.on("InitiateAuth", signs_in(NewDeviceMetadata={**NEW_DEVICE, "DeviceKey": key}))
        auth.sign_in("alice", PASSWORD, session=session)
        auth.sign_out(session=session)
    assert [device.key for device in session.devices] == ["us-east-1_second"]


def test_a_failed_registration_is_a_warning(
    session: auth.Session, scripted: ScriptedCognito, caplog: pytest.LogCaptureFixture
) -> None:
    """The user is signed in all the same."""
    scripted.always("ConfirmDevice", refuses("InvalidParameterException", "No."))
    with pytest.warns(errors.DeviceRegistrationWarning, match="InvalidParameterException"):
        _sign_in(session, scripted, NewDeviceMetadata=NEW_DEVICE)
    assert session.is_signed_in
    assert session.devices == ()
    assert any(record.levelname == "WARNING" for record in caplog.records)


def test_the_caller_chooses_the_name_and_whether_the_device_is_remembered(
    session: auth.Session, scripted: ScriptedCognito
) -> None:
    """``UserConfirmationNecessary`` leaves the device not remembered."""
    scripted.on("InitiateAuth", asks("SMS_MFA")).on("RespondToAuthChallenge", signs_in(NewDeviceMetadata=NEW_DEVICE))
    scripted.on("ConfirmDevice", says(UserConfirmationNecessary=True))
    auth.sign_in("alice", PASSWORD, session=session)
    auth.confirm_sign_in("123456", friendly_device_name="The kitchen's tablet", session=session)
    assert scripted.of("ConfirmDevice")[0]["DeviceName"] == "The kitchen's tablet"
    assert [device.is_remembered for device in session.devices] == [False]
