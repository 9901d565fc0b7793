"""A service that asks any challenges in the order that a test chooses, and checks every answer.

It stands behind a `ScriptedCognito`. Proofs are verified by the test bed's own half of SRP, secret hashes by the
formula of the developer guide; a session is good for one answer. `mistakes` lists what is wrong.
"""

import base64
import json
from typing import Any

import attrs

import amplify_auth as auth
from amplify_auth.testing._core.crypto import srp
from tests.support import secret_hash as hashing
from tests.support.scripted_cognito import Answer, Request, ScriptedCognito, asks, refuses, says, signs_in

POOL = "us-east-1_Story"
CLIENT, SECRET = "story-client", "the-secret-of-the-storys-client"
USERNAME, LOGIN_ID, PASSWORD = "c0ffee00-internal-name", "alice@example.com", "Passw0rd!"
SALT = bytes(range(1, 17))
CREDENTIAL = {"id": "credential", "type": "public-key"}
NEW_DEVICE = {"DeviceKey": "us-east-1_a-device", "DeviceGroupKey": "-group"}

#: Challenge -> its parameters, and the answer that is right: ChallengeResponses without those that all have.
CODES: dict[str, tuple[dict[str, str], dict[str, str]]] = {
    "SMS_MFA": ({"CODE_DELIVERY_DELIVERY_MEDIUM": "SMS"}, {"SMS_MFA_CODE": "111111"}),
    "SMS_OTP": ({"CODE_DELIVERY_DELIVERY_MEDIUM": "SMS"}, {"SMS_OTP_CODE": "111111"}),
    "EMAIL_OTP": ({"CODE_DELIVERY_DELIVERY_MEDIUM": "EMAIL"}, {"EMAIL_OTP_CODE": "222222"}),
    "SOFTWARE_TOKEN_MFA": ({}, {"SOFTWARE_TOKEN_MFA_CODE": "333333"}),
    "CUSTOM_CHALLENGE": ({"question": "?"}, {"ANSWER": "an answer"}),
    "NEW_PASSWORD_REQUIRED": ({"requiredAttributes": '["userAttributes.name"]'}, {"NEW_PASSWORD": "N3w-passw0rd!"}),
    "SELECT_MFA_TYPE": ({"MFAS_CAN_CHOOSE": '["SMS_MFA","SOFTWARE_TOKEN_MFA","EMAIL_OTP"]'}, {"ANSWER": "EMAIL_OTP"}),
    "WEB_AUTHN": ({"CREDENTIAL_REQUEST_OPTIONS": '{"challenge": "AAAA"}'}, {"CREDENTIAL": json.dumps(CREDENTIAL)}),
}
#: Challenges whose answer names the device, if there is one (amplify-behaviour, the table of answers).
WITH_DEVICE = {
    "CUSTOM_CHALLENGE",
    "SMS_MFA",
    "SMS_OTP",
    "EMAIL_OTP",
    "SOFTWARE_TOKEN_MFA",
    "PASSWORD_VERIFIER",
    "DEVICE_SRP_AUTH",
    "DEVICE_PASSWORD_VERIFIER",
}
#: A chapter that chooses among first factors: which one, and what proves it.
CHOICES = ("EMAIL_OTP", "SMS_OTP", "PASSWORD", "PASSWORD_SRP")
#: The ways to start: arguments of `sign_in`.
FLOWS: dict[str, dict[str, Any]] = {
    "SRP": {"auth_flow_type": "USER_SRP_AUTH", "password": PASSWORD},
    "password": {"auth_flow_type": "USER_PASSWORD_AUTH", "password": PASSWORD},
    "custom": {"auth_flow_type": "CUSTOM_WITHOUT_SRP"},
    "custom with SRP": {"auth_flow_type": "CUSTOM_WITH_SRP", "password": PASSWORD},
    "choice": {"auth_flow_type": "USER_AUTH"},
    "code": {"auth_flow_type": "USER_AUTH", "preferred_challenge": "EMAIL_OTP"},
    "passkey": {"auth_flow_type": "USER_AUTH", "preferred_challenge": "WEB_AUTHN"},
    "chosen password": {"auth_flow_type": "USER_AUTH", "preferred_challenge": "PASSWORD", "password": PASSWORD},
    "chosen SRP": {"auth_flow_type": "USER_AUTH", "preferred_challenge": "PASSWORD_SRP", "password": PASSWORD},
}

SPENT = refuses("NotAuthorizedException", "Invalid session for the user, session can only be used once.")


def secret_hash(username: str) -> str:
    """The proof of `SECRET` for this user."""
    return hashing.secret_hash(username, CLIENT, SECRET)


@attrs.define
class Story:
    """What happens: chapters, in order, then tokens.

    A chapter is the name of a challenge; ``"SELECT_CHALLENGE:EMAIL_OTP"`` is a choice with what is to be chosen,
    ``"MFA_SETUP:TOTP"`` and ``"MFA_SETUP:EMAIL"`` likewise, ``"DEVICE"`` is both halves of a device's proof.
    """

    server: ScriptedCognito
    chapters: list[str]
    confidential: bool = False
    knows_device: bool = False
    #: Whether a session that is spent is refused, as Cognito does, and not counted as the client's mistake.
    forgiving: bool = False
    mistakes: list[str] = attrs.field(factory=list[str])
    _next: int = 0
    _session: int = 0
    _open: str | None = None
    _public: str | None = None
    _exchange: Any = None
    _device: dict[str, Any] = attrs.field(factory=dict[str, Any])

    def __attrs_post_init__(self) -> None:
        self.server.clear()
        self.server.always("InitiateAuth", self._started).always("RespondToAuthChallenge", self._answered)
        self.server.always("AssociateSoftwareToken", self._associated).always("VerifySoftwareToken", self._verified)
        self.server.always("ConfirmDevice", self._registered)

    def session(self) -> auth.Session:
        """A session that talks to this service."""
        return auth.Session(
            user_pool_id=POOL,
            user_pool_client_id=CLIENT,
            client_secret=SECRET if self.confidential else None,
            endpoint_url=self.server.url,
            passkey=_Authenticator(),
        )

    def drive(self, output: auth.SignInOutput, session: auth.Session) -> list[str]:
        """Answer every question until the user is signed in. Returns the steps."""
        steps: list[str] = [output.next_step.sign_in_step]
        while not output.is_signed_in:
            output = answer(self, session)
            steps.append(output.next_step.sign_in_step)
        return steps

    @property
    def choice(self) -> str:
        """The right answer to the newest question if it is a choice."""
        return (self._open or "").partition(":")[2]

    # Requests

    def _started(self, request: Request) -> Answer:
        parameters = request.body["AuthParameters"]
        self._check(parameters.get("USERNAME") == LOGIN_ID, "InitiateAuth: USERNAME is what was typed")
        self._check_hash(parameters, LOGIN_ID)
        self._public, self._next = parameters.get("SRP_A"), 0
        return self._continue()

    def _answered(self, request: Request) -> Answer:
        body, responses = request.body, request.body["ChallengeResponses"]
        if self._is_spent(body):
            return SPENT
        name, self._open = self._open or "", None
        self._check(body["ChallengeName"] == name.partition(":")[0], f"{name} was asked, {body['ChallengeName']} came")
        self._check(body.get("Session") == self._token(), f"{name}: the newest session")
        self._check(responses.get("USERNAME") == USERNAME, f"{name}: USERNAME is Cognito's own")
        self._check_hash(responses, USERNAME)
        device = self._device.get("key") if body["ChallengeName"] in WITH_DEVICE else None
        self._check(responses.get("DEVICE_KEY") == device, f"{name}: DEVICE_KEY")
        given = {key: value for key, value in responses.items() if key not in ("USERNAME", "SECRET_HASH", "DEVICE_KEY")}
        checks = {
            "SELECT_CHALLENGE": self._check_choice,
            "MFA_SETUP": self._check_set_up,
            "DEVICE_SRP_AUTH": self._check_device_start,
            "DEVICE_PASSWORD_VERIFIER": self._check_proof,
            "PASSWORD_VERIFIER": self._check_proof,
        }
        return checks.get(name.partition(":")[0], self._check_plain)(name, given) or self._continue()

    def _associated(self, request: Request) -> Answer:
        if self._is_spent(request.body):
            return SPENT
        self._check(request.body == {"Session": self._token()}, "AssociateSoftwareToken: the newest session, no more")
        self._session += 1
        return says(SecretCode="SECRETSECRET", Session=self._token())

    def _verified(self, request: Request) -> Answer:
        if self._is_spent(request.body):
            return SPENT
        self._check(request.body == {"Session": self._token(), "UserCode": "444444"}, "VerifySoftwareToken")
        self._session += 1
        return says(Status="SUCCESS", Session=self._token())

    def _registered(self, request: Request) -> Answer:
        secret = request.body["DeviceSecretVerifierConfig"]
        self._device = {
            "key": request.body["DeviceKey"],
            "salt": base64.b64decode(secret["Salt"]),
            "verifier": int.from_bytes(base64.b64decode(secret["PasswordVerifier"]), "big"),
        }
        return says(UserConfirmationNecessary=False)

    # Answers

    def _check_plain(self, name: str, given: dict[str, str]) -> None:
        right = dict(CODES[name][1])
        if name == "NEW_PASSWORD_REQUIRED":
            right["userAttributes.name"] = "Alice"
        if name == "WEB_AUTHN":
            given["CREDENTIAL"] = json.dumps(json.loads(given.get("CREDENTIAL", "null")))
        self._check(given == right, f"{name}: {sorted(given)}")

    def _check_choice(self, name: str, given: dict[str, str]) -> None:
        chosen = name.partition(":")[2]
        self._public = given.get("SRP_A")
        more = {"PASSWORD": {"PASSWORD": PASSWORD}, "PASSWORD_SRP": {"SRP_A": self._public or ""}}.get(chosen, {})
        self._check(given == {"ANSWER": chosen, **more}, f"{name}: {sorted(given)}")

    def _check_set_up(self, name: str, given: dict[str, str]) -> None:
        self._check(given == ({"EMAIL": "alice@example.org"} if name.endswith("EMAIL") else {}), f"{name}: {given}")

    def _check_device_start(self, name: str, given: dict[str, str]) -> Answer:
        self._check(set(given) == {"SRP_A"}, f"{name}: {sorted(given)}")
        public = srp.parse_public(given["SRP_A"])
        assert public is not None
        self._exchange = srp.challenge(
            group=NEW_DEVICE["DeviceGroupKey"],
            identity=self._device["key"],
            salt=self._device["salt"],
            verifier=self._device["verifier"],
            public_client=public,
        )
        return self._ask("DEVICE_PASSWORD_VERIFIER", _srp_parameters(self._exchange))

    def _check_proof(self, name: str, given: dict[str, str]) -> None:
        signature, timestamp = given.get("PASSWORD_CLAIM_SIGNATURE", ""), given.get("TIMESTAMP", "")
        keys = {"PASSWORD_CLAIM_SECRET_BLOCK", "PASSWORD_CLAIM_SIGNATURE", "TIMESTAMP"}
        self._check(set(given) == keys, f"{name}: {sorted(given)}")
        self._check(srp.proves(self._exchange, signature, timestamp), f"{name}: the proof")

    # Challenges

    def _continue(self) -> Answer:
        if self._next == len(self.chapters):
            metadata = {} if self._device else {"NewDeviceMetadata": NEW_DEVICE}
            return signs_in(USERNAME, **(metadata if self.knows_device else {}))
        name = self.chapters[self._next]
        self._next += 1
        kind = name.partition(":")[0]
        if kind == "PASSWORD_VERIFIER":
            return self._ask(name, self._password_challenge())
        if kind == "DEVICE":
            return self._ask("DEVICE_SRP_AUTH", {})
        if kind == "SELECT_CHALLENGE":
            return self._ask(name, {}, available=list(CHOICES))
        if kind == "MFA_SETUP":
            return self._ask(name, {"MFAS_CAN_SETUP": '["SMS_MFA","SOFTWARE_TOKEN_MFA","EMAIL_OTP"]'})
        return self._ask(name, CODES[kind][0])

    def _ask(self, name: str, parameters: dict[str, str], **more: Any) -> Answer:
        self._open = name
        self._session += 1
        given: dict[str, Any] = {**more, "USERNAME": USERNAME, **parameters}
        return asks(name.partition(":")[0], self._token(), **given)

    def _password_challenge(self) -> dict[str, str]:
        public = srp.parse_public(self._public or "")
        assert public is not None, "the story asks for a proof without SRP_A"
        group = POOL.partition("_")[2]
        self._exchange = srp.challenge(
            group=group,
            identity=USERNAME,
            salt=SALT,
            verifier=srp.verifier(group, USERNAME, PASSWORD, SALT),
            public_client=public,
        )
        return {"USER_ID_FOR_SRP": USERNAME, **_srp_parameters(self._exchange)}

    def _is_spent(self, body: dict[str, Any]) -> bool:
        is_other = body.get("ChallengeName") == "SELECT_CHALLENGE" and self._open == "WEB_AUTHN"
        return self.forgiving and (self._open is None or is_other or body.get("Session") != self._token())

    def _token(self) -> str:
        return f"the-session-number-{self._session}"

    def _check_hash(self, values: dict[str, str], username: str) -> None:
        expected = secret_hash(username) if self.confidential else None
        self._check(values.get("SECRET_HASH") == expected, f"SECRET_HASH over {username}")

    def _check(self, condition: bool, what: str) -> None:
        if not condition:
            self.mistakes.append(what)


class _Authenticator:
    def get(self, options: dict[str, Any]) -> dict[str, Any]:
        return CREDENTIAL if options == {"challenge": "AAAA"} else {}

    def create(self, options: dict[str, Any]) -> dict[str, Any]:
        raise NotImplementedError


def _srp_parameters(exchange: Any) -> dict[str, str]:
    return {
        "SRP_B": f"{exchange.public:x}",
        "SALT": srp.salt_text(exchange.salt),
        "SECRET_BLOCK": exchange.secret_block,
    }


def answer(story: Story, session: auth.Session) -> auth.SignInOutput:
    """Answer the pending sign-in as a user would who knows the story."""
    pending = session.pending_sign_in
    assert pending is not None
    chapters = [chapter for chapter in story.chapters if chapter.partition(":")[0] == pending.challenge_name]
    match pending.next_step:
        case auth.ContinueSignInWithFirstFactorSelection():
            chosen = story.choice or chapters[0].partition(":")[2] or "WEB_AUTHN"
            # Older service models know the list in the first answer only. With a passkey there is none.
            available = pending.next_step.available_challenges
            assert available in (CHOICES, ()) or (pending.challenge_name, chosen) == ("WEB_AUTHN", available[0])
            return auth.confirm_sign_in(chosen, session=session)
        case auth.ContinueSignInWithMfaSetupSelection():
            return auth.confirm_sign_in(story.choice or chapters[0].partition(":")[2], session=session)
        case auth.ContinueSignInWithEmailSetup():
            return auth.confirm_sign_in("alice@example.org", session=session)
        case auth.ContinueSignInWithTotpSetup():
            return auth.confirm_sign_in("444444", session=session)
        case auth.ConfirmSignInWithPassword():
            return auth.confirm_sign_in(PASSWORD, session=session)
        case auth.ContinueSignInWithMfaSelection():
            return auth.confirm_sign_in("EMAIL", session=session)
        case auth.ConfirmSignInWithNewPasswordRequired():
            assert pending.next_step.missing_attributes == ("name",)
            return auth.confirm_sign_in("N3w-passw0rd!", user_attributes={"name": "Alice"}, session=session)
        case _:
            (code,) = CODES[pending.challenge_name][1].values()
            return auth.confirm_sign_in(code, session=session)
