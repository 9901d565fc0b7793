"""ConfirmDevice, GetDevice, ListDevices, UpdateDeviceStatus, ForgetDevice."""

import base64
from typing import Any

import pytest

from tests.support.signed_in_pool import Pool, refused

VERIFIER = {
    "Salt": base64.b64encode(b"s" * 16).decode(),
    "PasswordVerifier": base64.b64encode(b"v" * 384).decode(),
}
UNKNOWN = "us-east-1_00000000-0000-4000-8000-000000000000"


def tracking(make: Any, *, asks: bool = False) -> Pool:
    configuration = {"ChallengeRequiredOnNewDevice": True, "DeviceOnlyRememberedOnUserPrompt": asks}
    pool: Pool = make(DeviceConfiguration=configuration)
    return pool


@pytest.fixture
def pool(make: Any) -> Pool:
    """A pool that remembers every confirmed device."""
    return tracking(make)


def new_device(pool: Pool, **members: Any) -> tuple[str, str]:
    """A sign-in from a new device that was confirmed: its access token and the device's key."""
    result = pool.sign_in()
    key = result["NewDeviceMetadata"]["DeviceKey"]
    pool.idp.confirm_device(
        AccessToken=result["AccessToken"], DeviceKey=key, DeviceSecretVerifierConfig=VERIFIER, **members
    )
    return result["AccessToken"], key


def attributes(device: dict[str, Any]) -> dict[str, str]:
    return {attribute["Name"]: attribute["Value"] for attribute in device["DeviceAttributes"]}


def keys(pool: Pool, token: str) -> list[str]:
    return [device["DeviceKey"] for device in pool.idp.list_devices(AccessToken=token)["Devices"]]


@pytest.mark.parametrize(("asks", "status"), [(False, "remembered"), (True, "not_remembered")])
def test_a_confirmed_device_is_remembered_unless_the_user_is_asked(make: Any, asks: bool, status: str) -> None:
    pool = tracking(make, asks=asks)
    pool.user()
    result = pool.sign_in()
    token, key = result["AccessToken"], result["NewDeviceMetadata"]["DeviceKey"]
    assert keys(pool, token) == []

    answer = pool.idp.confirm_device(
        AccessToken=token, DeviceKey=key, DeviceSecretVerifierConfig=VERIFIER, DeviceName="laptop"
    )

    assert answer["UserConfirmationNecessary"] is asks
    device = pool.idp.get_device(AccessToken=token, DeviceKey=key)["Device"]
    assert device["DeviceKey"] == key
    assert (
        attributes(device).items()
        >= {
            "device_status": "valid",
            "device_name": "laptop",
            "dev:device_remembered_status": status,
        }.items()
    )


def test_a_device_of_nobody_or_another_cannot_be_confirmed(pool: Pool) -> None:
    pool.user("bob")
    bob = pool.sign_in("bob")
    alice = pool.signed_in()

    for key in (UNKNOWN, bob["NewDeviceMetadata"]["DeviceKey"]):
        with refused("InvalidParameterException", "Invalid device key given."):
            pool.idp.confirm_device(AccessToken=alice, DeviceKey=key, DeviceSecretVerifierConfig=VERIFIER)


def test_a_pool_that_does_not_track_confirms_no_device(make: Any) -> None:
    pool: Pool = make()
    pool.user()
    result = pool.sign_in()

    assert "NewDeviceMetadata" not in result
    with refused("InvalidParameterException", "Invalid device key given."):
        pool.idp.confirm_device(
            AccessToken=result["AccessToken"], DeviceKey=UNKNOWN, DeviceSecretVerifierConfig=VERIFIER
        )


def test_a_pool_that_stopped_tracking_confirms_no_device(pool: Pool) -> None:
    pool.user()
    result = pool.sign_in()
    pool.idp.update_user_pool(UserPoolId=pool.id)

    with refused("InvalidParameterException", "Invalid device key given."):
        pool.idp.confirm_device(
            AccessToken=result["AccessToken"],
            DeviceKey=result["NewDeviceMetadata"]["DeviceKey"],
            DeviceSecretVerifierConfig=VERIFIER,
        )


def test_a_device_is_confirmed_once(pool: Pool) -> None:
    pool.user()
    token, key = new_device(pool, DeviceName="laptop")

    with refused("DeviceKeyExistsException"):
        pool.idp.confirm_device(
            AccessToken=token, DeviceKey=key, DeviceSecretVerifierConfig=VERIFIER, DeviceName="other"
        )

    assert attributes(pool.idp.get_device(AccessToken=token, DeviceKey=key)["Device"])["device_name"] == "laptop"


@pytest.mark.parametrize(
    "secret", [None, {}, {"Salt": VERIFIER["Salt"]}, VERIFIER | {"PasswordVerifier": "not base64!"}]
)
def test_a_device_without_a_verifier_is_refused(pool: Pool, secret: dict[str, str] | None) -> None:
    pool.user()
    result = pool.sign_in()
    members = {} if secret is None else {"DeviceSecretVerifierConfig": secret}

    with refused("InvalidParameterException"):
        pool.idp.confirm_device(
            AccessToken=result["AccessToken"], DeviceKey=result["NewDeviceMetadata"]["DeviceKey"], **members
        )

    assert keys(pool, result["AccessToken"]) == []


def test_devices_are_listed_in_pages(pool: Pool) -> None:
    pool.user()
    made = [new_device(pool) for _ in range(3)]
    token = made[0][0]

    first = pool.idp.list_devices(AccessToken=token, Limit=2)
    second = pool.idp.list_devices(AccessToken=token, Limit=2, PaginationToken=first["PaginationToken"])

    listed = [device["DeviceKey"] for device in first["Devices"] + second["Devices"]]
    assert listed == [key for _, key in made]
    assert "PaginationToken" not in second
    for wrong in ({"Limit": 61}, {"PaginationToken": "made-up"}):
        with refused("InvalidParameterException"):
            pool.idp.list_devices(AccessToken=token, **wrong)


def test_a_device_can_be_remembered_and_not(pool: Pool) -> None:
    pool.user()
    token, key = new_device(pool)

    for status in ("not_remembered", "remembered"):
        pool.idp.update_device_status(AccessToken=token, DeviceKey=key, DeviceRememberedStatus=status)

        device = pool.idp.get_device(AccessToken=token, DeviceKey=key)["Device"]
        assert attributes(device)["dev:device_remembered_status"] == status


def test_without_a_status_nothing_changes(pool: Pool) -> None:
    pool.user()
    token, key = new_device(pool)
    before = pool.idp.get_device(AccessToken=token, DeviceKey=key)["Device"]

    pool.idp.update_device_status(AccessToken=token, DeviceKey=key)

    assert pool.idp.get_device(AccessToken=token, DeviceKey=key)["Device"] == before


def test_a_status_that_does_not_exist_is_refused(pool: Pool) -> None:
    pool.user()
    token, key = new_device(pool)

    with refused("InvalidParameterException"):
        pool.idp.update_device_status(AccessToken=token, DeviceKey=key, DeviceRememberedStatus="maybe")


def test_a_forgotten_device_is_gone(pool: Pool) -> None:
    pool.user()
    (token, key), (_, other) = new_device(pool), new_device(pool)

    pool.idp.forget_device(AccessToken=token, DeviceKey=key)

    assert keys(pool, token) == [other]
    for operation in (pool.idp.get_device, pool.idp.update_device_status, pool.idp.forget_device):
        with refused("ResourceNotFoundException", "Device does not exist."):
            operation(AccessToken=token, DeviceKey=key)


@pytest.mark.parametrize("key", ["my phone", "phone", "us-east-1_PHONE"])
def test_what_is_no_key_of_a_device_is_refused(pool: Pool, key: str) -> None:
    """By the pattern of botocore's model."""
    message = (
        "1 validation error detected: Value at 'deviceKey' failed to satisfy constraint: "
        r"Member must satisfy regular expression pattern: [\w-]+_[0-9a-f-]+"
    )
    pool.user()
    token, _ = new_device(pool)

    for operation in (pool.idp.get_device, pool.idp.update_device_status, pool.idp.forget_device):
        with refused("InvalidParameterException", message):
            operation(AccessToken=token, DeviceKey=key)


def test_another_users_device_does_not_exist(pool: Pool) -> None:
    pool.user()
    hers, key = new_device(pool)
    bob = pool.signed_in("bob")

    for operation in (pool.idp.get_device, pool.idp.update_device_status, pool.idp.forget_device):
        with refused("ResourceNotFoundException", "Device does not exist."):
            operation(AccessToken=bob, DeviceKey=key)
    assert keys(pool, hers) == [key]


def test_a_refresh_token_is_its_devices(pool: Pool) -> None:
    """Why a refresh names the device: without it the service answers "Invalid Refresh Token" (re:Post)."""
    pool.user()
    result = pool.sign_in()
    key = result["NewDeviceMetadata"]["DeviceKey"]
    pool.idp.confirm_device(AccessToken=result["AccessToken"], DeviceKey=key, DeviceSecretVerifierConfig=VERIFIER)
    request = {"ClientId": pool.client.id, "RefreshToken": result["RefreshToken"]}

    with refused("NotAuthorizedException", "Invalid Refresh Token"):
        pool.idp.get_tokens_from_refresh_token(**request)
    with refused("NotAuthorizedException", "Invalid Refresh Token"):
        pool.idp.get_tokens_from_refresh_token(**request, DeviceKey=UNKNOWN)

    assert pool.idp.get_tokens_from_refresh_token(**request, DeviceKey=key)["AuthenticationResult"]


def test_a_pool_that_stopped_tracking_lists_and_changes_no_device(pool: Pool) -> None:
    """amplify-flutter#1759: its example of fetchDevices takes this exception for a pool without device tracking."""
    pool.user()
    token, key = new_device(pool)
    pool.idp.update_user_pool(UserPoolId=pool.id)
    calls: list[tuple[Any, dict[str, str]]] = [
        (pool.idp.list_devices, {}),
        (pool.idp.get_device, {"DeviceKey": key}),
        (pool.idp.update_device_status, {"DeviceKey": key}),
        (pool.idp.forget_device, {"DeviceKey": key}),
    ]

    for call, members in calls:
        with refused("InvalidUserPoolConfigurationException"):
            call(AccessToken=token, **members)
