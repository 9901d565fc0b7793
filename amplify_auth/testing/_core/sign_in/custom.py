"""The flow CUSTOM_AUTH: the triggers that define, create and verify its challenges.

Never here: how a trigger is run.
"""

from typing import Final

import attrs

from ..._moto import MotoUser
from .. import triggers
from ..accounts import attributes_for_triggers
from ..request import Call, CognitoError, Members, Response, invalid_parameter, not_authorized, section
from ..state import Progress, Session
from . import mfa
from .password import ask_proof
from .progress import Step, ask, data_of, parameter, progress_of, with_device

_MFA_CHALLENGES: Final = frozenset({mfa.SMS, mfa.TOTP, mfa.EMAIL})
_SRP_A: Final = {"challengeName": "SRP_A", "challengeResult": True}


@attrs.frozen(kw_only=True)
class CustomAsked:
    """What a ``CUSTOM_CHALLENGE`` session keeps: two members of the answer of the create trigger."""

    private: Members
    metadata: object


@attrs.frozen(kw_only=True)
class _SrpStart:
    user: MotoUser | None
    name: str
    public: str


def start(call: Call, progress: Progress, user: MotoUser | None, name: str, parameters: Members) -> Step:
    """Start the flow. The define trigger decides; if the client sent ``SRP_A``, the trigger sees that as a round."""
    public = parameters.get("SRP_A")
    if not public:
        return next_round(call, progress)
    srp_start = _SrpStart(user=user, name=name, public=str(public))
    return next_round(call, attrs.evolve(progress, rounds=(_SRP_A,)), srp_start=srp_start)


def next_round(call: Call, progress: Progress, *, srp_start: _SrpStart | None = None) -> Step:
    """Ask the define trigger what comes next.

    Returns:
        The next challenge; or the progress with its first factor proven, if the trigger issues tokens.

    Raises:
        CognitoError: ``NotAuthorizedException`` if the trigger fails the sign-in, or an error of the trigger.
    """
    decision = _run(
        call,
        progress,
        "define_auth_challenge",
        "DefineAuthChallenge_Authentication",
        {"session": [dict(one) for one in progress.rounds]},
        {"challengeName": None, "issueTokens": None, "failAuthentication": None},
    )
    if decision.get("failAuthentication"):
        raise not_authorized()
    if decision.get("issueTokens"):
        return attrs.evolve(progress, factor="CUSTOM")
    chosen = decision.get("challengeName")
    if chosen == "CUSTOM_CHALLENGE":
        return _create(call, progress)
    if chosen == "PASSWORD_VERIFIER" and srp_start is not None:
        return ask_proof(call, progress, srp_start.user, srp_start.name, srp_start.public, with_session=True)
    if chosen in _MFA_CHALLENGES:
        return mfa.ask_for(call, progress, str(chosen))
    raise CognitoError("InvalidLambdaResponseException", "Invalid lambda function output : Invalid JSON")


def _create(call: Call, progress: Progress) -> Response:
    created = _run(
        call,
        progress,
        "create_auth_challenge",
        "CreateAuthChallenge_Authentication",
        {"challengeName": "CUSTOM_CHALLENGE", "session": [dict(one) for one in progress.rounds]},
        {"publicChallengeParameters": None, "privateChallengeParameters": None, "challengeMetadata": None},
    )
    public = section(created, "publicChallengeParameters")
    data = CustomAsked(
        private=dict(section(created, "privateChallengeParameters")),
        metadata=created.get("challengeMetadata"),
    )
    return ask(call, progress, "CUSTOM_CHALLENGE", {"USERNAME": progress.username, **public}, data=data)


def answer(call: Call, session: Session, responses: Members) -> Progress:
    """Let the verify trigger check ``ANSWER``. A wrong answer is also a result: the define trigger decides then."""
    given, asked = parameter(responses, "ANSWER"), data_of(session, CustomAsked)
    progress = with_device(call, progress_of(session), responses)
    verdict = _run(
        call,
        progress,
        "verify_auth_challenge_response",
        "VerifyAuthChallengeResponse_Authentication",
        {"privateChallengeParameters": dict(asked.private), "challengeAnswer": given},
        {"answerCorrect": None},
    )
    result: Response = {
        "challengeName": "CUSTOM_CHALLENGE",
        "challengeResult": verdict.get("answerCorrect") is True,
    }
    if asked.metadata is not None:
        result["challengeMetadata"] = asked.metadata
    return attrs.evolve(progress, rounds=(*progress.rounds, result))


def _run(call: Call, progress: Progress, name: str, source: str, request: Response, response: Response) -> Response:
    user = call.pool.users.get(progress.username)
    request["userAttributes"] = attributes_for_triggers(user) if user is not None else {}
    request["userNotFound"] = user is None
    result = triggers.run(
        call,
        name,
        source,
        username=progress.username,
        client_id=progress.client_id,
        request=request,
        response=response,
    )
    if result is None:
        # The sentence is recorded: https://github.com/aws-amplify/amplify-js/issues/5623; its code is not.
        raise invalid_parameter("Custom auth lambda trigger is not configured for the user pool.")
    return result
