"""`resend_sign_in_code`: the new code is good, and nothing is lost if there is none."""

import pytest

import amplify_auth as auth
from amplify_auth import errors
from tests.support.asking import ask
from tests.support.makers import PoolOf
from tests.support.scripted_cognito import (
    ScriptedCognito,
    asks,
    refuses,
    signs_in,
)
from tests.support.story import PASSWORD


def test_a_sign_in_code_can_be_sent_again(pool_of: PoolOf, name: str) -> None:
    """The first code is wrong then."""
    pool = pool_of(mfa="OPTIONAL")
    pool.create_user(name, PASSWORD, mfa=("SMS_MFA",))
    session = auth.Session(**pool.config)
    auth.sign_in(name, PASSWORD, client_metadata={"a": "b"}, session=session)
    first = pool.code(name)
    step = auth.resend_sign_in_code(session=session).next_step
    assert isinstance(step, auth.ConfirmSignInWithSmsCode)
    assert pool.code(name) != first
    with pytest.raises(errors.CodeMismatchException):
        auth.confirm_sign_in(first, session=session)
    assert auth.confirm_sign_in(pool.code(name), session=session).is_signed_in


@pytest.mark.parametrize("flow", ["USER_SRP_AUTH", "USER_PASSWORD_AUTH"])
def test_a_resend_uses_the_new_password(flow: str, pool_of: PoolOf, name: str) -> None:
    """The temporary password that was replaced during the sign-in would be wrong."""
    pool = pool_of(mfa="OPTIONAL")
    pool.create_user(name, "Temp0rary!", status="FORCE_CHANGE_PASSWORD", mfa=("SMS_MFA",))
    session = auth.Session(**pool.config, auth_flow_type=flow)
    auth.sign_in(name, "Temp0rary!", session=session)
    auth.confirm_sign_in("N3w-passw0rd!", session=session)
    assert isinstance(auth.resend_sign_in_code(session=session).next_step, auth.ConfirmSignInWithSmsCode)
    assert auth.confirm_sign_in(pool.code(name), session=session).is_signed_in


def test_a_resend_that_fails_leaves_the_first_code_good(session: auth.Session, scripted: ScriptedCognito) -> None:
    """The pending sign-in is given up only for a new one."""
    ask(session, scripted, asks("SMS_MFA"), signs_in())
    before = session.pending_sign_in
    scripted.on("InitiateAuth", refuses("LimitExceededException"))
    with pytest.raises(errors.LimitExceededException):
        auth.resend_sign_in_code(session=session)
    assert session.pending_sign_in is before
    assert auth.confirm_sign_in("123456", session=session).is_signed_in
