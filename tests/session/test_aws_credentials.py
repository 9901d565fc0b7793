"""AWS credentials from an identity pool: whose they are, how long, how many requests, and what a broken pool breaks."""

import functools
import json
import logging
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import boto3
import botocore.session
import pytest
from moto.cognitoidentity.exceptions import ResourceNotFoundError
from moto.cognitoidentity.models import CognitoIdentityBackend
from moto.core.exceptions import JsonRESTError

import amplify_auth as auth
from amplify_auth import _clock, errors
from amplify_auth._cognito.client import identity_pool_client
from amplify_auth.testing import MockCognito, MockPool
from tests.support.makers import SessionOf
from tests.support.together import run_together
from tests.support.users import PASSWORD, new_client

NOWHERE = "us-east-1:00000000-0000-0000-0000-000000000000"


@functools.cache
def admin_client(service):
    return boto3.client(service, "us-east-1", aws_access_key_id="x", aws_secret_access_key="x")


@pytest.fixture
def identity_pool(cognito: MockCognito) -> Any:
    made = admin_client("cognito-identity").create_identity_pool(
        IdentityPoolName="pool", AllowUnauthenticatedIdentities=True
    )
    return made["IdentityPoolId"]


@pytest.fixture
def signed_in(pool: MockPool, sign_in: SessionOf, identity_pool: Any) -> Any:
    return sign_in(pool, identity_pool_id=identity_pool)


@pytest.fixture
def guest(pool: MockPool, quick_session: SessionOf, identity_pool: Any) -> Any:
    return quick_session(pool, identity_pool_id=identity_pool, allow_guest_access=True)


@pytest.fixture
def requests(pool: MockPool, quick_session: SessionOf, identity_pool: Any) -> Iterator[Any]:
    """What is sent to the identity pool: operation and parameters."""
    client, sent = identity_pool_client(quick_session(pool, identity_pool_id=identity_pool).config), []

    def note(params, model, **_):
        sent.append((model.name, json.loads(params["body"])))

    client.meta.events.register("before-call.cognito-identity", note, unique_id="note")
    yield sent
    client.meta.events.unregister("before-call.cognito-identity", unique_id="note")


class Service:
    """What moto lacks: deleted identities, other lifetimes, keys that tell one grant from the next."""

    def __init__(self):
        self.deleted, self.lifetime, self.grants = set(), 3600.0, 0
        self.failures, self.identity_id = 0, None


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Any:
    state = Service()

    def give(self, identity_id):
        if identity_id in state.deleted:
            raise ResourceNotFoundError(identity_id)
        if state.failures:
            state.failures -= 1
            raise JsonRESTError("InternalErrorException", "Oh.")
        state.grants += 1
        end = datetime.now(UTC) + timedelta(seconds=state.lifetime)
        names = ("AccessKeyId", "SecretKey", "SessionToken")
        keys = {name: f"{name}-{state.grants}" for name in names}
        return json.dumps(
            {"IdentityId": state.identity_id or identity_id, "Credentials": {**keys, "Expiration": end.timestamp()}}
        )

    monkeypatch.setattr(CognitoIdentityBackend, "get_credentials_for_identity", give)
    return state


class TestFetched:
    def test_a_signed_in_user_gets_his_own(self, signed_in: auth.Session, requests: Any) -> None:
        got = auth.fetch_auth_session(session=signed_in)

        issuer = signed_in.tokens.id_token_claims["iss"].removeprefix("https://")
        logins = {issuer: signed_in.tokens.id_token}
        assert requests == [
            ("GetId", {"IdentityPoolId": signed_in.config.identity_pool_id, "Logins": logins}),
            ("GetCredentialsForIdentity", {"IdentityId": got.identity_id, "Logins": logins}),
        ]
        assert got.tokens is signed_in.tokens
        assert got.credentials.access_key_id
        assert got.credentials.expiration.utcoffset() == timedelta(0)

    def test_a_guest_gets_a_guests(self, guest: Any, requests: Any) -> None:
        got = auth.fetch_auth_session(session=guest)

        assert (got.tokens, got.user_sub) == (None, None)
        assert got.credentials
        assert [set(parameters) for _, parameters in requests] == [{"IdentityPoolId"}, {"IdentityId"}]

    def test_without_guest_access_nobody_gets_any(
        self, pool: MockPool, quick_session: SessionOf, identity_pool: Any, requests: Any
    ) -> None:
        got = auth.fetch_auth_session(session=quick_session(pool, identity_pool_id=identity_pool))

        assert got == auth.AuthSession()
        assert requests == []

    def test_while_they_are_fresh_nothing_is_sent(self, service: Any, signed_in: auth.Session, requests: Any) -> None:
        first = auth.fetch_auth_session(session=signed_in)
        del requests[:]

        assert auth.fetch_auth_session(session=signed_in).credentials == first.credentials
        assert requests == []

    def test_forced_they_are_renewed_with_the_same_identity(
        self, service: Any, signed_in: auth.Session, requests: Any
    ) -> None:
        first = auth.fetch_auth_session(session=signed_in)
        second = auth.fetch_auth_session(force_refresh=True, session=signed_in)

        assert first.identity_id == second.identity_id
        assert first.credentials != second.credentials
        assert [name for name, _ in requests] == ["GetId"] + ["GetCredentialsForIdentity"] * 2

    def test_a_guest_keeps_the_identity_though_its_credentials_did_not_come(
        self, service: Any, guest: Any, requests: Any
    ) -> None:
        """Each GetId of a guest makes an identity for good."""
        service.failures = 3
        for _ in range(3):
            with pytest.raises(errors.InternalErrorException):
                auth.fetch_auth_session(session=guest)
        assert auth.fetch_auth_session(session=guest).credentials

        assert [name for name, _ in requests].count("GetId") == 1

    def test_an_identity_that_is_no_text_is_refused(self, service: Any, signed_in: auth.Session) -> None:
        service.identity_id = 5
        assert isinstance(auth.fetch_auth_session(session=signed_in).credentials_error, auth.AuthProtocolError)

    def test_concurrent_first_calls_make_one_identity(self, service: Any, guest: Any, requests: Any) -> None:
        """Callers that come first at the same time share one identity."""
        got = run_together(20, lambda: auth.fetch_auth_session(session=guest))

        assert len({item.identity_id for item in got}) == 1
        assert [name for name, _ in requests] == ["GetId", "GetCredentialsForIdentity"]

    def test_they_are_masked(self, service: Any, signed_in: auth.Session) -> None:
        got = auth.fetch_auth_session(session=signed_in)

        assert "SecretKey-1" not in repr(got)
        assert "SessionToken-1" not in str(got.credentials)
        assert got.credentials.secret_access_key == "SecretKey-1"


class TestExpiration:
    def test_short_lives_are_honoured(self, service: Any, signed_in: auth.Session, cognito: MockCognito) -> None:
        """The service says how long credentials are good."""
        service.lifetime = 900
        first = auth.fetch_auth_session(session=signed_in).credentials
        cognito.clock.advance(590)
        assert auth.fetch_auth_session(session=signed_in).credentials == first
        cognito.clock.advance(20)

        assert auth.fetch_auth_session(session=signed_in).credentials != first

    def test_long_lives_too(self, service: Any, signed_in: auth.Session, cognito: MockCognito) -> None:
        service.lifetime = 12 * 3600
        first = auth.fetch_auth_session(session=signed_in).credentials
        cognito.clock.advance(11 * 3600)

        assert auth.fetch_auth_session(session=signed_in).credentials == first

    def test_a_skewed_clock_does_not_matter(
        self, service: Any, signed_in: auth.Session, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The life is counted from the date of AWS's own answer."""
        wall = _clock.time.time
        auth.fetch_auth_session(session=signed_in)
        for days in (1, -1):
            monkeypatch.setattr(_clock.time, "time", lambda days=days: wall() + days * 86400)
            signed_in._state.identity_pool.forget()
            for _ in range(3):
                auth.fetch_auth_session(session=signed_in)

        assert service.grants == 3

    def test_while_they_live_a_failed_renewal_harms_nobody(
        self, service: Any, signed_in: auth.Session, cognito: MockCognito
    ) -> None:
        first = auth.fetch_auth_session(session=signed_in)
        service.deleted = Everything()
        cognito.clock.advance(3400)
        assert auth.fetch_auth_session(session=signed_in) == first

        cognito.clock.advance(202)  # the date of an answer is in whole seconds
        last = auth.fetch_auth_session(session=signed_in)
        assert last.credentials is None
        assert isinstance(last.credentials_error, errors.ResourceNotFoundException)


class TestDeletedIdentity:
    def test_is_looked_up_anew_once(
        self, service: Any, signed_in: auth.Session, requests: Any, cognito: MockCognito
    ) -> None:
        """A deleted identity is replaced by a new one."""
        first = auth.fetch_auth_session(session=signed_in)
        service.deleted.add(first.identity_id)
        second = auth.fetch_auth_session(force_refresh=True, session=signed_in)

        assert second.identity_id != first.identity_id
        assert [name for name, _ in requests][2:] == ["GetCredentialsForIdentity", "GetId", "GetCredentialsForIdentity"]

    def test_is_an_error_if_the_new_one_is_refused_too(
        self, service: Any, signed_in: auth.Session, requests: Any
    ) -> None:
        auth.fetch_auth_session(session=signed_in)
        service.deleted = Everything()
        del requests[:]
        error = auth.fetch_auth_session(force_refresh=True, session=signed_in).credentials_error
        assert isinstance(error, errors.ResourceNotFoundException)

        assert [name for name, _ in requests] == ["GetCredentialsForIdentity", "GetId", "GetCredentialsForIdentity"]

    def test_a_first_one_that_is_refused_is_not_asked_for_again(
        self, service: Any, signed_in: auth.Session, requests: Any
    ) -> None:
        service.deleted = Everything()
        error = auth.fetch_auth_session(session=signed_in).credentials_error
        assert isinstance(error, errors.ResourceNotFoundException)

        assert [name for name, _ in requests] == ["GetId", "GetCredentialsForIdentity"]

    def test_the_same_one_again_is_not_tried_twice(
        self, service: Any, signed_in: auth.Session, requests: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The identity is there, the pool forbids it: to ask again would change nothing."""
        first = auth.fetch_auth_session(session=signed_in)
        answer = json.dumps({"IdentityId": first.identity_id})
        monkeypatch.setattr(CognitoIdentityBackend, "get_id", lambda self, identity_pool_id: answer)
        service.deleted.add(first.identity_id)
        del requests[:]
        error = auth.fetch_auth_session(force_refresh=True, session=signed_in).credentials_error
        assert isinstance(error, errors.ResourceNotFoundException)

        assert [name for name, _ in requests] == ["GetCredentialsForIdentity", "GetId"]


class Everything:
    def __contains__(self, item):
        return True


class TestWhose:
    def test_a_guests_identity_is_not_taken_into_the_sign_in(self, service: Any, guest: Any, requests: Any) -> None:
        """A former guest identity that is sent with logins may belong to another user."""
        first = auth.fetch_auth_session(session=guest)
        auth.sign_in("alice", PASSWORD, session=guest)
        second = auth.fetch_auth_session(session=guest)

        assert first.identity_id != second.identity_id
        assert not [p for _, p in requests if p.get("IdentityId") == first.identity_id and "Logins" in p]

    def test_after_a_sign_out_nothing_of_the_user_is_left(
        self, service: Any, pool: MockPool, signed_in: auth.Session
    ) -> None:
        pool.create_user("bob", PASSWORD)
        first = auth.fetch_auth_session(session=signed_in)
        auth.sign_out(session=signed_in)
        assert auth.fetch_auth_session(session=signed_in) == auth.AuthSession()
        auth.sign_in("bob", PASSWORD, session=signed_in)
        second = auth.fetch_auth_session(session=signed_in)

        assert first.identity_id != second.identity_id
        assert first.credentials != second.credentials

    def test_not_even_for_the_same_user(self, service: Any, signed_in: auth.Session) -> None:
        first = auth.fetch_auth_session(session=signed_in)
        auth.sign_out(session=signed_in)
        auth.sign_in("alice", PASSWORD, session=signed_in)

        assert auth.fetch_auth_session(session=signed_in).credentials != first.credentials

    def test_a_user_who_changes_meanwhile_gets_nothing_for_the_other(
        self, service: Any, pool: MockPool, signed_in: auth.Session
    ) -> None:
        """A thread that still has alice in hand, when bob has signed in, does not ask with bob's token."""
        pool.create_user("bob", PASSWORD)
        alice = signed_in._state.signed_in
        auth.sign_out(session=signed_in)
        auth.sign_in("bob", PASSWORD, session=signed_in)
        with pytest.raises(errors.UserUnAuthenticatedException):
            signed_in._state.identity_pool.credentials_of(alice)

        assert service.grants == 0


class TestBrokenIdentityPool:
    """It blocks no function that has nothing to do with it."""

    @pytest.fixture
    def signed_in(self, pool: MockPool, sign_in: SessionOf) -> Any:
        return sign_in(pool, identity_pool_id=NOWHERE, identity_pool_endpoint_url="http://127.0.0.1:9")

    def test_user_pool_functions_work(self, signed_in: auth.Session, cognito: MockCognito) -> None:
        cognito.clock.advance(3600)

        assert auth.get_current_user(session=signed_in).username == "alice"
        assert signed_in.http_auth()._token(None) == signed_in.tokens.access_token
        assert auth.verify_token(signed_in.tokens.id_token, token_use="id", session=signed_in)
        assert auth.sign_out(session=signed_in).is_complete

    def test_what_asks_for_credentials_says_so(self, signed_in: auth.Session, no_second_try: Any) -> None:
        with pytest.raises(auth.AuthNetworkError):
            signed_in.boto3_session().get_credentials().get_frozen_credentials()
        found = auth.fetch_auth_session(session=signed_in)
        assert isinstance(found.credentials_error, auth.AuthNetworkError)
        assert found.tokens is signed_in.tokens, "they are good"

    @pytest.fixture
    def no_second_try(self, signed_in: auth.Session) -> Any:
        client = identity_pool_client(signed_in.config)
        client.meta.events.register_first(
            "needs-retry.cognito-identity", lambda caught_exception, **_: _raise(caught_exception)
        )


def _raise(error):
    if error is not None:
        raise error


class TestBoto3Session:
    def test_acts_as_the_user(self, signed_in: auth.Session) -> None:
        """S3 on moto, signed with the user's credentials."""
        s3 = signed_in.boto3_session().client("s3")
        s3.create_bucket(Bucket="bucket")
        s3.put_object(Bucket="bucket", Key="key", Body=b"content")

        assert s3.get_object(Bucket="bucket", Key="key")["Body"].read() == b"content"
        s3.delete_object(Bucket="bucket", Key="key")
        s3.delete_bucket(Bucket="bucket")

    def test_nothing_is_sent_before_the_first_request(self, signed_in: auth.Session, requests: Any) -> None:
        signed_in.boto3_session().client("s3")

        assert requests == []

    def test_its_credentials_are_those_of_the_session(self, service: Any, signed_in: auth.Session) -> None:
        credentials = signed_in.boto3_session().get_credentials()

        assert credentials.method == "cognito-identity-pool"
        assert credentials.get_frozen_credentials().secret_key == "SecretKey-1"
        assert auth.fetch_auth_session(session=signed_in).credentials.secret_access_key == "SecretKey-1"

    @pytest.mark.parametrize("lifetime", [90, 900, 3600, 12 * 3600])
    def test_they_are_renewed_when_they_must_be_and_not_at_every_request(
        self, service: Any, signed_in: auth.Session, requests: Any, cognito: MockCognito, lifetime: Any
    ) -> None:
        service.lifetime = lifetime
        credentials = signed_in.boto3_session().get_credentials()
        first = [credentials.get_frozen_credentials().access_key for _ in range(5)]
        cognito.clock.advance(lifetime + 1)
        second = [credentials.get_frozen_credentials().access_key for _ in range(5)]

        assert (set(first), set(second)) == ({"AccessKeyId-1"}, {"AccessKeyId-2"})

    def test_what_arrives_expired_signs_one_request(self, service: Any, signed_in: auth.Session) -> None:
        """moto's do in every time zone ahead of UTC."""
        service.lifetime = -5.5 * 3600
        credentials = signed_in.boto3_session().get_credentials()

        assert [credentials.get_frozen_credentials().access_key for _ in range(2)] == ["AccessKeyId-1", "AccessKeyId-2"]

    def test_a_changed_wall_clock_does_not_matter(
        self, service: Any, signed_in: auth.Session, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        credentials = signed_in.boto3_session().get_credentials()
        credentials.get_frozen_credentials()
        wall = _clock.time.time
        for days in (1, -1):
            monkeypatch.setattr(_clock.time, "time", lambda days=days: wall() + days * 86400)
            credentials.get_frozen_credentials()

        assert service.grants == 1

    def test_many_threads_and_sessions_share_one_renewal(
        self, service: Any, signed_in: auth.Session, requests: Any
    ) -> None:
        made = [signed_in.boto3_session().get_credentials() for _ in range(4)]
        keys = run_together(20, lambda: {one.get_frozen_credentials().access_key for one in made})

        assert keys == [{"AccessKeyId-1"}] * 20
        assert [name for name, _ in requests] == ["GetId", "GetCredentialsForIdentity"]

    def test_a_user_who_signed_out_is_not_acted_for_any_more(self, service: Any, signed_in: auth.Session) -> None:
        credentials = signed_in.boto3_session().get_credentials()
        credentials.get_frozen_credentials()
        auth.sign_out(session=signed_in)
        with pytest.raises(errors.UserUnAuthenticatedException, match="not signed in any more"):
            credentials.get_frozen_credentials()

    def test_it_never_becomes_another_users(self, service: Any, pool: MockPool, signed_in: auth.Session) -> None:
        pool.create_user("bob", PASSWORD)
        credentials = signed_in.boto3_session().get_credentials()
        credentials.get_frozen_credentials()
        auth.sign_out(session=signed_in)
        auth.sign_in("bob", PASSWORD, session=signed_in)
        with pytest.raises(errors.UserUnAuthenticatedException):
            credentials.get_frozen_credentials()

        auth.sign_out(session=signed_in)
        auth.sign_in("alice", PASSWORD, session=signed_in)

        assert credentials.get_frozen_credentials().access_key

    def test_an_ended_session_is_nobodys_not_a_guests(self, service: Any, pool: MockPool, guest: Any) -> None:
        before = guest.boto3_session().get_credentials()
        assert before.get_frozen_credentials().access_key
        auth.sign_in("alice", PASSWORD, session=guest)
        pool.expire_refresh_tokens()
        with pytest.raises(errors.SessionEnded):
            auth.fetch_auth_session(force_refresh=True, session=guest)
        for use in (before.get_frozen_credentials, guest.boto3_session):
            with pytest.raises(errors.SessionEnded):
                use()

        auth.sign_out(session=guest)

        assert before.get_frozen_credentials().access_key
        assert guest.boto3_session().get_credentials().get_frozen_credentials().access_key

    def test_a_listener_may_make_aws_calls_of_its_own(
        self, service: Any, signed_in: auth.Session, cognito: MockCognito
    ) -> None:
        """botocore holds a lock while it renews: whoever is told in there would wait for it for ever."""
        credentials = signed_in.boto3_session().get_credentials()
        credentials.get_frozen_credentials()
        seen = []
        signed_in.add_listener(lambda event: seen.append((event.name, credentials.get_frozen_credentials())))
        cognito.clock.advance(3599)
        worker = threading.Thread(target=credentials.get_frozen_credentials, daemon=True)
        worker.start()
        worker.join(10)

        assert not worker.is_alive()
        assert [name for name, _ in seen] == ["token_refresh"]

    def test_a_listener_may_ask_for_credentials_too(
        self, service: Any, pool: MockPool, quick_session: SessionOf, identity_pool: Any
    ) -> None:
        """Tokens that are dead when they come are renewed while the credentials are: others wait for these."""
        client = new_client()
        session = quick_session(pool, identity_pool_id=identity_pool, client=client)
        for operation in ("InitiateAuth", "GetTokensFromRefreshToken"):
            client.meta.events.register(
                f"after-call.cognito-identity-provider.{operation}",
                lambda parsed, **_: parsed["AuthenticationResult"].update(ExpiresIn=0),
            )
        auth.sign_in("alice", PASSWORD, session=session)
        told = []

        def ask_once(event):
            told.append(event.name)
            if len(told) == 2:
                auth.fetch_auth_session(session=session)

        session.add_listener(ask_once)
        worker = threading.Thread(target=auth.fetch_auth_session, kwargs={"session": session}, daemon=True)
        worker.start()
        worker.join(10)

        assert not worker.is_alive()
        assert set(told) == {"token_refresh"}

    def test_a_guests_ends_with_the_sign_in(self, service: Any, guest: Any) -> None:
        credentials = guest.boto3_session().get_credentials()
        assert credentials.get_frozen_credentials().access_key
        auth.sign_in("alice", PASSWORD, session=guest)
        with pytest.raises(errors.UserUnAuthenticatedException):
            credentials.get_frozen_credentials()

    def test_the_end_of_the_session_is_told_by_its_clients(
        self, service: Any, pool: MockPool, signed_in: auth.Session, cognito: MockCognito
    ) -> None:
        s3 = signed_in.boto3_session().client("s3")
        s3.list_buckets()
        pool.expire_refresh_tokens()
        cognito.clock.advance(3600)
        for _ in range(2):
            with pytest.raises(errors.SessionEnded):
                s3.list_buckets()

    def test_no_secret_is_logged_when_a_renewal_fails(
        self, service: Any, signed_in: auth.Session, caplog: pytest.LogCaptureFixture
    ) -> None:
        credentials = signed_in.boto3_session().get_credentials()
        service.deleted = Everything()
        with caplog.at_level(logging.DEBUG, "botocore.credentials"), pytest.raises(errors.ResourceNotFoundException):
            credentials.get_frozen_credentials()

        assert "ResourceNotFoundException" in caplog.text
        assert signed_in.tokens.id_token not in caplog.text

    def test_options_go_to_boto3(self, signed_in: auth.Session) -> None:
        assert signed_in.boto3_session().region_name == "us-east-1"
        assert signed_in.boto3_session(region_name="eu-west-1").region_name == "eu-west-1"

    def test_other_credentials_are_refused(self, signed_in: auth.Session) -> None:
        with pytest.raises(auth.AuthValidationError, match="aws_access_key_id"):
            signed_in.boto3_session(aws_access_key_id="x", aws_secret_access_key="y")

    def test_without_an_identity_pool_the_error_says_what_to_set(self, pool: MockPool, sign_in: SessionOf) -> None:
        with pytest.raises(auth.AuthConfigurationError) as caught:
            sign_in(pool).boto3_session()

        assert "identity_pool_id" in caught.value.recovery_suggestion

    def test_nobody_signed_in_is_an_error(self, pool: MockPool, quick_session: SessionOf, identity_pool: Any) -> None:
        with pytest.raises(errors.UserUnAuthenticatedException, match="No user is signed in"):
            quick_session(pool, identity_pool_id=identity_pool).boto3_session()

    def test_the_aws_configuration_of_the_machine_is_not_used(
        self, service: Any, signed_in: auth.Session, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "somebody")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "else")

        assert signed_in.boto3_session().get_credentials().access_key == "AccessKeyId-1"

    @pytest.mark.parametrize("name", ["AWS_PROFILE", "AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE", "HOME"])
    def test_a_broken_aws_set_up_does_not_matter(
        self, service: Any, signed_in: auth.Session, broken_files: Any, monkeypatch: pytest.MonkeyPatch, name: str
    ) -> None:
        value = {"AWS_PROFILE": "nobody", "HOME": broken_files}.get(name, broken_files / ".aws" / "config")
        monkeypatch.setenv(name, str(value))
        made = signed_in.boto3_session()

        assert made.client("s3").list_buckets()["Buckets"] == []
        assert (made.profile_name, made.available_profiles) == ("default", [])

    def test_what_the_environment_says_of_services_still_counts(
        self, signed_in: auth.Session, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("AWS_ENDPOINT_URL_S3", "http://127.0.0.1:9")
        monkeypatch.setenv("AWS_CA_BUNDLE", "/nowhere/bundle.pem")
        s3 = signed_in.boto3_session().client("s3")

        assert s3.meta.endpoint_url == "http://127.0.0.1:9"
        assert s3._endpoint.http_session._verify == "/nowhere/bundle.pem"

    def test_a_profile_that_is_asked_for_is_used_but_for_its_keys(
        self, service: Any, signed_in: auth.Session, work_profile: Any
    ) -> None:
        asked = [{"profile_name": "work"}, {"botocore_session": botocore.session.Session(profile="work")}]
        for options in asked:
            made = signed_in.boto3_session(**options)

            assert made.profile_name == "work"
            assert made.client("s3").meta.endpoint_url == "http://127.0.0.1:9"
            assert made.get_credentials().access_key.startswith("AccessKeyId-")

    @pytest.mark.parametrize("data_path", [None, "/nowhere"])  # with it, boto3 itself does not look for the profile
    def test_a_profile_that_is_asked_for_and_missing_is_told(
        self, signed_in: auth.Session, work_profile: Any, monkeypatch: pytest.MonkeyPatch, data_path: str | None
    ) -> None:
        if data_path:
            monkeypatch.setenv("AWS_DATA_PATH", data_path)
        with pytest.raises(auth.AuthConfigurationError, match=r"profile \(home\) could not be found"):
            signed_in.boto3_session(profile_name="home")

    def test_a_broken_file_with_a_profile_that_is_asked_for_is_not_shown(
        self, signed_in: auth.Session, broken_files: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("AWS_CONFIG_FILE", str(broken_files / ".aws" / "config"))
        with pytest.raises(auth.AuthConfigurationError, match="Unable to parse config file") as caught:
            signed_in.boto3_session(profile_name="nobody")

        assert (caught.value.__cause__, caught.value.__context__) == (None, None)
        assert "s3cr3t" not in f"{caught.value!r}{vars(caught.value)}"

    @pytest.fixture
    def broken_files(self, tmp_path: Path) -> Any:
        """A home whose AWS files cannot be parsed."""
        (tmp_path / ".aws").mkdir()
        for name in ("config", "credentials"):
            (tmp_path / ".aws" / name).write_text("[profile nobody\naws_secret_access_key = s3cr3t\n[[[")
        return tmp_path

    @pytest.fixture
    def work_profile(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
        """A machine with one profile, and another one chosen that is missing."""
        keys = "aws_access_key_id = his\naws_secret_access_key = s3cr3t\n"
        (tmp_path / "config").write_text(f"[profile work]\nendpoint_url = http://127.0.0.1:9\n{keys}")
        monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
        monkeypatch.setenv("AWS_PROFILE", "nobody")
