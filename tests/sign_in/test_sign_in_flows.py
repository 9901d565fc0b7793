"""Every flow of sign-in against a Cognito that verifies passwords, proofs and secret hashes."""

import pytest

import amplify_auth as auth
from amplify_auth import errors
from amplify_auth.testing import MockCognito
from tests.support.makers import PoolOf, SessionOf
from tests.support.password_flows import public_and_confidential, with_each_password_flow

PASSWORD = "Passw0rd!"


@with_each_password_flow
@public_and_confidential
def test_the_right_password_signs_in(
    flow: dict[str, str], client_secret: bool, pool_of: PoolOf, session_of: SessionOf, name: str
) -> None:
    pool = pool_of(client_secret=client_secret)
    user, session = pool.create_user(name, PASSWORD), session_of(pool)
    output = auth.sign_in(name, PASSWORD, **flow, session=session)
    assert output == auth.SignInOutput(is_signed_in=True, next_step=auth.Done())
    assert (session.username, session.user_id) == (name, user.sub)
    assert session.sign_in_details is not None
    assert session.sign_in_details.login_id == name
    assert session.sign_in_details.auth_flow_type == flow["auth_flow_type"]
    assert session.tokens is not None
    assert session.tokens.refresh_token
    assert session.tokens.access_token_claims["sub"] == user.sub
    assert session.tokens.id_token_claims["cognito:username"] == name
    assert session.pending_sign_in is None


@with_each_password_flow
@public_and_confidential
def test_a_wrong_password_signs_nobody_in(
    flow: dict[str, str], client_secret: bool, pool_of: PoolOf, session_of: SessionOf, name: str
) -> None:
    pool = pool_of(client_secret=client_secret)
    pool.create_user(name, PASSWORD)
    session = session_of(pool)
    with pytest.raises(errors.NotAuthorizedException, match="Incorrect username or password"):
        auth.sign_in(name, "Passw0rd?", **flow, session=session)
    assert (session.is_signed_in, session.tokens, session.pending_sign_in) == (False, None, None)
    assert auth.sign_in(name, PASSWORD, **flow, session=session).is_signed_in


@with_each_password_flow
@public_and_confidential
@pytest.mark.parametrize("settings", ["email names", "phone names", "email alias", "preferred name"])
def test_whatever_name_is_typed_the_session_knows_cognitos_own(
    settings: str,
    client_secret: bool,
    flow: dict[str, str],
    pool_of: PoolOf,
    session_of: SessionOf,
    name: str,
    cognito: MockCognito,
) -> None:
    """In pools whose users sign in by an address, their names are UUIDs; elsewhere an address is an alias."""
    number = int(name.removeprefix("user"))
    email, phone = f"{name}@example.com", f"+1555{number:07d}"
    if settings == "email names":
        pool, typed = pool_of(username_attributes=("email",), client_secret=client_secret), email
        user = pool.create_user(email, PASSWORD)
    elif settings == "phone names":
        pool, typed = pool_of(username_attributes=("phone_number",), client_secret=client_secret), phone
        user = pool.create_user(phone, PASSWORD)
    elif settings == "email alias":
        pool, typed = pool_of(alias_attributes=("email",), client_secret=client_secret), email
        user = pool.create_user(name, PASSWORD, attributes={"email": email})
    else:
        pool, typed = pool_of(alias_attributes=("preferred_username",), client_secret=client_secret), f"the-{name}"
        user = pool.create_user(name, PASSWORD, attributes={"preferred_username": typed})
    session = session_of(pool)
    assert auth.sign_in(typed, PASSWORD, **flow, session=session).is_signed_in
    assert (session.username, session.user_id) == (user.username, user.sub)
    assert session.username != typed
    assert session.sign_in_details is not None
    assert session.sign_in_details.login_id == typed
    assert auth.sign_out(session=session).is_complete
    assert [call.error for call in cognito.calls] == [None] * len(cognito.calls), "nothing was tried in vain"


def test_srp_keeps_the_password_on_this_machine(
    pool_of: PoolOf, session_of: SessionOf, name: str, cognito: MockCognito
) -> None:
    pool = pool_of()
    pool.create_user(name, PASSWORD)
    auth.sign_in(name, PASSWORD, session=session_of(pool))
    assert cognito.calls.operations == ("InitiateAuth", "RespondToAuthChallenge")
    assert PASSWORD not in repr([call.reveal() for call in cognito.calls])


@pytest.mark.parametrize(
    "password",
    ["pässwörd-ß-1A!", "пароль-Aa1!", "密码密码密码Aa1!", "🔑🔑-Aa1!-🔑🔑", "q\"uo\\te:s'Aa1", "  spaces Aa1! "],
)
@with_each_password_flow
def test_passwords_of_any_script(
    flow: dict[str, str], password: str, pool_of: PoolOf, session_of: SessionOf, name: str
) -> None:
    pool = pool_of()
    pool.create_user(name, password)
    assert auth.sign_in(name, password, **flow, session=session_of(pool)).is_signed_in


@pytest.mark.parametrize("username", ["Ünï.cödé", "a b c", "käthe@münchen", "UPPER", "x" * 100])
def test_names_of_any_script(username: str, pool_of: PoolOf, session_of: SessionOf) -> None:
    pool = pool_of(name="scripts", client_secret=True)
    pool.create_user(username, PASSWORD)
    session = session_of(pool)
    assert auth.sign_in(username, PASSWORD, session=session).is_signed_in
    assert session.username == username


@with_each_password_flow
def test_a_name_typed_in_another_case_where_cases_do_not_matter(
    flow: dict[str, str], pool_of: PoolOf, session_of: SessionOf, name: str
) -> None:
    pool = pool_of(client_secret=True)
    pool.create_user(name, PASSWORD)
    session = session_of(pool)
    assert auth.sign_in(name.upper(), PASSWORD, **flow, session=session).is_signed_in
    assert session.username == name


def test_a_session_has_a_flow_and_a_first_factor_of_its_own(pool_of: PoolOf, session_of: SessionOf, name: str) -> None:
    pool = pool_of()
    pool.create_user(name, PASSWORD)
    session = session_of(pool, auth_flow_type="USER_AUTH", preferred_challenge="EMAIL_OTP")
    output = auth.sign_in(name, session=session)
    assert isinstance(output.next_step, auth.ConfirmSignInWithEmailCode)
    assert auth.confirm_sign_in(pool.code(name, "EMAIL_OTP"), session=session).is_signed_in
    auth.sign_out(session=session)
    assert auth.sign_in(name, PASSWORD, preferred_challenge="PASSWORD", session=session).is_signed_in


@pytest.mark.parametrize(
    ("factor", "purpose", "step"),
    [
        ("EMAIL_OTP", "EMAIL_OTP", auth.ConfirmSignInWithEmailCode),
        ("SMS_OTP", "SMS_OTP", auth.ConfirmSignInWithSmsCode),
    ],
)
@public_and_confidential
def test_a_code_as_first_factor_preferred_or_chosen(
    factor: str, purpose: str, step: type, client_secret: bool, pool_of: PoolOf, session_of: SessionOf, name: str
) -> None:
    pool = pool_of(client_secret=client_secret)
    pool.create_user(name, PASSWORD)
    preferred, chosen = session_of(pool), session_of(pool)
    output = auth.sign_in(name, auth_flow_type="USER_AUTH", preferred_challenge=factor, session=preferred)
    assert isinstance(output.next_step, step)
    assert output.next_step.code_delivery_details.destination
    with pytest.raises(errors.CodeMismatchException):
        auth.confirm_sign_in("00000000", session=preferred)
    assert auth.confirm_sign_in(pool.code(name, purpose), session=preferred).is_signed_in

    output = auth.sign_in(name, auth_flow_type="USER_AUTH", session=chosen)
    assert isinstance(output.next_step, auth.ContinueSignInWithFirstFactorSelection)
    assert output.next_step.available_challenges == ("PASSWORD", "PASSWORD_SRP", "EMAIL_OTP", "SMS_OTP")
    assert isinstance(auth.confirm_sign_in(factor, session=chosen).next_step, step)
    assert auth.confirm_sign_in(pool.code(name, purpose), session=chosen).is_signed_in


@pytest.mark.parametrize("factor", ["PASSWORD", "PASSWORD_SRP"])
@public_and_confidential
def test_a_password_as_chosen_first_factor(
    factor: str, client_secret: bool, pool_of: PoolOf, session_of: SessionOf, name: str, cognito: MockCognito
) -> None:
    pool = pool_of(client_secret=client_secret)
    pool.create_user(name, PASSWORD)
    session = session_of(pool)
    auth.sign_in(name, auth_flow_type="USER_AUTH", session=session)
    sent = len(cognito.calls)
    output = auth.confirm_sign_in(factor, session=session)
    assert isinstance(output.next_step, auth.ConfirmSignInWithPassword)
    assert len(cognito.calls) == sent, "the choice goes along with the password"
    with pytest.raises(errors.NotAuthorizedException):
        auth.confirm_sign_in("Passw0rd?", session=session)
    assert session.pending_sign_in is not None
    assert auth.confirm_sign_in(PASSWORD, session=session).is_signed_in


@pytest.mark.parametrize("factor", ["EMAIL_OTP", "SMS_OTP", "WEB_AUTHN"])
def test_a_preferred_factor_that_the_user_has_not_leads_to_a_choice(
    factor: str, pool_of: PoolOf, session_of: SessionOf, name: str
) -> None:
    pool = pool_of()
    pool.create_user(name, PASSWORD, attributes={"email_verified": "false", "phone_number_verified": "false"})
    session = session_of(pool)
    output = auth.sign_in(name, auth_flow_type="USER_AUTH", preferred_challenge=factor, session=session)
    assert isinstance(output.next_step, auth.ContinueSignInWithFirstFactorSelection)
    assert output.next_step.available_challenges == ("PASSWORD", "PASSWORD_SRP")
    with pytest.raises(auth.AuthValidationError) as caught:
        auth.confirm_sign_in(factor, session=session)
    assert caught.value.name == "InvalidPreferredChallenge"
    auth.confirm_sign_in("PASSWORD", session=session)
    assert auth.confirm_sign_in(PASSWORD, session=session).is_signed_in
