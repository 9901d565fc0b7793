"""Nobody needs AWS credentials, profiles, config files or a metadata service; proxies and CA bundles are honoured."""

from __future__ import annotations

import gc
import json
import os
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import amplify_auth as auth
from amplify_auth import Session, errors
from amplify_auth._cognito import client as _boto
from amplify_auth._cognito.collector import collector_at_rest
from tests.support import processes
from tests.support.scripted_cognito import ScriptedCognito, says

pytestmark = pytest.mark.slow

SENT = ["AssociateSoftwareToken", "ConfirmDevice", "ConfirmSignUp", "GetTokensFromRefreshToken", "GlobalSignOut"]
SENT += ["InitiateAuth", "ResendConfirmationCode", "RespondToAuthChallenge", "RevokeToken", "SignUp"]
SENT += ["VerifySoftwareToken"]


@pytest.fixture
def broken_home(tmp_path: Path) -> dict[str, str]:
    """A machine whose AWS set-up is as wrong as can be."""
    (tmp_path / ".aws").mkdir()
    for name in ("config", "credentials"):
        (tmp_path / ".aws" / name).write_text("[profile nobody\n= nonsense \x00\n[[[")
    (tmp_path / "folder").mkdir()
    return {
        "HOME": str(tmp_path),
        "AWS_PROFILE": "nobody",
        "AWS_DEFAULT_PROFILE": "nobody",
        "AWS_CONFIG_FILE": str(tmp_path / "folder"),
        "AWS_SHARED_CREDENTIALS_FILE": str(tmp_path / ".aws" / "credentials"),
        "AWS_DEFAULTS_MODE": "auto",
        "AWS_REGION": "nowhere-1",
        "AWS_DEFAULT_REGION": "nowhere-1",
        "AWS_ROLE_ARN": "arn:aws:iam::1:role/x",
        "AWS_WEB_IDENTITY_TOKEN_FILE": str(tmp_path / "missing"),
        "AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://127.0.0.1:9/",
        "AWS_MAX_ATTEMPTS": "many",
        "AWS_RETRY_MODE": "odd",
        "AWS_STS_REGIONAL_ENDPOINTS": "odd",
        "AWS_USE_FIPS_ENDPOINT": "odd",
        "AWS_REQUEST_CHECKSUM_CALCULATION": "odd",
        "AWS_RESPONSE_CHECKSUM_VALIDATION": "odd",
        "AWS_ACCOUNT_ID_ENDPOINT_MODE": "odd",
        "AWS_REQUEST_MIN_COMPRESSION_SIZE_BYTES": "many",
        "AWS_DISABLE_REQUEST_COMPRESSION": "odd",
        "AWS_AUTH_SCHEME_PREFERENCE": "odd",
        "AWS_SIGV4A_SIGNING_REGION_SET": "odd",
        "AWS_SDK_UA_APP_ID": "odd id of an application " * 5,
    }


def live(environment: dict[str, str]) -> dict[str, Any]:
    """The whole lifecycle in a process with no environment but this."""
    kept = {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH", "VIRTUAL_ENV") if name in os.environ}
    done = processes.run("-m", "tests.support.processes.whole_lifecycle", environment={**kept, **environment})
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What happens on a machine that AWS was never heard of."""
    return live({"HOME": str(tmp_path_factory.mktemp("home"))})


def test_only_the_service_is_spoken_with(seen: dict[str, Any]) -> None:
    """No instance metadata, no token service, no other region."""
    assert seen["connected"] == [seen["own address"]]
    assert set(seen["looked up"]) <= {"127.0.0.1"}


def test_no_request_is_signed(seen: dict[str, Any]) -> None:
    assert seen["operations"] == SENT
    assert seen["signed"] == []


def test_the_operations_need_no_signature_by_botocores_model(new_session: Callable[..., Session]) -> None:
    from amplify_auth._cognito.client import user_pool_client

    model = user_pool_client(new_session().config).meta.service_model
    known = [name for name in SENT if name in model.operation_names]  # an older boto3 does not know all
    unsigned = [name for name in known if model.operation_model(name).auth_type == "none"]
    # Of this one the model of botocore 1.38.0, the first that knows it, does not say so.
    assert set(known) - set(unsigned) <= {"GetTokensFromRefreshToken"}


def test_nothing_is_loaded_that_is_not_used(seen: dict[str, Any]) -> None:
    """warrant-lite takes longer to import than a request takes. Here no SRP is spoken, and no device registered."""
    assert seen["loaded"] == []


def test_a_broken_aws_set_up_changes_nothing(seen: dict[str, Any], broken_home: dict[str, str]) -> None:
    broken = live(broken_home)

    assert broken["connected"] == [broken["own address"]]
    assert not [path for path in broken["opened"] if path.startswith(broken_home["HOME"])]
    alike = ["region", "operations", "signed", "requests", "loaded"]
    assert [broken[name] for name in alike] == [seen[name] for name in alike]


def test_the_region_is_that_of_the_pool(seen: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    from amplify_auth._cognito.client import user_pool_client

    monkeypatch.setenv("AWS_REGION", "us-west-2")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-west-2")
    client = user_pool_client(Session(user_pool_id="eu-central-1_A", user_pool_client_id="x").config)

    assert client.meta.region_name == "eu-central-1"
    assert client.meta.endpoint_url == "https://cognito-idp.eu-central-1.amazonaws.com"


def test_pools_in_china_have_their_own_suffix() -> None:
    from amplify_auth._cognito.client import user_pool_client

    client = user_pool_client(Session(user_pool_id="cn-north-1_A", user_pool_client_id="x").config)

    assert client.meta.endpoint_url == "https://cognito-idp.cn-north-1.amazonaws.com.cn"


@pytest.mark.parametrize(
    "variable", ["AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER", "AMPLIFY_AUTH_ENDPOINT_URL"]
)
def test_an_endpoint_from_the_environment_is_used(
    scripted: ScriptedCognito, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    monkeypatch.setenv(variable, scripted.url)
    scripted.always("ResendConfirmationCode", says())
    session = Session(user_pool_id="eu-west-1_A", user_pool_client_id="x")
    auth.resend_sign_up_code("alice", session=session)

    assert scripted.operations == ["ResendConfirmationCode"]


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("AWS_ENDPOINT_URL", "no url"),
        ("AMPLIFY_AUTH_ENDPOINT_URL", "no url"),
        ("AMPLIFY_AUTH_ENDPOINT_URL", "http://[::1"),
        ("AMPLIFY_AUTH_ENDPOINT_URL", "ftp://127.0.0.1:1"),
        ("HTTP_PROXY", "http://[::1"),
        ("HTTP_PROXY", "no proxy"),
    ],
)
def test_an_address_that_is_none_is_a_typed_error(
    monkeypatch: pytest.MonkeyPatch, slept: list[float], variable: str, value: str
) -> None:
    if variable == "HTTP_PROXY":
        monkeypatch.setenv("AMPLIFY_AUTH_ENDPOINT_URL", "http://cognito.invalid")
    monkeypatch.setenv(variable, value)

    with pytest.raises((errors.AuthConfigurationError, errors.AuthNetworkError)) as caught:
        auth.resend_sign_up_code("alice", session=Session(user_pool_id="eu-west-1_A", user_pool_client_id="x"))
    assert caught.value.recovery_suggestion


# Proxies and certificates


class Proxy:
    """Notes the first line of every connection, then hangs up."""

    def __init__(self) -> None:
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self.listener.getsockname()[1]}"
        self.lines: list[str] = []
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self) -> None:
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            with connection, connection.makefile("rb") as stream:
                self.lines.append(stream.readline().decode().strip())


@pytest.fixture
def proxy() -> Iterator[Proxy]:
    made = Proxy()
    yield made
    made.listener.close()


@pytest.mark.parametrize(
    ("variable", "endpoint", "line"),
    [
        ("HTTPS_PROXY", None, "CONNECT cognito-idp.eu-west-1.amazonaws.com:443 HTTP/1."),
        ("https_proxy", None, "CONNECT cognito-idp.eu-west-1.amazonaws.com:443 HTTP/1."),
        ("HTTP_PROXY", "http://cognito.invalid", "POST http://cognito.invalid/ HTTP/1.1"),
        ("http_proxy", "http://cognito.invalid", "POST http://cognito.invalid/ HTTP/1.1"),
    ],
)
def test_a_proxy_of_the_environment_is_used(
    monkeypatch: pytest.MonkeyPatch, proxy: Proxy, slept: list[float], variable: str, endpoint: str | None, line: str
) -> None:
    monkeypatch.setenv(variable, f"http://{proxy.address}")
    session = Session(user_pool_id="eu-west-1_A", user_pool_client_id="x", endpoint_url=endpoint)
    with pytest.raises(errors.AuthNetworkError):
        auth.resend_sign_up_code("alice", session=session)

    assert proxy.lines
    assert all(seen.startswith(line) for seen in proxy.lines)


def test_an_exception_to_the_proxy_is_honoured(
    monkeypatch: pytest.MonkeyPatch, proxy: Proxy, scripted: ScriptedCognito, session: Session
) -> None:
    monkeypatch.setenv("HTTP_PROXY", f"http://{proxy.address}")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    scripted.always("ResendConfirmationCode", says())
    auth.resend_sign_up_code("alice", session=session)

    assert (len(scripted.requests), proxy.lines) == (1, [])


@pytest.mark.parametrize("variable", ["AWS_CA_BUNDLE", "REQUESTS_CA_BUNDLE"])
def test_a_bundle_of_certificates_of_the_environment_is_used(
    monkeypatch: pytest.MonkeyPatch, slept: list[float], variable: str, tmp_path: Path
) -> None:
    from amplify_auth._cognito.client import user_pool_client

    bundle = tmp_path / "bundle.pem"
    bundle.touch()
    monkeypatch.setenv(variable, str(bundle))
    session = Session(user_pool_id="eu-west-1_A", user_pool_client_id="x", endpoint_url="https://127.0.0.1:9")

    assert user_pool_client(session.config)._endpoint.http_session._verify == str(bundle)
    with pytest.raises(errors.AuthNetworkError):
        auth.resend_sign_up_code("alice", session=session)


# One client for all, but never the wrong one


def test_sessions_of_one_region_endpoint_and_timeout_share_one_client(new_session: Callable[..., Session]) -> None:
    from amplify_auth._cognito.client import user_pool_client

    one, other = new_session(), new_session(user_pool_client_id="other", client_secret="secret")
    assert user_pool_client(one.config) is user_pool_client(other.config)


@pytest.mark.parametrize(
    "options",
    [{"region": "us-east-2"}, {"endpoint_url": "http://127.0.0.1:9"}, {"read_timeout": 7}, {"connect_timeout": 7}],
)
def test_other_settings_get_another_client(new_session: Callable[..., Session], options: dict[str, Any]) -> None:
    from amplify_auth._cognito.client import user_pool_client

    assert user_pool_client(new_session().config) is not user_pool_client(new_session(**options).config)


@pytest.mark.parametrize("variable", ["HTTPS_PROXY", "https_proxy", "NO_PROXY", "AWS_CA_BUNDLE", "AWS_ENDPOINT_URL"])
def test_another_environment_gets_another_client(
    monkeypatch: pytest.MonkeyPatch, new_session: Callable[..., Session], variable: str, tmp_path: Path
) -> None:
    from amplify_auth._cognito.client import user_pool_client

    config = new_session().config
    before = user_pool_client(config)
    bundle = tmp_path / "bundle.pem"
    bundle.touch()
    monkeypatch.setenv(variable, str(bundle) if variable == "AWS_CA_BUNDLE" else "http://127.0.0.1:9")
    changed = user_pool_client(config)
    monkeypatch.delenv(variable)

    assert changed is not before
    assert user_pool_client(config) is before


def test_many_threads_make_one_client(new_session: Callable[..., Session]) -> None:
    from amplify_auth._cognito.client import user_pool_client

    config = new_session(read_timeout=3.25).config
    barrier, made = threading.Barrier(8), []

    def make() -> None:
        barrier.wait()
        made.append(user_pool_client(config))

    threads = [threading.Thread(target=make) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(set(map(id, made))) == 1


def test_a_client_that_is_given_is_the_one_used(scripted: ScriptedCognito) -> None:
    import boto3
    from botocore import UNSIGNED
    from botocore.config import Config

    client = boto3.client(
        "cognito-idp", "us-east-1", endpoint_url=scripted.url, config=Config(signature_version=UNSIGNED)
    )
    seen: list[str] = []
    client.meta.events.register("before-send.*.*", lambda request, **_: seen.append(request.url))
    scripted.always("ResendConfirmationCode", says())
    session = Session(user_pool_id="eu-west-1_A", user_pool_client_id="x", client=client)
    auth.resend_sign_up_code("alice", session=session)

    assert seen == [f"{scripted.url}/"]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork on this system")
def test_a_forked_process_has_a_client_of_its_own(new_session: Callable[..., Session]) -> None:
    """Two processes on one connection would read each other's answers."""
    from amplify_auth._cognito.client import user_pool_client

    config = new_session().config
    mine = id(user_pool_client(config))
    out, into = os.pipe()
    child = os.fork()
    if child == 0:  # pragma: no cover - another process
        try:
            os.write(into, b"own" if id(user_pool_client(config)) != mine else b"shared")
        finally:
            os._exit(0)
    os.close(into)
    with os.fdopen(out, "rb") as answer:
        assert answer.read() == b"own"
    os.waitpid(child, 0)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork on this system")
def test_a_process_forked_while_a_client_is_made_can_make_its_own(new_session: Callable[..., Session]) -> None:
    from amplify_auth._cognito.client import user_pool_client

    config = new_session().config
    with _boto._lock:  # as if another thread were making one: no such thread lives in the child to release it
        child = os.fork()
        if child == 0:  # pragma: no cover - another process
            status = 1
            try:
                import signal

                signal.alarm(10)
                user_pool_client(config)
                status = 0
            finally:
                os._exit(status)
    _, status = os.waitpid(child, 0)

    assert status == 0


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork on this system")
def test_a_process_forked_while_a_client_is_made_collects_garbage() -> None:
    """While a client is made, Python's collector is stopped. The thread that starts it again is not in the child."""
    with collector_at_rest():
        assert not gc.isenabled()
        child = os.fork()
        if child == 0:  # pragma: no cover - another process
            os._exit(0 if gc.isenabled() else 1)
    assert os.waitpid(child, 0)[1] == 0


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork on this system")
def test_a_collector_that_the_program_has_stopped_stays_so() -> None:
    gc.disable()
    try:
        with collector_at_rest():
            child = os.fork()
            if child == 0:  # pragma: no cover - another process
                os._exit(1 if gc.isenabled() else 0)
        assert not gc.isenabled()
    finally:
        gc.enable()
    assert os.waitpid(child, 0)[1] == 0


MOTO_AFTERWARDS = """
import amplify_auth as auth, socket

def refuse(*arguments):
    raise AssertionError(f"the test reached the network: {arguments}")

session = auth.Session(user_pool_id="eu-west-1_A", user_pool_client_id="x")
from amplify_auth._cognito.client import user_pool_client
before = user_pool_client(session.config)
import moto
socket.socket.connect = refuse
socket.getaddrinfo = refuse
with moto.mock_aws():
    try:
        auth.sign_in("alice", "Passw0rd!", auth_flow_type="USER_PASSWORD_AUTH", session=session)
    except auth.AuthError as error:
        print(type(error).__name__)
"""


def test_a_client_that_is_older_than_moto_does_not_escape_to_the_network() -> None:
    done = processes.run("-c", MOTO_AFTERWARDS)

    assert (done.stdout.strip(), done.stderr) == ("ResourceNotFoundException", "")
