"""Sign-up, its code or link, and the sign-in that follows by itself."""

from typing import Any

import pytest

import amplify_auth as auth
from amplify_auth import errors
from amplify_auth.testing import MockPool
from tests.support.makers import PoolOf, SessionOf
from tests.support.password_flows import public_and_confidential
from tests.support.users import sign_up

PASSWORD = "Passw0rd!"


@pytest.fixture(params=[False, True], ids=["public", "confidential"])
def pool(request: pytest.FixtureRequest, pool_of: PoolOf) -> MockPool:
    return pool_of(client_secret=request.param, prevent_user_existence_errors=False)


@pytest.fixture
def email(name: str) -> str:
    return f"{name}@example.com"


def test_an_account_is_made_confirmed_and_signed_in_to(pool: MockPool, session_of: SessionOf, name: str) -> None:
    session = session_of(pool)
    output = auth.sign_up(
        name, PASSWORD, user_attributes={"email": f"{name}@example.com", "name": "A"}, session=session
    )
    assert output == auth.SignUpOutput(
        is_sign_up_complete=False,
        next_step=auth.ConfirmSignUp(
            code_delivery_details=auth.CodeDeliveryDetails(
                destination="u***@e***", delivery_medium="EMAIL", attribute_name="email"
            )
        ),
        user_id=pool.user(name).sub,
    )
    with pytest.raises(errors.CodeMismatchException):
        auth.confirm_sign_up(name, "000000", session=session)
    assert pool.user(name).status == "UNCONFIRMED"
    confirmed = auth.confirm_sign_up(name, pool.code(name), session=session)
    assert confirmed == auth.ConfirmSignUpOutput(is_sign_up_complete=True, next_step=auth.Done())
    assert pool.user(name).attributes["email_verified"] == "true"
    assert auth.sign_in(name, PASSWORD, session=session).is_signed_in
    assert session.user_id == output.user_id


@public_and_confidential
def test_an_account_whose_name_is_an_address(
    client_secret: bool, pool_of: PoolOf, session_of: SessionOf, email: str
) -> None:
    pool = pool_of(username_attributes=("email",), client_secret=client_secret)
    session = session_of(pool)
    sign_up(session, email)
    assert auth.confirm_sign_up(email, pool.code(email), session=session).is_sign_up_complete
    assert auth.sign_in(email, PASSWORD, session=session).is_signed_in
    assert session.username == pool.user(email).username != email


@public_and_confidential
def test_an_account_whose_name_is_a_phone_number(
    client_secret: bool, pool_of: PoolOf, session_of: SessionOf, name: str
) -> None:
    phone = f"+1555{int(name.removeprefix('user')):07d}"
    pool = pool_of(username_attributes=("phone_number",), auto_verify=("phone_number",), client_secret=client_secret)
    session = session_of(pool)
    output = auth.sign_up(phone, PASSWORD, session=session)
    assert isinstance(output.next_step, auth.ConfirmSignUp)
    assert output.next_step.code_delivery_details is not None
    assert output.next_step.code_delivery_details.delivery_medium == "SMS"
    auth.confirm_sign_up(phone, pool.code(phone), session=session)
    assert auth.sign_in(phone, PASSWORD, session=session).is_signed_in


def test_what_sign_up_refuses(pool: MockPool, session_of: SessionOf, name: str) -> None:
    session = session_of(pool)
    pool.create_user(name, PASSWORD)
    with pytest.raises(errors.UsernameExistsException):
        sign_up(session, name)
    with pytest.raises(errors.InvalidPasswordException):
        sign_up(session, f"{name}-2", "short")
    with pytest.raises(errors.InvalidParameterException):
        auth.sign_up(f"{name}-3", PASSWORD, user_attributes={"custom:unknown": "1"}, session=session)


def test_a_pool_without_passwordless_sign_up_wants_a_password(
    pool_of: PoolOf, session_of: SessionOf, name: str
) -> None:
    session = session_of(pool_of(first_factors=("PASSWORD",)))
    with pytest.raises(auth.AuthError) as caught:
        sign_up(session, name, None)
    assert isinstance(caught.value, auth.AuthValidationError | errors.InvalidParameterException)


def test_a_code_that_came_too_late_and_the_next_one(pool_of: PoolOf, session_of: SessionOf, name: str) -> None:
    pool = pool_of(name="resending")
    session = session_of(pool)
    sign_up(session, name)
    old = pool.code(name)
    pool.expire_codes()
    with pytest.raises(errors.ExpiredCodeException):
        auth.confirm_sign_up(name, old, session=session)
    sent = auth.resend_sign_up_code(name, session=session)
    assert sent == auth.CodeDeliveryDetails(destination="u***@e***", delivery_medium="EMAIL", attribute_name="email")
    assert pool.code(name) != old
    assert auth.confirm_sign_up(name, pool.code(name), session=session).is_sign_up_complete
    with pytest.raises(errors.InvalidParameterException, match="already confirmed"):
        auth.resend_sign_up_code(name, session=session)


def test_an_address_is_taken_over_only_where_that_is_asked_for(
    pool_of: PoolOf, session_of: SessionOf, name: str
) -> None:
    pool = pool_of(alias_attributes=("email",))
    email = f"{name}@example.com"
    pool.create_user(name, PASSWORD, attributes={"email": email})
    session = session_of(pool)
    auth.sign_up(f"{name}-new", PASSWORD, user_attributes={"email": email}, session=session)
    code = pool.code(f"{name}-new")
    with pytest.raises(errors.AliasExistsException):
        auth.confirm_sign_up(f"{name}-new", code, session=session)
    assert auth.confirm_sign_up(f"{name}-new", code, force_alias_creation=True, session=session).is_sign_up_complete
    assert auth.sign_in(email, PASSWORD, session=session).is_signed_in
    assert session.username == f"{name}-new"


def test_a_pre_sign_up_trigger_hears_validation_data_and_metadata(
    pool_of: PoolOf, session_of: SessionOf, name: str
) -> None:
    pool, heard = pool_of(name="hearing"), []

    @pool.on("pre_sign_up")
    def pre_sign_up(event: dict[str, Any]) -> dict[str, Any]:
        heard.append(event["request"])
        return event

    sign_up(session_of(pool), name, validation_data={"invitation": "1"}, client_metadata={"from": "test"})
    assert heard[0]["validationData"] == {"invitation": "1"}
    assert heard[0]["clientMetadata"] == {"from": "test"}
