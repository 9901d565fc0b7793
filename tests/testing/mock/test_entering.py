"""Every way into ``mock_cognito`` in one process: blocks, nesting, threads, what was there before, moto's reset."""

import contextlib
import gc
import os
import subprocess
import sys
import threading
import weakref
from typing import Any

import boto3
import moto.settings
import pytest
import requests
from botocore.httpsession import URLLib3Session
from joserfc.jwk import RSAKey
from moto import mock_aws
from moto.cognitoidp import models
from moto.cognitoidp.responses import CognitoIdpResponse

import amplify_auth as auth
from amplify_auth._api import configure as _default
from amplify_auth.testing import MockCognitoServer, _active, mock_cognito
from amplify_auth.testing._core.state import state_of
from amplify_auth.testing._moto import keys
from tests.support.clients import is_mocked, refused, sign_in, unsigned
from tests.support.users import PASSWORD

pytestmark = pytest.mark.slow


def test_a_right_password_is_accepted_and_a_wrong_one_refused() -> None:
    with mock_cognito() as cognito:
        pool = cognito.create_pool()
        pool.create_user("alice", PASSWORD)

        assert sign_in(pool)["AuthenticationResult"]["AccessToken"]
        with refused("NotAuthorizedException"):
            sign_in(pool, password="Passw0rd?")


def test_leaving_puts_moto_and_botocore_back_as_they_were() -> None:
    before = (
        "call_action" in vars(CognitoIdpResponse),
        CognitoIdpResponse.call_action,
        URLLib3Session.send,
        models.jwk,
    )

    with mock_cognito():
        assert CognitoIdpResponse.call_action is not before[1]

    after = ("call_action" in vars(CognitoIdpResponse), CognitoIdpResponse.call_action, URLLib3Session.send, models.jwk)
    assert after == before


def test_an_exception_leaves_it_too() -> None:
    with pytest.raises(ZeroDivisionError), mock_cognito():
        _ = 1 / 0

    assert "call_action" not in vars(CognitoIdpResponse)


def test_plain_moto_is_itself_again_afterwards() -> None:
    with mock_cognito():
        assert is_mocked()
    with mock_aws():
        assert not is_mocked()


def test_the_environment_is_given_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "mine")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY", raising=False)

    with mock_cognito(), mock_cognito():
        assert os.environ["AWS_ACCESS_KEY_ID"] != "mine"

    assert os.environ["AWS_ACCESS_KEY_ID"] == "mine"
    assert "AWS_SECRET_ACCESS_KEY" not in os.environ


@pytest.fixture
def no_default(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(_default, "_default", None)


def has_default():
    try:
        return auth.get_session()
    except auth.AuthConfigurationError:
        return None


@pytest.mark.usefixtures("no_default")
def test_the_default_session_of_a_test_ends_with_its_mock() -> None:
    """Signed in still, it would ask the real Cognito for the next test."""
    with mock_cognito() as cognito:
        pool = cognito.create_pool()
        pool.create_user("alice", PASSWORD)
        auth.configure(pool.config)
        auth.sign_in("alice", PASSWORD)

    assert has_default() is None


@pytest.mark.usefixtures("no_default")
def test_the_default_session_that_was_there_before_is_there_again() -> None:
    mine = auth.configure(user_pool_id="eu-west-1_AbC123", user_pool_client_id="1h57kf5cpq17m0eml12EXAMPLE")

    for _ in range(2):
        with contextlib.suppress(ZeroDivisionError), mock_cognito() as cognito:
            assert has_default() is mine
            auth.configure(cognito.create_pool().config)
            _ = 1 / 0
        assert has_default() is mine


@pytest.mark.usefixtures("no_default")
def test_nested_mocks_share_the_default_session() -> None:
    """The outermost has it, from the first to be entered to the last to be left."""
    mock = mock_cognito()
    with mock:
        with mock, mock_cognito() as inner:
            made = auth.configure(inner.create_pool().config)
        assert has_default() is made

    assert has_default() is None


@pytest.mark.usefixtures("no_default")
def test_the_last_thread_to_leave_puts_the_default_session_back() -> None:
    configured, left = threading.Event(), threading.Event()
    seen = []

    def stay():
        with mock_cognito():
            configured.wait(60)
            left.wait(60)
            seen.append(has_default())

    with mock_cognito() as cognito:
        thread = threading.Thread(target=stay)
        thread.start()
        while len(_active._entered.mocks) != 2:
            left.wait(0.001)
        made = auth.configure(cognito.create_pool().config)
        configured.set()
    left.set()
    thread.join(60)

    assert seen == [made]
    assert has_default() is None


@pytest.mark.usefixtures("no_default")
def test_a_server_in_this_process_puts_the_default_session_back() -> None:
    with MockCognitoServer() as server:
        auth.configure(server.cognito.create_pool().config, endpoint_url=server.url)

    assert has_default() is None


def test_clients_made_before_it_was_entered_are_answered() -> None:
    client = boto3.client("cognito-idp", "eu-west-1")
    with mock_cognito() as cognito:
        pool = cognito.create_pool(region="eu-west-1")
        pool.create_user("alice", PASSWORD)

        assert sign_in(pool, client=client)["AuthenticationResult"]


def test_clients_made_before_moto_was_imported_are_answered() -> None:
    """They have none of moto's handlers; without care they would ask the real Cognito."""
    program = """if True:
        import boto3, sys
        client = boto3.client("cognito-idp", "us-east-1", aws_access_key_id="x", aws_secret_access_key="x")
        assert "moto" not in sys.modules
        from amplify_auth.testing import mock_cognito
        with mock_cognito() as cognito:
            pool = cognito.create_pool()
            print(client.describe_user_pool(UserPoolId=pool.id)["UserPool"]["Id"] == pool.id)
    """

    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=60)

    assert done.stdout == "True\n", done.stderr


def test_the_requests_library_is_answered_too() -> None:
    with mock_cognito() as cognito:
        pool = cognito.create_pool()
        body = {
            "ClientId": pool.client_id,
            "AuthFlow": "USER_PASSWORD_AUTH",
            "AuthParameters": {"USERNAME": "a", "PASSWORD": "b"},
        }

        answer = requests.post(
            "https://cognito-idp.us-east-1.amazonaws.com/",
            json=body,
            headers={"X-Amz-Target": "AWSCognitoIdentityProviderService.InitiateAuth"},
            timeout=5,
        )

    assert answer.status_code == 400
    assert answer.headers["x-amzn-errortype"] == "NotAuthorizedException"
    assert answer.json() == {"__type": "NotAuthorizedException", "message": "Incorrect username or password."}


def test_what_is_no_json_is_refused_as_such() -> None:
    with mock_cognito():
        answer = requests.post(
            "https://cognito-idp.us-east-1.amazonaws.com/",
            data="[1]",
            headers={"X-Amz-Target": "AWSCognitoIdentityProviderService.InitiateAuth"},
            timeout=5,
        )

    assert answer.json()["__type"] == "SerializationException"


def test_operations_of_an_administrator_are_motos() -> None:
    with mock_cognito() as cognito:
        pool = cognito.create_pool()
        admin = boto3.client("cognito-idp", "us-east-1")
        admin.admin_create_user(UserPoolId=pool.id, Username="carol", TemporaryPassword="Temp0rary!")
        admin.admin_set_user_password(UserPoolId=pool.id, Username="carol", Password=PASSWORD, Permanent=True)

        assert sign_in(pool, "carol")["AuthenticationResult"]


def test_other_services_are_motos() -> None:
    with mock_cognito():
        assert boto3.client("sts", "us-east-1").get_caller_identity()["Account"] == "123456789012"


def test_a_world_is_empty_at_the_start_and_gone_at_the_end() -> None:
    with mock_cognito() as cognito:
        pool = cognito.create_pool()
    with mock_cognito() as cognito, pytest.raises(LookupError, match=pool.id):
        cognito.pool(pool.id)


def test_nested_mocks_share_their_world() -> None:
    with mock_cognito() as outer:
        pool = outer.create_pool()
        with mock_cognito() as inner:
            inner.pool(pool.id).create_user("alice", PASSWORD)
        assert sign_in(pool)["AuthenticationResult"]


def test_it_nests_with_motos_own_mock_either_way_round() -> None:
    with mock_aws():
        pool_id = boto3.client("cognito-idp", "us-east-1").create_user_pool(PoolName="x")["UserPool"]["Id"]
        with mock_cognito() as cognito:
            assert cognito.pool(pool_id)
            assert is_mocked()
        assert not is_mocked()
    with mock_cognito():
        with mock_aws():
            assert is_mocked()
        assert is_mocked()


def test_the_newest_says_how_strict_to_be() -> None:
    with mock_cognito() as strict:
        pool = strict.create_pool(flows=("USER_SRP_AUTH",))
        pool.create_user("alice", PASSWORD)
        with mock_cognito(strict=False):
            assert sign_in(pool)["AuthenticationResult"]
        with refused("InvalidParameterException"):
            sign_in(pool)


def test_one_mock_may_be_entered_again_and_again() -> None:
    mock = mock_cognito()
    with mock, mock:
        mock.create_pool()
    with mock:
        assert mock.calls.operations == ()
        assert is_mocked()
    assert "call_action" not in vars(CognitoIdpResponse)


def test_motos_reset_empties_the_world() -> None:
    with mock_cognito() as cognito:
        pool = cognito.create_pool()
        pool.create_user("alice", PASSWORD)
        access = sign_in(pool)["AuthenticationResult"]["AccessToken"]

        requests.post("http://motoapi.amazonaws.com/moto-api/reset", timeout=5)

        with pytest.raises(LookupError):
            cognito.pool(pool.id)
        with refused("NotAuthorizedException"):
            unsigned().get_user(AccessToken=access)


def test_its_own_reset_forgets_calls_faults_and_time_as_well() -> None:
    with mock_cognito() as cognito:
        pool = cognito.create_pool()
        before = cognito.clock.now
        cognito.clock.advance(3600)
        cognito.fail_next(None, "unavailable")
        with refused("ServiceUnavailable"):
            sign_in(pool)
        cognito.fail_next(None, "unavailable")

        cognito.reset()

        assert list(cognito.calls) == []
        assert (cognito.clock.now - before).total_seconds() < 60
        with pytest.raises(LookupError):
            cognito.pool(pool.id)
        assert is_mocked()


def test_the_clock_is_put_back_on_leaving() -> None:
    with mock_cognito() as cognito:
        before = cognito.clock.now
        cognito.clock.advance(100_000)
        assert (cognito.clock.now - before).total_seconds() >= 100_000

    with mock_cognito() as cognito:
        assert (cognito.clock.now - before).total_seconds() < 1000


def test_time_does_not_run_backwards() -> None:
    with mock_cognito() as cognito, pytest.raises(ValueError, match="backwards"):
        cognito.clock.advance(-1)


def test_tokens_expire_by_the_moved_clock() -> None:
    with mock_cognito() as cognito:
        pool = cognito.create_pool(access_token_validity=600)
        pool.create_user("alice", PASSWORD)
        access = sign_in(pool)["AuthenticationResult"]["AccessToken"]

        cognito.clock.advance(599)
        assert unsigned().get_user(AccessToken=access)["Username"] == "alice"
        cognito.clock.advance(2)
        with refused("NotAuthorizedException"):
            unsigned().get_user(AccessToken=access)


def test_threads_may_enter_and_leave_as_they_like(monkeypatch: pytest.MonkeyPatch) -> None:
    """Overlapping, not nested: the last to leave undoes everything, and nobody is without Cognito meanwhile."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "mine")
    failures: list[BaseException] = []
    together = threading.Barrier(8)

    def work(number: int) -> None:
        try:
            together.wait(timeout=30)
            for round_ in range(10):
                with mock_cognito() as cognito:
                    pool = cognito.create_pool()
                    pool.create_user("alice", PASSWORD)
                    assert sign_in(pool)["AuthenticationResult"]
                    with refused("NotAuthorizedException"):
                        sign_in(pool, password=f"Wrong{number}{round_}!")
                    assert os.environ["AWS_ACCESS_KEY_ID"] == "FOOBARKEY"
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)

    assert failures == []
    assert os.environ["AWS_ACCESS_KEY_ID"] == "mine"
    assert "call_action" not in vars(CognitoIdpResponse)


def test_what_needs_the_mock_entered_says_so() -> None:
    mock = mock_cognito()
    for needs in (mock.create_pool, mock.reset, lambda: mock.pool("x")):
        with pytest.raises(RuntimeError, match="not entered"):
            needs()
    with pytest.raises(RuntimeError, match="not entered"):
        mock.stop()


def test_a_second_layer_on_top_of_ours_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """What another library puts over ours stays when ours goes, and is passed on to moto."""
    mock = mock_cognito()
    mock.start()
    ours = CognitoIdpResponse.call_action
    CognitoIdpResponse.call_action = lambda self: ours(self)
    try:
        mock.stop()
        with mock_aws():
            assert not is_mocked()
    finally:
        del CognitoIdpResponse.call_action


def test_the_code_of_a_forgotten_password_is_in_motos_header_too() -> None:
    """So do suites written for moto get at it."""
    with mock_cognito() as cognito:
        pool = cognito.create_pool()
        pool.create_user("alice", PASSWORD)
        answered = unsigned().forgot_password(ClientId=pool.client_id, Username="alice")
        header = answered["ResponseMetadata"]["HTTPHeaders"]["x-moto-forgot-password-confirmation-code"]
        assert header == f"moto-confirmation-code:{pool.code('alice')}"

        unsigned().confirm_forgot_password(
            ClientId=pool.client_id, Username="alice", ConfirmationCode=header, Password="N3w-Passw0rd!"
        )

        assert sign_in(pool, password="N3w-Passw0rd!")["AuthenticationResult"]


def test_there_is_no_such_header_for_a_user_there_is_not() -> None:
    with mock_cognito() as cognito:
        pool = cognito.create_pool(prevent_user_existence_errors=True)

        answered = unsigned().forgot_password(ClientId=pool.client_id, Username="nobody")

        assert "x-moto-forgot-password-confirmation-code" not in answered["ResponseMetadata"]["HTTPHeaders"]


def test_a_mock_that_is_entered_twice_sees_a_request_once() -> None:
    mock = mock_cognito()
    with mock, mock:
        pool = mock.create_pool()
        pool.create_user("alice", PASSWORD)
        sign_in(pool)

        assert mock.calls.operations == ("InitiateAuth",)


def test_every_mock_that_is_entered_sees_a_request() -> None:
    with mock_cognito() as outer, mock_cognito() as inner:
        pool = outer.create_pool()
        pool.create_user("alice", PASSWORD)
        sign_in(pool)

        assert outer.calls.operations == inner.calls.operations == ("InitiateAuth",)


def test_the_newest_mocks_faults_come_first() -> None:
    with mock_cognito() as outer, mock_cognito() as inner:
        pool = outer.create_pool()
        outer.fail_next("InitiateAuth", "throttled")
        inner.fail_next("InitiateAuth", "unavailable")

        for code in ("ServiceUnavailable", "TooManyRequestsException"):
            with refused(code):
                sign_in(pool)


@pytest.mark.skipif(
    not hasattr(moto.settings, "get_cognito_idp_user_pool_client_id_strategy"),
    reason="an older moto draws the IDs of clients",
)
def test_a_request_goes_to_the_account_it_names(monkeypatch: pytest.MonkeyPatch) -> None:
    """moto can make IDs that are the same in every account."""
    monkeypatch.setenv("MOTO_COGNITO_IDP_USER_POOL_ID_STRATEGY", "HASH")
    monkeypatch.setenv("MOTO_COGNITO_IDP_USER_POOL_CLIENT_ID_STRATEGY", "HASH")
    with mock_cognito(strict=False):
        made = []
        for account in ("111111111111", "222222222222"):
            monkeypatch.setenv("MOTO_ACCOUNT_ID", account)
            idp = boto3.client("cognito-idp", "us-east-1")
            pool_id = idp.create_user_pool(PoolName="x")["UserPool"]["Id"]
            client = idp.create_user_pool_client(UserPoolId=pool_id, ClientName="x")["UserPoolClient"]["ClientId"]
            idp.sign_up(ClientId=client, Username=f"user-of-{account}", Password=PASSWORD)
            names = [user["Username"] for user in idp.list_users(UserPoolId=pool_id)["Users"]]
            made.append((pool_id, client, names))

    assert made[0][:2] == made[1][:2]
    assert [names for _, _, names in made] == [["user-of-111111111111"], ["user-of-222222222222"]]


def test_pools_share_the_key_moto_would_read_anew_for_each(monkeypatch: pytest.MonkeyPatch) -> None:
    """Which takes a tenth of a second each time."""
    reads, read = [], RSAKey.import_key
    monkeypatch.setattr(RSAKey, "import_key", lambda *args: reads.append(args) or read(*args))
    keys._read.cache_clear()
    with mock_cognito() as cognito:
        for _ in range(3):
            cognito.create_pool()

    assert len(reads) == 1


@pytest.mark.parametrize(
    "name", ["AMPLIFY_AUTH_ENDPOINT_URL", "AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER"]
)
def test_an_endpoint_of_the_developers_environment_is_not_followed(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """Nobody listens there; and it is there again afterwards."""
    monkeypatch.setenv(name, "http://127.0.0.1:9")
    with mock_cognito() as cognito, mock_cognito():
        pool = cognito.create_pool()
        pool.create_user("alice", PASSWORD)
        session = auth.Session(**pool.config)

        assert auth.sign_in("alice", PASSWORD, session=session).is_signed_in
        assert boto3.client("cognito-idp", "us-east-1").list_user_pools(MaxResults=1)["UserPools"]

    assert os.environ[name] == "http://127.0.0.1:9"


def test_an_endpoint_that_is_set_under_the_mock_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    with mock_cognito():
        monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:10")

    assert os.environ["AWS_ENDPOINT_URL"] == "http://127.0.0.1:10"


def test_state_goes_with_motos_reset() -> None:
    with mock_cognito() as cognito:
        gone = weakref.ref(state_of(cognito.create_pool()._pool))
        assert gone() is not None
    gc.collect()
    assert gone() is None
