"""Requests that could do harm if Cognito had acted on the first arrive once; the others at most three times."""

import socketserver
import threading
from collections.abc import Callable
from typing import Any

import boto3
import pytest
from botocore import UNSIGNED
from botocore.config import Config
from botocore.session import Session as CoreSession

import amplify_auth as auth
from amplify_auth import AuthError, AuthNetworkError, Session
from amplify_auth._cognito.service import call
from tests.support.asking import ask
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

# A second one would spend a session again, make a second account, take a code for used, replace a shown secret.
SENT_ONCE = {
    "AssociateSoftwareToken",
    "ChangePassword",
    "CompleteWebAuthnRegistration",
    "ConfirmDevice",
    "ConfirmForgotPassword",
    "ConfirmSignUp",
    "DeleteUser",
    "RespondToAuthChallenge",
    "SignUp",
    "VerifySoftwareToken",
    "VerifyUserAttribute",
}
SENT_AGAIN = {
    "DeleteUserAttributes",
    "ForgetDevice",
    "ForgotPassword",
    "GetDevice",
    "GetTokensFromRefreshToken",
    "GetUser",
    "GetUserAttributeVerificationCode",
    "GetUserAuthFactors",
    "GlobalSignOut",
    "InitiateAuth",
    "ListDevices",
    "ListWebAuthnCredentials",
    "ResendConfirmationCode",
    "RevokeToken",
    "SetUserMFAPreference",
    "StartWebAuthnRegistration",
    "UpdateDeviceStatus",
    "UpdateUserAttributes",
}
MODEL = CoreSession().get_service_model("cognito-idp")

# The service may have acted, whatever the client saw of it.
MAY_HAVE_ACTED = {
    "hangs up": HANGS_UP,
    "500": refuses("InternalErrorException", "Oh.", 500),
    "HTML with status 502": page(502),
    "503": refuses("ServiceUnavailable", "Later.", 503),
    "throttled with status 503": refuses("ThrottlingException", "Slow down.", 503),
}


def _parameters(shape: Any, name: str = "") -> Any:
    """Something that botocore accepts for each required member."""
    if shape.type_name == "structure":
        required = {member: shape.members[member] for member in shape.required_members}
        return {member: _parameters(item, member) for member, item in required.items()}
    if shape.type_name == "list":
        return [_parameters(shape.member)]
    if shape.type_name == "map":
        return {"USERNAME": "alice"}
    if getattr(shape, "is_document_type", False):
        return {}
    if shape.type_name == "boolean":
        return True
    return (shape.enum or ["x" * 20])[0]


@pytest.mark.parametrize("fault", MAY_HAVE_ACTED)
@pytest.mark.parametrize("operation", sorted(SENT_ONCE | SENT_AGAIN))
def test_what_may_have_been_acted_on_is_repeated_only_where_that_is_harmless(
    operation: str, fault: str, scripted: ScriptedCognito, session: Session
) -> None:
    scripted.always(operation, MAY_HAVE_ACTED[fault])
    with pytest.raises(AuthError):
        call(session.config, operation, **_parameters(MODEL.operation_model(operation).input_shape))
    assert scripted.operations == [operation] * (1 if operation in SENT_ONCE else 3)


@pytest.mark.parametrize("operation", sorted(SENT_ONCE))
def test_what_was_throttled_was_not_acted_on_and_is_tried_again(
    operation: str, scripted: ScriptedCognito, session: Session
) -> None:
    scripted.always(operation, refuses("TooManyRequestsException", "Rate exceeded"))
    with pytest.raises(auth.errors.TooManyRequestsException):
        call(session.config, operation, **_parameters(MODEL.operation_model(operation).input_shape))
    assert scripted.operations == [operation] * 3


@pytest.mark.parametrize("operation", sorted(SENT_ONCE | SENT_AGAIN))
def test_a_user_who_tries_too_often_is_not_made_to_try_more_often(
    operation: str, scripted: ScriptedCognito, session: Session
) -> None:
    scripted.always(operation, refuses("LimitExceededException", "Attempt limit exceeded."))
    with pytest.raises(auth.errors.LimitExceededException):
        call(session.config, operation, **_parameters(MODEL.operation_model(operation).input_shape))
    assert scripted.operations == [operation]


@pytest.mark.parametrize("operation", ["SignUp", "RespondToAuthChallenge"])
@pytest.mark.parametrize("answer", [STALLS, HALF], ids=["no answer in time", "half an answer"])
def test_an_answer_that_does_not_come_whole_leads_to_no_second_request(
    operation: str, answer: Answer, scripted: ScriptedCognito, hasty: Session
) -> None:
    scripted.always(operation, answer)
    with pytest.raises(auth.AuthNetworkError):
        call(hasty.config, operation, **_parameters(MODEL.operation_model(operation).input_shape))
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
