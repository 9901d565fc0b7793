"""What the tests here speak to the test bed with: boto3, and pycognito for the client's half of SRP."""

import contextlib
import functools
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import ClientError
from pycognito.aws_srp import AWSSRP

PASSWORD = "Correct-h0rse!"


@contextlib.contextmanager
def refused(code: str, message: str | None = None) -> Iterator[None]:
    """Expect Cognito's refusal: its code and, if given, its whole sentence."""
    with pytest.raises(ClientError) as caught:
        yield
    error = caught.value.response["Error"]
    assert error["Code"] == code, error
    if message is not None:
        assert error["Message"] == message


@functools.cache
def client(*, signed: bool) -> Any:
    """A client of boto3's, made once: it works under every mock."""
    config = Config() if signed else Config(signature_version=UNSIGNED)
    return boto3.client(
        "cognito-idp", "us-east-1", config=config, aws_access_key_id="testing", aws_secret_access_key="testing"
    )


class Bed:
    """A pool, its client, and short ways to call Cognito about them."""

    def __init__(self, cognito: Any, pool: Any) -> None:
        self.cognito = cognito
        self.pool = pool
        self.client_id = pool.client_id
        self.idp = client(signed=False)
        self.admin = client(signed=True)

    def initiate(
        self, flow: str, *, client_id: str | None = None, session: str | None = None, **parameters: str
    ) -> Any:
        more = {"Session": session} if session else {}
        return self.idp.initiate_auth(
            ClientId=client_id or self.client_id, AuthFlow=flow, AuthParameters=parameters, **more
        )

    def respond(
        self, challenge: str, session: str | None = None, *, client_id: str | None = None, **responses: str
    ) -> Any:
        more = {"Session": session} if session else {}
        return self.idp.respond_to_auth_challenge(
            ClientId=client_id or self.client_id, ChallengeName=challenge, ChallengeResponses=responses, **more
        )

    def password(self, username: str = "alice", password: str = PASSWORD, **more: str) -> Any:
        return self.initiate("USER_PASSWORD_AUTH", USERNAME=username, PASSWORD=password, **more)

    def tokens(self, username: str = "alice", password: str = PASSWORD) -> dict[str, Any]:
        return self.password(username, password)["AuthenticationResult"]

    def srp(self, username: str = "alice", password: str = PASSWORD, **options: Any) -> AWSSRP:
        """pycognito's half of the exchange."""
        return AWSSRP(username, password, self.pool.id, self.client_id, client=self.idp, **options)

    def srp_start(self, username: str = "alice", password: str = PASSWORD) -> tuple[AWSSRP, dict[str, str]]:
        """Start USER_SRP_AUTH: the client, and the challenge's parameters."""
        client = self.srp(username, password)
        reply = self.initiate("USER_SRP_AUTH", **client.get_auth_params())
        assert reply["ChallengeName"] == "PASSWORD_VERIFIER"
        return client, reply["ChallengeParameters"]

    def srp_proof(self, username: str = "alice", password: str = PASSWORD) -> dict[str, str]:
        """The responses to a PASSWORD_VERIFIER challenge just asked for."""
        client, parameters = self.srp_start(username, password)
        return client.process_challenge(parameters, {"USERNAME": username})

    def srp_sign_in(self, username: str = "alice", password: str = PASSWORD, **more: str) -> Any:
        return self.respond("PASSWORD_VERIFIER", **self.srp_proof(username, password), **more)
