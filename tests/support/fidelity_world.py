"""One world for both runs, plain moto and the test bed: pools made by boto3, and answers put into one line each."""

import json
import re
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Any

import attrs
from botocore.exceptions import ClientError
from moto import mock_aws

from amplify_auth.testing import SoftwarePasskey, mock_cognito
from amplify_auth.testing._core.crypto import totp as _totp
from tests.support import clients
from tests.support.signed_in_pool import ALICE, PASSWORD, Client, add_client

PHONE = {"phone_number": "+15550001111", "phone_number_verified": "true"}
FLOWS = [f"ALLOW_{flow}_AUTH" for flow in ("USER_PASSWORD", "USER_SRP", "USER", "CUSTOM", "REFRESH_TOKEN")]
GUESS = "000000"

# Each row: (cell, what plain moto answers by version, what is documented, its source, how it is driven).
ROWS: "list[Row]" = []


@attrs.frozen(kw_only=True)
class Row:
    """One cell of the table.

    Args:
        cell: Operation or challenge, and what about it.
        plain: What plain moto 5.1.0 to 5.2.5 answers; several where its versions differ.
        documented: What Amazon Cognito answers, and the test bed must.
        source: bc (botocore's model), cli (AWS CLI examples), doc (developer guide), amp (amplify-js) or a thread
            in which someone measured it. ``mem``: general knowledge with no source found, of all or of a part.
        drive: Makes the request and says the answer in a line.
    """

    cell: str
    plain: tuple[str, ...]
    documented: str
    source: str
    drive: "Callable[[World], str]" = attrs.field(repr=False)

    @property
    def verified(self) -> bool:
        """Whether every part has a source. Without one the row holds the test bed to what it does, no more."""
        return "mem" not in self.source


def row(
    cell: str, *, plain: str | tuple[str, ...], documented: str, source: str
) -> "Callable[[Callable[[World], str]], Callable[[World], str]]":
    """Enter a row; the decorated function drives it."""

    def enter(drive: "Callable[[World], str]") -> "Callable[[World], str]":
        answers = (plain,) if isinstance(plain, str) else plain
        ROWS.append(Row(cell=cell, plain=answers, documented=documented, source=source, drive=drive))
        return drive

    return enter


@attrs.define
class World:
    """A pool with a client, and helpers that work under plain moto as under the test bed."""

    cognito: Any  # None under plain moto
    idp: Any
    pool_id: str = ""
    client: Client = attrs.field(default=Client("", None))

    def pool(self, *, client: dict[str, Any] | None = None, mfa: dict[str, Any] | None = None, **settings: Any) -> None:
        """Make the pool: members of CreateUserPool, CreateUserPoolClient and SetUserPoolMfaConfig."""
        self.pool_id = self.idp.create_user_pool(PoolName="pool", **settings)["UserPool"]["Id"]
        if mfa is not None:
            self.idp.set_user_pool_mfa_config(UserPoolId=self.pool_id, **mfa)
        self.client = self.add_client(**(client or {}))

    def add_client(self, **settings: Any) -> Client:
        return add_client(self.idp, self.pool_id, **{"ExplicitAuthFlows": FLOWS, **settings})

    def user(self, name: str = "alice", *, permanent: bool = True, **attributes: str) -> None:
        listed = [{"Name": key, "Value": value} for key, value in (attributes or ALICE).items()]
        self.idp.admin_create_user(UserPoolId=self.pool_id, Username=name, UserAttributes=listed)
        self.idp.admin_set_user_password(UserPoolId=self.pool_id, Username=name, Password=PASSWORD, Permanent=permanent)

    def sign_up(self, name: str = "alice", **members: Any) -> dict[str, Any]:
        attributes = members.pop("attributes", {"email": "alice@example.com"})
        listed = [{"Name": key, "Value": value} for key, value in attributes.items()]
        request = {"ClientId": self.client.id, "Username": name, "Password": PASSWORD, "UserAttributes": listed}
        return dict(self.idp.sign_up(**{**request, **members}))

    def start(self, flow: str = "USER_PASSWORD_AUTH", name: str = "alice", **parameters: str) -> dict[str, Any]:
        given = {"USERNAME": name, **parameters}
        if flow == "USER_PASSWORD_AUTH":
            given = {"PASSWORD": PASSWORD, **given}
        client_id = given.pop("client_id", self.client.id)
        return dict(self.idp.initiate_auth(AuthFlow=flow, ClientId=client_id, AuthParameters=given))

    def respond(self, challenge: str, session: str, name: str = "alice", **responses: str) -> dict[str, Any]:
        return dict(
            self.idp.respond_to_auth_challenge(
                ClientId=self.client.id,
                ChallengeName=challenge,
                Session=session,
                ChallengeResponses={"USERNAME": name, **responses},
            )
        )

    def sign_in(self, name: str = "alice", **parameters: str) -> dict[str, Any]:
        return dict(self.start(name=name, **parameters)["AuthenticationResult"])

    def token(self, name: str = "alice") -> str:
        return str(self.sign_in(name)["AccessToken"])

    def code(self, name: str = "alice", purpose: str | None = None) -> str:
        """The code that was sent; under plain moto, which sends none, a guess."""
        return GUESS if self.cognito is None else str(self.cognito.pool(self.pool_id).code(name, purpose))

    def on(self, trigger: str, function: Callable[[dict[str, Any]], dict[str, Any] | None]) -> None:
        if self.cognito is not None:
            self.cognito.pool(self.pool_id).on(trigger, function)

    def unproven(self) -> str:
        """A living session of a sign-in that proved nothing."""
        begun = self.start("USER_SRP_AUTH", SRP_A="2")
        return str(begun.get("Session") or self.start("USER_AUTH")["Session"])

    def later(self, seconds: float) -> None:
        if self.cognito is not None:
            self.cognito.clock.advance(seconds)

    def totp(self, secret: str) -> str:
        """A code for the secret; under plain moto its one secret is no RFC 4648 base32, and any digits do."""
        return GUESS if self.cognito is None else _totp.code_at(secret, self.cognito.clock.now.timestamp())

    def totp_on(self, token: str, *, preferred: bool = False) -> str:
        """Set up TOTP for a signed-in user; returns the secret."""
        secret = str(self.idp.associate_software_token(AccessToken=token)["SecretCode"])
        self.idp.verify_software_token(AccessToken=token, UserCode=self.totp(secret))
        self.idp.set_user_mfa_preference(
            AccessToken=token, SoftwareTokenMfaSettings={"Enabled": True, "PreferredMfa": preferred}
        )
        return secret

    def passkey(self) -> SoftwarePasskey:
        return SoftwarePasskey()

    def attributes(self, token: str) -> dict[str, str]:
        return {a["Name"]: a["Value"] for a in self.idp.get_user(AccessToken=token)["UserAttributes"]}

    def line(self, text: str) -> str:
        """Without what differs from run to run."""
        known = {self.client.id: "<client>", self.pool_id: "<pool>"}
        for value, name in known.items():
            text = text.replace(value, name) if value else text
        text = re.sub(r"eyJ[\w-]+\.[\w-]+\.[\w-]+", "<token>", text)
        return re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "<uuid>", text)


def answer(world: World, drive: Callable[[World], str]) -> str:
    """What a drive says, or in what way it failed."""
    try:
        text = drive(world)
    except ClientError as error:
        refusal: dict[str, Any] = dict(error.response.get("Error", {}))
        text = f"{refusal['Code']}: {refusal['Message']}"
    except Exception as error:
        # moto's own failures come through boto3 as they are.
        text = f"crash {type(error).__name__}"
    return world.line(text).strip()


def said(response: dict[str, Any]) -> str:
    """The gist of a response: tokens, a challenge, what it holds, or that it is empty."""
    if response.get("AuthenticationResult"):
        return "tokens"
    if response.get("ChallengeName"):
        return str(response["ChallengeName"])
    members = sorted(set(response) - {"ResponseMetadata"})
    return ", ".join(members) or "{}"


def shown(value: object) -> str:
    """A value in a line."""
    return json.dumps(value, sort_keys=True, default=str)


@contextmanager
def plain_moto() -> Generator[World]:
    """The world as moto alone makes it."""
    with mock_aws():
        yield World(cognito=None, idp=clients.unchecked())


@contextmanager
def truthful() -> Generator[World]:
    """The world as this package makes it."""
    with mock_cognito() as cognito:
        yield World(cognito=cognito, idp=clients.unchecked())
