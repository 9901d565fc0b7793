"""If nobody knows whether Cognito acted: the error says so, says what to do, and is retryable only without harm."""

import contextlib
import pickle
import socketserver
import ssl
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PrivateFormat

import amplify_auth as auth
from amplify_auth import AuthConfigurationError, AuthError, AuthNetworkError, Session, errors
from amplify_auth._cognito import call
from amplify_auth.testing import MockCognito, MockPool
from tests.support.asking import ask
from tests.support.makers import NewSession, PoolOf, SessionOf
from tests.support.scripted_cognito import (
    HALF,
    HANGS_UP,
    Answer,
    ScriptedCognito,
    asks,
    page,
    refuses,
    says,
    signs_in,
    text,
)

pytestmark = pytest.mark.slow

PASSWORD = "Passw0rd!"
UNKNOWN = "It is not known whether Cognito acted on the request."

#: No answer, half of one, one that cannot be read, a failure on the way, and words for a request that is under way.
UNKNOWN_FAULTS: dict[str, Answer] = {
    "hangs up": HANGS_UP,
    "half an answer": HALF,
    "not JSON": text("certainly"),
    "HTML with status 200": page(200),
    "500": refuses("InternalErrorException", "Oh", 500),
    "HTML with status 502": page(502),
    "500 with status 400": refuses("InternalErrorException", "Oh"),
    "throttled with status 503": refuses("ThrottlingException", "Slow down.", 503),
    "under way": refuses("TransactionInProgressException", "Under way."),
}
#: Cognito, or a server before it, has refused.
CERTAIN_FAULTS: dict[str, Answer] = {
    "throttled": refuses("TooManyRequestsException", "Rate exceeded"),
    "throttled by a gateway": refuses("ThrottlingException", "Rate exceeded", 429),
    "limit": refuses("LimitExceededException", "Attempt limit exceeded."),
    "refused": refuses("NotAuthorizedException", "User is disabled."),
    "HTML with status 403": page(403),
    "an emulator without the operation": refuses("Unsupported", "Cognito Local unsupported feature", 500),
}


@pytest.fixture(scope="module")
def tls_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server whose certificate nobody trusts."""
    key = ec.generate_private_key(ec.SECP256R1())
    me = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    begin = datetime(2020, 1, 1, tzinfo=UTC)
    made = x509.CertificateBuilder(me, me, key.public_key(), 1, begin, begin.replace(year=2120)).sign(
        key, hashes.SHA256()
    )
    file = tmp_path_factory.mktemp("tls") / "server.pem"
    file.write_bytes(
        made.public_bytes(Encoding.PEM)
        + key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            with contextlib.suppress(OSError):
                context.wrap_socket(self.request, server_side=True)

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield f"https://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


def _sign_in(flow: auth.AuthFlowType, **options: Any) -> Callable[[Session], Any]:
    return lambda session: auth.sign_in("alice", PASSWORD, auth_flow_type=flow, session=session, **options)


#: Call -> the operation whose answer is lost, what the advice must say, and whether the same call does no harm.
CALLS: dict[str, tuple[Callable[[Session], Any], str, str, bool]] = {
    "sign_up": (lambda s: auth.sign_up("alice", PASSWORD, session=s), "SignUp", "confirm_sign_up()", False),
    "confirm_sign_up": (
        lambda s: auth.confirm_sign_up("alice", "1", session=s),
        "ConfirmSignUp",
        "Call confirm_sign_up() again",
        True,
    ),
    "resend_sign_up_code": (
        lambda s: auth.resend_sign_up_code("alice", session=s),
        "ResendConfirmationCode",
        "Only if none arrives",
        False,
    ),
    "USER_PASSWORD_AUTH": (_sign_in("USER_PASSWORD_AUTH"), "InitiateAuth", "Check the password", False),
    "CUSTOM_WITHOUT_SRP": (
        lambda s: auth.sign_in("alice", auth_flow_type="CUSTOM_WITHOUT_SRP", session=s),
        "InitiateAuth",
        "cannot be used",
        False,
    ),
    "CUSTOM_WITH_SRP": (_sign_in("CUSTOM_WITH_SRP"), "InitiateAuth", "cannot be used", False),
    "USER_AUTH": (
        lambda s: auth.sign_in("alice", auth_flow_type="USER_AUTH", preferred_challenge="EMAIL_OTP", session=s),
        "InitiateAuth",
        "another code",
        False,
    ),
    "USER_AUTH with PASSWORD": (
        _sign_in("USER_AUTH", preferred_challenge="PASSWORD"),
        "InitiateAuth",
        "counts a wrong password again",
        False,
    ),
}
with_each_call = pytest.mark.parametrize("name", CALLS)


@with_each_call
@pytest.mark.parametrize("fault", UNKNOWN_FAULTS)
def test_an_error_says_that_the_outcome_is_unknown_and_what_to_do(
    name: str, fault: str, scripted: ScriptedCognito, session: Session
) -> None:
    function, operation, advice, is_harmless = CALLS[name]
    scripted.always(operation, UNKNOWN_FAULTS[fault])
    with pytest.raises(AuthError) as caught:
        function(session)
    assert scripted.operations == [operation]
    error = caught.value
    assert error.message.endswith(f". {UNKNOWN}")
    assert advice in (error.recovery_suggestion or "")
    assert error.operation == operation
    can_pass = isinstance(error, AuthNetworkError | errors.InternalErrorException | errors.TooManyRequestsException)
    assert error.is_retryable is (is_harmless and can_pass)


@with_each_call
@pytest.mark.parametrize("fault", CERTAIN_FAULTS)
def test_nothing_is_unknown_after_a_refusal(name: str, fault: str, scripted: ScriptedCognito, session: Session) -> None:
    function, operation, *_ = CALLS[name]
    scripted.always(operation, CERTAIN_FAULTS[fault])
    with pytest.raises(AuthError) as caught:
        function(session)
    assert "not known" not in caught.value.message
    assert caught.value.is_retryable is fault.startswith("throttled")


@pytest.mark.parametrize("fault", ["hangs up", "500"])
def test_what_has_no_effect_can_be_called_again(fault: str, scripted: ScriptedCognito, session: Session) -> None:
    """The start of an SRP exchange: whether Cognito acted does not matter."""
    scripted.always("InitiateAuth", UNKNOWN_FAULTS[fault])
    with pytest.raises(AuthError) as caught:
        _sign_in("USER_SRP_AUTH")(session)
    assert "not known" not in caught.value.message
    assert caught.value.is_retryable


#: The challenge that is answered -> what the advice must say, and whether the same call does no harm.
ANSWERS: dict[str, tuple[str, bool]] = {
    "SMS_MFA": ("PendingSignInExpired", False),
    "EMAIL_OTP": ("PendingSignInExpired", False),
    "CUSTOM_CHALLENGE": ("PendingSignInExpired", False),
    "NEW_PASSWORD_REQUIRED": ("the new password has been set", True),
}


@pytest.mark.parametrize("challenge", ANSWERS)
@pytest.mark.parametrize("fault", ["hangs up", "500"])
def test_an_answer_whose_outcome_is_unknown_keeps_its_question(
    fault: str, challenge: str, scripted: ScriptedCognito, session: Session
) -> None:
    advice, is_harmless = ANSWERS[challenge]
    ask(session, scripted, asks(challenge), UNKNOWN_FAULTS[fault])
    before = session.pending_sign_in
    with pytest.raises(AuthError) as caught:
        auth.confirm_sign_in("N3w-passw0rd!", session=session)
    assert caught.value.message.endswith(UNKNOWN)
    assert advice in (caught.value.recovery_suggestion or "")
    assert caught.value.is_retryable is is_harmless
    assert session.pending_sign_in is before
    assert scripted.operations == ["InitiateAuth", "RespondToAuthChallenge"]


@pytest.mark.parametrize(
    "operation", ["ForgotPassword", "GetUserAttributeVerificationCode", "UpdateUserAttributes", "ChangePassword"]
)
def test_an_operation_that_counts_or_sends_is_not_to_be_called_again(
    operation: str, scripted: ScriptedCognito, session: Session
) -> None:
    scripted.always(operation, HANGS_UP)
    with pytest.raises(AuthNetworkError) as caught:
        call(session.config, operation)
    assert not caught.value.is_retryable
    assert caught.value.message.endswith(UNKNOWN)


def test_the_error_keeps_its_facts_and_its_cause(scripted: ScriptedCognito, session: Session) -> None:
    scripted.always("SignUp", refuses("InternalErrorException", "Oh", 500))
    with pytest.raises(errors.InternalErrorException) as caught:
        auth.sign_up("alice", PASSWORD, session=session)
    error = caught.value
    assert error.message == f"Oh. {UNKNOWN}"
    assert (error.name, error.request_id, error.http_status_code) == ("InternalErrorException", "request-1", 500)
    assert error.__cause__ is not None
    assert error.__context__ is None
    assert pickle.loads(pickle.dumps(error)).message == error.message


def test_advice_of_its_own_is_kept(scripted: ScriptedCognito, session: Session) -> None:
    """An answer that is none may mean that the endpoint is wrong."""
    scripted.always("SignUp", page(200))
    with pytest.raises(auth.AuthProtocolError) as caught:
        auth.sign_up("alice", PASSWORD, session=session)
    assert "confirm_sign_up()" in str(caught.value.recovery_suggestion)
    assert "endpoint_url" in str(caught.value.recovery_suggestion)


@pytest.mark.parametrize("operation", ["SignUp", "InitiateAuth"])
@pytest.mark.parametrize("reason", ["untrusted", "no bundle", "no name"])
def test_a_request_that_was_not_sent_was_not_acted_on(
    reason: str, operation: str, monkeypatch: pytest.MonkeyPatch, slept: list[float], tls_url: str
) -> None:
    """There was no connection, or no trust in the other end of it."""
    url = "http://nowhere.invalid:9" if reason == "no name" else tls_url
    if reason == "no bundle":
        monkeypatch.setenv("AWS_CA_BUNDLE", "/nowhere/bundle.pem")
    session = Session(user_pool_id="us-east-1_A", user_pool_client_id="client", endpoint_url=url)
    function = CALLS["sign_up"][0] if operation == "SignUp" else _sign_in("USER_PASSWORD_AUTH")
    with pytest.raises(AuthConfigurationError if reason == "no bundle" else AuthNetworkError) as caught:
        function(session)
    assert "not known" not in caught.value.message
    assert caught.value.is_retryable == (reason == "no name")  # the others do not pass by themselves


def test_an_error_that_the_caller_handles_meanwhile_proves_nothing(scripted: ScriptedCognito, session: Session) -> None:
    """It becomes the context of all that is raised then."""
    scripted.always("SignUp", HANGS_UP)
    try:
        raise FileNotFoundError("of the caller")
    except FileNotFoundError:
        with pytest.raises(AuthNetworkError) as caught:
            auth.sign_up("alice", PASSWORD, session=session)
    assert UNKNOWN in caught.value.message


# One lost answer is one message, and one wrong password counts once.

KINDS = ["dropped", "timeout", "internal_error", "unavailable", "malformed"]


@pytest.fixture
def pool(pool_of: PoolOf) -> MockPool:
    return pool_of(mfa="OPTIONAL", prevent_user_existence_errors=False)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("call_name", ["USER_AUTH", "choice", "password with MFA", "resend_sign_up_code", "sign_up"])
def test_one_lost_answer_is_one_message(
    call_name: str, kind: Any, pool: MockPool, session_of: SessionOf, cognito: MockCognito, name: str
) -> None:
    session = session_of(pool)
    operation = "InitiateAuth"
    email = {"email": f"{name}@example.com"}
    if call_name in ("USER_AUTH", "choice"):
        pool.create_user(name, None)
        preferred: auth.FirstFactor | None = "EMAIL_OTP" if call_name == "USER_AUTH" else None

        def function() -> Any:
            return auth.sign_in(name, auth_flow_type="USER_AUTH", preferred_challenge=preferred, session=session)

    elif call_name == "password with MFA":
        pool.create_user(name, PASSWORD, mfa=("SMS_MFA",))

        def function() -> Any:
            return auth.sign_in(name, PASSWORD, auth_flow_type="USER_PASSWORD_AUTH", session=session)

    elif call_name == "sign_up":
        operation = "SignUp"

        def function() -> Any:
            return auth.sign_up(name, PASSWORD, user_attributes=email, session=session)

    else:
        operation = "ResendConfirmationCode"
        auth.sign_up(name, PASSWORD, user_attributes=email, session=session)

        def function() -> Any:
            return auth.resend_sign_up_code(name, session=session)

    before = len(pool.outbox)
    cognito.fail_next(operation, kind, times=3, after=True)
    with pytest.raises(AuthError) as caught:
        function()
    assert len(cognito.calls.of(operation)) == 1
    assert len(pool.outbox) - before == (0 if call_name == "choice" else 1)
    assert UNKNOWN in caught.value.message
    assert not caught.value.is_retryable


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("flow", ["USER_PASSWORD_AUTH", "USER_SRP_AUTH", "USER_AUTH"])
def test_one_wrong_password_counts_once(
    flow: auth.AuthFlowType,
    kind: Any,
    pool: MockPool,
    session_of: SessionOf,
    cognito: MockCognito,
    name: str,
) -> None:
    """After the fifth, Cognito locks the user out: four are tried, one of them with a lost answer."""
    pool.create_user(name, PASSWORD)
    session = session_of(pool)
    options: dict[str, Any] = {"auth_flow_type": flow, "session": session}
    if flow == "USER_AUTH":
        options["preferred_challenge"] = "PASSWORD"
    cognito.fail_next("RespondToAuthChallenge" if "SRP" in flow else "InitiateAuth", kind, times=1, after=True)
    for _ in range(4):
        with pytest.raises(AuthError):
            auth.sign_in(name, "wr0ng-Passw0rd", **options)
    assert auth.sign_in(name, PASSWORD, **options).is_signed_in


# The automatic sign-in.


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "how",
    [
        {"auth_flow_type": "USER_PASSWORD_AUTH"},
        {"auth_flow_type": "USER_SRP_AUTH"},
        {"auth_flow_type": "USER_AUTH", "preferred_challenge": "EMAIL_OTP"},
    ],
    ids=str,
)
@pytest.mark.parametrize("method", ["code", "link"])
def test_a_lost_answer_keeps_the_automatic_sign_in_and_sends_no_second_code(
    method: str, how: Any, kind: Any, pool: MockPool, session_of: SessionOf, cognito: MockCognito, name: str
) -> None:
    session = session_of(pool, sign_up_verification_method=method)
    password = None if how["auth_flow_type"] == "USER_AUTH" else PASSWORD
    operation = "RespondToAuthChallenge" if "SRP" in how["auth_flow_type"] else "InitiateAuth"
    auth.sign_up(name, password, user_attributes={"email": "a@example.com"}, auto_sign_in=how, session=session)
    if method == "code":
        auth.confirm_sign_up(name, pool.code(name), session=session)
    else:
        pool.confirm(name)
    before = len(pool.outbox)
    cognito.fail_next(operation, kind, after=True)
    with pytest.raises(AuthError) as caught:
        auth.auto_sign_in(session=session)
    assert len(cognito.calls.of(operation)) == 1, "the wait for a link goes not on by itself"
    assert len(pool.outbox) - before <= 1
    assert UNKNOWN in caught.value.message
    assert not caught.value.is_retryable
    output = auth.auto_sign_in(session=session)
    if not output.is_signed_in:
        output = auth.confirm_sign_in(pool.code(name, "EMAIL_OTP"), session=session)
    assert output.is_signed_in


def test_a_code_that_is_asked_for_again_is_sent_once(new_session: NewSession, scripted: ScriptedCognito) -> None:
    session = new_session(auth_flow_type="USER_AUTH", preferred_challenge="EMAIL_OTP")
    scripted.on("InitiateAuth", asks("EMAIL_OTP"), HANGS_UP)
    auth.sign_in("alice", session=session)
    before = session.pending_sign_in
    with pytest.raises(AuthNetworkError, match="not known"):
        auth.resend_sign_in_code(session=session)
    assert scripted.operations == ["InitiateAuth"] * 2
    assert session.pending_sign_in is before, "its own code can still be answered"


def test_a_device_that_is_gone_leads_to_no_third_request(scripted: ScriptedCognito, new_session: NewSession) -> None:
    """Cognito has refused the first request. The second is lost, and that is the end."""
    session = new_session()
    new_device = {"DeviceKey": "us-east-1_a-device", "DeviceGroupKey": "-group"}
    scripted.on("InitiateAuth", signs_in(NewDeviceMetadata=new_device)).on("ConfirmDevice", says())
    scripted.always("RevokeToken", says())
    auth.sign_in("alice", PASSWORD, session=session)
    auth.sign_out(session=session)
    scripted.clear()
    scripted.on("InitiateAuth", refuses("ResourceNotFoundException", "Device does not exist."))
    scripted.always("InitiateAuth", HANGS_UP)
    with pytest.raises(AuthNetworkError):
        auth.sign_in("alice", PASSWORD, session=session)
    assert ["DEVICE_KEY" in body["AuthParameters"] for body in scripted.of("InitiateAuth")] == [True, False]
