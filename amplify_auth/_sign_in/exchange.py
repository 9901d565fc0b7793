"""One step of a sign-in: requests go out, answers are followed until a person or nobody has to answer.

The only file that sends ``InitiateAuth`` and ``RespondToAuthChallenge``. What a challenge means is in the tables of
``_challenges`` and ``_proofs``; what is kept is in ``_state``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import attrs

from .. import _clock
from .._cognito import Answer, Reply, call, secret_hash, text_of, wrong
from .._session import State
from .._srp import SrpClient
from .._values import (
    FIRST_FACTORS,
    AuthConfig,
    AuthTokens,
    ContinueSignInWithTotpSetup,
    Device,
    Done,
    PendingSignIn,
    SignedIn,
    SignInDetails,
    SignInOutput,
    SignInRequest,
    TotpSetupDetails,
)
from ..errors import AuthError, AuthServiceError, EnableSoftwareTokenMFAException, ResourceNotFoundException
from . import challenges
from .register_device import register_device, warn_of

_DEVICE_GONE = "Device does not exist"


class DeviceLost(Exception):
    """Cognito takes this device no more; it is forgotten, and the flow has to be started over without it.

    Attributes:
        error: What Cognito said.
    """

    def __init__(self, error: AuthServiceError) -> None:
        self.error = error


@attrs.define(kw_only=True, repr=False)
class Exchange:
    """A conversation with Cognito about one sign-in, as far as it goes without a person.

    Attributes:
        state: The session's state.
        generation: The state's, when whoever began this was called.
        request: How the sign-in was started.
        proofs: The challenges that need no person.
        username: Cognito's name for the user; until it is known, the one that was typed.
        client_metadata: Of this call, for the pool's Lambda triggers.
        device_name: The name for a new device.
        before: The pending sign-in that is being answered, with what it has become since.
        srp: The SRP exchange about the user's password that was begun and waits for its proof.
        sign_up_session: What the confirmation of a sign-up gave to ``USER_AUTH``.
    """

    state: State
    generation: int
    request: SignInRequest
    proofs: Mapping[str, Callable[[Exchange, Reply], Reply]]
    username: str
    client_metadata: Mapping[str, str] | None = None
    device_name: str | None = None
    before: PendingSignIn | None = None
    sign_up_session: str | None = None
    srp: SrpClient | None = None
    device_srp: SrpClient | None = None
    #: When the newest request went out, by `_clock.monotonic`.
    asked_at: float = 0.0
    #: Whether Cognito has accepted an answer: the session that it carried is spent then.
    has_progressed: bool = False

    @property
    def config(self) -> AuthConfig:
        """The session's configuration."""
        return self.state.config

    @property
    def device(self) -> Device | None:
        """The registered device of the user."""
        return self.state.device_of(self.username, self.request.login_id)

    def new_srp(self) -> str:
        """``SRP_A`` of a fresh SRP exchange about the user's password."""
        self.srp = SrpClient()
        return self.srp.srp_a

    def initiate(
        self, auth_flow: str, parameters: Mapping[str, str], *, with_device: bool = False, session: str | None = None
    ) -> Reply:
        """``InitiateAuth``; the name that was typed and the secret hash go along."""
        responses = {"USERNAME": self.request.login_id, **parameters}
        return self._send("InitiateAuth", "AuthParameters", responses, with_device, AuthFlow=auth_flow, Session=session)

    def respond(
        self,
        reply: Reply | PendingSignIn,
        responses: Mapping[str, str],
        *,
        challenge_name: str | None = None,
        with_device: bool = False,
        with_metadata: bool = True,
    ) -> Reply:
        """``RespondToAuthChallenge`` to what ``reply`` asks; the user name and the secret hash go along."""
        name = challenge_name or reply.challenge_name or ""
        return self._send(
            "RespondToAuthChallenge",
            "ChallengeResponses",
            {"USERNAME": self.username, **responses},
            with_device,
            with_metadata,
            ChallengeName=name,
            Session=reply.session,
        )

    def _send(
        self,
        operation: str,
        member: str,
        values: Mapping[str, str],
        with_device: bool,
        with_metadata: bool = True,
        **parameters: Any,
    ) -> Reply:
        self.state.check(self.generation)
        values = dict(values)
        device = self.device if with_device else None
        if device is not None:
            values["DEVICE_KEY"] = device.key
        proof = secret_hash(self.config, values["USERNAME"])
        if proof is not None:
            values["SECRET_HASH"] = proof
        parameters |= {
            member: values,
            "ClientId": self.config.user_pool_client_id,
            "ClientMetadata": self.client_metadata if with_metadata else None,
        }
        self.asked_at = _clock.monotonic()
        try:
            answer = call(self.config, operation, **parameters)
        except ResourceNotFoundException as error:
            lost = error
        else:
            return self._hear(operation, answer)
        return self._hear(operation, self._without_device(lost, operation, member, values, parameters))

    def _hear(self, operation: str, answer: Mapping[str, Any]) -> Reply:
        is_spent = answer.get("ChallengeName") or answer.get("AuthenticationResult")
        self.has_progressed |= operation == "RespondToAuthChallenge" and bool(is_spent)
        reply = Reply.parse(operation, answer)
        self.username = reply.username or self.username
        return reply

    def _without_device(
        self,
        error: ResourceNotFoundException,
        operation: str,
        member: str,
        values: dict[str, str],
        parameters: dict[str, Any],
    ) -> Answer:
        """Forget a device that Cognito does not know and send once more; a proof has to be made anew instead."""
        key = values.pop("DEVICE_KEY", None)
        if key is None or _DEVICE_GONE not in error.message:
            raise error
        if parameters.get("ChallengeName") in self.proofs:
            raise self.device_lost(key, error)
        self.state.forget_device(key)
        return call(self.config, operation, **{**parameters, member: values})

    def device_lost(self, key: str, error: AuthServiceError) -> DeviceLost:
        """Forget the device with this key, and give what is raised to have the flow started over."""
        self.state.forget_device(key)
        return DeviceLost(error)

    def follow(self, reply: Reply) -> SignInOutput:
        """Answer every challenge that needs no person, then sign in or keep what waits for an answer."""
        asked: set[str | None] = set()
        while reply.challenge_name in self.proofs:
            if reply.challenge_name in asked:
                raise wrong(f"Cognito asked for {reply.challenge_name} twice.", name="SignInException")
            asked.add(reply.challenge_name)
            reply = self.proofs[reply.challenge_name or ""](self, reply)
        return self.wait(reply) if reply.result is None else self._complete(reply.result)

    def wait(self, reply: Reply) -> SignInOutput:
        """Keep the sign-in for the answer that ``reply`` asks for."""
        facts = {"username": self.username, "request": self.request, "srp": self.srp}
        pending = challenges.ask(reply, self.before, facts)
        self._suspend(pending)
        if len(pending.mfa_types) == 1:  # a choice of one is made at once; if that fails, it can be made again
            return self.perform(challenges.choose_setup(pending, pending.mfa_types[0]), pending)
        return SignInOutput(is_signed_in=False, next_step=pending.next_step)

    def perform(self, action: challenges.Action, pending: PendingSignIn) -> SignInOutput:
        """Do what an answer to ``pending`` has become."""
        if isinstance(action, challenges.Turn):
            pending = action.pending
        elif isinstance(action, challenges.AssociateTotp):
            pending = self._associate_totp(pending)
        elif isinstance(action, challenges.VerifyTotp):
            pending = self._verify_totp(pending, action.code)
            return self.follow(self.respond(pending, {}))
        else:
            return self.follow(self._answer(pending, action))
        self._suspend(pending)
        return SignInOutput(is_signed_in=False, next_step=pending.next_step)

    def _answer(self, pending: PendingSignIn, action: challenges.Respond) -> Reply:
        responses = dict(action.responses)
        chosen = responses.get("ANSWER") if action.challenge_name == "SELECT_CHALLENGE" else None
        if chosen in FIRST_FACTORS:
            self.request = attrs.evolve(self.request, preferred_challenge=chosen)
        if action.password is not None:
            self.request = attrs.evolve(self.request, password=action.password)
            responses |= {"SRP_A": self.new_srp()} if chosen == "PASSWORD_SRP" else {"PASSWORD": action.password}
        reply = self.respond(pending, responses, challenge_name=action.challenge_name, with_device=action.with_device)
        if action.new_password is not None and self.request.password is not None:
            self.request = attrs.evolve(self.request, password=action.new_password)
        return reply

    def _associate_totp(self, pending: PendingSignIn) -> PendingSignIn:
        operation = "AssociateSoftwareToken"
        answer = call(self.config, operation, Session=pending.session)
        shared_secret = text_of(answer, "SecretCode", operation)
        if not shared_secret:
            raise wrong(f"{operation} gave no secret.", name="SetUpTOTPException", operation=operation)
        totp = TotpSetupDetails(shared_secret=shared_secret, username=self.username)
        return attrs.evolve(
            pending,
            totp=totp,
            session=text_of(answer, "Session", operation) or pending.session,
            next_step=ContinueSignInWithTotpSetup(totp_setup_details=totp),
        )

    def _verify_totp(self, pending: PendingSignIn, code: str) -> PendingSignIn:
        """``pending`` with the session of a verified authenticator; kept, so that its code is sent only once."""
        if pending.totp_is_verified:
            return pending
        operation = "VerifySoftwareToken"
        answer = call(
            self.config, operation, UserCode=code, Session=pending.session, FriendlyDeviceName=self.device_name
        )
        if answer.get("Status") != "SUCCESS":
            raise EnableSoftwareTokenMFAException("Cognito did not accept the authenticator.", operation=operation)
        renewed = text_of(answer, "Session", operation) or pending.session
        verified = attrs.evolve(pending, session=renewed, totp_is_verified=True)
        self._suspend(verified)
        self.before = verified
        return verified

    def _suspend(self, pending: PendingSignIn) -> None:
        self.state.suspend(pending, self.generation)

    def _complete(self, result: Mapping[str, Any]) -> SignInOutput:
        tokens = AuthTokens.from_result(result, since=self.asked_at)
        claims, login_id = tokens.access_token_claims, self.request.login_id
        username = str(claims.get("username") or self.username)
        known = self.state.device_of(username, login_id)
        made = register_device(self.config, result, username=username, login_id=login_id, name=self.device_name)
        device = made if isinstance(made, Device) else None
        signed_in = SignedIn(
            tokens=tokens,
            username=username,
            user_id=str(claims.get("sub") or ""),
            details=SignInDetails(login_id=login_id, auth_flow_type=self.request.auth_flow_type),
            device_key=device.key if device else known.key if known else None,
        )
        if device is not None:
            self.state.remember_device(device)
        self.state.note_login_id(username, login_id)
        self.state.publish(signed_in, self.generation)
        if isinstance(made, AuthError):
            warn_of(made)
        return SignInOutput(is_signed_in=True, next_step=Done())
