"""What an answer to a challenge becomes: the next thing to do in the sign-in. Values only."""

from __future__ import annotations

from collections.abc import Mapping
from typing import final

from .._masking import Masked, Value, secret, value
from .._values import PendingSignIn


@final
@value(kw_only=True, eq=False)
class SendAnswer(Masked):
    """Send ``RespondToAuthChallenge``.

    Attributes:
        challenge_name: The challenge that is answered.
        responses: ``ChallengeResponses``, without those that every answer has.
        with_device: True if the key of a registered device is sent too.
        password: The password, if it is the answer: sent as it is for ``PASSWORD``, proved for ``PASSWORD_SRP``.
        new_password: The user's password from now on, if the answer sets one.
    """

    challenge_name: str
    responses: Mapping[str, str] = secret()
    with_device: bool = False
    password: str | None = secret(default=None)
    new_password: str | None = secret(default=None)


@final
@value(eq=False)
class AskNext(Value):
    """Send nothing: the sign-in waits for the answer to another step."""

    pending: PendingSignIn


@final
@value(eq=False)
class AssociateSoftwareToken(Value):
    """Ask Cognito for the shared secret of a new authenticator, then show it."""


@final
@value(eq=False)
class VerifySoftwareToken(Masked):
    """Prove with a first ``code`` that the authenticator works, then finish the set-up."""

    code: str = secret()


Action = SendAnswer | AskNext | AssociateSoftwareToken | VerifySoftwareToken
