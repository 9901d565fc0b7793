"""`set_up_totp` and `verify_totp_setup`: an authenticator app for a user who is signed in."""

from __future__ import annotations

import base64
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

import amplify_auth as auth
from amplify_auth import AuthNetworkError, AuthProtocolError, AuthValidationError, Session, TotpSetupDetails, errors
from amplify_auth.testing import MockCognito
from tests.support.makers import PoolOf, SessionOf
from tests.support.scripted_cognito import HANGS_UP, ScriptedCognito, refuses, says
from tests.support.signed_in_user import KINDS, PASSWORD, other_tokens, scripted_user, signed_in_user

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
FULL_WIDTH = "123456".translate({ord(str(n)): chr(0xFF10 + n) for n in range(10)})


@pytest.fixture
def alice(session: Session, scripted: ScriptedCognito) -> Session:
    return scripted_user(session, scripted)


@pytest.mark.parametrize("kind", KINDS)
def test_an_authenticator_is_set_up_turned_on_and_asked_for(
    kind: str, pool_of: PoolOf, session_of: SessionOf, name: str, tmp_path: Path, cognito: MockCognito
) -> None:
    user = signed_in_user(kind, pool_of, session_of, name, tmp_path)
    cognito.calls.clear()
    details = auth.set_up_totp(session=user.session)
    auth.verify_totp_setup(user.pool.totp(user.name), friendly_device_name="My phone", session=user.session)
    assert cognito.calls.operations == ("AssociateSoftwareToken", "VerifySoftwareToken")
    assert auth.fetch_mfa_preference(session=user.session) == auth.MfaPreference(), "verified is not yet turned on"
    auth.update_mfa_preference(totp="PREFERRED", session=user.session)
    assert auth.fetch_mfa_preference(session=user.session) == auth.MfaPreference(preferred="TOTP", enabled=("TOTP",))

    step = auth.sign_in(user.name, PASSWORD, session=session_of(user.pool)).next_step
    assert step == auth.ConfirmSignInWithTotpCode(friendly_device_name="My phone")
    assert details.username == user.session.username
    assert base64.b32decode(details.shared_secret + "=" * (-len(details.shared_secret) % 8))


def test_the_secret_is_not_shown(alice: Session, scripted: ScriptedCognito) -> None:
    scripted.on("AssociateSoftwareToken", says(SecretCode=SECRET, More=1))
    details = auth.set_up_totp(session=alice)
    assert details == TotpSetupDetails(shared_secret=SECRET, username="alice")
    assert SECRET not in f"{details} {details!r}"


def test_a_user_of_an_alias_pool_has_the_name_that_cognito_gave(
    pool_of: PoolOf, session_of: SessionOf, name: str, tmp_path: Path
) -> None:
    user = signed_in_user("by e-mail", pool_of, session_of, name, tmp_path)
    details = auth.set_up_totp(session=user.session)
    assert details.username == user.session.username != user.name
    assert f"App:{user.name}?" in details.get_setup_uri("App", user.name)


@pytest.mark.parametrize(
    ("app", "account"),
    [
        ("R&D #1", "x&issuer=Evil"),
        ("A:B", "c:d"),
        ("100% /?", 'alice "the cat" <a@b.example>'),
        ("日本", "añb"),
    ],
)
def test_the_address_for_a_qr_code_holds_any_names(app: str, account: str) -> None:
    """The form is that of the Key URI format: ``otpauth://totp/ISSUER:ACCOUNT?secret=BASE32&issuer=ISSUER``."""
    uri = TotpSetupDetails(shared_secret=SECRET, username="alice").get_setup_uri(app, account)
    parts = urlsplit(uri)
    assert (parts.scheme, parts.netloc, parts.fragment) == ("otpauth", "totp", "")
    assert [unquote(part) for part in parts.path.removeprefix("/").split(":")] == [app, account]
    assert parse_qs(parts.query, strict_parsing=True) == {"secret": [SECRET], "issuer": [app]}
    assert uri.isascii()
    assert " " not in uri


def test_the_address_has_no_padding_and_no_parameter_of_a_server() -> None:
    uri = TotpSetupDetails(shared_secret="MZXW6===", username="alice").get_setup_uri("App")
    assert uri == "otpauth://totp/App:alice?secret=MZXW6&issuer=App"
    odd = TotpSetupDetails(shared_secret="MZXW6&issuer=Evil", username="alice").get_setup_uri("App")
    assert parse_qs(urlsplit(odd).query)["issuer"] == ["App"]


@pytest.mark.parametrize("members", [{}, {"SecretCode": None}, {"SecretCode": ""}])
def test_an_answer_without_a_secret(members: dict[str, Any], alice: Session, scripted: ScriptedCognito) -> None:
    scripted.on("AssociateSoftwareToken", says(**members))
    with pytest.raises(AuthProtocolError) as caught:
        auth.set_up_totp(session=alice)
    assert (caught.value.name, caught.value.operation) == ("SetUpTOTPException", "AssociateSoftwareToken")


def test_a_secret_that_is_no_text(alice: Session, scripted: ScriptedCognito) -> None:
    scripted.on("AssociateSoftwareToken", says(SecretCode={"a": SECRET}))
    with pytest.raises(AuthProtocolError) as caught:
        auth.set_up_totp(session=alice)
    assert SECRET not in f"{caught.value!r} {vars(caught.value)}"


def test_the_request_of_a_verification(alice: Session, scripted: ScriptedCognito) -> None:
    scripted.always("VerifySoftwareToken", says(Status="SUCCESS"))
    auth.verify_totp_setup(" 123-456\n", session=alice)
    auth.verify_totp_setup(FULL_WIDTH, friendly_device_name="phone", session=alice)
    token = alice.tokens and alice.tokens.access_token
    assert scripted.of("VerifySoftwareToken") == [
        {"AccessToken": token, "UserCode": "123456"},
        {"AccessToken": token, "UserCode": "123456", "FriendlyDeviceName": "phone"},
    ]


@pytest.mark.parametrize("code", ["abcdef", "12345x", "٣x"])
def test_what_no_authenticator_shows_is_not_sent(code: str, alice: Session, scripted: ScriptedCognito) -> None:
    with pytest.raises(AuthValidationError) as caught:
        auth.verify_totp_setup(code, session=alice)
    assert code not in str(caught.value)
    assert scripted.requests == []


@pytest.mark.parametrize("members", [{"Status": "ERROR"}, {}, {"Status": 5}, {"Status": None}, {"Status": "success"}])
def test_an_answer_that_is_no_success_is_an_error(
    members: dict[str, Any], alice: Session, scripted: ScriptedCognito
) -> None:
    scripted.on("VerifySoftwareToken", says(**members))
    with pytest.raises(errors.EnableSoftwareTokenMFAException) as caught:
        auth.verify_totp_setup("123456", session=alice)
    assert caught.value.operation == "VerifySoftwareToken"
    assert caught.value.recovery_suggestion


def test_a_wrong_code_leaves_the_setup_open(pool_of: PoolOf, session_of: SessionOf, name: str, tmp_path: Path) -> None:
    user = signed_in_user("public", pool_of, session_of, name, tmp_path)
    auth.set_up_totp(session=user.session)
    right = user.pool.totp(user.name)
    wrong = f"{(int(right) + 1) % 1_000_000:06}"
    with pytest.raises(errors.CodeMismatchException) as caught:
        auth.verify_totp_setup(wrong, session=user.session)
    assert type(caught.value) is errors.EnableSoftwareTokenMFAException
    assert wrong not in f"{caught.value!r} {vars(caught.value)}"
    auth.verify_totp_setup(right, session=user.session)


def test_each_setup_has_another_secret(pool_of: PoolOf, session_of: SessionOf, name: str, tmp_path: Path) -> None:
    user = signed_in_user("public", pool_of, session_of, name, tmp_path)
    first, second = (auth.set_up_totp(session=user.session) for _ in range(2))
    assert first.shared_secret != second.shared_secret


def test_a_verification_without_a_setup(pool_of: PoolOf, session_of: SessionOf, name: str, tmp_path: Path) -> None:
    user = signed_in_user("public", pool_of, session_of, name, tmp_path)
    with pytest.raises(errors.SoftwareTokenMFANotFoundException) as caught:
        auth.verify_totp_setup("123456", session=user.session)
    assert "set_up_totp()" in str(caught.value)


def test_a_pool_without_authenticators(pool_of: PoolOf, session_of: SessionOf, name: str, tmp_path: Path) -> None:
    settings = {"mfa_methods": ("SMS_MFA",)}
    user = signed_in_user("public", pool_of, session_of, name, tmp_path, settings=settings)
    with pytest.raises(errors.SoftwareTokenMFANotFoundException) as caught:
        auth.set_up_totp(session=user.session)
    assert "pool's owner" in str(caught.value)


CALLS: dict[str, tuple[str, Callable[[Session], object], str]] = {
    "set_up_totp": ("AssociateSoftwareToken", lambda session: auth.set_up_totp(session=session), "set_up_totp() again"),
    "verify_totp_setup": (
        "VerifySoftwareToken",
        lambda session: auth.verify_totp_setup("123456", session=session),
        "verify_totp_setup() with the authenticator's next code",
    ),
}


@pytest.mark.parametrize("name", CALLS)
def test_what_may_have_been_acted_on_is_not_sent_again(name: str, alice: Session, scripted: ScriptedCognito) -> None:
    operation, call, advice = CALLS[name]
    scripted.always(operation, HANGS_UP)
    with pytest.raises(AuthNetworkError, match="not known whether Cognito acted") as caught:
        call(alice)
    assert scripted.operations == [operation]
    assert advice in (caught.value.recovery_suggestion or "")


@pytest.mark.parametrize("message", ["Access Token has expired", "Access Token has been revoked"])
@pytest.mark.parametrize("name", CALLS)
def test_a_token_that_is_over_is_refreshed_once(
    name: str, message: str, alice: Session, scripted: ScriptedCognito
) -> None:
    operation, call, _ = CALLS[name]
    scripted.on(operation, refuses("NotAuthorizedException", message), says(SecretCode=SECRET, Status="SUCCESS"))
    scripted.on("GetTokensFromRefreshToken", says(AuthenticationResult=other_tokens()))
    call(alice)
    assert scripted.operations == [operation, "GetTokensFromRefreshToken", operation]
    old, new = (request["AccessToken"] for request in scripted.of(operation))
    assert old != new
