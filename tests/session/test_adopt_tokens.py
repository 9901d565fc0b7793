"""`adopt_tokens`: a session goes on with tokens that another program got, if they are right."""

from __future__ import annotations

import base64
import json
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jwt as pyjwt
import pytest

import amplify_auth as auth
from amplify_auth import Session, _clock, errors
from amplify_auth.storage import FileStorage
from amplify_auth.testing import MockCognito, MockPool
from tests.support.makers import NewSession, PoolOf, SessionOf
from tests.support.rows import EveryRow
from tests.support.scripted_cognito import HANGS_UP, ScriptedCognito, jwt, refuses, says, tokens
from tests.support.secret_hash import secret_hash
from tests.support.together import run_together
from tests.support.users import PASSWORD

REFRESH = "GetTokensFromRefreshToken"
ISSUER = "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_Scripted"


def parts(session: Session, *names: str) -> dict[str, str]:
    """Tokens of the user of another program, as arguments."""
    assert session.tokens is not None
    return {name: getattr(session.tokens, name) for name in names}


ALL = ("access_token", "id_token", "refresh_token")


@pytest.fixture
def without_verify(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if the extra ``verify`` was not installed."""
    monkeypatch.setattr(pyjwt.algorithms, "has_crypto", False)


def access(**changes: Any) -> str:
    """An access token whose claims are right, unless they are changed. None removes a claim. No key has signed it."""
    return _token({"token_use": "access", "client_id": "client", "username": "alice"}, changes)


def identity(**changes: Any) -> str:
    """An ID token of the same kind."""
    return _token({"token_use": "id", "aud": "client", "cognito:username": "alice"}, changes)


def _token(usual: dict[str, Any], changes: dict[str, Any]) -> str:
    now = int(_clock.now().timestamp())
    claims = {"iss": ISSUER, "sub": "sub-1", "iat": now - 600, "exp": now + 3000, **usual, **changes}
    kept = {name: value for name, value in claims.items() if value != "MISSING"}
    encoded = [base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in ({}, kept)]
    return ".".join([*encoded, "c2lnbmF0dXJl"])


class TestWhatIsGiven:
    def test_all_three_sign_the_user_in_without_a_request(
        self, cognito: MockCognito, pool: MockPool, signed_in: Session, quick_session: SessionOf
    ) -> None:
        session, heard = quick_session(pool), list[str]()
        session.add_listener(lambda event: heard.append(f"{event.name} {event.username}"))
        cognito.calls.clear()

        user = auth.adopt_tokens(**parts(signed_in, *ALL), session=session)

        assert user == auth.get_current_user(session=session)
        assert (user.username, user.user_id) == ("alice", signed_in.user_id)
        assert user.sign_in_details == auth.SignInDetails(login_id="alice", auth_flow_type="ADOPTED")
        assert session.tokens is not None
        assert parts(session, *ALL) == parts(signed_in, *ALL)
        assert heard == ["signed_in alice"]
        assert not cognito.calls.operations

    def test_they_are_refreshed_when_they_must_be(
        self, pool: MockPool, signed_in: Session, quick_session: SessionOf, clock: Callable[[float], None]
    ) -> None:
        session = quick_session(pool)
        auth.adopt_tokens(**parts(signed_in, *ALL), session=session)
        old = session.tokens
        clock(3500)
        assert auth.fetch_auth_session(session=session).tokens is old
        clock(60)

        assert auth.fetch_auth_session(session=session).tokens is not old

    @pytest.mark.parametrize("given", [("access_token",), ("access_token", "id_token")], ids=str)
    def test_without_a_refresh_token_the_session_ends_with_the_tokens(
        self,
        given: tuple[str, ...],
        pool: MockPool,
        signed_in: Session,
        quick_session: SessionOf,
        clock: Callable[[float], None],
    ) -> None:
        session = quick_session(pool)
        auth.adopt_tokens(**parts(signed_in, *given), session=session)
        assert auth.fetch_auth_session(session=session).tokens is session.tokens
        with pytest.raises(auth.AuthStateError, match="no refresh token"):
            auth.fetch_auth_session(force_refresh=True, session=session)
        clock(3601)

        with pytest.raises(errors.SessionEnded, match="no refresh token"):
            auth.get_current_user(session=session)

    @pytest.mark.parametrize("client_secret", [False, True])
    @pytest.mark.parametrize("given", [("refresh_token",), ("id_token", "refresh_token")], ids=str)
    def test_without_an_access_token_the_refresh_token_is_used_at_once(
        self,
        given: tuple[str, ...],
        client_secret: bool,
        cognito: MockCognito,
        pool_of: PoolOf,
        sign_in: SessionOf,
        quick_session: SessionOf,
        name: str,
    ) -> None:
        pool = pool_of(client_secret=client_secret)
        pool.create_user(name, PASSWORD)
        other, session = sign_in(pool, name), quick_session(pool)
        cognito.calls.clear()

        user = auth.adopt_tokens(**parts(other, *given), session=session)

        assert user.username == name
        assert session.tokens is not None
        assert session.tokens.id_token
        assert session.tokens.refresh_token == parts(other, "refresh_token")["refresh_token"]
        assert cognito.calls.operations == (REFRESH,)

    def test_the_user_may_have_a_uuid_for_a_name(
        self, pool_of: PoolOf, sign_in: SessionOf, quick_session: SessionOf, name: str
    ) -> None:
        pool = pool_of(username_attributes=("email",))
        address = f"{name}@example.com"
        pool.create_user(address, PASSWORD)
        other, session = sign_in(pool, address), quick_session(pool)

        user = auth.adopt_tokens(**parts(other, *ALL), session=session)

        assert user.username == other.username != address
        assert user.sign_in_details.login_id == user.username
        assert auth.fetch_auth_session(force_refresh=True, session=session).user_sub == other.user_id

    def test_a_broken_identity_pool_does_not_matter(
        self, pool: MockPool, signed_in: Session, quick_session: SessionOf
    ) -> None:
        dead = {"identity_pool_id": "us-east-1:0a", "identity_pool_endpoint_url": "http://127.0.0.1:9"}
        session = quick_session(pool, **dead)

        assert auth.adopt_tokens(**parts(signed_in, *ALL), session=session).username == "alice"

    @pytest.mark.parametrize("given", [{}, {"id_token": "x"}, {"device_key": "x"}], ids=str)
    def test_neither_an_access_token_nor_a_refresh_token_is_an_error(
        self, session: Session, given: dict[str, str]
    ) -> None:
        with pytest.raises(auth.AuthValidationError) as caught:
            auth.adopt_tokens(**given, session=session)

        assert caught.value.name == "EmptyAdoptTokens"
        assert "Pass access_token, refresh_token, or both" in str(caught.value)
        assert ("ID token alone" in str(caught.value)) == ("id_token" in given)

    def test_white_space_around_a_token_is_removed(
        self, pool: MockPool, signed_in: Session, quick_session: SessionOf
    ) -> None:
        session = quick_session(pool)
        auth.adopt_tokens(**{name: f" {token}\n" for name, token in parts(signed_in, *ALL).items()}, session=session)

        assert parts(session, *ALL) == parts(signed_in, *ALL)


class TestTime:
    def test_an_expired_token_is_refreshed_at_once(
        self, cognito: MockCognito, pool: MockPool, signed_in: Session, quick_session: SessionOf
    ) -> None:
        given, session = parts(signed_in, *ALL), quick_session(pool)
        cognito.clock.advance(3601)
        cognito.calls.clear()

        assert auth.adopt_tokens(**given, session=session).username == "alice"
        assert cognito.calls.operations == (REFRESH,)
        assert parts(session, "access_token") != parts(signed_in, "access_token")

    def test_of_the_two_tokens_the_first_that_expires_decides(
        self, scripted: ScriptedCognito, session: Session, without_verify: None
    ) -> None:
        now = int(_clock.now().timestamp())
        scripted.on(REFRESH, says(AuthenticationResult=tokens()))

        auth.adopt_tokens(
            access_token=access(), id_token=identity(exp=now - 1), refresh_token="refresh", session=session
        )

        assert scripted.operations == [REFRESH]

    @pytest.mark.parametrize("late", ["access_token", "id_token"])
    def test_an_expired_token_without_a_refresh_token_is_refused(self, session: Session, late: str) -> None:
        now = int(_clock.now().timestamp())
        given = {"access_token": access(), "id_token": identity()}
        given[late] = {"access_token": access, "id_token": identity}[late](exp=now)
        with pytest.raises(errors.TokenVerificationError, match=rf"{late} .*expired \(claim exp\)") as caught:
            auth.adopt_tokens(**given, session=session)

        assert caught.value.name == "TokenExpiredException"
        assert "clock" in str(caught.value.recovery_suggestion)

    def test_the_life_is_what_is_left(self, session: Session, without_verify: None) -> None:
        auth.adopt_tokens(access_token=access(), session=session)

        assert session.tokens is not None
        assert 2990 < session.tokens.expires_in <= 3000
        assert session.tokens.lifetime == 3600

    def test_of_a_clock_that_is_behind_the_life_is_not_longer_than_that_of_a_new_token(
        self, session: Session, without_verify: None
    ) -> None:
        now = int(_clock.now().timestamp())
        auth.adopt_tokens(access_token=access(iat=now + 9000, exp=now + 12600), session=session)

        assert session.tokens is not None
        assert 3590 < session.tokens.expires_in <= 3600

    def test_of_a_clock_that_is_behind_the_tokens_are_refreshed_at_once_if_they_can_be(
        self, scripted: ScriptedCognito, session: Session
    ) -> None:
        """Nothing says how much of their life is left."""
        now = int(_clock.now().timestamp())
        scripted.on(REFRESH, says(AuthenticationResult=tokens()))
        auth.adopt_tokens(access_token=access(iat=now + 60, exp=now + 3660), refresh_token="refresh", session=session)

        assert scripted.operations == [REFRESH]

    def test_a_clock_that_is_behind_by_seconds_is_right(
        self, scripted: ScriptedCognito, session: Session, without_verify: None
    ) -> None:
        now = int(_clock.now().timestamp())
        auth.adopt_tokens(access_token=access(iat=now + 3, exp=now + 3603), refresh_token="refresh", session=session)

        assert scripted.requests == []

    def test_a_token_that_does_not_say_when_it_was_issued_is_new(self, session: Session, without_verify: None) -> None:
        auth.adopt_tokens(access_token=access(iat="MISSING"), session=session)

        assert session.tokens is not None
        assert 2990 < session.tokens.expires_in <= 3000


NAMELESS: dict[str, dict[str, Any]] = {
    "no sub": {"AccessToken": jwt(sub=None), "IdToken": None},
    "no username": {"AccessToken": jwt(username=None), "IdToken": None},
}


@pytest.mark.parametrize("answer", NAMELESS.values(), ids=NAMELESS)
def test_a_token_that_is_not_signed_names_no_user_even_if_the_new_tokens_name_none(
    scripted: ScriptedCognito, session: Session, answer: dict[str, Any]
) -> None:
    scripted.on(REFRESH, says(AuthenticationResult=tokens(**answer)))
    given = access(exp=int(_clock.now().timestamp()) - 1, username="admin")
    with pytest.raises(
        errors.TokenVerificationError, match="access_token is not accepted: it is not a JWT that is sig"
    ):
        auth.adopt_tokens(access_token=given, refresh_token="refresh", session=session)
    assert not session.is_signed_in


@pytest.mark.parametrize("answer", NAMELESS.values(), ids=NAMELESS)
def test_without_verify_the_given_tokens_name_the_user_if_the_new_ones_name_none(
    scripted: ScriptedCognito, session: Session, without_verify: None, answer: dict[str, Any]
) -> None:
    scripted.on(REFRESH, says(AuthenticationResult=tokens(**answer)))
    given = access(exp=int(_clock.now().timestamp()) - 1)
    user = auth.adopt_tokens(access_token=given, refresh_token="refresh", session=session)
    assert (user.username, user.user_id) == ("alice", "sub-1")


#: What is wrong -> the arguments, and what the message says.
WRONG: dict[str, tuple[Callable[[], dict[str, str]], str]] = {
    "another pool": (lambda: {"access_token": access(iss=f"{ISSUER}X")}, "access_token .*claim iss"),
    "no issuer": (lambda: {"access_token": access(iss="MISSING")}, "access_token .*claim iss"),
    "an issuer that is a list": (lambda: {"access_token": access(iss=[ISSUER])}, "access_token .*claim iss"),
    "another client": (lambda: {"access_token": access(client_id="other")}, "access_token .*claim client_id"),
    "another audience": (
        lambda: {"access_token": access(), "id_token": identity(aud="other")},
        "id_token .*claim aud",
    ),
    "an ID token as access token": (lambda: {"access_token": identity()}, "access_token .*claim token_use"),
    "an access token as ID token": (
        lambda: {"access_token": access(), "id_token": access()},
        "id_token .*claim token_use",
    ),
    "two users": (lambda: {"access_token": access(), "id_token": identity(sub="sub-2")}, "id_token .*claim sub"),
    "two users, with a refresh token": (
        lambda: {"access_token": access(), "id_token": identity(sub="sub-2"), "refresh_token": "r"},
        "id_token .*claim sub",
    ),
    "no subject": (lambda: {"access_token": access(sub="MISSING")}, "access_token .*claim sub"),
    "an empty subject": (lambda: {"access_token": access(sub="")}, "access_token .*claim sub"),
    "a subject that is a number": (lambda: {"access_token": access(sub=5)}, "access_token .*claim sub"),
    "no user, as of a program": (lambda: {"access_token": access(username="MISSING")}, "access_token .*username"),
    "a user name that is a list": (lambda: {"access_token": access(username=["a"])}, "access_token .*username"),
    "an odd user name in the ID token": (
        lambda: {"access_token": access(), "id_token": identity(**{"cognito:username": {"a": "b"}})},
        "id_token .*username",
    ),
    "no end": (lambda: {"access_token": access(exp="MISSING")}, "access_token .*claim exp"),
    "an end that is a text": (lambda: {"access_token": access(exp="soon")}, "access_token .*claim exp"),
    "an end beyond every calendar": (lambda: {"access_token": access(exp=1e14)}, "access_token .*claim iat"),
    "a beginning after the end": (lambda: {"access_token": access(iat=2e10)}, "access_token .*claim iat"),
    "a beginning that is a text": (lambda: {"access_token": access(iat="now")}, "access_token .*claim iat"),
    "with Bearer": (lambda: {"access_token": f"Bearer {access()}"}, "access_token .*begins with Bearer"),
    "a refresh token with Bearer": (lambda: {"refresh_token": "Bearer abc"}, "refresh_token .*begins with Bearer"),
    "no JWT": (lambda: {"access_token": "s3cr3t"}, "access_token .*not a JWT"),
    "not ASCII": (lambda: {"access_token": "a.\u00e4.b"}, "access_token .*not a JWT"),
    "a refresh token as access token": (lambda: {"access_token": "a.b.c.d.e"}, "access_token .*like a refresh token"),
    "a JWT of a list": (lambda: {"access_token": "e30.W10.x"}, "access_token .*not a JWT"),
    "an access token as refresh token": (lambda: {"refresh_token": access()}, "refresh_token is an access token or"),
    "an ID token as refresh token": (lambda: {"refresh_token": identity()}, "refresh_token is an access token or"),
    "a very long access token": (lambda: {"access_token": "x" * 70_000}, "access_token .*not a JWT"),
    "a very long refresh token": (lambda: {"refresh_token": "x" * 70_000}, "refresh_token .*longer than 64 KiB"),
}


class TestWrongTokens:
    def test_are_refused_before_anything_is_sent_and_not_shown(
        self, scripted: ScriptedCognito, new_session: NewSession
    ) -> None:
        with EveryRow() as every:
            for what, (make, said) in WRONG.items():
                with every.row(what):
                    session, given = new_session(), make()
                    with pytest.raises(auth.AuthValidationError, match=said) as caught:
                        auth.adopt_tokens(**given, session=session)
                    shown = f"{caught.value!s}{caught.value!r}{caught.value.args}{vars(caught.value)}"

                    assert scripted.requests == []
                    assert caught.value.recovery_suggestion
                    assert caught.value.__context__ is None
                    assert [token for token in given.values() if token in shown and len(token) > 1] == []
                    assert not {"sub-1", "sub-2", "alice"} & set(shown.replace("'", " ").split())
                    assert not session.is_signed_in

    @pytest.mark.parametrize("issuer", ["issuer-cognito-idp.us-east-1", "cognito-idp-fips.us-east-1"])
    def test_every_issuer_of_the_pool_is_accepted(self, session: Session, without_verify: None, issuer: str) -> None:
        url = f"https://{issuer}.amazonaws.com/us-east-1_Scripted"

        assert auth.adopt_tokens(access_token=access(iss=url), session=session).user_id == "sub-1"

    def test_an_emulator_is_its_own_issuer(
        self, scripted: ScriptedCognito, session: Session, without_verify: None
    ) -> None:
        token = access(iss=f"{scripted.url}/us-east-1_Scripted")

        assert auth.adopt_tokens(access_token=token, session=session).user_id == "sub-1"

    def test_further_claims_do_not_matter(self, session: Session, without_verify: None) -> None:
        token = access(scope="orders/read", username="Google_1234", event_id=5, tenant={"a": [1]})

        assert auth.adopt_tokens(access_token=token, session=session).username == "Google_1234"

    def test_the_id_token_may_name_the_user(self, session: Session, without_verify: None) -> None:
        given = {"access_token": access(username="MISSING"), "id_token": identity()}

        assert auth.adopt_tokens(**given, session=session).username == "alice"


def forged(token: str, **changes: Any) -> str:
    """The token with other claims and the old signature."""
    header, payload, signature = token.split(".")
    claims = json.loads(base64.urlsafe_b64decode(payload + "=="))
    other = base64.urlsafe_b64encode(json.dumps({**claims, **changes}).encode()).decode().rstrip("=")
    return f"{header}.{other}.{signature}"


class TestSignatures:
    @pytest.mark.parametrize("which", ["access_token", "id_token"])
    def test_a_forged_token_does_not_name_a_user(
        self, pool: MockPool, signed_in: Session, quick_session: SessionOf, which: str
    ) -> None:
        session, given = quick_session(pool), parts(signed_in, *ALL)
        given[which] = forged(given[which], **{"cognito:groups": ["admins"]})
        with pytest.raises(errors.TokenVerificationError, match=f"{which} .*not signed by the user pool") as caught:
            auth.adopt_tokens(**given, session=session)

        assert "Do not trust" in str(caught.value)
        assert not session.is_signed_in

    def test_without_the_extra_the_claims_are_believed(
        self, pool: MockPool, signed_in: Session, quick_session: SessionOf, without_verify: None
    ) -> None:
        session, given = quick_session(pool), parts(signed_in, *ALL)
        given["access_token"] = forged(given["access_token"], **{"cognito:groups": ["admins"]})

        assert auth.adopt_tokens(**given, session=session).username == "alice"

    def test_of_tokens_that_are_refreshed_at_once_none_is_needed(
        self, cognito: MockCognito, pool: MockPool, signed_in: Session, quick_session: SessionOf
    ) -> None:
        session, given = quick_session(pool), parts(signed_in, *ALL)
        given["access_token"] = forged(given["access_token"], exp=1_700_000_100, iat=1_700_000_000)

        assert auth.adopt_tokens(**given, session=session).username == "alice"
        assert forged(str(session.tokens and session.tokens.access_token)) != given["access_token"]

    def test_if_the_keys_cannot_be_fetched_nobody_is_signed_in(self) -> None:
        session = Session(
            user_pool_id="us-east-1_Scripted", user_pool_client_id="client", endpoint_url="http://127.0.0.1:9"
        )
        header = base64.urlsafe_b64encode(b'{"alg": "RS256", "kid": "one"}').decode().rstrip("=")
        token = ".".join([header, *access().split(".")[1:]])
        with pytest.raises(auth.AuthNetworkError):
            auth.adopt_tokens(access_token=token, session=session)

        assert not session.is_signed_in


class TestTheRefreshToken:
    def test_that_cognito_refuses_is_refused_here(
        self, pool: MockPool, signed_in: Session, quick_session: SessionOf
    ) -> None:
        session, given = quick_session(pool), parts(signed_in, "refresh_token")
        auth.sign_out(session=signed_in)
        with pytest.raises(errors.NotAuthorizedException, match="revoked") as refused:
            auth.adopt_tokens(**given, session=session)
        assert "device_key" not in str(refused.value)

        assert not session.is_signed_in
        with pytest.raises(errors.UserUnAuthenticatedException) as caught:
            auth.get_current_user(session=session)
        assert not isinstance(caught.value, errors.SessionEnded)

    def test_is_taken_over_if_the_client_rotates_it(
        self, cognito: MockCognito, rotating_pool: MockPool, sign_in: SessionOf, quick_session: SessionOf
    ) -> None:
        former, session = sign_in(rotating_pool), quick_session(rotating_pool)
        auth.adopt_tokens(**parts(former, "refresh_token"), session=session)
        assert parts(session, "refresh_token") != parts(former, "refresh_token")
        cognito.clock.advance(61)

        assert auth.fetch_auth_session(force_refresh=True, session=session).tokens
        with pytest.raises(errors.SessionEnded):
            auth.fetch_auth_session(force_refresh=True, session=former)

    @pytest.mark.parametrize("given", [{"access_token": "sub-1"}, {"id_token": "sub-1"}], ids=str)
    def test_of_another_user_is_refused(
        self, scripted: ScriptedCognito, session: Session, given: dict[str, str]
    ) -> None:
        make = {"access_token": lambda: access(exp=1_700_000_100, iat=1_700_000_000), "id_token": identity}
        scripted.on(REFRESH, says(AuthenticationResult=tokens(AccessToken=jwt(sub="sub-2"), IdToken=None)))
        with pytest.raises(errors.TokenVerificationError, match=r"refresh_token .*another user.*\(claim sub\)"):
            auth.adopt_tokens(**{name: make[name]() for name in given}, refresh_token="refresh", session=session)

        assert not session.is_signed_in

    def test_is_sent_again_if_the_answer_is_lost(self, scripted: ScriptedCognito, session: Session) -> None:
        """It stays good for the grace period, even if it is replaced."""
        scripted.on(REFRESH, HANGS_UP, says(AuthenticationResult=tokens()))

        assert auth.adopt_tokens(refresh_token="refresh", session=session).username == "alice"
        assert scripted.operations == [REFRESH, REFRESH]

    @pytest.mark.parametrize(
        "answer",
        [
            {},
            {"AuthenticationResult": None},
            {"AuthenticationResult": {}},
            {"AuthenticationResult": "tokens"},
            {"AuthenticationResult": {"AccessToken": "no-jwt"}},
            {"AuthenticationResult": tokens(ExpiresIn="soon")},
            {"AuthenticationResult": tokens(AccessToken=jwt(sub=None))},
            {"AuthenticationResult": tokens(AccessToken=jwt(username=None), IdToken=None)},
            {"AuthenticationResult": tokens(IdToken=jwt(sub="sub-2"))},
        ],
        ids=lambda answer: str(answer)[:60],
    )
    def test_whose_answer_cannot_be_right_signs_nobody_in(
        self, scripted: ScriptedCognito, session: Session, answer: dict[str, Any]
    ) -> None:
        scripted.always(REFRESH, says(**answer))
        with pytest.raises(auth.AuthProtocolError):
            auth.adopt_tokens(refresh_token="refresh", session=session)

        assert not session.is_signed_in

    def test_must_give_an_id_token_if_one_was_given(self, scripted: ScriptedCognito, session: Session) -> None:
        result = {name: item for name, item in tokens().items() if name != "IdToken"}
        scripted.on(REFRESH, says(AuthenticationResult=result))
        with pytest.raises(auth.AuthProtocolError, match="no ID token"):
            auth.adopt_tokens(id_token=identity(), refresh_token="refresh", session=session)

    def test_works_at_an_endpoint_that_has_only_the_older_way(
        self, scripted: ScriptedCognito, session: Session
    ) -> None:
        scripted.always(REFRESH, refuses("UnknownOperationException"))
        scripted.on("InitiateAuth", says(AuthenticationResult=tokens()))
        auth.adopt_tokens(refresh_token="refresh", device_key="us-east-1_1", session=session)

        assert scripted.of("InitiateAuth") == [
            {
                "AuthFlow": "REFRESH_TOKEN_AUTH",
                "AuthParameters": {"REFRESH_TOKEN": "refresh", "DEVICE_KEY": "us-east-1_1"},
                "ClientId": "client",
            }
        ]

    def test_of_a_client_with_a_secret_needs_a_name_there(
        self, scripted: ScriptedCognito, new_session: NewSession
    ) -> None:
        session = new_session(client_secret="the-secret")
        scripted.always(REFRESH, refuses("UnknownOperationException"))
        with pytest.raises(auth.AuthConfigurationError, match="Pass access_token or id_token") as caught:
            auth.adopt_tokens(refresh_token="refresh", session=session)
        assert caught.value.name == "UsernameUnknown"
        assert "InitiateAuth" not in scripted.operations
        scripted.on("InitiateAuth", says(AuthenticationResult=tokens()))

        auth.adopt_tokens(
            access_token=access(exp=1_700_000_100, iat=1_700_000_000), refresh_token="refresh", session=session
        )
        (sent,) = scripted.of("InitiateAuth")
        assert sent["AuthParameters"]["SECRET_HASH"] == secret_hash("alice", "client", "the-secret")

    def test_that_is_refused_for_another_reason_is_not_blamed_on_the_endpoint(
        self, scripted: ScriptedCognito, new_session: NewSession
    ) -> None:
        scripted.always(REFRESH, refuses("InvalidParameterException", "No."))
        with pytest.raises(errors.InvalidParameterException):
            auth.adopt_tokens(refresh_token="refresh", session=new_session(client_secret="the-secret"))


class TestTheDevice:
    @pytest.fixture
    def tracking(self, pool_of: PoolOf, sign_in: SessionOf, name: str) -> tuple[MockPool, Session]:
        """A pool that binds tokens to devices, and a session of another program."""
        pool = pool_of(device_tracking="ALWAYS")
        pool.create_user(name, PASSWORD)
        return pool, sign_in(pool, name)

    def test_is_named_by_the_access_token(
        self, tracking: tuple[MockPool, Session], quick_session: SessionOf, cognito: MockCognito
    ) -> None:
        pool, other = tracking
        session = quick_session(pool)
        auth.adopt_tokens(**parts(other, *ALL), session=session)
        cognito.calls.clear()

        assert auth.fetch_auth_session(force_refresh=True, session=session).tokens
        (call,) = cognito.calls.of(REFRESH)
        assert call.reveal()["DeviceKey"] == other.devices[0].key

    def test_must_be_given_with_a_refresh_token_alone(
        self, tracking: tuple[MockPool, Session], quick_session: SessionOf
    ) -> None:
        pool, other = tracking
        session, given = quick_session(pool), parts(other, "refresh_token")
        with pytest.raises(errors.NotAuthorizedException, match="Invalid Refresh Token") as caught:
            auth.adopt_tokens(**given, session=session)
        assert "pass device_key" in str(caught.value)
        with pytest.raises(errors.NotAuthorizedException, match="Invalid Refresh Token") as caught:
            auth.adopt_tokens(**given, device_key="us-east-1_another", session=session)
        assert "pass device_key" not in str(caught.value)
        auth.adopt_tokens(**given, device_key=f" {other.devices[0].key}\n", session=session)

        assert auth.fetch_auth_session(force_refresh=True, session=session).tokens

    def test_is_that_of_the_user_whom_the_session_knows(
        self, tracking: tuple[MockPool, Session], quick_session: SessionOf
    ) -> None:
        pool, other = tracking
        session, given = quick_session(pool), parts(other, "id_token", "refresh_token")
        session.restore_state(other.export_state())
        session._state.clear()

        assert auth.adopt_tokens(**given, session=session).user_id == other.user_id

    def test_is_named_by_an_expired_access_token_too(
        self, tracking: tuple[MockPool, Session], quick_session: SessionOf, cognito: MockCognito
    ) -> None:
        pool, other = tracking
        given = parts(other, "access_token", "refresh_token")
        cognito.clock.advance(3601)

        assert auth.adopt_tokens(**given, session=quick_session(pool)).user_id == other.user_id

    @pytest.mark.parametrize(
        ("key", "claims", "sent"),
        [
            (None, {"device_key": "us-east-1_claim"}, "us-east-1_claim"),
            (None, {}, "us-east-1_known"),
            (None, {"device_key": 5}, "us-east-1_known"),
            ("us-east-1_given", {"device_key": "us-east-1_claim"}, "us-east-1_given"),
        ],
        ids=["claimed", "known", "odd", "given"],
    )
    def test_is_the_one_that_is_given_or_claimed_or_known(
        self, scripted: ScriptedCognito, session: Session, key: str | None, claims: dict[str, Any], sent: str
    ) -> None:
        keys = {"device_key": "us-east-1_known", "device_group_key": "-g", "device_password": "p"}
        auth.adopt_device("alice", **keys, session=session)
        scripted.always(REFRESH, says(AuthenticationResult=tokens(AccessToken=jwt(**claims))))
        auth.adopt_tokens(refresh_token="refresh", device_key=key, session=session)
        auth.fetch_auth_session(force_refresh=True, session=session)

        assert [request.get("DeviceKey") for request in scripted.of(REFRESH)] == [key, sent]

    def test_has_a_key_that_is_not_the_group_key(self, session: Session) -> None:
        with pytest.raises(auth.AuthValidationError, match="device_key is not the key"):
            auth.adopt_tokens(refresh_token="refresh", device_key="-group", session=session)


class TestTheSession:
    def test_has_one_user_at_a_time(
        self, cognito: MockCognito, pool: MockPool, signed_in: Session, sign_in: SessionOf
    ) -> None:
        given = parts(sign_in(pool), "refresh_token")
        cognito.calls.clear()
        with pytest.raises(errors.UserAlreadyAuthenticatedException):
            auth.adopt_tokens(**given, session=signed_in)

        assert not cognito.calls.operations

    def test_takes_one_of_two_at_once(self, scripted: ScriptedCognito, session: Session) -> None:
        scripted.always(REFRESH, says(AuthenticationResult=tokens()))
        outcomes = run_together(2, lambda: auth.adopt_tokens(refresh_token="refresh", session=session))

        assert sorted(type(outcome).__name__ for outcome in outcomes) == [
            "AuthUser",
            "UserAlreadyAuthenticatedException",
        ]
        assert scripted.operations == [REFRESH]

    def test_forgets_the_sign_in_that_waits(
        self, pool_of: PoolOf, sign_in: SessionOf, quick_session: SessionOf, name: str
    ) -> None:
        pool = pool_of(mfa="OPTIONAL")
        pool.create_user(name, PASSWORD, mfa=("SMS_MFA",))
        pool.create_user(f"{name}-too", PASSWORD)
        session = quick_session(pool)
        auth.sign_in(name, PASSWORD, session=session)
        assert session.pending_sign_in
        with pytest.raises(errors.NotAuthorizedException):
            auth.adopt_tokens(refresh_token="wrong", session=session)
        assert session.pending_sign_in is None
        auth.sign_in(name, PASSWORD, session=session)

        assert auth.adopt_tokens(**parts(sign_in(pool, f"{name}-too"), *ALL), session=session)
        assert session.pending_sign_in is None

    def test_that_is_signed_out_in_between_has_no_user(self, scripted: ScriptedCognito, session: Session) -> None:
        def answer(_: object) -> Any:
            auth.sign_out(session=session)
            return says(AuthenticationResult=tokens())

        scripted.on(REFRESH, answer)
        with pytest.raises(errors.SignInException, match="signed out"):
            auth.adopt_tokens(refresh_token="refresh", session=session)

        assert not session.is_signed_in

    def test_waits_for_another_sign_in_no_longer_than_a_call_may_take(
        self, scripted: ScriptedCognito, new_session: NewSession
    ) -> None:
        session, entered, over = new_session(total_timeout=0.2), threading.Event(), threading.Event()

        def hold() -> None:
            with session._state.step_lock:
                entered.set()
                over.wait(10)

        thread = threading.Thread(target=hold)
        thread.start()
        entered.wait(10)
        began = time.monotonic()
        try:
            with pytest.raises(auth.AuthStateError, match="total_timeout"):
                auth.adopt_tokens(refresh_token="refresh", session=session)
        finally:
            over.set()
            thread.join()

        assert time.monotonic() - began < 5
        assert scripted.requests == []

    def test_is_stored(self, pool: MockPool, signed_in: Session, quick_session: SessionOf, tmp_path: Path) -> None:
        storage = FileStorage(tmp_path / "session.json")
        auth.adopt_tokens(**parts(signed_in, *ALL), session=quick_session(pool, storage=storage))
        again = quick_session(pool, storage=storage)

        assert auth.get_current_user(session=again).sign_in_details.auth_flow_type == "ADOPTED"
        assert auth.fetch_auth_session(force_refresh=True, session=again).user_sub == signed_in.user_id

    def test_is_exported(self, pool: MockPool, signed_in: Session, quick_session: SessionOf) -> None:
        first, second = quick_session(pool), quick_session(pool)
        auth.adopt_tokens(**parts(signed_in, *ALL), session=first)
        second.restore_state(first.export_state())

        assert auth.get_current_user(session=second) == auth.get_current_user(session=first)

    def test_a_record_with_an_unknown_way_of_arriving_is_refused(
        self, pool: MockPool, signed_in: Session, quick_session: SessionOf
    ) -> None:
        session = quick_session(pool)
        auth.adopt_tokens(**parts(signed_in, *ALL), session=session)
        with pytest.raises(auth.AuthValidationError):
            session.restore_state(session.export_state().replace("ADOPTED", "STOLEN"))

    def test_if_it_cannot_be_stored_is_kept_in_memory(
        self, pool: MockPool, signed_in: Session, quick_session: SessionOf
    ) -> None:
        storage = _BrokenLater()
        session = quick_session(pool, storage=storage)
        storage.is_broken = True
        with pytest.warns(errors.StorageWarning):
            auth.adopt_tokens(**parts(signed_in, *ALL), session=session)

        assert session.is_signed_in


class _BrokenLater:
    """A storage that can be read, and later not written."""

    is_broken = False

    def load(self) -> str | None:
        return None

    def save(self, record: str) -> None:
        if self.is_broken:
            raise OSError("no space left")

    def clear(self) -> None: ...

    def lock(self) -> Any:
        return threading.Lock()
