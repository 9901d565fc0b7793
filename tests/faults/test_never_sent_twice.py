"""Requests that could do harm if Cognito had acted on the first arrive once; the others at most three times."""

import socketserver
import threading
from collections.abc import Callable
from typing import Any

import boto3
import pytest
from botocore import UNSIGNED
from botocore.config import Config

import amplify_auth as auth
from amplify_auth import AuthError, AuthNetworkError, Session
from amplify_auth._cognito import call, identity_pool_client, invoke
from amplify_auth._cognito.effects import EFFECTS, effect_of
from tests.support.asking import ask
from tests.support.model import MODEL, required_members
from tests.support.newest_model import needs_newest
from tests.support.scripted_cognito import (
    HALF,
    HANGS_UP,
    STALLS,
    Answer,
    ScriptedCognito,
    asks,
    page,
    refuses,
    says,
)

pytestmark = pytest.mark.slow

# A second one would send a second message, count a wrong password again, spend a session, make a second account, take a
# code for used, replace a shown secret, refuse a token that the first one has revoked.
SENT_ONCE = {
    "AssociateSoftwareToken",
    "ChangePassword",
    "CompleteWebAuthnRegistration",
    "ConfirmDevice",
    "ConfirmForgotPassword",
    "ConfirmSignUp",
    "DeleteUser",
    "ForgotPassword",
    "GetUserAttributeVerificationCode",
    "GlobalSignOut",
    "ResendConfirmationCode",
    "RespondToAuthChallenge",
    "SignUp",
    "UpdateAuthEventFeedback",
    "UpdateUserAttributes",
    "VerifySoftwareToken",
    "VerifyUserAttribute",
}
SENT_AGAIN = {
    "DeleteUserAttributes",
    "DeleteWebAuthnCredential",
    "ForgetDevice",
    "GetDevice",
    "GetTokensFromRefreshToken",
    "GetUser",
    "GetUserAuthFactors",
    "ListDevices",
    "ListUserSessions",
    "ListWebAuthnCredentials",
    "RevokeToken",
    "RevokeUserSession",
    "SetUserMFAPreference",
    "SetUserSettings",
    "StartWebAuthnRegistration",
    "UpdateDeviceStatus",
}
# Flow of InitiateAuth -> whether it is sent again, and what this library sends with it.
FLOWS: dict[str, tuple[bool, dict[str, str]]] = {
    "CUSTOM_AUTH": (False, {}),
    "CUSTOM_AUTH with SRP": (False, {"SRP_A": "a" * 768, "CHALLENGE_NAME": "SRP_A"}),
    "REFRESH_TOKEN_AUTH": (True, {"REFRESH_TOKEN": "r"}),
    "USER_AUTH": (False, {}),
    "USER_AUTH with EMAIL_OTP": (False, {"PREFERRED_CHALLENGE": "EMAIL_OTP"}),
    "USER_AUTH with PASSWORD": (False, {"PREFERRED_CHALLENGE": "PASSWORD", "PASSWORD": "p"}),
    "USER_AUTH with PASSWORD_SRP": (False, {"PREFERRED_CHALLENGE": "PASSWORD_SRP", "SRP_A": "a" * 768}),
    "USER_AUTH with WEB_AUTHN": (False, {"PREFERRED_CHALLENGE": "WEB_AUTHN"}),
    "USER_PASSWORD_AUTH": (False, {"PASSWORD": "p"}),
    "USER_SRP_AUTH": (True, {"SRP_A": "a" * 768}),
    "NEW_FLOW_AUTH": (False, {}),
}
#: The operations that an older botocore knows too.
KNOWN = set(MODEL.operation_names)

# The service may have acted, whatever the client saw of it.
MAY_HAVE_ACTED = {
    "hangs up": HANGS_UP,
    "500": refuses("InternalErrorException", "Oh.", 500),
    "HTML with status 502": page(502),
    "503": refuses("ServiceUnavailable", "Later.", 503),
    "throttled with status 503": refuses("ThrottlingException", "Slow down.", 503),
}


@pytest.mark.parametrize("fault", MAY_HAVE_ACTED)
@pytest.mark.parametrize("operation", sorted((SENT_ONCE | SENT_AGAIN) & KNOWN))
def test_what_may_have_been_acted_on_is_repeated_only_where_that_is_harmless(
    operation: str, fault: str, scripted: ScriptedCognito, session: Session
) -> None:
    scripted.always(operation, MAY_HAVE_ACTED[fault])
    with pytest.raises(AuthError):
        call(session.config, operation, **required_members(operation))
    assert scripted.operations == [operation] * (1 if operation in SENT_ONCE else 3)


@pytest.mark.parametrize("fault", MAY_HAVE_ACTED)
@pytest.mark.parametrize("flow", FLOWS)
def test_a_sign_in_is_started_again_only_if_the_start_has_no_effect(
    flow: str, fault: str, scripted: ScriptedCognito, session: Session
) -> None:
    """Any other start may send a code, run a trigger or count a wrong password."""
    is_repeatable, parameters = FLOWS[flow]
    scripted.always("InitiateAuth", MAY_HAVE_ACTED[fault])
    with pytest.raises(AuthError):
        call(session.config, "InitiateAuth", AuthFlow=flow.partition(" ")[0], AuthParameters=parameters)
    assert len(scripted.requests) == (3 if is_repeatable else 1)


@pytest.mark.parametrize("fault", MAY_HAVE_ACTED)
@pytest.mark.parametrize(("is_user", "times"), [(True, 3), (False, 1)], ids=["user", "guest"])
def test_an_identity_is_asked_for_again_only_for_a_user(
    is_user: bool, times: int, fault: str, scripted: ScriptedCognito, new_session: Callable[..., Session]
) -> None:
    """Each request makes another identity for a guest."""
    session = new_session(identity_pool_id="us-east-1:pool", identity_pool_endpoint_url=scripted.url)
    scripted.always("GetId", MAY_HAVE_ACTED[fault])
    with pytest.raises(AuthError) as caught:
        invoke(
            identity_pool_client(session.config),
            "GetId",
            IdentityPoolId="us-east-1:pool",
            Logins={"issuer": "id-token"} if is_user else None,
        )
    assert len(scripted.requests) == times
    assert caught.value.is_retryable, "at worst an identity is left that nobody uses"


def test_every_operation_without_a_signature_is_classified() -> None:
    unsigned = {name for name in KNOWN if MODEL.operation_model(name).auth_type == "none"}

    assert sorted(unsigned - set(EFFECTS)) == [], "add a row to _cognito/effects.py, and to the table above"


@needs_newest
def test_no_operation_is_classified_that_cognito_does_not_have() -> None:
    operations = {row.partition(" ")[0] for row in EFFECTS} - {"GetId", "GetCredentialsForIdentity"}

    assert sorted(operations - KNOWN) == []


def test_the_table_and_this_file_agree() -> None:
    assert {row for row in EFFECTS if " " not in row and EFFECTS[row].is_repeatable} == SENT_AGAIN | {
        "GetCredentialsForIdentity"
    }
    assert {row for row in EFFECTS if " " not in row and not EFFECTS[row].is_repeatable} == SENT_ONCE | {
        "GetId",
        "InitiateAuth",
    }


@pytest.mark.parametrize("row", EFFECTS)
def test_every_row_says_why_and_what_to_do(row: str) -> None:
    effect = EFFECTS[row]
    assert effect.why.endswith(".")
    assert bool(effect.advice) != effect.is_repeatable
    assert effect.may_be_called_again or not effect.is_repeatable


def test_an_operation_that_nobody_has_classified_is_sent_once() -> None:
    effect = effect_of("BrandNewOperation", {})
    assert (effect.is_repeatable, effect.may_be_called_again, bool(effect.advice)) == (False, False, True)


@pytest.mark.parametrize("operation", sorted(SENT_ONCE))
def test_what_was_throttled_was_not_acted_on_and_is_tried_again(
    operation: str, scripted: ScriptedCognito, session: Session
) -> None:
    scripted.always(operation, refuses("TooManyRequestsException", "Rate exceeded"))
    with pytest.raises(auth.errors.TooManyRequestsException):
        call(session.config, operation, **required_members(operation))
    assert scripted.operations == [operation] * 3


@pytest.mark.parametrize("operation", sorted((SENT_ONCE | SENT_AGAIN) & KNOWN))
def test_a_user_who_tries_too_often_is_not_made_to_try_more_often(
    operation: str, scripted: ScriptedCognito, session: Session
) -> None:
    scripted.always(operation, refuses("LimitExceededException", "Attempt limit exceeded."))
    with pytest.raises(auth.errors.LimitExceededException):
        call(session.config, operation, **required_members(operation))
    assert scripted.operations == [operation]


@pytest.mark.parametrize("operation", ["SignUp", "RespondToAuthChallenge"])
@pytest.mark.parametrize("answer", [STALLS, HALF], ids=["no answer in time", "half an answer"])
def test_an_answer_that_does_not_come_whole_leads_to_no_second_request(
    operation: str, answer: Answer, scripted: ScriptedCognito, hasty: Session
) -> None:
    scripted.always(operation, answer)
    with pytest.raises(auth.AuthNetworkError):
        call(hasty.config, operation, **required_members(operation))
    scripted.wait_for(1)
    assert scripted.operations == [operation]


@pytest.mark.parametrize(
    "code",
    ["RequestTimeout", "RequestTimeoutException", "PriorRequestNotComplete", "TransactionInProgressException"],
)
@pytest.mark.parametrize("operation", sorted(SENT_ONCE))
def test_a_refusal_that_leaves_the_first_under_way_leads_to_no_second(
    operation: str, code: str, scripted: ScriptedCognito, session: Session
) -> None:
    """botocore takes these for passing ones, whatever the request."""
    scripted.always(operation, refuses(code))
    with pytest.raises(AuthError):
        call(session.config, operation)
    assert scripted.operations == [operation]


@pytest.fixture
def behind_proxy(scripted: ScriptedCognito, monkeypatch: pytest.MonkeyPatch) -> Session:
    """A session whose requests go through a proxy; the scripted service stands for both."""
    for name in ("NO_PROXY", "no_proxy", "http_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HTTP_PROXY", scripted.url)
    return Session(user_pool_id="us-east-1_A", user_pool_client_id="client", endpoint_url="http://cognito.example")


@pytest.mark.parametrize(("operation", "times"), [(name, 1) for name in sorted(SENT_ONCE)] + [("GetUser", 3)])
def test_behind_a_proxy_an_answer_that_was_cut_off_leads_to_no_second_request(
    operation: str, times: int, scripted: ScriptedCognito, behind_proxy: Session
) -> None:
    """urllib3 calls it a failure to connect to the proxy."""
    scripted.always(operation, HANGS_UP)
    with pytest.raises(AuthNetworkError):
        call(behind_proxy.config, operation)
    assert scripted.operations == [operation] * times


def test_a_proxy_that_gives_no_tunnel_has_let_nothing_through_and_is_tried_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[bytes] = []

    class Refusing(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            asked.append(self.request.recv(65536))
            self.request.sendall(b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n")

    with socketserver.TCPServer(("127.0.0.1", 0), Refusing) as proxy:
        threading.Thread(target=proxy.serve_forever, daemon=True).start()
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{proxy.server_address[1]}")
        session = Session(
            user_pool_id="us-east-1_A", user_pool_client_id="client", endpoint_url="https://cognito.example"
        )
        with pytest.raises(AuthNetworkError):
            call(session.config, "SignUp")
        proxy.shutdown()
    assert [request.split()[0] for request in asked] == [b"CONNECT"] * 3


def test_the_session_of_a_sign_up_is_not_sent_twice(scripted: ScriptedCognito, session: Session) -> None:
    """It is good for one sign-in: ``InitiateAuth`` that carries it is not repeated, though others are."""
    signed_up = says(UserConfirmed=True, UserSub="1", Session="session-of-the-sign-up")
    scripted.on("SignUp", signed_up).always("InitiateAuth", HANGS_UP)
    auth.sign_up("alice", auto_sign_in={"auth_flow_type": "USER_AUTH"}, session=session)
    with pytest.raises(auth.AuthNetworkError):
        auth.auto_sign_in(session=session)
    assert scripted.operations == ["SignUp", "InitiateAuth"]
    assert scripted.of("InitiateAuth")[0]["Session"] == "session-of-the-sign-up"


# A client that the caller made has retries of its own: those of botocore's older modes obey as well.
RETRIES: dict[str, dict[str, Any]] = {
    "legacy": {"mode": "legacy", "max_attempts": 6},
    "standard": {"mode": "standard", "max_attempts": 6},
    "adaptive": {"mode": "adaptive", "max_attempts": 6},
}


@pytest.fixture(scope="module")
def own_client(_scripted: ScriptedCognito) -> Callable[[str], Any]:
    made: dict[str, Any] = {}

    def make(mode: str) -> Any:
        if mode not in made:
            config = Config(signature_version=UNSIGNED, retries=RETRIES[mode])  # type: ignore[arg-type]
            made[mode] = boto3.client("cognito-idp", "us-east-1", endpoint_url=_scripted.url, config=config)
        return made[mode]

    return make


@pytest.mark.parametrize("fault", MAY_HAVE_ACTED)
@pytest.mark.parametrize("mode", RETRIES)
@pytest.mark.parametrize("flow", ["USER_PASSWORD_AUTH", "CUSTOM_WITH_SRP"])
def test_a_client_of_the_callers_own_starts_no_sign_in_twice(
    flow: auth.AuthFlowType,
    mode: str,
    fault: str,
    scripted: ScriptedCognito,
    new_session: Callable[..., Session],
    own_client: Callable[..., Any],
) -> None:
    session = new_session(client=own_client(mode))
    scripted.always("InitiateAuth", MAY_HAVE_ACTED[fault])
    with pytest.raises(AuthError):
        auth.sign_in("alice", "Passw0rd!", auth_flow_type=flow, session=session)
    assert scripted.operations == ["InitiateAuth"]


@pytest.mark.parametrize("fault", MAY_HAVE_ACTED)
@pytest.mark.parametrize("mode", RETRIES)
def test_a_client_of_the_callers_own_sends_nothing_twice_either(
    mode: str,
    fault: str,
    scripted: ScriptedCognito,
    new_session: Callable[..., Session],
    own_client: Callable[..., Any],
) -> None:
    session = new_session(client=own_client(mode))
    scripted.on("InitiateAuth", asks("SMS_MFA")).always("RespondToAuthChallenge", MAY_HAVE_ACTED[fault])
    auth.sign_in("alice", "Passw0rd!", session=session)
    with pytest.raises(AuthError):
        auth.confirm_sign_in("123456", session=session)
    assert scripted.operations == ["InitiateAuth", "RespondToAuthChallenge"]


def test_the_caller_of_his_own_client_keeps_its_retries_for_himself(
    scripted: ScriptedCognito, new_session: Callable[..., Session], own_client: Callable[..., Any]
) -> None:
    """Only requests of this library are held back."""
    client = own_client("standard")
    new_session(client=client)
    scripted.on("SignUp", HANGS_UP, says(UserConfirmed=True, UserSub="1"))
    client.sign_up(ClientId="client", Username="alice", Password="Passw0rd!")
    assert scripted.operations == ["SignUp", "SignUp"]


@pytest.mark.parametrize("failure", [HANGS_UP, page(500), page(503)], ids=str)
def test_an_answer_and_a_sign_up_are_not_sent_again_after_a_failure(
    failure: Any, session: auth.Session, scripted: ScriptedCognito
) -> None:
    """A second request would meet a spent session, or the name that the first one has taken."""
    ask(session, scripted, asks("SMS_MFA"), failure)
    scripted.always("SignUp", failure)
    for send in (lambda: auth.confirm_sign_in("1", session=session), lambda: auth.sign_up("bob", "p", session=session)):
        with pytest.raises(auth.AuthError):
            send()
    assert scripted.operations == ["InitiateAuth", "RespondToAuthChallenge", "SignUp"]
