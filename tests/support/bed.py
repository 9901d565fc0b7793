"""A pool and short ways to call Cognito about it: boto3, and pycognito for the client's half of SRP."""

from typing import Any

from pycognito.aws_srp import AWSSRP  # type: ignore[import-untyped]

from tests.support import clients

PASSWORD = "Correct-h0rse!"


class Bed:
    """A pool, its client, and short ways to call Cognito about them."""

    def __init__(self, cognito: Any, pool: Any) -> None:
        self.cognito = cognito
        self.pool = pool
        self.client_id = pool.client_id
        self.idp = clients.unsigned()
        self.admin = clients.signed()

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
        result: dict[str, Any] = self.password(username, password)["AuthenticationResult"]
        return result

    def srp(self, username: str = "alice", password: str = PASSWORD, **options: Any) -> Any:
        """pycognito's half of the exchange."""
        return AWSSRP(username, password, self.pool.id, self.client_id, client=self.idp, **options)

    def srp_start(self, username: str = "alice", password: str = PASSWORD) -> tuple[Any, dict[str, str]]:
        """Start USER_SRP_AUTH: the client, and the challenge's parameters."""
        client = self.srp(username, password)
        reply = self.initiate("USER_SRP_AUTH", **client.get_auth_params())
        assert reply["ChallengeName"] == "PASSWORD_VERIFIER"
        return client, reply["ChallengeParameters"]

    def srp_proof(self, username: str = "alice", password: str = PASSWORD) -> dict[str, str]:
        """The responses to a PASSWORD_VERIFIER challenge just asked for."""
        client, parameters = self.srp_start(username, password)
        responses: dict[str, str] = client.process_challenge(parameters, {"USERNAME": username})
        return responses

    def srp_sign_in(self, username: str = "alice", password: str = PASSWORD, **more: str) -> Any:
        return self.respond("PASSWORD_VERIFIER", **self.srp_proof(username, password), **more)
