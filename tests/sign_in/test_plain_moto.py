"""Under an ordinary ``mock_aws()``, with nothing of ours installed, the lifecycle works as far as moto does."""

import subprocess
import sys
import textwrap
from collections.abc import Iterator
from typing import Any

import attrs
import boto3
import pytest
from moto import mock_aws
from moto.cognitoidp.responses import CognitoIdpResponse

import amplify_auth as auth
from amplify_auth import errors

pytestmark = pytest.mark.slow

PASSWORD, NEW_PASSWORD = "Passw0rd!", "N3w-passw0rd!"


@attrs.frozen
class Pool:
    """A user pool of moto's, made with boto3."""

    admin: Any
    id: str
    client_id: str
    client_secret: str | None
    by_email: bool

    def name(self, text: str) -> str:
        return f"{text}@example.com" if self.by_email else text

    def session(self, **options: Any) -> auth.Session:
        return auth.Session(
            user_pool_id=self.id, user_pool_client_id=self.client_id, client_secret=self.client_secret, **options
        )

    def create(self, name: str, *, permanent: bool = True) -> None:
        attributes = [
            {"Name": "email", "Value": name if self.by_email else f"{name}@example.com"},
            {"Name": "phone_number", "Value": "+15555550123"},
        ]
        self.admin.admin_create_user(
            UserPoolId=self.id, Username=name, TemporaryPassword=PASSWORD, UserAttributes=attributes
        )
        if permanent:
            self.admin.admin_set_user_password(UserPoolId=self.id, Username=name, Password=PASSWORD, Permanent=True)


@pytest.fixture(scope="module")
def admin(motos_key_read_once: None) -> Iterator[Any]:
    with mock_aws():
        assert CognitoIdpResponse.call_action.__module__.startswith("moto."), "nothing of ours is installed"
        yield boto3.client("cognito-idp", "us-east-1")


@pytest.fixture(
    scope="module",
    params=[(by_email, secret) for by_email in (False, True) for secret in (False, True)],
    ids=["names-public", "names-confidential", "addresses-public", "addresses-confidential"],
)
def pool(admin: Any, request: pytest.FixtureRequest) -> Pool:
    by_email, secret = request.param
    made = admin.create_user_pool(
        PoolName="plain",
        AutoVerifiedAttributes=["email"],
        MfaConfiguration="OPTIONAL",
        **({"UsernameAttributes": ["email"]} if by_email else {}),
    )["UserPool"]
    client = admin.create_user_pool_client(UserPoolId=made["Id"], ClientName="plain", GenerateSecret=secret)
    facts = client["UserPoolClient"]
    return Pool(admin, made["Id"], facts["ClientId"], facts.get("ClientSecret"), by_email)


FLOWS = ["USER_SRP_AUTH", "USER_PASSWORD_AUTH"]
each_flow = pytest.mark.parametrize("flow", FLOWS)


def _sub_of(pool: Pool, name: str) -> str:
    user = pool.admin.admin_get_user(UserPoolId=pool.id, Username=name)
    return {item["Name"]: item["Value"] for item in user["UserAttributes"]}["sub"]


@each_flow
def test_an_account_is_made_confirmed_signed_in_to_and_out_of(pool: Pool, flow: str) -> None:
    name, session = pool.name(f"new-{flow}".lower()), pool.session()
    output = auth.sign_up(name, PASSWORD, user_attributes={"email": f"{flow}@example.com".lower()}, session=session)
    assert isinstance(output.next_step, auth.ConfirmSignUp)
    assert output.user_id == _sub_of(pool, name)
    before = auth.sign_in(name, PASSWORD, auth_flow_type=flow, session=session)
    assert isinstance(before.next_step, auth.ConfirmSignUp)
    assert auth.confirm_sign_up(name, "123456", session=session).is_sign_up_complete
    assert auth.sign_in(name, PASSWORD, auth_flow_type=flow, session=session).is_signed_in
    assert session.user_id == output.user_id
    assert session.username == (output.user_id if pool.by_email else name)
    tokens = session.tokens
    assert tokens is not None
    assert auth.sign_out(global_sign_out=True, session=session) == auth.SignOutOutput(is_complete=True)
    with pytest.raises(pool.admin.exceptions.NotAuthorizedException):
        pool.admin.get_user(AccessToken=tokens.access_token)


def test_an_automatic_sign_in_follows(pool: Pool) -> None:
    name, session = pool.name("automatic"), pool.session()
    auth.sign_up(name, PASSWORD, user_attributes={"email": "automatic@example.com"}, auto_sign_in=True, session=session)
    assert isinstance(auth.confirm_sign_up(name, "1", session=session).next_step, auth.CompleteAutoSignIn)
    assert auth.auto_sign_in(session=session).is_signed_in


def test_a_wrong_password_is_refused_where_moto_looks_at_it(pool: Pool) -> None:
    """moto checks it in USER_PASSWORD_AUTH only; its SRP takes any proof."""
    name, session = pool.name("wrong"), pool.session()
    pool.create(name)
    with pytest.raises(errors.NotAuthorizedException):
        auth.sign_in(name, "Passw0rd?", auth_flow_type="USER_PASSWORD_AUTH", session=session)
    assert not session.is_signed_in


@each_flow
def test_a_temporary_password_is_replaced(pool: Pool, flow: str) -> None:
    name, session = pool.name(f"temporary-{flow}".lower()), pool.session()
    pool.create(name, permanent=False)
    output = auth.sign_in(name, PASSWORD, auth_flow_type=flow, session=session)
    assert output.next_step == auth.ConfirmSignInWithNewPasswordRequired(missing_attributes=())
    assert auth.confirm_sign_in(NEW_PASSWORD, session=session).is_signed_in
    auth.sign_out(global_sign_out=True, session=session)
    assert auth.sign_in(name, NEW_PASSWORD, auth_flow_type="USER_PASSWORD_AUTH", session=session).is_signed_in


@each_flow
def test_a_code_by_sms(pool: Pool, flow: str) -> None:
    name, session = pool.name(f"sms-{flow}".lower()), pool.session()
    pool.create(name)
    pool.admin.admin_set_user_mfa_preference(
        UserPoolId=pool.id, Username=name, SMSMfaSettings={"Enabled": True, "PreferredMfa": True}
    )
    output = auth.sign_in(name, PASSWORD, auth_flow_type=flow, session=session)
    assert isinstance(output.next_step, auth.ConfirmSignInWithSmsCode)
    assert auth.confirm_sign_in("123456", session=session).is_signed_in


@each_flow
def test_a_code_of_an_authenticator_app(pool: Pool, flow: str) -> None:
    name, session = pool.name(f"totp-{flow}".lower()), pool.session()
    pool.create(name)
    auth.sign_in(name, PASSWORD, session=session)
    assert session.tokens is not None
    token = session.tokens.access_token
    pool.admin.associate_software_token(AccessToken=token)
    pool.admin.verify_software_token(AccessToken=token, UserCode="123456")
    pool.admin.set_user_mfa_preference(
        AccessToken=token, SoftwareTokenMfaSettings={"Enabled": True, "PreferredMfa": True}
    )
    auth.sign_out(global_sign_out=True, session=session)
    output = auth.sign_in(name, PASSWORD, auth_flow_type=flow, session=session)
    assert output.next_step == auth.ConfirmSignInWithTotpCode()
    assert auth.confirm_sign_in("123456", session=session).is_signed_in


def test_a_session_that_moto_does_not_know_is_forgotten(pool: Pool) -> None:
    name, session = pool.name("forgotten"), pool.session()
    pool.create(name, permanent=False)
    auth.sign_in(name, PASSWORD, session=session)
    state = session.export_state()
    auth.confirm_sign_in(NEW_PASSWORD, session=session)
    session.restore_state(state)
    with pytest.raises(auth.AuthServiceError):
        auth.confirm_sign_in("An0ther-one!", session=session)
    assert session.pending_sign_in is None


def test_what_moto_cannot_do_is_an_error_that_says_so(pool: Pool) -> None:
    session = pool.session()
    with pytest.raises(errors.UnsupportedOperationException, match="ResendConfirmationCode"):
        auth.resend_sign_up_code(pool.name("anybody"), session=session)
    name = pool.name("local")
    pool.create(name)
    auth.sign_in(name, PASSWORD, session=session)
    output = auth.sign_out(session=session)
    assert not session.is_signed_in
    assert not output.is_complete
    assert output.revoke_token_error is not None


def test_an_mfa_set_up_that_moto_offers_in_no_json_is_an_error_that_shows_it(admin: Any) -> None:
    """MFAS_CAN_SETUP of moto is the text of a Python list, where Cognito has JSON."""
    pool_id = admin.create_user_pool(PoolName="required", MfaConfiguration="ON")["UserPool"]["Id"]
    client = admin.create_user_pool_client(UserPoolId=pool_id, ClientName="required")["UserPoolClient"]
    pool = Pool(admin, pool_id, client["ClientId"], None, False)
    pool.create("alice")
    with pytest.raises(auth.AuthProtocolError, match="MFAS_CAN_SETUP"):
        auth.sign_in("alice", PASSWORD, session=pool.session())


def test_a_client_that_was_made_before_moto_was_imported_reaches_moto_all_the_same() -> None:
    program = """
        import socket, sys
        import amplify_auth as auth
        from amplify_auth._cognito.client import user_pool_client

        config = {"user_pool_id": "us-east-1_before", "user_pool_client_id": "before"}
        assert user_pool_client(auth.Session(**config).config)
        assert "moto" not in sys.modules

        def no_network(*arguments):
            print("escaped to", arguments[-1])
            raise OSError("no network here")

        socket.socket.connect = socket.getaddrinfo = no_network
        import boto3
        from moto import mock_aws

        with mock_aws():
            admin = boto3.client("cognito-idp", "us-east-1")
            pool = admin.create_user_pool(PoolName="plain")["UserPool"]["Id"]
            client = admin.create_user_pool_client(UserPoolId=pool, ClientName="c")["UserPoolClient"]["ClientId"]
            session = auth.Session(user_pool_id=pool, user_pool_client_id=client)
            auth.sign_up("alice", "Passw0rd!", session=session)
            auth.confirm_sign_up("alice", "1", session=session)
            print(auth.sign_in("alice", "Passw0rd!", session=session).is_signed_in)
    """
    ran = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program)], capture_output=True, text=True, timeout=60, check=False
    )
    assert (ran.stdout, ran.returncode) == ("True\n", 0), ran.stderr
