"""One step of a sign-in: it runs until a person has to answer or the user is signed in.

What a challenge means is in the tables of ``challenges`` and ``proofs``, and a failure is judged in ``failure``.
"""

from __future__ import annotations

from typing import assert_never

import attrs

from .._cognito import Reply, protocol_error
from .._values import ContinueSignInWithTotpSetup, PendingSignIn, SignInOutput, TotpSetupDetails, as_first_factor
from .actions import Action, AskNext, AssociateSoftwareToken, SendAnswer, VerifySoftwareToken
from .challenges import ask, choose_setup
from .completion import complete
from .conversation import Conversation
from .flows import FLOWS
from .proofs import PROOFS, Proof


@attrs.define(kw_only=True, repr=False, eq=False)
class SignInAttempt:
    """One step of a sign-in.

    Attributes:
        conversation: Sends the requests.
        device_name: The name for a new authenticator, or a new device.
        answered: The pending sign-in that is answered, with what it has become since. None: the sign-in starts.
    """

    conversation: Conversation
    device_name: str | None = None
    answered: PendingSignIn | None = None

    def start(self) -> SignInOutput:
        """Send the first request of the flow, and run."""
        return self.run(FLOWS[self.conversation.request.auth_flow_type].start(self.conversation))

    def run(self, reply: Reply) -> SignInOutput:
        """Answer every challenge that needs no person, then sign the user in or ask the user."""
        proved: set[str] = set()
        while (name := reply.challenge_name) is not None and name in PROOFS:
            if name in proved:
                raise protocol_error(f"Cognito asked for {name} twice.", name="SignInException")
            proved.add(name)
            reply = self._prove(PROOFS[name], reply)
        if reply.result is None:
            return self._ask_user(reply)
        return complete(self.conversation, reply.result, device_name=self.device_name)

    def _prove(self, proof: Proof, reply: Reply) -> Reply:
        if proof.check is not None:
            proof.check(reply)
        if proof.keeps_challenge:
            self._ask_user(reply)
        next_reply = proof.prove(self.conversation, reply)
        if proof.keeps_challenge:  # accepted, so its session is spent
            self.conversation.step.set_pending(None)
        return next_reply

    def _ask_user(self, reply: Reply) -> SignInOutput:
        """Keep the sign-in for the answer that ``reply`` asks for."""
        talk = self.conversation
        pending = ask(
            reply, self.answered, config=talk.config, username=talk.username, request=talk.request, srp=talk.srp
        )
        output = self._wait(pending)
        if len(pending.mfa_types) == 1:  # a choice of one is made at once; if that fails, it can be made again
            return self.apply(choose_setup(pending, pending.mfa_types[0]), pending)
        return output

    def _wait(self, pending: PendingSignIn) -> SignInOutput:
        self.conversation.step.set_pending(pending)
        return SignInOutput(is_signed_in=False, next_step=pending.next_step)

    def apply(self, action: Action, pending: PendingSignIn) -> SignInOutput:
        """Do what an answer to ``pending`` has become."""
        match action:
            case AskNext():
                return self._wait(action.pending)
            case AssociateSoftwareToken():
                return self._wait(self._associate_totp(pending))
            case VerifySoftwareToken():
                verified = self._verify_totp(pending, action.code)
                return self.run(self.conversation.respond(verified, {}))
            case SendAnswer():
                return self.run(self._send(pending, action))
            case _:
                assert_never(action)

    def _send(self, pending: PendingSignIn, action: SendAnswer) -> Reply:
        talk, responses = self.conversation, dict(action.responses)
        chosen = as_first_factor(responses.get("ANSWER")) if action.challenge_name == "SELECT_CHALLENGE" else None
        if chosen is not None:
            talk.request = attrs.evolve(talk.request, preferred_challenge=chosen)
        if action.password is not None:
            talk.request = attrs.evolve(talk.request, password=action.password)
            responses |= {"SRP_A": talk.new_srp()} if chosen == "PASSWORD_SRP" else {"PASSWORD": action.password}
        reply = talk.respond(pending, responses, challenge_name=action.challenge_name, with_device=action.with_device)
        if action.new_password is not None and talk.request.password is not None:
            talk.request = attrs.evolve(talk.request, password=action.new_password)
        return reply

    def _associate_totp(self, pending: PendingSignIn) -> PendingSignIn:
        shared_secret, session = self.conversation.associate_software_token(pending.session)
        totp = TotpSetupDetails(shared_secret=shared_secret, username=self.conversation.username)
        step = ContinueSignInWithTotpSetup(totp_setup_details=totp)
        return attrs.evolve(pending, totp=totp, session=session, next_step=step)

    def _verify_totp(self, pending: PendingSignIn, code: str) -> PendingSignIn:
        """``pending`` with the session of a verified authenticator. It is kept, so that its code is sent only once."""
        if pending.totp_is_verified:
            return pending
        session = self.conversation.verify_software_token(pending.session, code, self.device_name)
        verified = attrs.evolve(pending, session=session, totp_is_verified=True)
        self.conversation.step.set_pending(verified)
        self.answered = verified
        return verified
