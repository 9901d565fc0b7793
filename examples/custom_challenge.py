"""A challenge of one's own: the pool's Lambda functions ask, here two rounds of a riddle after the password."""

from __future__ import annotations

from typing import Any

import amplify_auth as auth
from amplify_auth.testing import mock_cognito

PASSWORD = "Corr3ct-horse"
RIDDLES = {"What is twice three?": "six", "And half of that?": "three"}


def define(event: dict[str, Any]) -> dict[str, Any]:
    """Ask for the SRP proof of the password, then one riddle after the other, then let the user in."""
    passed = [step for step in event["request"]["session"] if step["challengeResult"]]
    response = event["response"]
    done = len(passed) == 2 + len(RIDDLES)  # SRP_A, PASSWORD_VERIFIER and the riddles
    response["issueTokens"] = done
    response["failAuthentication"] = len(passed) < len(event["request"]["session"])
    if not done:
        response["challengeName"] = "PASSWORD_VERIFIER" if len(passed) == 1 else "CUSTOM_CHALLENGE"
    return event


def create(event: dict[str, Any]) -> dict[str, Any]:
    """Choose the riddle, tell the client the question, and keep the answer."""
    question = list(RIDDLES)[len(event["request"]["session"]) - 2]
    event["response"]["publicChallengeParameters"] = {"question": question}
    event["response"]["privateChallengeParameters"] = {"answer": RIDDLES[question]}
    return event


def verify(event: dict[str, Any]) -> dict[str, Any]:
    """Compare the answer with the one that was kept."""
    request = event["request"]
    event["response"]["answerCorrect"] = request["challengeAnswer"] == request["privateChallengeParameters"]["answer"]
    return event


def main() -> None:
    """Solve both riddles; then fail one."""
    with mock_cognito() as cognito:
        pool = cognito.create_pool()
        pool.on("define_auth_challenge", define)
        pool.on("create_auth_challenge", create)
        pool.on("verify_auth_challenge_response", verify)
        pool.create_user("alice", PASSWORD)
        auth.configure(pool.config, auth_flow_type="CUSTOM_WITH_SRP")

        out = auth.sign_in("alice", PASSWORD)
        while isinstance(out.next_step, auth.ConfirmSignInWithCustomChallenge):
            question = out.next_step.additional_info["question"]
            print(f"{question} {RIDDLES[question]}")
            out = auth.confirm_sign_in(RIDDLES[question])
        print(f"alice is signed in: {out.is_signed_in}")
        auth.sign_out()

        auth.sign_in("alice", PASSWORD)
        try:
            auth.confirm_sign_in("seven")
        except auth.errors.NotAuthorizedException as error:
            print(f"refused: {error.message}")


if __name__ == "__main__":
    main()
