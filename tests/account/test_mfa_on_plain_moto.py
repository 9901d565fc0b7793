"""Under an ordinary ``mock_aws()``, with nothing of ours installed, second factors work as far as moto has them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from moto import mock_aws
from moto.cognitoidp.responses import CognitoIdpResponse

import amplify_auth as auth
from amplify_auth import MfaPreference, Session
from tests.support.clients import make_client

PASSWORD = "Passw0rd!"


@pytest.fixture(scope="module")
def admin(motos_key_read_once: None) -> Iterator[Any]:
    with mock_aws():
        assert CognitoIdpResponse.call_action.__module__.startswith("moto."), "nothing of ours is installed"
        yield make_client("cognito-idp", "us-east-1")


@pytest.mark.parametrize("secret", [False, True], ids=["public", "confidential"])
@pytest.mark.parametrize("by_email", [False, True], ids=["names", "addresses"])
def test_an_authenticator_is_set_up_and_preferred(admin: Any, by_email: bool, secret: bool) -> None:
    aliases = {"UsernameAttributes": ["email"]} if by_email else {}
    pool_id = admin.create_user_pool(PoolName="plain", MfaConfiguration="OPTIONAL", **aliases)["UserPool"]["Id"]
    client = admin.create_user_pool_client(UserPoolId=pool_id, ClientName="plain", GenerateSecret=secret)
    client = client["UserPoolClient"]
    name = "alice@example.com" if by_email else "alice"
    attributes = [{"Name": "email", "Value": "alice@example.com"}, {"Name": "phone_number", "Value": "+15555550123"}]
    admin.admin_create_user(UserPoolId=pool_id, Username=name, UserAttributes=attributes)
    admin.admin_set_user_password(UserPoolId=pool_id, Username=name, Password=PASSWORD, Permanent=True)
    session = Session(
        user_pool_id=pool_id, user_pool_client_id=client["ClientId"], client_secret=client.get("ClientSecret")
    )
    auth.sign_in(name, PASSWORD, auth_flow_type="USER_PASSWORD_AUTH", session=session)

    assert auth.fetch_mfa_preference(session=session) == MfaPreference()
    details = auth.set_up_totp(session=session)
    assert (bool(details.shared_secret), details.username) == (True, session.username)
    auth.verify_totp_setup("123456", session=session)
    auth.update_mfa_preference(totp="PREFERRED", session=session)
    assert auth.fetch_mfa_preference(session=session) == MfaPreference(preferred="TOTP", enabled=("TOTP",))
    auth.update_mfa_preference(sms="PREFERRED", totp="DISABLED", session=session)
    assert auth.fetch_mfa_preference(session=session) == MfaPreference(preferred="SMS", enabled=("SMS",))
