"""The mock over real HTTP: moto's server in a thread, ours, and ``python -m amplify_auth.testing`` in a process."""

import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import boto3
import botocore.exceptions
import pytest
import requests
from botocore import UNSIGNED
from botocore.config import Config
from moto.server import ThreadedMotoServer

import amplify_auth as auth
from amplify_auth.testing import MockCognito, MockCognitoServer, MockPool, _active, mock_cognito
from tests.support.clients import refused, sign_in
from tests.support.users import PASSWORD

pytestmark = pytest.mark.slow

TARGET = "AWSCognitoIdentityProviderService"


def client_of(url, *, signed=False, attempts=1):
    config = Config(
        signature_version=None if signed else UNSIGNED,
        retries={"total_max_attempts": attempts},
        connect_timeout=5,
        read_timeout=5,
    )
    keys = {"aws_access_key_id": "testing", "aws_secret_access_key": "testing"}
    return boto3.client("cognito-idp", "us-east-1", endpoint_url=url, config=config, **keys)


def post(url, operation, body):
    headers = {"X-Amz-Target": f"{TARGET}.{operation}", "Content-Type": "application/x-amz-json-1.1"}
    return requests.post(f"{url}/", data=body, headers=headers, timeout=5)


@pytest.fixture
def cognito(cognito_server: MockCognitoServer) -> MockCognito:
    cognito_server.cognito.reset()
    return cognito_server.cognito


@pytest.fixture
def pool(cognito: MockCognito) -> Any:
    pool = cognito.create_pool()
    pool.create_user("alice", PASSWORD)
    return pool


def test_a_right_password_is_accepted_and_a_wrong_one_refused(
    cognito_server: MockCognitoServer, pool: MockPool
) -> None:
    client = client_of(cognito_server.url)

    assert sign_in(pool, client=client)["AuthenticationResult"]
    with refused("NotAuthorizedException"):
        sign_in(pool, password="Passw0rd?", client=client)


def test_a_pool_of_any_region_is_found(cognito_server: MockCognitoServer, cognito: MockCognito) -> None:
    """A request without a signature says nothing of its region."""
    pool = cognito.create_pool(region="eu-west-1")
    pool.create_user("alice", PASSWORD)

    assert sign_in(pool, client=client_of(cognito_server.url))["AuthenticationResult"]


@pytest.mark.parametrize("region", ["us-east-1", "eu-west-1"])
def test_its_tokens_are_verified_with_the_keys_it_serves(
    cognito_server: MockCognitoServer, cognito: MockCognito, region: str
) -> None:
    """Before 5.2 moto's own server answered a page and status 500 where a pool's keys are."""
    pool = cognito.create_pool(region=region)
    pool.create_user("alice", PASSWORD)
    session = auth.Session(**pool.config, endpoint_url=cognito_server.url)
    auth.sign_in("alice", PASSWORD, session=session)

    for use in ("access", "id"):
        token = getattr(session.tokens, f"{use}_token")
        assert auth.verify_token(token, token_use=use, session=session)["token_use"] == use
    keys = requests.get(f"{cognito_server.url}/{pool.id}/.well-known/jwks.json", timeout=5)
    assert keys.headers["Content-Type"] == "application/json"
    assert keys.headers["Access-Control-Allow-Origin"] == "*", "browsers may read them"
    assert [sorted(key) for key in keys.json()["keys"]] == [["alg", "e", "kid", "kty", "n", "use"]], "no private half"


def test_an_identity_pool_is_at_the_same_address(
    cognito_server: MockCognitoServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A set-up with an emulator needs one variable."""
    pool = cognito_server.cognito.create_pool()
    pool.create_user("alice", "Corr3ct-horse")
    keys = {"aws_access_key_id": "testing", "aws_secret_access_key": "testing"}
    identities = boto3.client("cognito-identity", "us-east-1", endpoint_url=cognito_server.url, **keys)
    made = identities.create_identity_pool(IdentityPoolName="identities", AllowUnauthenticatedIdentities=False)
    monkeypatch.setenv("AMPLIFY_AUTH_ENDPOINT_URL", cognito_server.url)
    session = auth.Session(**pool.config, identity_pool_id=made["IdentityPoolId"])
    auth.sign_in("alice", "Corr3ct-horse", session=session)

    assert auth.fetch_auth_session(session=session).credentials is not None


def test_operations_of_an_administrator_are_motos(cognito_server: MockCognitoServer, pool: MockPool) -> None:
    admin = client_of(cognito_server.url, signed=True)

    assert admin.admin_get_user(UserPoolId=pool.id, Username="alice")["UserStatus"] == "CONFIRMED"


def test_what_moto_cannot_do_is_an_error_and_no_page(cognito_server: MockCognitoServer, pool: MockPool) -> None:
    """As HTML with status 500 clients would repeat it, and find no name in it."""
    with pytest.raises(botocore.exceptions.ClientError, match="admin_list_devices") as caught:
        client_of(cognito_server.url, signed=True).admin_list_devices(UserPoolId=pool.id, Username="alice")

    assert caught.value.response["Error"]["Code"] == "UnsupportedOperationException"
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400


def test_a_mistake_of_the_emulator_is_an_error_and_no_page(
    cognito_server: MockCognitoServer, pool: MockPool, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def handle(call):
        raise ZeroDivisionError("private")

    monkeypatch.setattr("amplify_auth.testing._answering.request.handle", handle)

    answer = post(cognito_server.url, "GetUser", "{}")

    assert answer.status_code == 500
    assert answer.json() == {
        "__type": "InternalErrorException",
        "message": "ZeroDivisionError in the emulator: see its log",
    }
    assert "a request could not be answered" in caplog.text


def test_what_is_no_json_is_refused_as_such(cognito_server: MockCognitoServer) -> None:
    assert post(cognito_server.url, "GetUser", "{").json()["__type"] == "SerializationException"


@pytest.mark.parametrize("kind", ["dropped", "timeout", "unreachable"])
def test_a_connection_that_is_to_fail_is_dropped(
    cognito_server: MockCognitoServer, cognito: MockCognito, pool: MockPool, kind: str
) -> None:
    cognito.fail_next("InitiateAuth", kind)

    with pytest.raises(botocore.exceptions.ConnectionClosedError):
        sign_in(pool, client=client_of(cognito_server.url))
    assert sign_in(pool, client=client_of(cognito_server.url))["AuthenticationResult"]


def test_a_client_that_repeats_gets_through(
    cognito_server: MockCognitoServer, cognito: MockCognito, pool: MockPool
) -> None:
    cognito.fail_next("InitiateAuth", "unavailable", times=2)

    assert sign_in(pool, client=client_of(cognito_server.url, attempts=3))["AuthenticationResult"]


@pytest.mark.parametrize("path", ["/", "/amplify-auth/pools"])
def test_browsers_may_use_it(cognito_server: MockCognitoServer, path: str) -> None:
    """A browser asks first, without a word on which service it is about."""
    origin = {"Origin": "http://localhost:3000"}
    asked = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "x-amz-target,content-type"}

    preflight = requests.options(cognito_server.url + path, headers={**origin, **asked}, timeout=5)

    assert preflight.ok
    assert preflight.headers["Access-Control-Allow-Origin"] == "*"
    assert "POST" in preflight.headers["Access-Control-Allow-Methods"]
    assert "*" in preflight.headers["Access-Control-Allow-Headers"]


def test_browsers_may_read_the_answers(cognito_server: MockCognitoServer) -> None:
    origin = {"Origin": "http://localhost:3000"}

    answers = [
        requests.get(f"{cognito_server.url}/amplify-auth/", headers=origin, timeout=5),
        requests.post(
            f"{cognito_server.url}/", data="{}", headers={**origin, "X-Amz-Target": f"{TARGET}.InitiateAuth"}, timeout=5
        ),
    ]

    assert [answer.status_code for answer in answers] == [200, 400]
    for answer in answers:
        assert answer.headers["Access-Control-Allow-Origin"] in ("*", origin["Origin"])


def test_the_address_is_only_known_while_it_runs() -> None:
    with pytest.raises(RuntimeError, match="not started"):
        _ = MockCognitoServer().url


def test_a_port_that_is_taken_leaves_nothing_behind(cognito_server: MockCognitoServer) -> None:
    before = _active._entered.mocks
    port = int(cognito_server.url.rpartition(":")[2])

    with pytest.raises(OSError, match="in use"), MockCognitoServer(port=port):
        pass

    assert _active._entered.mocks == before


def test_the_program_says_that_its_port_is_taken(cognito_server: MockCognitoServer) -> None:
    port = cognito_server.url.rpartition(":")[2]
    command = [sys.executable, "-m", "amplify_auth.testing", "--port", port]

    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)

    assert done.returncode == 1
    assert done.stderr.startswith(f"cannot listen at 127.0.0.1, port {port}: Address already in use")
    assert len(done.stderr.splitlines()) == 1


def has_ip_version_6():
    try:
        with socket.create_server(("::1", 0), family=socket.AF_INET6):
            return True
    except OSError:
        return False


@pytest.mark.skipif(not has_ip_version_6(), reason="this machine has no IPv6 loopback")
def test_it_listens_at_an_address_of_ip_version_6() -> None:
    with MockCognitoServer(host="::1") as server:
        assert server.url.startswith("http://[::1]:")
        assert requests.get(f"{server.url}/amplify-auth/", timeout=5).json()["strict"] is True


@contextmanager
def motos_server() -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    try:
        yield f"http://{host}:{port}"
    finally:
        server.stop()
        server._server.server_close()


def test_motos_own_server_verifies_while_the_mock_is_entered() -> None:
    """Also one that was started, and had answered, before."""
    with motos_server() as url:
        client = client_of(url)
        with refused("ResourceNotFoundException"):
            client.confirm_sign_up(ClientId="none", Username="x", ConfirmationCode="1")
        with mock_cognito() as cognito:
            pool = cognito.create_pool()
            pool.create_user("alice", PASSWORD)

            assert sign_in(pool, client=client)["AuthenticationResult"]
            with refused("NotAuthorizedException"):
                sign_in(pool, password="nope", client=client)
            cognito.fail_next("InitiateAuth", "dropped")
            with pytest.raises(botocore.exceptions.ConnectionClosedError):
                sign_in(pool, client=client)


def test_many_clients_at_once(cognito_server: MockCognitoServer, pool: MockPool) -> None:
    failures = []

    def work():
        try:
            client = client_of(cognito_server.url)
            for _ in range(5):
                assert sign_in(pool, client=client)["AuthenticationResult"]
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)

    assert failures == []


@pytest.fixture(scope="module")
def process() -> Iterator[tuple[str, str]]:
    """The program as users start it: where it listens, and its control endpoint."""
    command = [sys.executable, "-m", "amplify_auth.testing", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as running:
        try:
            url = running.stdout.readline().strip().removeprefix("Cognito for tests: ")
            control = running.stdout.readline().strip().removeprefix("Control: ")
            yield url, control
        finally:
            running.send_signal(signal.SIGTERM)
            rest, errors = running.communicate(timeout=20)
    assert (running.returncode, rest, errors) == (0, "", "")


def ask(process, method, path, **body):
    if method == "GET":
        return requests.get(process[1] + path, params=body, timeout=10)
    return requests.request(method, process[1] + path, json=body, timeout=10)


@pytest.fixture
def made(process: tuple[str, str]) -> Any:
    """A pool of the process, by its control endpoint, and alice in it."""
    assert ask(process, "POST", "reset").json() == {}
    config = ask(process, "POST", "pools", mfa="OPTIONAL").json()
    path = f"pools/{config['user_pool_id']}"
    user = ask(process, "POST", f"{path}/users", username="alice", password=PASSWORD, mfa=["SOFTWARE_TOKEN_MFA"])
    assert user.json()["status"] == "CONFIRMED"
    return config, path


def test_the_program_serves_cognito_and_its_control(process: tuple[str, str], made: Any) -> None:
    config, path = made
    client = client_of(process[0])
    client_id = config["user_pool_client_id"]

    client.sign_up(
        ClientId=client_id,
        Username="bob",
        Password=PASSWORD,
        UserAttributes=[{"Name": "email", "Value": "b@example.org"}],
    )
    code = ask(process, "GET", f"{path}/code", username="bob", purpose="SignUp").json()["code"]
    with refused("CodeMismatchException"):
        client.confirm_sign_up(ClientId=client_id, Username="bob", ConfirmationCode=f"{(int(code) + 1) % 10**6:06d}")
    client.confirm_sign_up(ClientId=client_id, Username="bob", ConfirmationCode=code)

    assert config["endpoint_url"] == process[0]
    assert ask(process, "GET", f"{path}/users", username="bob").json()["status"] == "CONFIRMED"
    (message,) = ask(process, "GET", f"{path}/outbox").json()["messages"]
    assert (message["destination"], message["code"], message["purpose"]) == ("b@example.org", code, "SignUp")
    calls = ask(process, "GET", "calls").json()["calls"]
    assert [(call["operation"], call["error"]) for call in calls] == [
        ("SignUp", None),
        ("ConfirmSignUp", "CodeMismatchException"),
        ("ConfirmSignUp", None),
    ]
    assert calls[0]["parameters"]["Password"] == "***"
    assert ask(process, "DELETE", "calls").json() == {}
    assert ask(process, "GET", "calls").json() == {"calls": []}


def test_one_time_codes_confirmation_time_and_faults_by_the_control(process: tuple[str, str], made: Any) -> None:
    config, path = made
    client = client_of(process[0])
    before = ask(process, "GET", "").json()["now"]

    advanced = ask(process, "POST", "clock", advance=86400).json()["now"]
    ask(process, "POST", f"{path}/users", username="carol", status="UNCONFIRMED")
    ask(process, "POST", f"{path}/confirm", username="carol")
    ask(process, "POST", "faults", operation="InitiateAuth", kind="unavailable")

    assert advanced[:10] > before[:10]
    assert ask(process, "GET", f"{path}/users", username="carol").json()["status"] == "CONFIRMED"
    assert len(ask(process, "GET", f"{path}/totp", username="alice").json()["code"]) == 6
    with refused("ServiceUnavailable"):
        client.initiate_auth(ClientId=config["user_pool_client_id"], AuthFlow="USER_AUTH", AuthParameters={})


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "complaint"),
    [
        ("GET", "pools/none/code", {"username": "x"}, 404, "there is no user pool 'none'"),
        ("POST", "pools", {"colour": "blue"}, 400, "colour"),
        ("POST", "faults", {"kind": "exploded"}, 400, "unknown kind of fault"),
        ("POST", "clock", {"advance": "soon"}, 400, "soon"),
        ("GET", "nowhere", {}, 404, "not found"),
        ("DELETE", "pools", {}, 405, "not allowed"),
    ],
)
def test_the_control_says_what_is_wrong(
    process: tuple[str, str], method: str, path: str, body: Any, status: int, complaint: str
) -> None:
    answer = ask(process, method, path, **body)

    assert answer.status_code == status
    assert complaint in answer.json()["error"]


def test_the_control_of_a_json_that_is_none(process: tuple[str, str]) -> None:
    answer = requests.post(process[1] + "pools", data="{", timeout=5)

    assert answer.status_code == 400
    assert "error" in answer.json()
