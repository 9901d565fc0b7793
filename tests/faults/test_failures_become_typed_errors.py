"""Every way in which a request can fail is one of the typed errors, after a bounded number of attempts."""

import pickle
import socket
from collections.abc import Callable, Iterator
from typing import Any

import pytest

import amplify_auth as auth
from amplify_auth import AuthNetworkError, AuthProtocolError, AuthServiceError, Session, errors
from tests.support.raw_server import BROKEN, TOKEN, RawServer
from tests.support.scripted_cognito import (
    HALF,
    HANGS_UP,
    STALLS,
    Answer,
    ScriptedCognito,
    asks,
    jwt,
    page,
    refuses,
    says,
    text,
)

pytestmark = pytest.mark.slow

# name: the answer, the error's class, its name, whether it may pass, attempts of what may be repeated, and of what
# may not. A service that throttles has not acted, so that everything may be sent again then. 0: as often as this
# version of botocore likes, three times at most.
FAULTS: dict[str, tuple[Answer, type[auth.AuthError], str, bool, int, int]] = {
    "hangs up": (HANGS_UP, AuthNetworkError, "NetworkError", True, 3, 1),
    "stalls": (STALLS, AuthNetworkError, "NetworkError", True, 3, 1),
    "half an answer": (HALF, AuthNetworkError, "NetworkError", True, 0, 1),
    "HTML with status 200": (page(200), AuthProtocolError, "InvalidResponse", False, 1, 1),
    "not JSON": (text("certainly"), AuthProtocolError, "InvalidResponse", False, 1, 1),
    "cut JSON": (text('{"UserSub": "1", "Authenti'), AuthProtocolError, "InvalidResponse", False, 1, 1),
    "a JSON list": (text("[]"), AuthProtocolError, "InvalidResponse", False, 1, 1),
    "HTML with status 500": (page(500), errors.InternalErrorException, "InternalErrorException", True, 3, 1),
    "HTML with status 502": (page(502), errors.InternalErrorException, "InternalErrorException", True, 3, 1),
    "HTML with status 503": (page(503), errors.InternalErrorException, "InternalErrorException", True, 3, 1),
    "a page that is not UTF-8 with status 500": (
        Answer(status=500, body="<!doctype html>Störung".encode("latin-1")),
        errors.InternalErrorException,
        "InternalErrorException",
        True,
        3,
        1,
    ),
    "a JSON list with status 502": (
        text("[]", 502),
        errors.InternalErrorException,
        "InternalErrorException",
        True,
        3,
        1,
    ),
    "empty with status 504": (text("", 504), errors.InternalErrorException, "InternalErrorException", True, 3, 1),
    "500": (
        refuses("InternalErrorException", "Oh.", 500),
        errors.InternalErrorException,
        "InternalErrorException",
        True,
        3,
        1,
    ),
    "503": (
        refuses("ServiceUnavailable", "Later.", 503),
        errors.InternalErrorException,
        "ServiceUnavailable",
        True,
        3,
        1,
    ),
    "throttled": (
        refuses("TooManyRequestsException", "Rate exceeded"),
        errors.TooManyRequestsException,
        "TooManyRequestsException",
        True,
        3,
        3,
    ),
    "throttled by a gateway": (
        refuses("ThrottlingException", "Rate exceeded", 429),
        errors.TooManyRequestsException,
        "ThrottlingException",
        True,
        3,
        3,
    ),
    "HTML with status 429": (page(429), errors.TooManyRequestsException, "TooManyRequestsException", True, 0, 0),
    "limit exceeded": (
        refuses("LimitExceededException", "Attempt limit exceeded, please try after some time."),
        errors.LimitExceededException,
        "LimitExceededException",
        False,
        1,
        1,
    ),
    "refused by a firewall": (
        refuses("ForbiddenException", "Request not allowed due to WAF block.", 403),
        errors.ForbiddenException,
        "ForbiddenException",
        False,
        1,
        1,
    ),
    "refused in words nobody knows": (
        refuses("BrandNewException", "No."),
        AuthServiceError,
        "BrandNewException",
        False,
        1,
        1,
    ),
}


def _confirm_sign_in(session: Session) -> Any:
    return auth.confirm_sign_in("123456", session=session)


def _sign_in(flow: auth.AuthFlowType) -> Callable[[Session], Any]:
    return lambda session: auth.sign_in("alice", "Passw0rd!", auth_flow_type=flow, session=session)


# name: the call, the operation that fails, whether it may be sent again, and whether the function may be called again
# if it is unknown what has become of the request.
CALLS: dict[str, tuple[Callable[[Session], Any], str, bool, bool]] = {
    "sign_up": (lambda session: auth.sign_up("alice", "Passw0rd!", session=session), "SignUp", False, False),
    "confirm_sign_up": (
        lambda session: auth.confirm_sign_up("alice", "123456", session=session),
        "ConfirmSignUp",
        False,
        True,
    ),
    "resend_sign_up_code": (
        lambda session: auth.resend_sign_up_code("alice", session=session),
        "ResendConfirmationCode",
        False,
        False,
    ),
    "sign_in": (_sign_in("USER_SRP_AUTH"), "InitiateAuth", True, True),
    "sign_in by password": (_sign_in("USER_PASSWORD_AUTH"), "InitiateAuth", False, False),
    "confirm_sign_in": (_confirm_sign_in, "RespondToAuthChallenge", False, False),
}


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("call", CALLS)
def test_each_failure_of_each_call_is_its_typed_error(
    call: str, fault: str, scripted: ScriptedCognito, session: Session, hasty: Session, slept: list[float]
) -> None:
    session = hasty if fault == "stalls" else session
    function, operation, may_be_repeated, may_be_called_again = CALLS[call]
    answer, kind, name, passes, repeated, sent_once = FAULTS[fault]
    is_retryable = passes and (may_be_called_again or kind is errors.TooManyRequestsException)
    if call == "confirm_sign_in":
        scripted.on("InitiateAuth", asks("SMS_MFA"))
        auth.sign_in("alice", "Passw0rd!", session=session)
    scripted.always(operation, answer)
    with pytest.raises(auth.AuthError) as caught:
        function(session)
    error = caught.value
    assert type(error) is kind
    assert (error.name, error.is_retryable, error.operation) == (name, is_retryable, operation)
    assert error.recovery_suggestion or kind is AuthServiceError
    expected = repeated if may_be_repeated else sent_once
    if fault == "stalls":
        scripted.wait_for((expected or 1) + (call == "confirm_sign_in"))
    sent = len(scripted.of(operation))
    assert sent == expected if expected else sent <= 3
    assert sum(slept) <= 3.0, "the waits between three attempts: at most 1 and 2 seconds"


@pytest.mark.parametrize("fault", ["500", "throttled", "refused by a firewall"])
def test_a_refusal_keeps_the_facts_that_support_asks_for(
    fault: str, scripted: ScriptedCognito, session: Session
) -> None:
    scripted.always("InitiateAuth", FAULTS[fault][0])
    with pytest.raises(AuthServiceError) as caught:
        auth.sign_in("alice", "Passw0rd!", session=session)
    error = caught.value
    assert error.request_id == "request-1"
    assert error.http_status_code == FAULTS[fault][0].status
    assert error.__cause__ is not None
    assert error.__cause__.response["Error"]["Code"] == error.name  # type: ignore[attr-defined]


def test_no_answer_keeps_botocores_error_as_its_cause(scripted: ScriptedCognito, session: Session) -> None:
    scripted.always("InitiateAuth", HANGS_UP)
    with pytest.raises(AuthNetworkError) as caught:
        auth.sign_in("alice", "Passw0rd!", session=session)
    assert type(caught.value.__cause__).__name__ == "ConnectionClosedError"
    assert isinstance(caught.value, ConnectionError)


@pytest.mark.parametrize("broken", BROKEN)
def test_the_cause_of_a_broken_answer_holds_names_and_addresses_alone(
    broken: str, new_session: Callable[..., Session], slept: list[float]
) -> None:
    """urllib3's errors, which botocore's are raised from, hold what had come of the answer."""
    answer, ending, name = BROKEN[broken]
    with RawServer(answer, ending) as server, pytest.raises(AuthNetworkError) as caught:
        auth.sign_in("alice", "Passw0rd!", session=new_session(endpoint_url=server.url, read_timeout=0.1))
    cause: Any = caught.value.__cause__
    assert type(cause).__name__ == name
    assert (cause.__cause__, cause.__context__, caught.value.__context__) == (None, None, None)
    assert all(type(value) is str for value in cause.kwargs.values())
    assert (cause.request, cause.response) == (None, None)
    assert TOKEN not in f"{cause} {vars(cause)}"
    assert str(pickle.loads(pickle.dumps(cause))) == str(cause)


def test_the_cause_hides_who_an_address_is_for(closed_port: str, slept: list[float]) -> None:
    with pytest.raises(AuthNetworkError) as caught:
        auth.sign_in("alice", "Passw0rd!", session=_session(closed_port.replace("//", "//user:canary@")))
    assert str(caught.value.__cause__) == f'Could not connect to the endpoint URL: "{closed_port}/"'.replace(
        "//", "//***@"
    )
    assert "canary" not in repr(vars(caught.value.__cause__))


def test_a_client_that_cannot_be_made_says_which_setting_to_look_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "no url")
    with pytest.raises(errors.AuthConfigurationError, match="AWS_ENDPOINT_URL is not a URL") as caught:
        auth.resend_sign_up_code("alice", session=Session(user_pool_id="us-east-1_A", user_pool_client_id="client"))
    assert "endpoint_url, AWS_ENDPOINT_URL" in str(caught.value.recovery_suggestion)


def test_a_client_that_cannot_be_made_for_an_unknown_reason_says_where_to_look(monkeypatch: pytest.MonkeyPatch) -> None:
    from botocore.exceptions import BotoCoreError

    from amplify_auth._cognito import client

    def fail(*_: object) -> None:
        raise BotoCoreError

    monkeypatch.setattr(client, "shared_client", fail)
    with pytest.raises(errors.AuthConfigurationError, match="BotoCoreError") as caught:
        auth.resend_sign_up_code("alice", session=Session(user_pool_id="us-east-1_A", user_pool_client_id="client"))
    for name in ("AWS_ENDPOINT_URL", "AWS_CA_BUNDLE", "REQUESTS_CA_BUNDLE", "region", "proxy"):
        assert name in str(caught.value.recovery_suggestion)


@pytest.fixture
def closed_port() -> Iterator[str]:
    """An address that nobody listens at, kept from everybody else."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{taken.getsockname()[1]}"


@pytest.fixture
def deaf_port() -> Iterator[str]:
    """An address whose listener accepts nobody, its queue being full: connections are neither made nor refused."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        waiting = [socket.socket() for _ in range(4)]
        for client in waiting:
            client.setblocking(False)
            client.connect_ex(listener.getsockname())
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        for client in waiting:
            client.close()


def _session(url: str) -> Session:
    return Session(user_pool_id="us-east-1_Faults", user_pool_client_id="client", endpoint_url=url, connect_timeout=0.1)


def _count_attempts(session: Session) -> list[str]:
    from amplify_auth._cognito.client import user_pool_client

    attempts: list[str] = []
    events = user_pool_client(session.config).meta.events
    events.register(
        "before-send.cognito-identity-provider", lambda event_name, **_: attempts.append(event_name.rpartition(".")[2])
    )
    return attempts


@pytest.mark.parametrize("call", [name for name in CALLS if name != "confirm_sign_in"])
def test_a_refused_connection_is_a_network_error_and_always_tried_again(call: str, closed_port: str) -> None:
    """Nothing arrived, so that even what is never sent twice may be tried again."""
    session = _session(closed_port)
    attempts = _count_attempts(session)
    function, operation, *_ = CALLS[call]
    with pytest.raises(AuthNetworkError) as caught:
        function(session)
    assert (caught.value.name, caught.value.is_retryable) == ("NetworkError", True)
    assert "not known" not in caught.value.message
    assert attempts == [operation] * 3


def test_the_cause_keeps_what_the_system_says(closed_port: str, slept: list[float]) -> None:
    """The words of the system and of OpenSSL say what to mend, and hold nothing of an answer."""
    said = []
    with RawServer(b"220 speaks no TLS\r\n") as server:
        for url in (closed_port, server.url.replace("http:", "https:")):
            with pytest.raises(AuthNetworkError) as caught:
                auth.sign_in("alice", "Passw0rd!", session=_session(url))
            cause: Any = caught.value.__cause__
            said.append(f"{type(cause).__name__}: {cause.kwargs['error']}")
    assert said[0] == "EndpointConnectionError: NewConnectionError: Connection refused"
    assert said[1].startswith("SSLError: SSLError: [SSL")


def test_a_connection_that_is_never_made_is_a_network_error_within_its_timeout(deaf_port: str) -> None:
    session = _session(deaf_port)
    attempts = _count_attempts(session)
    with pytest.raises(AuthNetworkError) as caught:
        auth.sign_up("alice", "Passw0rd!", session=session)
    assert type(caught.value.__cause__).__name__ == "ConnectTimeoutError"
    assert attempts == ["SignUp"] * 3


def test_a_name_that_does_not_resolve_is_a_network_error() -> None:
    session = _session("http://nowhere.invalid:9")
    with pytest.raises(AuthNetworkError):
        auth.sign_in("alice", "Passw0rd!", session=session)


def test_a_passing_failure_of_a_repeatable_request_is_not_seen_by_the_caller(
    scripted: ScriptedCognito, session: Session
) -> None:
    scripted.on("InitiateAuth", HANGS_UP, page(503), asks("SMS_MFA"))
    assert _sign_in("USER_SRP_AUTH")(session).next_step.sign_in_step == "CONFIRM_SIGN_IN_WITH_SMS_CODE"
    assert scripted.operations == ["InitiateAuth"] * 3


def test_a_connection_that_the_service_closed_meanwhile_costs_no_attempt(
    scripted: ScriptedCognito, session: Session
) -> None:
    """Between two steps a person types: the kept-alive connection is gone by then, and nothing was sent over it."""
    scripted.on("InitiateAuth", Answer(body=asks("SMS_MFA").body, sent=len(asks("SMS_MFA").body)))
    auth.sign_in("alice", "Passw0rd!", session=session)
    scripted.wait_until_closed()
    scripted.on("RespondToAuthChallenge", says(AuthenticationResult={"AccessToken": jwt(), "ExpiresIn": 60}))
    assert auth.confirm_sign_in("123456", session=session).is_signed_in
