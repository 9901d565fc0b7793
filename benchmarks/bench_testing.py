"""What the truth costs in tests: `mock_cognito` compared with `mock_aws`, a verified sign-in with an unverified one.

pycognito is the client of all sign-ins, so that both sides do the same client's work. moto takes any password.
"""

import time
from collections.abc import Callable
from typing import Any

import boto3
from moto import mock_aws
from pycognito.aws_srp import AWSSRP
from report import PASSWORD, compare, interleaved

from amplify_auth.testing import mock_cognito

ENTERINGS = 300
SIGN_INS = 25

Mock = Callable[[], Any]


def entering(mock: Mock) -> float:
    """Milliseconds to enter and leave."""
    begun = time.perf_counter()
    with mock():
        pass
    return (time.perf_counter() - begun) * 1000


def signing_in(mock: Mock) -> float:
    """Milliseconds of a user's first sign-in by SRP, after all preparations."""
    with mock():
        idp = boto3.client("cognito-idp", "us-east-1")
        client = AWSSRP("alice", PASSWORD, *make_user(idp), client=idp)
        begun = time.perf_counter()
        tokens = client.authenticate_user()
        taken = time.perf_counter() - begun
    assert tokens["AuthenticationResult"]["AccessToken"]
    return taken * 1000


def make_user(idp: Any) -> tuple[str, str]:
    """A pool and a client with a confirmed alice, made the same way for both."""
    pool_id = idp.create_user_pool(PoolName="bench")["UserPool"]["Id"]
    client = idp.create_user_pool_client(
        UserPoolId=pool_id, ClientName="bench", ExplicitAuthFlows=["ALLOW_USER_SRP_AUTH"]
    )
    idp.admin_create_user(UserPoolId=pool_id, Username="alice", TemporaryPassword=PASSWORD)
    idp.admin_set_user_password(UserPoolId=pool_id, Username="alice", Password=PASSWORD, Permanent=True)
    return pool_id, client["UserPoolClient"]["ClientId"]


def main() -> None:
    """Run both comparisons."""
    mocks: dict[str, Mock] = {"ours": mock_cognito, "moto's": mock_aws}
    entered = interleaved(ENTERINGS, {name: lambda mock=mock: entering(mock) for name, mock in mocks.items()})
    compare("entering and leaving: mock_cognito / mock_aws", entered["ours"], entered["moto's"], 1.2)
    signed_in = interleaved(SIGN_INS, {name: lambda mock=mock: signing_in(mock) for name, mock in mocks.items()})
    compare("sign-in by SRP: verified / not, under plain moto", signed_in["ours"], signed_in["moto's"], 3)


if __name__ == "__main__":
    main()
