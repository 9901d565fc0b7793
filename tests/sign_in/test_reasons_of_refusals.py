"""The reasons for which Cognito refuses a user, each on a service that verifies: class, name and advice."""

import boto3
import pytest

import amplify_auth as auth
from amplify_auth import errors
from tests.support.makers import PoolOf, SessionOf

PASSWORD = "Passw0rd!"


def _refused(session: auth.Session, name: str, password: str = PASSWORD, **options: str) -> auth.AuthError:
    with pytest.raises(auth.AuthError) as caught:
        auth.sign_in(name, password, session=session, **options)
    return caught.value


@pytest.mark.parametrize("flow", ["USER_SRP_AUTH", "USER_PASSWORD_AUTH"])
def test_a_lock_out_is_not_a_wrong_password(flow: str, pool_of: PoolOf, session_of: SessionOf, name: str) -> None:
    pool = pool_of()
    pool.create_user(name, PASSWORD)
    session = session_of(pool, auth_flow_type=flow)
    wrong = _refused(session, name, "wrong")
    for _ in range(6):
        _refused(session, name, "wrong")
    locked = _refused(session, name)

    assert (type(wrong), type(locked)) == (errors.IncorrectUsernameOrPassword, errors.TooManyPasswordAttempts)
    assert wrong.name == locked.name == "NotAuthorizedException"
    assert "Wait" in str(locked.recovery_suggestion)
    assert not isinstance(locked, errors.IncorrectUsernameOrPassword)
    assert not locked.is_retryable


def test_a_wrong_password_over_srp_also_names_the_pool_and_the_migration(
    pool_of: PoolOf, session_of: SessionOf, name: str
) -> None:
    pool = pool_of()
    pool.create_user(name, PASSWORD)
    over_srp = _refused(session_of(pool), name, "wrong").recovery_suggestion
    in_clear = _refused(session_of(pool), name, "wrong", auth_flow_type="USER_PASSWORD_AUTH").recovery_suggestion

    assert "user_pool_id" in str(over_srp)
    assert "USER_PASSWORD_AUTH" in str(over_srp)
    assert "user_pool_id" not in str(in_clear)


@pytest.mark.parametrize("hidden", [True, False], ids=["hidden", "told"])
def test_an_unknown_user_over_srp_is_told_of_the_migration(
    hidden: bool, pool_of: PoolOf, session_of: SessionOf, name: str
) -> None:
    error = _refused(session_of(pool_of(prevent_user_existence_errors=hidden)), name)

    assert 'auth_flow_type="USER_PASSWORD_AUTH"' in str(error.recovery_suggestion)


def test_a_disabled_user_is_told_whom_to_ask(pool_of: PoolOf, session_of: SessionOf, name: str) -> None:
    pool = pool_of()
    pool.create_user(name, PASSWORD)
    boto3.client("cognito-idp", "us-east-1").admin_disable_user(UserPoolId=pool.id, Username=name)
    error = _refused(session_of(pool), name)

    assert type(error) is errors.UserDisabled
    assert "administrator" in str(error.recovery_suggestion)


def test_a_client_secret_that_is_missing_or_wrong_names_the_option(pool_of: PoolOf, name: str) -> None:
    config = pool_of(client_secret=True).config
    missing = _refused(auth.Session(**{**config, "client_secret": None}), name)
    wrong = _refused(auth.Session(**{**config, "client_secret": "another"}), name)

    assert type(missing) is type(wrong) is errors.ClientSecretMismatch
    assert "Pass client_secret" in str(missing.recovery_suggestion)
    assert "Check client_secret" in str(wrong.recovery_suggestion)


@pytest.mark.parametrize(
    ("flow", "allowed"),
    [("USER_PASSWORD_AUTH", "USER_PASSWORD_AUTH"), ("CUSTOM_WITHOUT_SRP", "CUSTOM_AUTH"), ("USER_AUTH", "USER_AUTH")],
)
def test_a_flow_that_the_client_does_not_allow_is_named_with_its_entry(
    flow: str, allowed: str, pool_of: PoolOf, session_of: SessionOf, name: str
) -> None:
    pool = pool_of(flows=("USER_SRP_AUTH",))
    pool.create_user(name, PASSWORD)
    with pytest.raises(errors.InvalidParameterException) as caught:
        auth.sign_in(name, None if "CUSTOM" in flow else PASSWORD, auth_flow_type=flow, session=session_of(pool))
    advice = str(caught.value.recovery_suggestion)

    assert f"does not allow {allowed}." in advice
    assert f"ALLOW_{allowed} to the client's ExplicitAuthFlows" in advice


def test_an_account_that_is_confirmed_already_has_one_class(pool_of: PoolOf, session_of: SessionOf, name: str) -> None:
    pool = pool_of()
    session = session_of(pool)
    auth.sign_up(name, PASSWORD, user_attributes={"email": f"{name}@example.com"}, session=session)
    auth.confirm_sign_up(name, pool.code(name), session=session)
    with pytest.raises(errors.AlreadyConfirmed) as sent:
        auth.resend_sign_up_code(name, session=session)

    assert sent.value.name == "InvalidParameterException"
    assert isinstance(sent.value, errors.NotAuthorizedException | errors.InvalidParameterException)
