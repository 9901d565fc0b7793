"""The requests of one sign-in and their answers.

The only sender of ``RespondToAuthChallenge``, and of every ``InitiateAuth`` that signs a user in. What a challenge
means is in the tables of ``challenges`` and ``proofs``. What is kept between two steps is in the session.
"""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from .. import _clock
from .._cognito import Answer, Reply, call, check_totp_verified, optional_text, secret_hash, totp_secret
from .._session import Step
from .._srp import SrpClient
from .._values import AuthConfig, Device, PendingSignIn, SignInRequest
from ..errors import AuthServiceError, ResourceNotFoundException

_DEVICE_GONE = "Device does not exist"


class DeviceLost(Exception):
    """Cognito does not accept the device any more. It is forgotten, and the flow must start over without it.

    Attributes:
        error: What Cognito said.
    """

    def __init__(self, error: AuthServiceError) -> None:
        self.error = error


@attrs.define(kw_only=True, repr=False, eq=False)
class Conversation:
    """The requests of one step of a sign-in.

    Attributes:
        step: The right to change the session. ``initiate`` and ``respond`` check it before they send.
        request: How the sign-in was started.
        username: Cognito's name for the user; until it is known, the name that was typed.
        client_metadata: Passed to the pool's Lambda triggers.
        is_answer: True if the step answers a pending sign-in, False if it starts one.
        sign_up_session: The session that the confirmation of a sign-up gave; only for ``USER_AUTH``.
        srp: The SRP exchange about the user's password that waits for its proof.
        asked_at: When the newest request was sent, by ``_clock.monotonic``.
        has_progressed: True if Cognito has accepted an answer. The session that it carried is spent then.
        refused_device: A device that the typed name stood for, and that Cognito does not know. It is forgotten if it
            turns out that it is this user's.
    """

    step: Step
    request: SignInRequest
    username: str
    client_metadata: Mapping[str, str] | None = None
    is_answer: bool = False
    sign_up_session: str | None = None
    srp: SrpClient | None = None
    asked_at: float = 0.0
    has_progressed: bool = False
    refused_device: Device | None = None

    @property
    def config(self) -> AuthConfig:
        """The session's configuration."""
        return self.step.state.config

    @property
    def device(self) -> Device | None:
        """The registered device of the user, as far as the name is known whom Cognito means.

        A device that was adopted under the name that was typed is tried first. If it is another user's, it is refused.
        """
        devices = self.step.state.devices
        return devices.adopted_for(self.request.login_id) or devices.of(self.username)

    def new_srp(self) -> str:
        """``SRP_A`` of a new SRP exchange about the user's password."""
        self.srp = SrpClient()
        return self.srp.srp_a

    def initiate(
        self, auth_flow: str, parameters: Mapping[str, str], *, with_device: bool = False, session: str | None = None
    ) -> Reply:
        """Send ``InitiateAuth``, with the name that was typed and the secret hash."""
        return self._send(
            "InitiateAuth",
            "AuthParameters",
            {"USERNAME": self.request.login_id, **parameters},
            with_device=with_device,
            client_metadata=self.client_metadata,
            AuthFlow=auth_flow,
            Session=session,
        )

    def respond(
        self,
        reply: Reply | PendingSignIn,
        responses: Mapping[str, str],
        *,
        challenge_name: str | None = None,
        with_device: bool = False,
        with_metadata: bool = True,
        is_proof: bool = False,
    ) -> Reply:
        """Send ``RespondToAuthChallenge``, with the user name and the secret hash.

        Args:
            reply: The challenge that is answered.
            responses: ``ChallengeResponses``.
            challenge_name: Answers another challenge than the one of ``reply``.
            with_device: Sends the key of the registered device too.
            with_metadata: Sends the client metadata too.
            is_proof: True if the responses prove something about the device, so they are wrong without it.

        Raises:
            DeviceLost: Cognito does not know the device, and ``is_proof`` is set.
        """
        return self._send(
            "RespondToAuthChallenge",
            "ChallengeResponses",
            {"USERNAME": self.username, **responses},
            with_device=with_device,
            client_metadata=self.client_metadata if with_metadata else None,
            is_proof=is_proof,
            ChallengeName=challenge_name or reply.challenge_name or "",
            Session=reply.session,
        )

    def _send(
        self,
        operation: str,
        member: str,
        values: dict[str, str],
        *,
        with_device: bool,
        client_metadata: Mapping[str, str] | None,
        is_proof: bool = False,
        **parameters: object,
    ) -> Reply:
        self.step.check()
        device = self.device if with_device else None
        proof = secret_hash(self.config, values["USERNAME"])
        if proof is not None:
            values["SECRET_HASH"] = proof
        with_key = values if device is None else {**values, "DEVICE_KEY": device.key}
        parameters |= {"ClientId": self.config.user_pool_client_id, "ClientMetadata": client_metadata}
        self.asked_at = _clock.monotonic()
        try:
            return self._parse(operation, call(self.config, operation, **parameters, **{member: with_key}))
        except ResourceNotFoundException as error:
            refusal = error
        if device is None or _DEVICE_GONE not in refusal.message:
            raise refusal
        if is_proof:
            raise self.device_lost(device, refusal)
        self._forget(device)
        return self._parse(operation, call(self.config, operation, **parameters, **{member: values}))

    def _parse(self, operation: str, answer: Answer) -> Reply:
        is_accepted = answer.get("ChallengeName") or answer.get("AuthenticationResult")
        self.has_progressed |= operation == "RespondToAuthChallenge" and bool(is_accepted)
        reply = Reply.parse(operation, answer)
        self.username = reply.username or self.username
        refused = self.refused_device
        if refused is not None and refused.username == self.username:
            self.step.state.devices.forget(refused.key)
        return reply

    def device_lost(self, device: Device, error: AuthServiceError) -> DeviceLost:
        """Forget the device. Returns the exception that starts the flow over."""
        self._forget(device)
        return DeviceLost(error)

    def _forget(self, device: Device) -> None:
        """Forget a device that Cognito does not know.

        If it was found by another name than the user's own, that name may be another user's by now: it was never that
        user's device.
        """
        devices = self.step.state.devices
        if device.is_adopted or device.username.casefold() == self.username.casefold():
            devices.forget(device.key)
        else:
            devices.disown(device.key, (self.username, self.request.login_id))
            self.refused_device = device

    def associate_software_token(self, session: str | None) -> tuple[str, str | None]:
        """Send ``AssociateSoftwareToken``. Returns the shared secret of the authenticator, and the next session."""
        operation = "AssociateSoftwareToken"
        answer = call(self.config, operation, Session=session)
        return totp_secret(answer), optional_text(answer, "Session", operation) or session

    def verify_software_token(self, session: str | None, code: str, name: str | None) -> str | None:
        """Send ``VerifySoftwareToken`` with the first code of the authenticator. Returns the next session."""
        operation = "VerifySoftwareToken"
        answer = call(self.config, operation, UserCode=code, Session=session, FriendlyDeviceName=name)
        check_totp_verified(answer)
        return optional_text(answer, "Session", operation) or session
