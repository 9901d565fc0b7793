"""The settings of a session: checked when they are made, and never shown where they are secret."""

from __future__ import annotations

import pickle
from types import SimpleNamespace
from typing import Any

import attrs
import boto3
import pytest
from botocore import UNSIGNED
from botocore.config import Config

from amplify_auth import AuthConfig, AuthConfigurationError, Session, configure
from amplify_auth._values.config import OPTIONS
from tests.support.rows import EveryRow

POOL = {"user_pool_id": "eu-west-1_AbC123", "user_pool_client_id": "1h57kf5cpq17m0eml12EXAMPLE"}


class Authenticator:
    def get(self, options: dict[str, Any]) -> dict[str, Any]:
        return {}

    def create(self, options: dict[str, Any]) -> dict[str, Any]:
        return {}


def test_a_pool_and_a_client_are_enough() -> None:
    config = Session(**POOL).config

    assert {field.name: getattr(config, field.name) for field in attrs.fields(AuthConfig)} == {
        **dict.fromkeys(OPTIONS),
        **POOL,
        "region": "eu-west-1",
        "auth_flow_type": "USER_SRP_AUTH",
        "sign_up_verification_method": "code",
        "allow_guest_access": False,
        "connect_timeout": 5.0,
        "read_timeout": 15.0,
        "refresh_margin": 60.0,
    }


@pytest.mark.parametrize(
    ("options", "limit"),
    [
        ({}, 50),
        ({"read_timeout": 1}, 8),
        ({"connect_timeout": 0.2, "read_timeout": 0.2}, 3.6),
        ({"total_timeout": 7.5}, 7.5),
        ({"total_timeout": 7.5, "read_timeout": 60}, 7.5),
        ({"read_timeout": 3600}, 10805),
    ],
)
def test_a_call_has_enough_time_for_a_connection_and_every_attempt(options: dict[str, Any], limit: float) -> None:
    assert Session(**POOL, **options).config.time_limit == pytest.approx(limit)


@pytest.mark.parametrize(
    ("pool_id", "region", "name"),
    [
        ("eu-west-1_AbC123", "eu-west-1", "AbC123"),
        ("us-gov-east-1_a", "us-gov-east-1", "a"),
        ("local_3pQ2", "local", "3pQ2"),
        ("us-east-1_one_two", "us-east-1", "one"),
    ],
)
def test_region_and_pool_name_are_parts_of_the_pool_id(pool_id: str, region: str, name: str) -> None:
    config = Session(user_pool_id=pool_id, user_pool_client_id="x").config

    assert (config.region, config.pool_name) == (region, name)


def test_a_region_that_contradicts_the_pool_id_is_refused() -> None:
    with pytest.raises(AuthConfigurationError, match="region contradicts the user pool id") as caught:
        Session(**POOL, region="eu-central-1")

    assert "is in eu-west-1" in caught.value.message
    assert "Leave region out" in (caught.value.recovery_suggestion or "")


def test_an_id_that_begins_with_no_region_contradicts_none() -> None:
    """cognito-local's, whose address may come from a variable of botocore."""
    session = Session(user_pool_id="local_2yvHXTMS", user_pool_client_id="c", region="us-east-1")

    assert session.config.region == "us-east-1"


@pytest.mark.parametrize(
    "options",
    [
        {"region": "eu-west-1"},
        {"region": "eu-central-1", "endpoint_url": "https://cognito-idp.eu-central-1.amazonaws.com"},
        {"region": "eu-central-1", "client": boto3.client("cognito-idp", "eu-central-1")},
    ],
    ids=["the same", "a replica's endpoint", "a replica's client"],
)
def test_a_region_that_is_given_wins(options: dict[str, Any]) -> None:
    """A pool with replicas has one id in all regions (API reference, ``CreateUserPoolReplica``)."""
    assert Session(**POOL, **options).config.region == options["region"]


@pytest.mark.parametrize(
    "pool_id", ["AbC123", "_AbC123", "eu-west-1_", "eu west_1", "eu-west-1_a/b", "http://x_y", "a_b\n"]
)
def test_what_is_no_pool_id_is_refused_by_its_amplify_name(pool_id: str) -> None:
    with pytest.raises(AuthConfigurationError) as caught:
        Session(user_pool_id=pool_id, user_pool_client_id="x")

    assert (caught.value.name, caught.value.message) == ("InvalidUserPoolId", "Invalid user pool id provided.")


@pytest.mark.parametrize("pool_id", ["eu-west-1", "eu-west-1:", ":abc", "eu west:1", 5, b"eu-west-1:abc"])
def test_what_is_no_identity_pool_id_is_refused_by_its_amplify_name(pool_id: Any) -> None:
    with pytest.raises(AuthConfigurationError) as caught:
        Session(**POOL, identity_pool_id=pool_id)

    assert caught.value.name == "InvalidIdentityPoolIdException"


DURATIONS = ["5", 0, -1, True, float("nan"), float("inf"), 10**400, 1e300, 1e7, [5]]
WRONG_TYPES: dict[str, list[Any]] = {
    "user_pool_id": [5, b"eu-west-1_AbC123", ["eu-west-1_AbC123"], True],
    "user_pool_client_id": [5, b"x", ["x"], True, "\ud800"],
    "client_secret": [5, b"s3cr3t", ["s3cr3t"], "", "s3cr3t\ud800"],
    "region": [5, b"eu-west-1", "", "eu west", "eu-west-1/", "../x", ["eu-west-1"]],
    "endpoint_url": [5, b"http://x", "", ["x"], "http://\udcff"],
    "auth_flow_type": ["USER_SRP", "user_srp_auth", 5, [], "REFRESH_TOKEN_AUTH", ""],
    "preferred_challenge": ["PASSKEY", 5, [], ""],
    "sign_up_verification_method": ["email", 5, []],
    "identity_pool_id": [5, b"eu-west-1:0-1", ""],
    "identity_pool_endpoint_url": [5, ""],
    "allow_guest_access": ["no", 0, 1, []],
    "oauth": ["x", 5, [], [("a", "b")], True],
    "passwordless": ["x", 5, [], True],
    "passkey": [5, "x", SimpleNamespace(get=len), object()],
    "connect_timeout": DURATIONS,
    "read_timeout": DURATIONS,
    "total_timeout": DURATIONS,
    "refresh_margin": DURATIONS,
    "client": [5, "x", object(), boto3.client("sts", "us-east-1")],
    "storage": [5, "x", object()],
    "client_metadata": [5, "x", ["a"], {"a": 5}, {5: "a"}],
    "reauthenticate": [5, "x", {}, True],
}


def test_every_option_is_tried() -> None:
    assert set(WRONG_TYPES) == set(OPTIONS)


@pytest.mark.parametrize("option", WRONG_TYPES)
def test_a_value_that_cannot_be_right_is_refused_without_being_shown(option: str) -> None:
    with EveryRow() as every:
        for value in WRONG_TYPES[option]:
            with every.row(repr(value)[:30]):
                with pytest.raises(AuthConfigurationError) as caught:
                    configure({**POOL, option: value})

                assert caught.value.recovery_suggestion
                error: BaseException | None = caught.value
                while error is not None:
                    assert "s3cr3t" not in f"{error!r}{error.args}{vars(error)}"
                    error = error.__cause__ or error.__context__


COPIED_BADLY = [" ", "\n", "x\n", " x", "x\t", "x\r\n", "\xa0x", "\ufeffx", "x\0y", "x\x1b[1m", "x\u200b"]


@pytest.mark.parametrize(
    "option",
    ["user_pool_id", "user_pool_client_id", "client_secret", "region", "endpoint_url", "identity_pool_id"],
)
def test_what_was_copied_with_white_space_around_it_is_refused_by_name(option: str) -> None:
    """It would be sent as it is, and Cognito would say no more than that there is no such client."""
    right = {"user_pool_id": "eu-west-1_x", "identity_pool_id": "eu-west-1:x"}.get(option, "x")
    with EveryRow() as every:
        for value in COPIED_BADLY:
            with every.row(repr(value)):
                with pytest.raises(AuthConfigurationError) as caught:
                    Session(**{**POOL, option: value.replace("x", right)})

                assert option in caught.value.message.replace(" ", "_")


@pytest.mark.parametrize("option", ["user_pool_id", "user_pool_client_id"])
def test_a_required_setting_is_never_none(option: str) -> None:
    with pytest.raises(AuthConfigurationError):
        AuthConfig(**{**POOL, option: None})


@pytest.mark.parametrize(
    "options",
    [
        {"connect_timeout": 1, "read_timeout": 0.5},
        {"passkey": Authenticator()},
        {"oauth": {"domain": "x"}, "identity_pool_id": "eu-west-1:0a-1b", "allow_guest_access": True},
        {"auth_flow_type": "USER_AUTH", "preferred_challenge": "EMAIL_OTP", "sign_up_verification_method": "link"},
        {"client": boto3.client("cognito-idp", "us-east-1", config=Config(signature_version=UNSIGNED))},
    ],
    ids=lambda options: " ".join(options),
)
def test_what_is_right_is_taken(options: dict[str, Any]) -> None:
    config = Session(**POOL, **options).config

    assert {name: getattr(config, name) for name in options} == options


def test_texts_are_plain_whatever_class_they_come_in() -> None:
    """A secret may come in one that masks itself, a pool id in an Enum: both would be formatted as something else."""

    class Masked(str):
        __slots__ = ()

        def __str__(self) -> str:
            return "***"

    options = {
        **POOL,
        "client_secret": "s3cr3t",
        "region": "eu-central-1",
        "endpoint_url": "http://127.0.0.1:1",
        "auth_flow_type": "USER_AUTH",
        "preferred_challenge": "EMAIL_OTP",
        "sign_up_verification_method": "link",
        "identity_pool_id": "eu-west-1:0a-1b",
        "identity_pool_endpoint_url": "http://127.0.0.1:1",
    }
    config = Session(**{name: Masked(value) for name, value in options.items()}).config

    assert {name: str(getattr(config, name)) for name in options} == options


def test_a_configuration_is_frozen() -> None:
    config = Session(**POOL).config

    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        config.region = "us-east-1"  # type: ignore[misc]


def test_the_callers_mapping_can_change_without_effect() -> None:
    oauth = {"domain": "x"}
    config = Session(**POOL, oauth=oauth).config
    oauth["domain"] = "y"

    assert config.oauth == {"domain": "x"}


@pytest.mark.parametrize(
    "form", [repr, str, "{}".format, "{0!r:>5}".format, lambda config: repr(Session.from_config(config))]
)
def test_the_client_secret_is_masked(form: Any) -> None:
    shown = form(AuthConfig(**POOL, client_secret="s3cr3t-of-the-client"))

    assert "s3cr3t" not in shown
    assert "eu-west-1_AbC123" in shown


def test_a_representation_says_whether_there_is_a_secret() -> None:
    assert "client_secret='***'" in repr(AuthConfig(**POOL, client_secret="s3cr3t"))
    assert "client_secret=None" in repr(AuthConfig(**POOL))


def test_a_pickle_holds_no_client_secret() -> None:
    config = AuthConfig(**POOL, client_secret="s3cr3t-of-the-client")
    pickled = pickle.dumps(config)
    twin = pickle.loads(pickled)

    assert b"s3cr3t" not in pickled
    assert (twin.user_pool_id, twin.client_secret) == (config.user_pool_id, "***")


ADDRESS = "https://usr:Sup3rSecretPw@proxy.example/"
ADDRESSES = {
    ADDRESS: "https://***@proxy.example/",
    "https://Sup3rSecretPw@proxy.example/": "https://***@proxy.example/",
    "https://usr:Sup3r@SecretPw@proxy.example/": "https://***@proxy.example/",
    "https://usr:a%2FSecretPw@proxy.example:8443/p": "https://***@proxy.example:8443/p",
    "https://proxy.example/": "https://proxy.example/",
}


@pytest.mark.parametrize("option", ["endpoint_url", "identity_pool_endpoint_url"])
@pytest.mark.parametrize("url", ADDRESSES)
def test_the_credentials_of_an_address_are_masked(option: str, url: str) -> None:
    config = Session(**POOL, **{option: url}).config
    pickled = pickle.dumps(config)

    assert getattr(config, option) == url
    assert f"{option}={ADDRESSES[url]!r}" in repr(config)
    for shown in (repr(config), str(config), f"{config!r:>9}", repr([config]), str(pickled)):
        assert "SecretPw" not in shown
    assert getattr(pickle.loads(pickled), option) == ADDRESSES[url]


@pytest.mark.parametrize("option", ["oauth", "passwordless"])
def test_the_secrets_of_a_mapping_are_masked(option: str) -> None:
    given = {"domain": "x", "client_secret": "S3cr3t", "more": {"token": "S3cr3t", "urls": [ADDRESS], "n": 1}}
    config = Session(**POOL, **{option: given}).config
    shown = {"domain": "x", "client_secret": "***", "more": {"token": "***", "urls": [ADDRESSES[ADDRESS]], "n": 1}}

    assert getattr(config, option) == given
    assert f"{option}={shown!r}" in repr(config)
    assert getattr(pickle.loads(pickle.dumps(config)), option) == shown


def test_configurations_are_compared_with_their_secrets() -> None:
    one, same = AuthConfig(**POOL, endpoint_url=ADDRESS), AuthConfig(**POOL, endpoint_url=ADDRESS)
    other = AuthConfig(**POOL, endpoint_url=ADDRESS.replace("Sup3r", "0ther"))

    assert (one == same, hash(one) == hash(same)) == (True, True)
    assert one != other
    assert pickle.loads(pickle.dumps(one)) != one  # as with a client secret
    assert repr(one) == repr(other)


EMULATORS = [
    "http://localhost:4566",
    "https://localhost:4566",
    "http://127.0.0.1:5000/",
    "https://127.0.0.1:5000",
    "http://[::1]:5000",
    "https://localhost.localstack.cloud:4566",
    "http://localstack:4566",
    "http://moto.localhost:5000",
    "http://host.docker.internal:9229",
    "http://172.17.0.2:4566",
    "http://10.1.2.3",
]
ONE_SERVICE = [
    "https://cognito-idp.eu-west-1.amazonaws.com",
    "https://cognito-idp-fips.us-east-1.amazonaws.com",
    "https://vpce-0a1b-c2d3.cognito-idp.eu-west-1.vpce.amazonaws.com",
    "https://proxy.example/",
    "http://proxy.example:8080/cognito",
    "https://10.1.2.3",
    "https://gateway",
    "http://8.8.8.8",
]


@pytest.mark.parametrize("url", EMULATORS)
def test_an_emulator_has_the_identity_pools_too(url: str) -> None:
    assert Session(**POOL, endpoint_url=url).config.identity_pool_endpoint_url == url
    assert AuthConfig(**POOL, endpoint_url=url).identity_pool_endpoint_url == url


@pytest.mark.parametrize("url", ONE_SERVICE)
def test_an_endpoint_of_one_service_is_not_that_of_another(url: str) -> None:
    assert Session(**POOL, endpoint_url=url).config.identity_pool_endpoint_url is None


@pytest.mark.parametrize("url", ["https://cognito-identity.eu-west-1.amazonaws.com", "http://localhost:1"])
def test_an_identity_pools_endpoint_that_is_given_wins(url: str) -> None:
    config = Session(**POOL, endpoint_url="http://localhost:4566", identity_pool_endpoint_url=url).config

    assert config.identity_pool_endpoint_url == url


RIGHT_ADDRESSES = [
    "http://localhost:5000",
    "HTTP://LOCALHOST:5000/",
    "http://localhost:4566/cognito",
    "https://cognito-idp.eu-west-1.amazonaws.com",
    "https://cognito-idp.eu-west-1.amazonaws.com/",
    "https://cognito-idp.cn-north-1.amazonaws.com.cn",
    "https://cognito-idp-fips.us-gov-west-1.amazonaws.com",
    "https://vpce-0a1b-c2d3.cognito-idp.eu-west-1.vpce.amazonaws.com",
    "https://usr:p%40ss@proxy.example:8443/",
    "http://[::1]:5000",
]


@pytest.mark.parametrize("url", RIGHT_ADDRESSES)
def test_an_address_that_is_right_is_taken(url: str) -> None:
    assert Session(**POOL, endpoint_url=url).config.endpoint_url == url


def test_ids_of_emulators_are_taken() -> None:
    """They have forms of their own."""
    right = [
        ("local_3pQ2", "client"),
        ("us-east-1_" + "0" * 32, "0" * 32),
        ("eu-west-1_a-b", "4ece5a9b-3c0a-4a3e-8d0e"),
    ]
    for pool_id, client_id in right:
        config = Session(user_pool_id=pool_id, user_pool_client_id=client_id).config
        assert (config.user_pool_id, config.user_pool_client_id) == (pool_id, client_id)


def test_a_session_is_not_pickled_at_all() -> None:
    with pytest.raises(TypeError, match="export_state"):
        pickle.dumps(Session(**POOL))
