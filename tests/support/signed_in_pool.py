"""Pools, clients and users for these tests, made by boto3 as users of moto make them."""

from collections.abc import Generator
from contextlib import contextmanager
from functools import cache
from typing import Any

import attrs
import botocore.session
import pytest
from botocore.exceptions import ClientError

from tests.support import clients
from tests.support.secret_hash import secret_hash

PASSWORD = "Correct-h0rse!"
ALICE = {"email": "alice@example.com", "email_verified": "true"}
FLOWS = ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_USER_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]


@attrs.frozen
class Client:
    id: str
    secret: str | None = None

    def secret_hash(self, username: str) -> str:
        """The proof of the secret, which this client must have."""
        return secret_hash(username, self.id, str(self.secret))

    def hash(self, username: str) -> dict[str, str]:
        """The member that carries the proof; nothing if there is no secret."""
        return {} if self.secret is None else {"SECRET_HASH": self.secret_hash(username)}


@attrs.frozen
class Pool:
    """One user pool with one client, ``client``."""

    cognito: Any
    idp: Any
    id: str
    client: Client

    def add_client(self, **settings: Any) -> Client:
        return add_client(self.idp, self.id, **settings)

    def user(self, name: str = "alice", attributes: dict[str, str] | None = None) -> str:
        listed = [{"Name": k, "Value": v} for k, v in (ALICE if attributes is None else attributes).items()]
        user = self.idp.admin_create_user(UserPoolId=self.id, Username=name, UserAttributes=listed)["User"]
        self.idp.admin_set_user_password(
            UserPoolId=self.id, Username=user["Username"], Password=PASSWORD, Permanent=True
        )
        return str(user["Username"])

    def start(self, name: str = "alice", client: Client | None = None, **parameters: str) -> dict[str, Any]:
        client = client or self.client
        answer: dict[str, Any] = self.idp.initiate_auth(
            AuthFlow="USER_PASSWORD_AUTH",
            ClientId=client.id,
            AuthParameters={"USERNAME": name, "PASSWORD": PASSWORD, **client.hash(name), **parameters},
        )
        return answer

    def sign_in(self, name: str = "alice", client: Client | None = None, **parameters: str) -> dict[str, Any]:
        result: dict[str, Any] = self.start(name, client, **parameters)["AuthenticationResult"]
        return result

    def token(self, name: str = "alice", client: Client | None = None) -> str:
        return str(self.sign_in(name, client)["AccessToken"])

    def signed_in(self, name: str = "alice") -> str:
        """A new user's access token."""
        return self.token(self.user(name))

    def code(self, name: str, purpose: str) -> str:
        return str(self.cognito.pool(self.id).code(name, purpose))

    def outbox(self) -> list[Any]:
        return list(self.cognito.pool(self.id).outbox)

    def attributes(self, token: str) -> dict[str, str]:
        return {a["Name"]: a["Value"] for a in self.idp.get_user(AccessToken=token)["UserAttributes"]}


def add_client(idp: Any, pool_id: str, **settings: Any) -> Client:
    made = idp.create_user_pool_client(
        UserPoolId=pool_id, ClientName="app", **{"ExplicitAuthFlows": FLOWS, **settings}
    )["UserPoolClient"]
    return Client(made["ClientId"], made.get("ClientSecret"))


def make_pool(
    cognito: Any, *, client: dict[str, Any] | None = None, mfa: dict[str, Any] | None = None, **settings: Any
) -> Pool:
    """A pool.

    Args:
        cognito: The test bed.
        client: Members of CreateUserPoolClient.
        mfa: Members of SetUserPoolMfaConfig.
        **settings: Members of CreateUserPool.
    """
    idp = clients.unchecked()
    pool_id = idp.create_user_pool(PoolName="pool", **settings)["UserPool"]["Id"]
    if mfa is not None:
        idp.set_user_pool_mfa_config(UserPoolId=pool_id, **mfa)
    return Pool(cognito, idp, pool_id, add_client(idp, pool_id, **(client or {})))


@cache
def declared_errors(operation: str) -> frozenset[str]:
    """The exceptions an operation can answer with, by botocore's model."""
    model = botocore.session.get_session().get_service_model("cognito-idp")
    return frozenset(shape.name for shape in model.operation_model(operation).error_shapes)


@contextmanager
def refused(code: str, message: str | None = None) -> Generator[pytest.ExceptionInfo[ClientError]]:
    """The block must be refused with this exception, and one that the operation has by botocore's model."""
    with clients.refused(code, message) as caught:
        yield caught
    assert code in declared_errors(caught.value.operation_name)
