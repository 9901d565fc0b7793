"""The Lambda triggers of a custom challenge in rounds, as the recordings describe one. It knows no pool."""

from collections.abc import Callable, Mapping
from typing import Any

Event = dict[str, Any]
Custom = Mapping[str, Any]

_NO_CHALLENGE = {"challengeName": None, "issueTokens": False, "failAuthentication": True}


def lambdas(everyone: Custom | None, own: Mapping[str, Custom]) -> Mapping[str, Callable[[Event], Event]]:
    """The triggers.

    Args:
        everyone: ``rounds`` of ``params`` and ``answer``, and the wrong answers that end it, ``tries``; for
            every user who has none of his own.
        own: The same for some users, by name.
    """
    if everyone is None and not own:
        return {}

    def of(event: Event) -> Custom:
        return own.get(event["userName"]) or everyone or {"rounds": []}

    def define(event: Event) -> Event:
        event["response"].update(_decision(of(event), event["request"]["session"]))
        return event

    def create(event: Event) -> Event:
        custom, past = of(event), event["request"]["session"]
        this = custom["rounds"][_right(past)]
        event["response"]["publicChallengeParameters"] = dict(this["params"])
        event["response"]["privateChallengeParameters"] = {"answer": this["answer"]}
        return event

    def verify(event: Event) -> Event:
        request = event["request"]
        event["response"]["answerCorrect"] = (
            request["challengeAnswer"] == request["privateChallengeParameters"]["answer"]
        )
        return event

    return {
        "define_auth_challenge": define,
        "create_auth_challenge": create,
        "verify_auth_challenge_response": verify,
    }


def _decision(custom: Custom, past: list[Mapping[str, Any]]) -> Mapping[str, Any]:
    if past and past[-1]["challengeName"] == "SRP_A":
        return {"challengeName": "PASSWORD_VERIFIER", "issueTokens": False, "failAuthentication": False}
    wrong = sum(not one["challengeResult"] for one in past)
    if not custom["rounds"] or wrong >= custom.get("tries", 3):
        return _NO_CHALLENGE
    if _right(past) == len(custom["rounds"]):
        return {"challengeName": None, "issueTokens": True, "failAuthentication": False}
    return {"challengeName": "CUSTOM_CHALLENGE", "issueTokens": False, "failAuthentication": False}


def _right(past: list[Mapping[str, Any]]) -> int:
    return sum(one["challengeResult"] for one in past if one["challengeName"] == "CUSTOM_CHALLENGE")
