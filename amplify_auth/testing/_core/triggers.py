"""Lambda triggers played by Python callables: the event they get, the answer taken from them.

Never here: what an operation makes of the answer.
"""

from typing import Any, Final, cast

from amplify_auth.testing._core.accounts.users import attributes_of
from amplify_auth.testing._core.request.call import Call
from amplify_auth.testing._core.request.errors import CognitoError

# Name used with pool.on() -> the trigger's name in Cognito's error texts.
TRIGGERS: Final = {
    "pre_sign_up": "PreSignUp",
    "pre_token_generation": "PreTokenGeneration",
    "define_auth_challenge": "DefineAuthChallenge",
    "create_auth_challenge": "CreateAuthChallenge",
    "verify_auth_challenge_response": "VerifyAuthChallengeResponse",
}


def run(
    call: Call,
    name: str,
    source: str,
    *,
    username: str,
    client_id: str,
    request: dict[str, Any],
    response: dict[str, Any],
) -> dict[str, Any] | None:
    """Run a trigger, if the test set one.

    Args:
        call: The request that causes it.
        name: A key of ``TRIGGERS``.
        source: ``triggerSource`` of the event, such as ``PreSignUp_SignUp``.
        username: ``userName`` of the event.
        client_id: The app client.
        request: ``event["request"]``.
        response: ``event["response"]`` before the trigger filled it.

    Returns:
        ``event["response"]`` afterwards, or None when no trigger is set.

    Raises:
        CognitoError: ``UserLambdaValidationException`` when the callable raised, ``InvalidLambdaResponseException``
            when it answered with something else than the event.
    """
    trigger = call.state.triggers.get(name)
    if trigger is None:
        return None
    event: dict[str, Any] = {
        "version": "1",
        "triggerSource": source,
        "region": call.pool.region,
        "userPoolId": call.pool.id,
        "userName": username,
        "callerContext": {"awsSdkVersion": "amplify_auth.testing", "clientId": client_id},
        "request": request,
        "response": response,
    }
    try:
        answer = trigger(event)
    except Exception as error:
        raise CognitoError("UserLambdaValidationException", f"{TRIGGERS[name]} failed with error {error}.") from error
    result: object = event if answer is None else answer
    taken = cast(dict[str, Any], result).get("response") if isinstance(result, dict) else None
    if not isinstance(taken, dict):
        raise CognitoError("InvalidLambdaResponseException", "Unrecognizable lambda output")
    return cast(dict[str, Any], taken)


def user_attributes(user: Any) -> dict[str, str]:
    """``request.userAttributes`` of an event, with the status Cognito adds."""
    return {**attributes_of(user), "cognito:user_status": str(getattr(user.status, "name", user.status))}
