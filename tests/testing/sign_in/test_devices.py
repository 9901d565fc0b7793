"""Devices at sign-in: named, remembered, asked for their proof instead of a second factor."""

from datetime import UTC, datetime
from typing import Any

import pytest
from pycognito.aws_srp import AWSSRP, generate_hash_device

from amplify_auth.testing._core.crypto import srp
from amplify_auth.testing._core.state import state_of
from tests.support.bed import PASSWORD, Bed
from tests.support.clients import refused

GONE = ("ResourceNotFoundException", "Device does not exist.")


class Device:
    """A device as pycognito keeps it."""

    def __init__(self, bed: Bed, result: dict[str, Any], *, confirm: bool = True) -> None:
        self.bed = bed
        named = result["NewDeviceMetadata"]
        self.key, self.group = named["DeviceKey"], named["DeviceGroupKey"]
        self.password, secret = generate_hash_device(self.group, self.key)
        if confirm:
            self.confirmed = bed.idp.confirm_device(
                AccessToken=result["AccessToken"], DeviceKey=self.key, DeviceSecretVerifierConfig=secret
            )

    def client(self, password: str | None = None) -> AWSSRP:
        return self.bed.srp(device_key=self.key, device_group_key=self.group, device_password=password or self.password)

    def prove(self, session: str, password: str | None = None) -> Any:
        """Both steps of the device's own SRP."""
        client = self.client(password)
        public = client.get_auth_params()["SRP_A"]
        started = self.bed.respond("DEVICE_SRP_AUTH", session, USERNAME="alice", DEVICE_KEY=self.key, SRP_A=public)
        assert started["ChallengeName"] == "DEVICE_PASSWORD_VERIFIER"
        proof = client.process_device_challenge(started["ChallengeParameters"])
        return self.bed.respond("DEVICE_PASSWORD_VERIFIER", started["Session"], **{"USERNAME": "alice", **proof})


def tracking(make: Any, how: str, **more: Any) -> Bed:
    bed = make(device_tracking=how, mfa="OPTIONAL", **more)
    bed.pool.create_user("alice", PASSWORD, mfa=("SMS_MFA",))
    assert isinstance(bed, Bed)
    return bed


def by_sms(bed: Bed, session: str, **more: str) -> Any:
    return bed.respond("SMS_MFA", session, USERNAME="alice", SMS_MFA_CODE=bed.pool.code("alice", "SMS_MFA"), **more)


def enrol(bed: Bed, *, confirm: bool = True) -> Device:
    return Device(bed, by_sms(bed, bed.password()["Session"])["AuthenticationResult"], confirm=confirm)


@pytest.fixture
def always(make: Any) -> Bed:
    return tracking(make, "ALWAYS")


def test_without_tracking_no_device_is_named(bed: Bed) -> None:
    assert "NewDeviceMetadata" not in bed.tokens()


def test_a_remembered_device_takes_the_place_of_the_second_factor(always: Bed) -> None:
    device = enrol(always)
    asked = always.srp_sign_in(DEVICE_KEY=device.key)
    assert asked["ChallengeName"] == "DEVICE_SRP_AUTH"
    done = device.prove(asked["Session"])["AuthenticationResult"]
    assert "NewDeviceMetadata" not in done


def test_in_the_password_flow_too(always: Bed) -> None:
    device = enrol(always)
    asked = always.password(DEVICE_KEY=device.key)
    assert asked["ChallengeName"] == "DEVICE_SRP_AUTH"
    assert "AuthenticationResult" in device.prove(asked["Session"])


def test_pycognito_signs_in_with_its_device(always: Bed) -> None:
    device = enrol(always)
    assert "AuthenticationResult" in device.client().authenticate_user()


def test_a_device_with_the_wrong_secret_is_refused(always: Bed) -> None:
    device = enrol(always)
    with refused("NotAuthorizedException", "Incorrect username or password."):
        device.prove(always.password(DEVICE_KEY=device.key)["Session"], password="not its secret")


def test_the_users_password_is_asked_for_all_the_same(always: Bed) -> None:
    device = enrol(always)
    with refused("NotAuthorizedException", "Incorrect username or password."):
        always.password(password="Wrong-h0rse!!", DEVICE_KEY=device.key)


def test_an_unknown_device_is_said_to_be_gone_and_the_proof_can_be_sent_again_without(always: Bed) -> None:
    enrol(always)
    proof = always.srp_proof()
    with refused(*GONE):
        always.respond("PASSWORD_VERIFIER", **proof, DEVICE_KEY="us-east-1_gone")
    assert always.respond("PASSWORD_VERIFIER", **proof)["ChallengeName"] == "SMS_MFA"


def test_a_wrong_password_hears_nothing_about_devices(always: Bed) -> None:
    with refused("NotAuthorizedException", "Incorrect username or password."):
        always.srp_sign_in(password="Wrong-h0rse!!", DEVICE_KEY="us-east-1_gone")


def test_a_forgotten_device_is_gone(always: Bed) -> None:
    device = enrol(always)
    always.pool.forget_devices("alice")
    with refused(*GONE):
        always.password(DEVICE_KEY=device.key)


def test_an_unconfirmed_device_counts_for_nothing(always: Bed) -> None:
    device = enrol(always, confirm=False)
    with refused(*GONE):
        always.password(DEVICE_KEY=device.key)


def test_another_users_device_counts_for_nothing(always: Bed) -> None:
    device = enrol(always)
    always.pool.create_user("mallory", PASSWORD)
    with refused(*GONE):
        always.password("mallory", DEVICE_KEY=device.key)


def test_where_the_user_is_to_be_asked_an_unremembered_device_spares_nothing(make: Any) -> None:
    bed = tracking(make, "OPT_IN")
    device = enrol(bed)
    assert device.confirmed["UserConfirmationNecessary"] is True
    asked = bed.password(DEVICE_KEY=device.key)
    assert asked["ChallengeName"] == "SMS_MFA"
    chained = by_sms(bed, asked["Session"], DEVICE_KEY=device.key)
    assert chained["ChallengeName"] == "DEVICE_SRP_AUTH"
    tokens = device.prove(chained["Session"])["AuthenticationResult"]
    bed.idp.update_device_status(
        AccessToken=tokens["AccessToken"], DeviceKey=device.key, DeviceRememberedStatus="remembered"
    )
    assert bed.password(DEVICE_KEY=device.key)["ChallengeName"] == "DEVICE_SRP_AUTH"


def test_a_pool_may_want_the_second_factor_from_remembered_devices_too(make: Any) -> None:
    configuration = {"ChallengeRequiredOnNewDevice": False, "DeviceOnlyRememberedOnUserPrompt": False}
    bed = tracking(make, "OFF", pool_options={"DeviceConfiguration": configuration})
    device = enrol(bed)
    assert bed.password(DEVICE_KEY=device.key)["ChallengeName"] == "SMS_MFA"


def test_one_device_does_not_answer_for_another(always: Bed) -> None:
    mine, other = enrol(always), enrol(always)
    session = always.password(DEVICE_KEY=mine.key)["Session"]
    with refused("NotAuthorizedException", "Incorrect username or password."):
        other.prove(session)


def test_an_old_timestamp_of_a_device_is_refused_though_signed(always: Bed) -> None:
    device = enrol(always)
    client = device.client()
    session = always.password(DEVICE_KEY=device.key)["Session"]
    public = client.get_auth_params()["SRP_A"]
    started = always.respond("DEVICE_SRP_AUTH", session, USERNAME="alice", DEVICE_KEY=device.key, SRP_A=public)
    exchange = state_of(always.pool._pool).sessions[started["Session"]].data
    stale = "Mon Jan 1 00:00:00 UTC 2024"

    def prove(timestamp: str) -> Any:
        return always.respond(
            "DEVICE_PASSWORD_VERIFIER",
            started["Session"],
            USERNAME="alice",
            DEVICE_KEY=device.key,
            TIMESTAMP=timestamp,
            PASSWORD_CLAIM_SECRET_BLOCK=exchange.secret_block,
            PASSWORD_CLAIM_SIGNATURE=srp.expected_signature(exchange, timestamp),
        )

    with refused("NotAuthorizedException", "Incorrect username or password."):
        prove(stale)
    assert "AuthenticationResult" in prove(AWSSRP.get_cognito_formatted_timestamp(datetime.now(UTC)))


def test_a_device_session_is_no_way_round_its_proof(always: Bed) -> None:
    device = enrol(always)
    session = always.password(DEVICE_KEY=device.key)["Session"]
    with refused("NotAuthorizedException"):
        always.respond(
            "DEVICE_PASSWORD_VERIFIER",
            session,
            USERNAME="alice",
            DEVICE_KEY=device.key,
            TIMESTAMP="Mon Jan 1 00:00:00 UTC 2024",
            PASSWORD_CLAIM_SECRET_BLOCK="a",
            PASSWORD_CLAIM_SIGNATURE="a",
        )
    with refused("NotAuthorizedException"):
        by_sms(always, session)


def test_a_refresh_token_stays_with_its_device(always: Bed) -> None:
    result = by_sms(always, always.password()["Session"])["AuthenticationResult"]
    refresh = {"REFRESH_TOKEN": result["RefreshToken"]}
    key = result["NewDeviceMetadata"]["DeviceKey"]
    with refused("NotAuthorizedException", "Invalid Refresh Token"):
        always.initiate("REFRESH_TOKEN_AUTH", **refresh, DEVICE_KEY=key)
    device = Device(always, result)
    assert "AuthenticationResult" in always.initiate("REFRESH_TOKEN_AUTH", **refresh, DEVICE_KEY=device.key)
    with refused("NotAuthorizedException", "Invalid Refresh Token"):
        always.initiate("REFRESH_TOKEN_AUTH", **refresh)


def test_a_device_without_a_session_needs_a_sign_in_that_waits_for_it(always: Bed) -> None:
    device = enrol(always)
    client = device.client()

    def start() -> Any:
        public = client.get_auth_params()["SRP_A"]
        return always.respond("DEVICE_SRP_AUTH", USERNAME="alice", DEVICE_KEY=device.key, SRP_A=public)

    with refused("NotAuthorizedException"):
        start()
    always.password(DEVICE_KEY=device.key)
    always.cognito.clock.advance(180)
    with refused("NotAuthorizedException"):
        start()
    always.password(DEVICE_KEY=device.key)
    proof = client.process_device_challenge(start()["ChallengeParameters"])
    assert "AuthenticationResult" in always.respond("DEVICE_PASSWORD_VERIFIER", **proof)
    with refused("NotAuthorizedException"):
        always.respond("DEVICE_PASSWORD_VERIFIER", **proof)


def test_a_device_named_at_the_start_of_srp_or_of_a_choice_counts_too(always: Bed) -> None:
    device = enrol(always)
    client = device.client()
    started = always.initiate("USER_SRP_AUTH", **client.get_auth_params())
    proof = client.process_challenge(started["ChallengeParameters"], {"USERNAME": "alice"})
    del proof["DEVICE_KEY"]
    assert always.respond("PASSWORD_VERIFIER", **proof)["ChallengeName"] == "DEVICE_SRP_AUTH"
    chosen = always.initiate(
        "USER_AUTH", USERNAME="alice", PASSWORD=PASSWORD, PREFERRED_CHALLENGE="PASSWORD", DEVICE_KEY=device.key
    )
    assert chosen["ChallengeName"] == "DEVICE_SRP_AUTH"
