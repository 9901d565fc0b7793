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


def test_a_region_that_is_given_wins() -> None:
    assert Session(**POOL, region="eu-central-1").config.region == "eu-central-1"


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
    "refresh_margin": DURATIONS,
    "client": [5, "x", object(), boto3.client("sts", "us-east-1")],
    "storage": [5, "x", object()],
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


def test_a_session_is_not_pickled_at_all() -> None:
    with pytest.raises(TypeError, match="export_state"):
        pickle.dumps(Session(**POOL))
