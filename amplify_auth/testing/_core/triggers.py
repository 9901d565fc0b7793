"""Lambda triggers, replaced by functions of the test: the event that they get, and the answer that they return.

Never here: what an operation does with the answer.
"""

from typing import Final, cast

from .request import Call, CognitoError, Response

# The name that pool.on() takes, and the trigger's name in Cognito's error texts.
TRIGGERS: Final = {
    "pre_sign_up": "PreSignUp",
    "pre_token_generation": "PreTokenGeneration",
    "define_auth_challenge": "DefineAuthChallenge",
    "create_auth_challenge": "CreateAuthChallenge",
    "verify_auth_challenge_response": "VerifyAuthChallengeResponse",
}

#: ``InitiateAuth`` passes its ``ClientMetadata`` to these only: API reference, ``InitiateAuth``, ``ClientMetadata``.
_INITIATED_WITH_METADATA: Final = frozenset({"pre_sign_up", "pre_authentication", "user_migration"})


def run(
    call: Call,
    name: str,
    source: str,
    *,
    username: str,
    client_id: str,
    request: Response,
    response: Response,
) -> Response | None:
    """Run a trigger, if the test set one.

    Args:
        call: The request that causes it.
        name: A key of ``TRIGGERS``.
        source: ``triggerSource`` of the event, such as ``PreSignUp_SignUp``.
        username: ``userName`` of the event.
        client_id: The app client.
        request: ``event["request"]`` without ``clientMetadata``.
        response: ``event["response"]`` before the trigger runs.

    Returns:
        ``event["response"]`` after the trigger ran; None if the test set no trigger.

    Raises:
        CognitoError: ``UserLambdaValidationException`` if the function raised, ``InvalidLambdaResponseException`` if
            it did not return the event.
    """
    trigger = call.state.triggers.get(name)
    if trigger is None:
        return None
    is_withheld = call.operation == "InitiateAuth" and name not in _INITIATED_WITH_METADATA
    event: Response = {
        "version": "1",
        "triggerSource": source,
        "region": call.pool.region,
        "userPoolId": call.pool.id,
        "userName": username,
        "callerContext": {"awsSdkVersion": "amplify_auth.testing", "clientId": client_id},
        "request": {**request, "clientMetadata": {} if is_withheld else call.metadata()},
        "response": response,
    }
    try:
        answer: object = trigger(event)
    except Exception as error:
        raise CognitoError("UserLambdaValidationException", f"{TRIGGERS[name]} failed with error {error}.") from error
    result: object = event if answer is None else answer
    taken = cast(Response, result).get("response") if isinstance(result, dict) else None
    if not isinstance(taken, dict):
        raise CognitoError("InvalidLambdaResponseException", "Unrecognizable lambda output")
    return cast(Response, taken)
