"""`fetch_auth_session` against a Cognito that rotates, revokes, binds and expires tokens as Amazon's does."""

import base64
import functools
import hmac
import importlib.util
import json
import logging
import sys
import threading
import types
from concurrent.futures import ThreadPoolExecutor

import boto3
import moto
import pytest
from moto import mock_aws
from moto.server import ThreadedMotoServer

import amplify_auth as auth
from amplify_auth import _clock, errors
from amplify_auth._renewal.tokens import token_expiry

from .conftest import PASSWORD, new_client, with_alice
from .together import run_together

REFRESH = "GetTokensFromRefreshToken"


@functools.cache
def admin_client(**options):
    return boto3.client("cognito-idp", "us-east-1", aws_access_key_id="x", aws_secret_access_key="x", **options)


def session_on_moto(admin, **options):
    """A session on moto as it comes, with alice signed in."""
    pool_id = admin.create_user_pool(PoolName="pool")["UserPool"]["Id"]
    client_id = admin.create_user_pool_client(UserPoolId=pool_id, ClientName="c")["UserPoolClient"]["ClientId"]
    admin.admin_create_user(UserPoolId=pool_id, Username="alice")
    admin.admin_set_user_password(UserPoolId=pool_id, Username="alice", Password=PASSWORD, Permanent=True)
    session = auth.Session(user_pool_id=pool_id, user_pool_client_id=client_id, **options)
    auth.sign_in("alice", PASSWORD, auth_flow_type="USER_PASSWORD_AUTH", session=session)
    return session


def refreshes(cognito):
    return len(cognito.calls.of(REFRESH))


class TestFreshTokens:
    def test_nothing_is_sent_while_they_are_fresh(self, cognito, session):
        before = len(cognito.calls)
        got = auth.fetch_auth_session(session=session)

        assert (got.tokens, got.user_sub) == (session.tokens, session.user_id)
        assert got.credentials is None
        assert len(cognito.calls) == before

    def test_they_are_refreshed_a_minute_before_they_end(self, cognito, session):
        cognito.clock.advance(3600 - 61)
        auth.fetch_auth_session(session=session)
        assert refreshes(cognito) == 0

        cognito.clock.advance(2)
        old, new = session.tokens, auth.fetch_auth_session(session=session).tokens

        assert refreshes(cognito) == 1
        assert old.access_token != new.access_token
        assert new is session.tokens

    def test_the_margin_can_be_set(self, cognito, pool, sign_in):
        session = sign_in(pool, refresh_margin=600)
        cognito.clock.advance(3600 - 599)
        auth.fetch_auth_session(session=session)

        assert refreshes(cognito) == 1

    def test_tokens_shorter_than_the_margin_are_not_refreshed_at_every_call(self, cognito, sign_in):
        session = sign_in(with_alice(cognito.create_pool(access_token_validity=300)), refresh_margin=3600)
        for _ in range(3):
            auth.fetch_auth_session(session=session)

        assert refreshes(cognito) == 0

    def test_an_id_token_that_ends_earlier_counts(self, cognito, sign_in):
        """Both are used: an ID token for APIs and AWS credentials."""
        session = sign_in(with_alice(cognito.create_pool(access_token_validity=3600, id_token_validity=300)))
        cognito.clock.advance(301)
        got = auth.fetch_auth_session(session=session)

        assert refreshes(cognito) == 1
        assert auth.verify_token(got.tokens.id_token, token_use="id", session=session)

    def test_nobody_signed_in_is_no_error(self, cognito, pool, new_session):
        session = new_session(pool)

        assert auth.fetch_auth_session(session=session) == auth.AuthSession()
        assert auth.fetch_auth_session(force_refresh=True, session=session) == auth.AuthSession()
        assert len(cognito.calls) == 0

    def test_forced_they_are_refreshed_and_the_metadata_goes_along(self, cognito, session):
        auth.fetch_auth_session(force_refresh=True, client_metadata={"a": "b"}, session=session)

        assert cognito.calls.last(REFRESH).reveal()["ClientMetadata"] == {"a": "b"}

    @pytest.mark.parametrize("arguments", [{"force_refresh": "no"}, {"client_metadata": {"a": 1}}])
    def test_a_wrong_argument_is_refused_before_anything_is_sent(self, cognito, session, arguments):
        before = len(cognito.calls)
        with pytest.raises(auth.AuthValidationError):
            auth.fetch_auth_session(session=session, **arguments)

        assert len(cognito.calls) == before


class TestServiceClock:
    def test_a_changed_wall_clock_changes_nothing(self, cognito, session, monkeypatch):
        """C11: JS takes the difference to the token's ``iat`` and believes the wall clock from then on."""
        wall = _clock.time.time
        for seconds in (86400, -86400):
            monkeypatch.setattr(_clock.time, "time", lambda seconds=seconds: wall() + seconds)
            auth.fetch_auth_session(session=session)

        assert refreshes(cognito) == 0

    def test_the_life_of_tokens_begins_when_they_are_asked_for(self, cognito, pool, new_session):
        """The machine slept, or the network was slow, while the answer was on its way."""
        session = new_session(pool, client=new_client())
        events = session.config.client.meta.events
        slow = {"InitiateAuth": 3000, REFRESH: 4000}
        for operation, seconds in slow.items():
            event = f"after-call.cognito-identity-provider.{operation}"
            events.register(event, lambda seconds=seconds, **_: cognito.clock.advance(seconds))
        auth.sign_in("alice", PASSWORD, session=session)
        left = session.tokens.deadline - _clock.monotonic()

        assert left == pytest.approx(600, abs=5)
        assert session.tokens.expires_at.timestamp() - _clock.now().timestamp() == pytest.approx(left, abs=5)

        auth.fetch_auth_session(force_refresh=True, session=session)

        assert session.tokens.is_expired

    def test_a_skewed_machine_refreshes_when_the_tokens_end_and_not_before(self, session):
        """Claims a day off, ``ExpiresIn`` right: only the latter is believed."""
        tokens = session.tokens
        held = token_expiry(session._state.signed_in, 60)

        assert held.expires_at == tokens.deadline
        assert held.refresh_at == tokens.deadline - 60

    @pytest.mark.parametrize(
        ("system", "names", "read"),
        [
            ("Linux", {"CLOCK_BOOTTIME": 7, "CLOCK_MONOTONIC": 1}, 7),
            ("macOS", {"CLOCK_MONOTONIC": 6, "CLOCK_UPTIME_RAW": 8}, 6),
            ("Windows", {}, 0),
        ],
    )
    def test_the_clock_runs_on_while_the_machine_sleeps(self, monkeypatch, system, names, read):
        """The clock that Python calls monotonic stands still then, on Linux and macOS."""
        clocks = types.SimpleNamespace(monotonic=lambda: 0, clock_gettime=lambda clock: clock, **names)
        monkeypatch.setitem(sys.modules, "time", clocks)
        fresh = importlib.util.module_from_spec(_clock.__spec__)
        _clock.__spec__.loader.exec_module(fresh)

        assert fresh.monotonic() == read

    @pytest.mark.parametrize(
        ("monotonic", "wall", "refreshed"),
        [
            (-10, -10, 0),  # another process, 10 seconds later
            (-4000, -4000, 1),  # an hour later
            (+9e9, -10, 0),  # after a reboot, 10 seconds later
            (+9e9, -4000, 1),  # after a reboot, an hour later
            (-10, +4000, 0),  # the wall clock was set back
            (-4000, +10, 1),  # the same, an hour later
        ],
    )
    def test_restored_tokens_end_when_either_clock_says_so(
        self, cognito, pool, session, new_session, monotonic, wall, refreshed
    ):
        record = json.loads(session.export_state())
        tokens = record["signed_in"]["tokens"]
        tokens["exported_at"]["wall"] += wall
        tokens["exported_at"]["monotonic"] += monotonic
        tokens["deadline"] += monotonic
        restored = new_session(pool)
        restored.restore_state(json.dumps(record))
        auth.fetch_auth_session(session=restored)

        assert refreshes(cognito) == refreshed

    @pytest.mark.parametrize("damage", [float("nan"), float("inf"), "soon", None, [], 1e308])
    @pytest.mark.parametrize("place", ["deadline", "wall", "monotonic"])
    def test_tokens_with_a_damaged_clock_never_live_for_ever(self, cognito, pool, session, new_session, damage, place):
        """C10: an unreadable clock drift made tokens that never expire."""
        record = json.loads(session.export_state())
        tokens = record["signed_in"]["tokens"]
        (tokens if place == "deadline" else tokens["exported_at"])[place] = damage
        restored = new_session(pool)
        try:
            restored.restore_state(json.dumps(record))
        except auth.AuthValidationError:
            assert not restored.is_signed_in
            return
        cognito.clock.advance(3600)
        auth.fetch_auth_session(session=restored)

        assert refreshes(cognito) == 1


class TestOneRefresh:
    def test_200_threads_at_expiry_cause_one_request_and_one_event(self, cognito, session, events):
        """C6: N callers, N events."""
        cognito.clock.advance(3600)
        tokens = run_together(200, lambda: auth.fetch_auth_session(session=session).tokens)

        assert {id(item) for item in tokens} == {id(session.tokens)}
        assert refreshes(cognito) == 1
        assert events == ["token_refresh"]

    def test_every_function_that_needs_tokens_shares_it(self, cognito, session):
        cognito.clock.advance(3600)
        bearer = session.http_auth()._token

        def use():
            return bearer(None), auth.get_current_user(session=session), auth.fetch_auth_session(session=session)

        assert not [error for error in run_together(30, use) if isinstance(error, Exception)]
        assert refreshes(cognito) == 1

    def test_rotated_tokens_survive_hundreds_of_refreshes_from_many_threads(self, cognito, rotating_pool, sign_in):
        """C5: whoever sends a spent refresh token ends the session."""
        session = sign_in(rotating_pool)
        for _ in range(20):
            cognito.clock.advance(3600)
            got = run_together(10, lambda: auth.fetch_auth_session(session=session).tokens.access_token)
            assert set(got) == {session.tokens.access_token}

        sent = [call.reveal()["RefreshToken"] for call in cognito.calls.of(REFRESH)]
        assert len(set(sent)) == len(sent) == 20
        assert session.tokens.refresh_token not in sent

    def test_without_rotation_the_refresh_token_is_kept(self, cognito, session):
        old = session.tokens.refresh_token
        auth.fetch_auth_session(force_refresh=True, session=session)

        assert session.tokens.refresh_token == old


class TestWhoRefreshes:
    def test_the_secret_of_a_confidential_client_goes_along(self, cognito, sign_in):
        session = sign_in(with_alice(cognito.create_pool(client_secret=True)))
        auth.fetch_auth_session(force_refresh=True, session=session)

        assert cognito.calls.last(REFRESH).reveal()["ClientSecret"] == session.config.client_secret

    def test_the_key_of_a_registered_device_goes_along(self, cognito, sign_in):
        """With device tracking, Cognito refuses a refresh token without its device."""
        session = sign_in(with_alice(cognito.create_pool(device_tracking="ALWAYS")))
        auth.fetch_auth_session(force_refresh=True, session=session)

        sent = cognito.calls.last(REFRESH).reveal()
        assert sent["DeviceKey"] == json.loads(session.export_state())["devices"][0]["key"]

    def test_who_signed_in_and_how_stays(self, cognito, session):
        before = auth.get_current_user(session=session)
        auth.fetch_auth_session(force_refresh=True, session=session)

        assert auth.get_current_user(session=session) == before
        assert before == auth.AuthUser(
            username="alice",
            user_id=session.tokens.id_token_claims["sub"],
            sign_in_details=auth.SignInDetails(login_id="alice", auth_flow_type="USER_PASSWORD_AUTH"),
        )

    def test_tokens_of_another_user_are_not_taken(self, pool, sign_in):
        """Some emulators give the first user's tokens for a refresh token they do not know."""
        session = sign_in(pool, client=new_client())
        pool.create_user("bob", PASSWORD)
        bob = sign_in(pool, "bob")
        answer = {"AuthenticationResult": {"AccessToken": bob.tokens.access_token, "IdToken": bob.tokens.id_token}}
        session.config.client.meta.events.register(
            f"after-call.cognito-identity-provider.{REFRESH}", lambda parsed, **_: parsed.update(answer)
        )
        with pytest.raises(auth.AuthProtocolError, match="another user"):
            auth.fetch_auth_session(force_refresh=True, session=session)

        assert session.username == "alice"
        assert session.tokens.access_token_claims["username"] == "alice"


class TestOldWay:
    @pytest.fixture
    def mail_pool(self, cognito):
        """Users have a UUID for a name, and the client has a secret: the hash must be of the UUID."""
        pool = cognito.create_pool(username_attributes=("email",), client_secret=True)
        pool.create_user("alice@example.com", PASSWORD)
        return pool

    @pytest.mark.parametrize(
        ("code", "status"),
        [
            ("UnknownOperationException", 400),
            ("InvalidAction", 400),
            ("Unsupported", 500),
            ("NotImplemented", 501),
            ("SomethingElse", 404),
            ("OperationNotEnabledException", 400),
            ("InvalidParameterException", 400),
        ],
    )
    def test_is_taken_where_there_is_no_other_and_remembered(self, cognito, mail_pool, sign_in, code, status):
        session = sign_in(mail_pool, "alice@example.com")
        cognito.fail_next(REFRESH, code=code, status=status)
        for _ in range(2):
            auth.fetch_auth_session(force_refresh=True, session=session)

        sent = cognito.calls.last("InitiateAuth").reveal()
        assert sent["AuthFlow"] == "REFRESH_TOKEN_AUTH"
        assert set(sent["AuthParameters"]) == {"REFRESH_TOKEN", "SECRET_HASH"}
        assert refreshes(cognito) == 1

    def test_hashes_the_secret_with_cognitos_own_name_for_the_user(self, cognito, mail_pool, sign_in):
        """Of the alias that was typed it is what so many clients send, and Cognito refuses."""
        session = sign_in(mail_pool, "alice@example.com")
        cognito.fail_next(REFRESH, code="UnknownOperationException")
        auth.fetch_auth_session(force_refresh=True, session=session)
        message = f"{session.username}{mail_pool.client_id}".encode()
        digest = hmac.digest(mail_pool.client_secret.encode(), message, "sha256")

        assert session.username != "alice@example.com"
        assert (
            cognito.calls.last("InitiateAuth").reveal()["AuthParameters"]["SECRET_HASH"]
            == base64.b64encode(digest).decode()
        )

    def test_takes_the_device_along(self, cognito, sign_in):
        session = sign_in(with_alice(cognito.create_pool(device_tracking="ALWAYS")))
        cognito.fail_next(REFRESH, code="UnknownOperationException")
        auth.fetch_auth_session(force_refresh=True, session=session)

        assert cognito.calls.last("InitiateAuth").reveal()["AuthParameters"]["DEVICE_KEY"]

    def test_works_on_a_moto_without_the_operation(self):
        with mock_aws():
            session = session_on_moto(admin_client())
            old = session.tokens

            assert auth.fetch_auth_session(force_refresh=True, session=session).tokens is not old

    def test_works_on_motos_server(self):
        """It answers what it lacks with an HTML page and status 500."""
        server = ThreadedMotoServer(port=0, verbose=False)
        server.start()
        try:
            url = "http://{}:{}".format(*server.get_host_and_port())
            session = session_on_moto(admin_client(endpoint_url=url), client=new_client(endpoint_url=url))
            old = session.tokens

            assert auth.fetch_auth_session(force_refresh=True, session=session).tokens is not old
            if tuple(map(int, moto.__version__.split(".")[:2])) >= (5, 2):  # an older one serves no keys
                assert auth.verify_token(session.tokens.access_token, token_use="access", session=session)
        finally:
            server.stop()

    @pytest.mark.parametrize(
        ("code", "status"), [("UnknownOperationException", 400), ("X", 404), ("X", 405), ("X", 501)]
    )
    def test_its_refusal_is_the_end_where_there_is_no_other(self, cognito, pool, session, code, status):
        pool.expire_refresh_tokens()
        cognito.fail_next(REFRESH, code=code, status=status)
        with pytest.raises(errors.SessionEnded):
            auth.fetch_auth_session(force_refresh=True, session=session)

    def test_is_not_tried_after_a_real_refusal(self, cognito, pool, session):
        pool.expire_refresh_tokens()
        before = len(cognito.calls.of("InitiateAuth"))
        with pytest.raises(errors.SessionEnded):
            auth.fetch_auth_session(force_refresh=True, session=session)

        assert len(cognito.calls.of("InitiateAuth")) == before

    def test_its_refusal_after_a_doubtful_answer_ends_nothing(self, cognito, rotating_pool, sign_in):
        """A gateway's error page, and a client that rotates and so has no old way: the session lives."""
        session = sign_in(rotating_pool)
        cognito.fail_next(REFRESH, code="Gone", message="<html>", status=502)
        with pytest.raises(auth.AuthServiceError, match="html"):
            auth.fetch_auth_session(force_refresh=True, session=session)

        assert session.is_signed_in
        assert auth.fetch_auth_session(force_refresh=True, session=session).tokens


class TestEnd:
    @pytest.fixture(params=["expired", "revoked", "reused", "user gone", "user disabled", "reset required"])
    def ended(self, request, cognito, rotating_pool, sign_in):
        """A session that Cognito has ended."""
        pool, session = rotating_pool, sign_in(rotating_pool)
        if request.param == "expired":
            pool.expire_refresh_tokens()
        elif request.param == "revoked":
            session.config.client.revoke_token(Token=session.tokens.refresh_token, ClientId=pool.client_id)
        elif request.param == "reused":
            other = auth.Session(**pool.config)
            other.restore_state(session.export_state())
            auth.fetch_auth_session(force_refresh=True, session=other)
        elif request.param == "reset required":
            cognito.fail_next(REFRESH, code="PasswordResetRequiredException", message="Password reset required")
        else:
            admin = admin_client()
            method = "admin_delete_user" if request.param == "user gone" else "admin_disable_user"
            getattr(admin, method)(UserPoolId=pool.id, Username="alice")
        cognito.clock.advance(3600)
        return session

    def test_is_one_clear_error_at_every_call(self, ended):
        """C7: a refused refresh token gave a silent empty session."""
        for use in (auth.fetch_auth_session, auth.get_current_user, auth.fetch_auth_session):
            with pytest.raises(errors.SessionEnded, match="The session has ended") as caught:
                use(session=ended)

            assert isinstance(caught.value, errors.UserUnAuthenticatedException)
            assert isinstance(caught.value.__cause__, auth.AuthServiceError)
            assert "Sign in again" in caught.value.recovery_suggestion
            assert not caught.value.is_retryable
        assert ended.tokens is None
        assert not ended.is_signed_in

    def test_one_can_sign_in_again_or_out(self, pool, session):
        pool.expire_refresh_tokens()
        for _ in range(2):
            with pytest.raises(errors.SessionEnded):
                auth.fetch_auth_session(force_refresh=True, session=session)
            auth.sign_in("alice", PASSWORD, session=session)
            assert auth.fetch_auth_session(session=session).tokens
            pool.expire_refresh_tokens()
        with pytest.raises(errors.SessionEnded):
            auth.fetch_auth_session(force_refresh=True, session=session)
        auth.sign_out(session=session)

        assert auth.fetch_auth_session(session=session) == auth.AuthSession()

    def test_it_never_becomes_a_guest_session(self, pool, sign_in):
        """C7: or a guest one."""
        guests = {"identity_pool_id": "us-east-1:00000000-0000-0000-0000-000000000000", "allow_guest_access": True}
        session = sign_in(pool, **guests)
        pool.expire_refresh_tokens()
        for force in (True, False):
            with pytest.raises(errors.SessionEnded):
                auth.fetch_auth_session(force_refresh=force, session=session)

    def test_it_is_told_once(self, pool, session, events):
        pool.expire_refresh_tokens()
        for _ in range(3):
            with pytest.raises(errors.SessionEnded):
                auth.fetch_auth_session(force_refresh=True, session=session)

        assert events == ["token_refresh_failure"]

    def test_no_secret_is_in_the_error(self, ended):
        secrets = [ended.tokens.refresh_token, ended.tokens.access_token]
        with pytest.raises(errors.SessionEnded) as caught:
            auth.fetch_auth_session(session=ended)
        error, texts = caught.value, []
        while error is not None:
            texts += [str(error), repr(error), str(vars(error))]
            error = error.__cause__ or error.__context__

        assert not [secret for secret in secrets if any(secret in text for text in texts)]

    def test_a_wrong_client_secret_is_not_the_end(self, cognito, new_session, sign_in):
        """Cognito's word for it is the same, but the program is wrong, not the session over."""
        pool = with_alice(cognito.create_pool(client_secret=True))
        restored = new_session(pool, client_secret="wrong" * 10)
        restored.restore_state(sign_in(pool).export_state())
        with pytest.raises(errors.NotAuthorizedException):
            auth.fetch_auth_session(force_refresh=True, session=restored)

        assert restored.is_signed_in


class TestNoRefreshToken:
    @pytest.fixture
    def session(self, pool, sign_in):
        session = sign_in(pool)
        record = json.loads(session.export_state())
        record["signed_in"]["tokens"]["refresh_token"] = None
        session.restore_state(json.dumps(record))
        return session

    def test_the_tokens_are_used_until_they_end(self, cognito, session, events):
        cognito.clock.advance(3599)

        assert auth.fetch_auth_session(session=session).tokens
        assert events == []

    def test_forced_the_error_says_what_is_missing_and_the_tokens_stay(self, session):
        """C12: JS always blames the implicit grant."""
        with pytest.raises(auth.AuthStateError, match="no refresh token") as caught:
            auth.fetch_auth_session(force_refresh=True, session=session)

        assert caught.value.name == "TokenRefreshException"
        assert session.is_signed_in

    def test_then_the_session_has_ended(self, cognito, session):
        cognito.clock.advance(3600)
        for _ in range(2):
            with pytest.raises(errors.SessionEnded, match="no refresh token"):
                auth.fetch_auth_session(session=session)
        assert refreshes(cognito) == 0


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "dropped"},
        {"kind": "timeout"},
        {"kind": "unreachable"},
        {"kind": "throttled"},
        {"kind": "throttled_429"},
        {"kind": "internal_error"},
        {"kind": "unavailable"},
        {"kind": "malformed"},
        {"code": "UserLambdaValidationException", "message": "not now"},
        {"code": "ForbiddenException", "message": "the firewall"},
        {"code": "NobodyKnowsException", "message": "new"},
    ],
    ids=lambda fault: fault.get("kind") or fault["code"],
)
class TestTransientFailure:
    """C8: "random logouts"."""

    def test_while_the_tokens_live_nobody_notices(self, cognito, session, events, fault):
        cognito.clock.advance(3590)
        old = session.tokens
        cognito.fail_next(REFRESH, **fault)

        assert auth.fetch_auth_session(session=session).tokens is old
        assert events == ["token_refresh_failure"]

    def test_once_they_are_dead_it_is_an_error_that_passes(self, cognito, session, fault):
        cognito.clock.advance(3600)
        cognito.fail_next(REFRESH, **fault)
        with pytest.raises(auth.AuthError) as caught:
            auth.fetch_auth_session(session=session)

        assert not isinstance(caught.value, errors.SessionEnded)
        assert session.is_signed_in
        assert auth.fetch_auth_session(session=session).tokens is session.tokens


class TestSignedOutMeanwhile:
    """C3: a refresh that ended after sign-out signed the user in again."""

    @pytest.fixture
    def session(self, pool, sign_in):
        return sign_in(pool, client=new_client())

    def during_refresh(self, session, action, event="after-call"):
        done = []

        def once(**_):
            if not done:
                done.append(True)
                action()

        session.config.client.meta.events.register(f"{event}.cognito-identity-provider.{REFRESH}", once)

    @pytest.mark.parametrize("event", ["before-call", "after-call"])
    def test_stays_signed_out(self, session, events, event):
        self.during_refresh(session, lambda: auth.sign_out(session=session), event)

        assert auth.fetch_auth_session(force_refresh=True, session=session) == auth.AuthSession()
        assert not session.is_signed_in
        assert events == ["signed_out"]

    def test_a_new_user_is_not_replaced_by_the_former(self, pool, session, events):
        pool.create_user("bob", PASSWORD)

        def change():
            auth.sign_out(session=session)
            auth.sign_in("bob", PASSWORD, session=session)

        self.during_refresh(session, change)
        auth.fetch_auth_session(force_refresh=True, session=session)

        assert session.username == "bob"
        assert events == ["signed_out", "signed_in"]

    def test_sign_out_does_not_wait_for_it(self, session):
        with ThreadPoolExecutor(1) as other:
            self.during_refresh(session, lambda: other.submit(session._state.clear).result(10))
            auth.fetch_auth_session(force_refresh=True, session=session)

        assert not session.is_signed_in


class TestManyThreadsAndUsers:
    def test_nobody_ever_sees_parts_of_two_users_or_of_two_refreshes(self, pool, session):
        """20 threads read while the tokens are refreshed and the user changes."""
        pool.create_user("bob", PASSWORD)
        stop, seen = threading.Event(), set()

        def read():
            while not stop.wait(0.001):
                got = auth.fetch_auth_session(session=session)
                if got.tokens is not None:
                    access, identity = got.tokens.access_token_claims, got.tokens.id_token_claims
                    assert access["sub"] == identity["sub"] == got.user_sub
                    assert access["iat"] == identity["iat"]
                seen.add(got.user_sub)

        with ThreadPoolExecutor(20) as others:
            readers = [others.submit(read) for _ in range(20)]
            for name in ("bob", "alice", "bob"):
                auth.fetch_auth_session(force_refresh=True, session=session)
                auth.sign_out(session=session)
                auth.sign_in(name, PASSWORD, session=session)
                seen.discard(session.user_id)
                while session.user_id not in seen and not any(reader.done() for reader in readers):
                    stop.wait(0.001)
            stop.set()
            for reader in readers:
                reader.result(30)

        assert len(seen - {None}) == 2


class TestNothingOfFormerUsers:
    def test_is_left_in_the_session(self, pool, session):
        """C26: keys of earlier users, and a user named ``username``."""
        old = session.tokens
        auth.sign_out(session=session)
        pool.create_user("username", PASSWORD)
        exported = session.export_state()

        assert not [text for text in ("alice", old.access_token, old.refresh_token) if text in exported]
        assert session.username is None

        auth.sign_in("username", PASSWORD, session=session)

        assert auth.get_current_user(session=session).username == "username"


class TestEvents:
    def test_are_told_after_the_state_is_in_place_once_each(self, cognito, pool, new_session):
        session, seen = new_session(pool), []

        def listen(event):
            tokens = session.tokens
            seen.append((event.name, event.username, session.is_signed_in, tokens and tokens.access_token))

        session.add_listener(listen)
        auth.sign_in("alice", PASSWORD, session=session)
        first = session.tokens.access_token
        second = auth.fetch_auth_session(force_refresh=True, session=session).tokens.access_token
        auth.sign_out(session=session)

        assert seen == [
            ("signed_in", "alice", True, first),
            ("token_refresh", "alice", True, second),
            ("signed_out", "alice", False, None),
        ]

    def test_a_sign_in_with_a_challenge_is_told_when_it_is_complete(self, cognito, new_session):
        pool = cognito.create_pool(mfa="ON", mfa_methods=("SOFTWARE_TOKEN_MFA",))
        pool.create_user("alice", PASSWORD, mfa=("SOFTWARE_TOKEN_MFA",))
        session, names = new_session(pool), []
        session.add_listener(lambda event: names.append(event.name))
        auth.sign_in("alice", PASSWORD, session=session)
        assert names == []
        auth.confirm_sign_in(pool.totp("alice"), session=session)

        assert names == ["signed_in"]

    def test_a_listener_may_use_the_session_even_from_another_thread(self, pool, new_session):
        """It holds no lock that the other one needs, not even that of a sign-in."""
        session, seen = new_session(pool), []

        def listen(event):
            if event.name == "signed_in":
                other = ThreadPoolExecutor(1)
                seen.append(other.submit(auth.sign_out, session=session).exception(5))
                seen.append(other.submit(auth.confirm_sign_in, "000000", session=session).exception(5))
                other.shutdown(wait=False)

        session.add_listener(listen)
        auth.sign_in("alice", PASSWORD, session=session)

        assert [type(error) for error in seen] == [type(None), errors.SignInException]
        assert not session.is_signed_in

    def test_a_listener_that_fails_harms_nobody(self, cognito, session, caplog):
        session.add_listener(lambda event: 1 / 0)
        with caplog.at_level(logging.ERROR):
            assert auth.fetch_auth_session(force_refresh=True, session=session).tokens

        assert "ZeroDivisionError" in caplog.text

    def test_the_failure_says_why(self, cognito, session):
        heard = []
        session.add_listener(heard.append)
        cognito.clock.advance(3590)
        cognito.fail_next(REFRESH, "throttled")
        auth.fetch_auth_session(session=session)

        assert isinstance(heard[0].error, errors.TooManyRequestsException)


class TestCurrentUser:
    def test_costs_no_request(self, cognito, session):
        before = len(cognito.calls)
        auth.get_current_user(session=session)

        assert len(cognito.calls) == before

    def test_nobody_is_an_error(self, pool, new_session):
        with pytest.raises(errors.UserUnAuthenticatedException, match="needs to be authenticated"):
            auth.get_current_user(session=new_session(pool))

    def test_is_renewed_first_where_it_must_be(self, cognito, session):
        cognito.clock.advance(3600)
        auth.get_current_user(session=session)

        assert refreshes(cognito) == 1
