"""CUSTOM_AUTH: the define, create and verify triggers in turn. Never here: how a callable is run."""

from collections.abc import Mapping
from typing import Any

from amplify_auth.testing._core import triggers
from amplify_auth.testing._core.request.call import Call
from amplify_auth.testing._core.request.errors import CognitoError, invalid_parameter, not_authorized
from amplify_auth.testing._core.sign_in import mfa, password
from amplify_auth.testing._core.sign_in.progress import Progress, ask, claimed_device, parameter, progress_of
from amplify_auth.testing._core.state.store import Session

_MFA_CHALLENGES = frozenset({mfa.SMS, mfa.TOTP, mfa.EMAIL})


def start(call: Call, progress: Progress, user: Any | None, name: str, parameters: Mapping[str, Any]) -> Any:
    """Begin the flow: the define trigger decides, after ``SRP_A`` where the client sent one."""
    public = parameters.get("SRP_A")
    if public:
        progress = progress.with_(rounds=({"challengeName": "SRP_A", "challengeResult": True},))
    return next_round(call, progress, start_of_srp=(user, name, str(public)) if public else None)


def next_round(
    call: Call, progress: Progress, *, start_of_srp: tuple[Any | None, str, str] | None = None
) -> dict[str, Any] | Progress:
    """Ask the define trigger what comes next.

    Returns:
        The next challenge, or the progress, proven, once the trigger wants tokens issued.

    Raises:
        CognitoError: ``NotAuthorizedException`` when the trigger fails the sign-in; what a trigger did wrong.
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
        return progress.with_(factor="CUSTOM")
    chosen = decision.get("challengeName")
    if chosen == "CUSTOM_CHALLENGE":
        return _create(call, progress)
    if chosen == "PASSWORD_VERIFIER" and start_of_srp is not None:
        user, name, public = start_of_srp
        return password.ask_proof(call, progress, user, name, public, with_session=True)
    if chosen in _MFA_CHALLENGES:
        return mfa.ask_for(call, progress, str(chosen))
    raise CognitoError("InvalidLambdaResponseException", "Invalid lambda function output : Invalid JSON")


def _create(call: Call, progress: Progress) -> dict[str, Any]:
    created = _run(
        call,
        progress,
        "create_auth_challenge",
        "CreateAuthChallenge_Authentication",
        {"challengeName": "CUSTOM_CHALLENGE", "session": [dict(one) for one in progress.rounds]},
        {"publicChallengeParameters": None, "privateChallengeParameters": None, "challengeMetadata": None},
    )
    public: dict[str, str] = created.get("publicChallengeParameters") or {}
    return ask(
        call,
        progress,
        "CUSTOM_CHALLENGE",
        {"USERNAME": progress.username, **public},
        private=dict(created.get("privateChallengeParameters") or {}),
        metadata=created.get("challengeMetadata"),
    )


def answer(call: Call, session: Session, responses: Mapping[str, Any]) -> Progress:
    """Let the verify trigger judge ``ANSWER``. A wrong one is a result too: the define trigger decides on it."""
    given = parameter(responses, "ANSWER")
    progress = claimed_device(call, progress_of(session), responses)
    verdict = _run(
        call,
        progress,
        "verify_auth_challenge_response",
        "VerifyAuthChallengeResponse_Authentication",
        {"privateChallengeParameters": dict(session.data["private"]), "challengeAnswer": given},
        {"answerCorrect": None},
    )
    result: dict[str, Any] = {
        "challengeName": "CUSTOM_CHALLENGE",
        "challengeResult": verdict.get("answerCorrect") is True,
    }
    if session.data["metadata"] is not None:
        result["challengeMetadata"] = session.data["metadata"]
    return progress.with_(rounds=(*progress.rounds, result))


def _run(
    call: Call, progress: Progress, name: str, source: str, request: dict[str, Any], response: dict[str, Any]
) -> dict[str, Any]:
    user = call.pool.users.get(progress.username)
    request["userAttributes"] = triggers.user_attributes(user) if user is not None else {}
    request["userNotFound"] = user is None
    request["clientMetadata"] = call.metadata()
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
