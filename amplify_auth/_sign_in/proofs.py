"""The challenges that the program answers itself, without ``confirm_sign_in``. `PROOFS` is the table."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, final

from .. import _clock
from .._cognito import Reply, protocol_error, says_session_is_closed
from .._masking import Value, value
from .._srp import SrpClient
from ..errors import DeviceMetadataNotFoundException, NotAuthorizedException
from .conversation import Conversation
from .passkey import assertion, read_options


@final
@value(kw_only=True, eq=False)
class Proof(Value):
    """One row: how a challenge is proved.

    Attributes:
        prove: Sends the proof, and returns what Cognito answers.
        check: Raises for a challenge that cannot be right, before anything is kept.
        keeps_challenge: True if the challenge is kept while the proof is made: if that fails, the user can try again
            or choose another factor.
    """

    prove: Callable[[Conversation, Reply], Reply]
    check: Callable[[Reply], object] | None = None
    keeps_challenge: bool = False


def _password(conversation: Conversation, reply: Reply) -> Reply:
    """SRP's proof of the user's password (RFC 5054). The key of the registered device is sent too."""
    password, user = conversation.request.password, reply.required("USER_ID_FOR_SRP", "EmptyUserIdForSRPException")
    if password is None and conversation.is_answer:
        raise protocol_error(
            "Cognito asks for PASSWORD_VERIFIER, but the password is not known here: it is never exported.",
            name="SignInException",
        )
    srp, conversation.srp = conversation.srp, None
    if srp is None or password is None:
        raise protocol_error(
            "Cognito asks for PASSWORD_VERIFIER, but this flow began without SRP_A.", name="SignInException"
        )
    proof = _srp_proof(srp, reply, conversation.config.pool_name, user, password)
    return conversation.respond(reply, proof, with_device=True, is_proof=True)


def _srp_proof(srp: SrpClient, reply: Reply, realm: str, user: str, password: str) -> Mapping[str, str]:
    for parameter in ("SRP_B", "SALT", "SECRET_BLOCK"):
        reply.required(parameter)
    return srp.prove(realm, user, password, reply.parameters, _clock.now())


def _device(conversation: Conversation, reply: Reply) -> Reply:
    """SRP's proof of the device's password, in two requests: the public value first, then the proof."""
    device = conversation.device
    if device is None:
        raise DeviceMetadataNotFoundException(
            "The key, the group key or the password of the device was not found during the sign-in."
        )
    srp = SrpClient()
    reply = conversation.respond(reply, {"SRP_A": srp.srp_a}, with_device=True, is_proof=True)
    if reply.challenge_name != "DEVICE_PASSWORD_VERIFIER":
        return reply
    proof = _srp_proof(srp, reply, device.group_key, device.key, device.password)
    try:
        reply = conversation.respond(reply, proof, with_device=True, is_proof=True)
    except NotAuthorizedException as error:
        refusal = error
    else:
        if device.is_adopted:
            conversation.step.state.devices.settle(device, conversation.username)
        return reply
    raise refusal if says_session_is_closed(refusal) else conversation.device_lost(device, refusal)


def _device_without_start(conversation: Conversation, reply: Reply) -> Reply:
    raise protocol_error("Cognito asks for DEVICE_PASSWORD_VERIFIER without DEVICE_SRP_AUTH.", name="SignInException")


def _passkey(conversation: Conversation, reply: Reply) -> Reply:
    """A WebAuthn assertion by the session's ``passkey``."""
    credential = assertion(conversation.config.passkey, read_options(reply))
    return conversation.respond(reply, {"CREDENTIAL": credential}, with_metadata=False, is_proof=True)


#: ChallengeName -> how it is proved.
PROOFS: Final[Mapping[str, Proof]] = {
    "PASSWORD_VERIFIER": Proof(prove=_password),
    "DEVICE_SRP_AUTH": Proof(prove=_device),
    "DEVICE_PASSWORD_VERIFIER": Proof(prove=_device_without_start),
    "WEB_AUTHN": Proof(prove=_passkey, check=read_options, keeps_challenge=True),
}
