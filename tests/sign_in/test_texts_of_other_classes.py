"""A str subclass is sent as the text that it is: secrets may come in one that masks itself, names in an Enum."""

from __future__ import annotations

from enum import Enum

import amplify_auth as auth
from tests.support.makers import PoolOf, SessionOf
from tests.support.password_flows import with_each_password_flow

PASSWORD = "Passw0rd!"


class Secret(str):
    """Shows a mask wherever it is formatted."""

    __slots__ = ()

    def __str__(self) -> str:
        return "***"

    def __format__(self, spec: str) -> str:
        return "***"

    __repr__ = __str__


class Attribute(str, Enum):  # noqa: UP042 - a StrEnum formats itself as its value
    """Formats itself as the name of its member."""

    NICKNAME = "nickname"


@with_each_password_flow
def test_secrets_that_mask_themselves_are_proved(
    flow: dict[str, str], pool_of: PoolOf, session_of: SessionOf, name: str
) -> None:
    pool = pool_of(client_secret=True)
    pool.create_user(name, PASSWORD)
    session = session_of(pool, client_secret=Secret(pool.config["client_secret"]))

    assert auth.sign_in(Secret(name), Secret(PASSWORD), **flow, session=session).is_signed_in
    assert session.username == name


def test_a_pool_id_that_formats_itself_otherwise_is_the_same_pool(
    pool_of: PoolOf, session_of: SessionOf, name: str
) -> None:
    pool = pool_of()
    pool.create_user(name, PASSWORD)
    session = session_of(pool, user_pool_id=Secret(pool.id))

    assert session.config.region == "us-east-1"
    assert auth.sign_in(name, PASSWORD, session=session).is_signed_in


def test_names_and_values_of_attributes_are_taken_at_their_word(
    pool_of: PoolOf, session_of: SessionOf, name: str
) -> None:
    pool, attributes = pool_of(), {Attribute.NICKNAME: Secret("Al")}
    pool.create_user(name, PASSWORD, status="FORCE_CHANGE_PASSWORD")
    session = session_of(pool)
    auth.sign_in(name, PASSWORD, session=session)

    assert auth.confirm_sign_in(Secret("N3w-Passw0rd!"), user_attributes=attributes, session=session).is_signed_in
    assert pool.user(name).attributes["nickname"] == "Al"
