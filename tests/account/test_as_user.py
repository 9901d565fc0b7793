"""A request of a signed-in user: with which token it is sent, and when it is repeated.

`fetch_user_attributes` stands for all functions of a signed-in user. All of them have this one way.
"""

import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import amplify_auth as auth
from amplify_auth import errors
from amplify_auth._api.as_user import as_user
from amplify_auth.storage import FileStorage
from amplify_auth.testing import MockCognito
from tests.support.accounts import (
    ALICE,
    EXPIRED,
    KINDS,
    REVOKED,
    pool_with_user,
    refused_while,
    renewed,
    sign_in_to,
    signed_in_to,
    token_of,
)
from tests.support.makers import NewSession
from tests.support.rows import EveryRow
from tests.support.scripted_cognito import (
    HANGS_UP,
    STALLS,
    Answer,
    Request,
    ScriptedCognito,
    refuses,
    says,
    signs_in,
)
from tests.support.together import run_together
from tests.support.users import PASSWORD, shared_client

REFRESH = "GetTokensFromRefreshToken"
THROTTLED = refuses("TooManyRequestsException", "Rate exceeded")
every_kind = pytest.mark.parametrize("kind", KINDS)
each_refusal = pytest.mark.parametrize("refusal", [EXPIRED, REVOKED], ids=["expired", "revoked"])
#: An operation, the function that sends it, and its arguments.
OF_A_USER: dict[str, tuple[Callable[..., object], tuple[Any, ...]]] = {
    "GetUser": (auth.fetch_user_attributes, ()),
    "ChangePassword": (auth.update_password, ("Passw0rd!", "N3w-passw0rd!")),
    "UpdateUserAttributes": (auth.update_user_attribute, ("name", "Alice")),
    "DeleteUserAttributes": (auth.delete_user_attributes, (["name"],)),
    "GetUserAttributeVerificationCode": (auth.send_user_attribute_verification_code, ("email",)),
    "VerifyUserAttribute": (auth.confirm_user_attribute, ("email", "123456")),
    "DeleteUser": (auth.delete_user, ()),
}


def fetch(session: auth.Session) -> Any:
    return auth.fetch_user_attributes(session=session)


@pytest.fixture
def events(session: auth.Session) -> list[str]:
    names: list[str] = []
    session.add_listener(lambda event: names.append(event.name))
    return names


class TestTheToken:
    @pytest.mark.parametrize("operation", OF_A_USER)
    def test_without_a_user_nothing_is_sent(
        self, scripted: ScriptedCognito, session: auth.Session, operation: str
    ) -> None:
        function, arguments = OF_A_USER[operation]
        with pytest.raises(errors.UserUnAuthenticatedException):
            function(*arguments, session=session)

        assert scripted.requests == []

    @pytest.mark.parametrize("operation", OF_A_USER)
    def test_a_token_that_has_expired_is_renewed_first(
        self, scripted: ScriptedCognito, session: auth.Session, clock: Callable[[float], None], operation: str
    ) -> None:
        sign_in_to(scripted, session)
        clock(3601)
        scripted.on(REFRESH, renewed()).always(operation, ALICE)
        function, arguments = OF_A_USER[operation]
        function(*arguments, session=session)

        assert scripted.operations == [REFRESH, operation]

    @pytest.mark.parametrize("operation", OF_A_USER)
    @each_refusal
    def test_a_token_that_cognito_takes_for_over_is_renewed_once_and_the_request_repeated(
        self, scripted: ScriptedCognito, session: auth.Session, operation: str, refusal: Answer
    ) -> None:
        """It was refused, so nothing was done: this holds for requests that are never sent twice too."""
        sign_in_to(scripted, session)
        scripted.on(REFRESH, renewed()).on(operation, refusal, ALICE)
        function, arguments = OF_A_USER[operation]
        function(*arguments, session=session)

        first, second = scripted.of(operation)
        assert scripted.operations == [operation, REFRESH, operation]
        assert token_of(first) != token_of(second)
        assert {**first, "AccessToken": ""} == {**second, "AccessToken": ""}

    @each_refusal
    def test_the_request_is_repeated_once_and_no_more(
        self, scripted: ScriptedCognito, session: auth.Session, refusal: Answer
    ) -> None:
        sign_in_to(scripted, session)
        scripted.always(REFRESH, renewed()).always("GetUser", refusal)
        with pytest.raises((errors.AccessTokenExpired, errors.AccessTokenRevoked)):
            fetch(session)

        assert scripted.operations == ["GetUser", REFRESH, "GetUser"]
        assert session.is_signed_in

    def test_another_refusal_leads_to_no_refresh(self, scripted: ScriptedCognito, session: auth.Session) -> None:
        refusals = [
            ("NotAuthorizedException", "Invalid Access Token"),
            ("NotAuthorizedException", "Access Token does not have required scopes"),
            ("NotAuthorizedException", "Incorrect username or password."),
            ("NotAuthorizedException", "User is disabled."),
            ("UserNotFoundException", "User does not exist."),
            ("PasswordResetRequiredException", "Password reset required for the user"),
            ("ForbiddenException", "Access Token has expired"),
            ("LimitExceededException", "Attempt limit exceeded, please try after some time."),
        ]
        sign_in_to(scripted, session)
        with EveryRow() as every:
            for code, message in refusals:
                with every.row(message):
                    scripted.clear()
                    scripted.always("GetUser", refuses(code, message))
                    with pytest.raises(errors.AuthServiceError) as caught:
                        fetch(session)

                    assert caught.value.name == code
                    assert scripted.operations == ["GetUser"]
                    assert session.is_signed_in


class TestTheEnd:
    @each_refusal
    def test_a_refresh_that_is_refused_ends_the_session(
        self, scripted: ScriptedCognito, session: auth.Session, events: list[str], refusal: Answer
    ) -> None:
        sign_in_to(scripted, session)
        events.clear()
        scripted.on("GetUser", refusal).on(REFRESH, refuses("NotAuthorizedException", "Refresh Token has been revoked"))
        for _ in range(2):
            with pytest.raises(errors.SessionEnded):
                fetch(session)

        assert scripted.operations == ["GetUser", REFRESH]
        assert (session.is_signed_in, events) == (False, ["token_refresh_failure"])

    @each_refusal
    def test_without_a_refresh_token_the_session_ends_too(
        self,
        scripted: ScriptedCognito,
        new_session: NewSession,
        tmp_path: Path,
        refusal: Answer,
    ) -> None:
        """Else `sign_in` would refuse to sign the user in again, because one is signed in."""
        session = new_session(storage=FileStorage(tmp_path / "session.json"))
        sign_in_to(scripted, session, RefreshToken=None)
        heard: list[auth.AuthEvent] = []
        session.add_listener(heard.append)
        scripted.on("GetUser", refusal)
        for _ in range(2):
            with pytest.raises(errors.SessionEnded, match="no refresh token") as caught:
                fetch(session)
        assert isinstance(caught.value.__cause__, errors.SessionEnded)
        assert isinstance(caught.value.__cause__.__cause__, errors.NotAuthorizedException)

        assert scripted.operations == ["GetUser"]
        assert [event.name for event in heard] == ["token_refresh_failure"]
        assert isinstance(heard[0].error, errors.SessionEnded)
        assert not session.is_signed_in
        assert not new_session(storage=FileStorage(tmp_path / "session.json")).is_signed_in
        sign_in_to(scripted, session)
        scripted.on("GetUser", ALICE)
        assert fetch(session)["sub"] == "sub-1"

    def test_a_refresh_without_an_answer_leaves_the_user_signed_in(
        self, scripted: ScriptedCognito, session: auth.Session
    ) -> None:
        sign_in_to(scripted, session)
        scripted.on("GetUser", REVOKED).always(REFRESH, HANGS_UP)
        with pytest.raises(auth.AuthNetworkError):
            fetch(session)

        assert "GetUser" not in scripted.operations[1:]
        assert session.is_signed_in


class TestInBetween:
    """What another thread does while the request is on its way."""

    def test_tokens_that_were_renewed_meanwhile_are_used(
        self, scripted: ScriptedCognito, session: auth.Session
    ) -> None:
        sign_in_to(scripted, session)
        scripted.always(REFRESH, renewed())
        scripted.on(
            "GetUser", refused_while(lambda: auth.fetch_auth_session(force_refresh=True, session=session)), ALICE
        )

        assert fetch(session)["sub"] == "sub-1"
        assert scripted.operations == ["GetUser", REFRESH, "GetUser"]

    def test_a_user_who_has_signed_out_is_not_signed_in_again(
        self, scripted: ScriptedCognito, session: auth.Session
    ) -> None:
        sign_in_to(scripted, session)
        scripted.always(REFRESH, renewed()).always("RevokeToken", says())
        scripted.on("GetUser", refused_while(lambda: auth.sign_out(session=session)), ALICE)
        with pytest.raises(errors.UserUnAuthenticatedException) as caught:
            fetch(session)

        assert not isinstance(caught.value, errors.SessionEnded)
        assert scripted.operations == ["GetUser", "RevokeToken"]

    def test_another_user_is_not_acted_for(self, scripted: ScriptedCognito, session: auth.Session) -> None:
        def change_users() -> None:
            auth.sign_out(session=session)
            scripted.on("InitiateAuth", signs_in("bob"))
            auth.sign_in("bob", PASSWORD, session=session)

        sign_in_to(scripted, session)
        scripted.always(REFRESH, renewed()).always("RevokeToken", says())
        scripted.on("GetUser", refused_while(change_users), ALICE)
        with pytest.raises(errors.UserUnAuthenticatedException, match="Another user"):
            fetch(session)

        assert scripted.operations == ["GetUser", "RevokeToken", "InitiateAuth"]
        assert session.username == "bob"

    def test_another_user_is_not_acted_for_between_two_requests_of_one_call(
        self, scripted: ScriptedCognito, session: auth.Session
    ) -> None:
        sign_in_to(scripted, session)
        scripted.always("GetUser", ALICE).always("RevokeToken", says())
        requests = as_user(session)
        requests.call("GetUser")
        auth.sign_out(session=session)
        with pytest.raises(errors.UserUnAuthenticatedException):
            requests.call("GetUser")
        scripted.on("InitiateAuth", signs_in("bob"))
        auth.sign_in("bob", PASSWORD, session=session)
        with pytest.raises(errors.UserUnAuthenticatedException, match="Another user"):
            requests.call("GetUser")

        assert scripted.operations == ["GetUser", "RevokeToken", "InitiateAuth"]

    def test_the_same_user_who_has_signed_in_again_is_served(
        self, scripted: ScriptedCognito, session: auth.Session
    ) -> None:
        """Also if the tokens that were refused could not be renewed."""

        def sign_in_again() -> None:
            auth.sign_out(session=session)
            scripted.on("InitiateAuth", renewed(3))
            auth.sign_in("alice", PASSWORD, session=session)

        sign_in_to(scripted, session, RefreshToken=None)
        scripted.always("RevokeToken", says()).on("GetUser", refused_while(sign_in_again), ALICE)

        assert fetch(session)["sub"] == "sub-1"
        assert scripted.operations == ["GetUser", "InitiateAuth", "GetUser"]

    @pytest.fixture
    def with_device(self, scripted: ScriptedCognito, session: auth.Session) -> auth.Session:
        """A session whose device is not confirmed yet: Cognito does not renew its tokens without that."""
        scripted.on("ConfirmDevice", *[THROTTLED] * 3)
        with pytest.warns(errors.DeviceRegistrationWarning):
            sign_in_to(scripted, session, NewDeviceMetadata={"DeviceKey": "us-east-1_1", "DeviceGroupKey": "group"})
        return session

    def test_a_device_that_is_not_confirmed_yet_is_confirmed_before_the_refresh(
        self, scripted: ScriptedCognito, with_device: auth.Session
    ) -> None:
        scripted.always("ConfirmDevice", says(UserConfirmationNecessary=False))
        scripted.on("GetUser", REVOKED, ALICE).on(REFRESH, renewed())

        assert fetch(with_device)["sub"] == "sub-1"
        assert scripted.operations == ["ConfirmDevice", "GetUser", REFRESH, "GetUser"]
        assert scripted.of(REFRESH)[0]["DeviceKey"] == "us-east-1_1"

    def test_a_device_that_another_thread_confirms_meanwhile(
        self, scripted: ScriptedCognito, with_device: auth.Session, clock: Callable[[float], None]
    ) -> None:
        def confirm() -> None:
            clock(31)
            scripted.on("ConfirmDevice", says(UserConfirmationNecessary=False))
            auth.get_current_user(session=with_device)

        scripted.on("ConfirmDevice", *[THROTTLED] * 3)
        scripted.on("GetUser", refused_while(confirm), ALICE).on(REFRESH, renewed())

        assert fetch(with_device)["sub"] == "sub-1"
        assert scripted.operations == [*["ConfirmDevice"] * 3, "GetUser", "ConfirmDevice", REFRESH, "GetUser"]

    def test_a_device_that_cannot_be_confirmed_is_the_reason_that_is_raised(
        self, scripted: ScriptedCognito, with_device: auth.Session
    ) -> None:
        scripted.always("ConfirmDevice", THROTTLED).on("GetUser", REVOKED).on(REFRESH, renewed())
        with pytest.raises(errors.TooManyRequestsException) as caught:
            fetch(with_device)

        assert caught.value.operation == "ConfirmDevice"
        assert REFRESH not in scripted.operations
        assert with_device.is_signed_in

    def test_many_threads_share_one_refresh(self, scripted: ScriptedCognito, session: auth.Session) -> None:
        sign_in_to(scripted, session)
        assert session.tokens is not None
        old = session.tokens.access_token

        def answer(request: Request) -> Answer:
            return REVOKED if token_of(request.body) == old else ALICE

        scripted.always("GetUser", answer).on(REFRESH, renewed())
        outcomes = run_together(20, lambda: fetch(session)["sub"])

        assert outcomes == ["sub-1"] * 20
        assert scripted.operations.count(REFRESH) == 1

    def test_many_threads_meet_one_refusal(self, scripted: ScriptedCognito, session: auth.Session) -> None:
        sign_in_to(scripted, session)
        scripted.always("GetUser", REVOKED).on(REFRESH, refuses("NotAuthorizedException", "Refresh Token has expired"))
        outcomes = run_together(20, lambda: fetch(session))

        assert {type(outcome) for outcome in outcomes} == {errors.SessionEnded}
        assert len({id(outcome) for outcome in outcomes}) == 20
        assert scripted.operations.count(REFRESH) == 1


class TestTheTime:
    @pytest.mark.parametrize(
        "stalled", [("GetUser",), (REFRESH,), ("second GetUser",)], ids=["the request", "the refresh", "the repetition"]
    )
    def test_the_limit_is_that_of_all_requests_together(
        self, scripted: ScriptedCognito, new_session: NewSession, stalled: tuple[str]
    ) -> None:
        session = new_session(total_timeout=1.0)
        sign_in_to(scripted, session)

        def slowly(answer: Answer) -> Any:
            def say(request: Request) -> Answer:
                time.sleep(0.3)
                return answer

            return say

        scripts = {"GetUser": slowly(REVOKED), REFRESH: slowly(renewed()), "second GetUser": slowly(ALICE)}
        scripts[stalled[0]] = STALLS
        scripted.always("GetUser", scripts["second GetUser"]).on("GetUser", scripts["GetUser"])
        scripted.always(REFRESH, scripts[REFRESH])
        if stalled == ("GetUser",):
            scripted.always("GetUser", STALLS)
        began = time.monotonic()
        with pytest.raises(auth.AuthNetworkError):
            fetch(session)

        assert 0.8 <= time.monotonic() - began < 1.9


class TestEveryUser:
    @every_kind
    @each_refusal
    def test_a_refresh_and_a_repetition_at_a_service_that_verifies(
        self, cognito: MockCognito, kind: str, refusal: Answer
    ) -> None:
        """The token of the repetition is good, or the service would refuse it."""
        pool, name = pool_with_user(cognito, kind)
        session = signed_in_to(pool, name)
        message = "Access Token has expired" if refusal is EXPIRED else "Access Token has been revoked"
        cognito.fail_next("GetUser", code="NotAuthorizedException", message=message)

        assert fetch(session)["email"] == "alice@example.com"
        assert cognito.calls.operations[-3:] == ("GetUser", REFRESH, "GetUser")

    @every_kind
    def test_a_sign_out_elsewhere_ends_the_session(self, cognito: MockCognito, kind: str) -> None:
        pool, name = pool_with_user(cognito, kind)
        session, other = signed_in_to(pool, name), signed_in_to(pool, name)
        auth.sign_out(global_sign_out=True, session=other)
        with pytest.raises(errors.SessionEnded):
            fetch(session)

        assert not session.is_signed_in

    @every_kind
    def test_tokens_that_have_expired_are_renewed(self, cognito: MockCognito, kind: str) -> None:
        pool, name = pool_with_user(cognito, kind)
        session = signed_in_to(pool, name)
        cognito.clock.advance(3601)

        assert fetch(session)["email"] == "alice@example.com"
        assert cognito.calls.operations[-2:] == (REFRESH, "GetUser")

    @every_kind
    def test_a_session_that_was_restored(self, cognito: MockCognito, kind: str, tmp_path: Path) -> None:
        pool, name = pool_with_user(cognito, kind)
        storage = FileStorage(tmp_path / "session.json")
        text = signed_in_to(pool, name, storage=storage).export_state()
        restored = auth.Session(**pool.config)
        restored.restore_state(text)
        sessions = [restored] if kind == "rotating" else [restored, auth.Session(**pool.config, storage=storage)]
        for session in sessions:
            cognito.calls.clear()
            cognito.fail_next("GetUser", code="NotAuthorizedException", message="Access Token has expired")

            assert fetch(session)["email"] == "alice@example.com"
            assert cognito.calls.operations == ("GetUser", REFRESH, "GetUser")

    def test_a_broken_identity_pool_does_not_matter(self, scripted: ScriptedCognito, new_session: NewSession) -> None:
        session = new_session(
            identity_pool_id="us-east-1:00000000-0000-4000-8000-000000000000",
            identity_pool_endpoint_url="http://127.0.0.1:9",
        )
        sign_in_to(scripted, session)
        scripted.on("GetUser", REVOKED, ALICE).on(REFRESH, renewed())

        assert fetch(session)["sub"] == "sub-1"
        assert scripted.operations == ["GetUser", REFRESH, "GetUser"]

    def test_a_client_of_the_callers_own(self, cognito: MockCognito) -> None:
        pool, name = pool_with_user(cognito, "public")
        session = signed_in_to(pool, name, client=shared_client())

        assert fetch(session)["email"] == "alice@example.com"

    def test_the_default_session(self, cognito: MockCognito) -> None:
        pool, name = pool_with_user(cognito, "public")
        with pytest.raises(auth.AuthConfigurationError):
            auth.fetch_user_attributes()
        with auth.use_session(signed_in_to(pool, name)):
            assert auth.fetch_user_attributes()["email"] == "alice@example.com"

    def test_two_threads_with_two_users_do_not_mix(self, cognito: MockCognito) -> None:
        pool, name = pool_with_user(cognito, "public")
        pool.create_user("bob", PASSWORD, attributes={"email": "bob@example.com"})
        sessions = {"alice@example.com": signed_in_to(pool, name), "bob@example.com": signed_in_to(pool, "bob")}
        seen: list[tuple[str, str]] = []

        def ask(address: str) -> None:
            seen.append((address, fetch(sessions[address])["email"]))

        threads = [threading.Thread(target=ask, args=(address,)) for address in sessions for _ in range(5)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(20)

        assert len(seen) == 10
        assert all(asked == got for asked, got in seen)
