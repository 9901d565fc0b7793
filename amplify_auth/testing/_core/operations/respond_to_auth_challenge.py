"""RespondToAuthChallenge: the answer to a challenge of a sign-in.

Never here: a challenge.
"""

from ..request import Call, Response, check_secret_hash, invalid_parameter
from ..sign_in import CHALLENGES, FOUND_BY, advance, close, parameter, session_of
from .registry import operation


@operation(
    "RespondToAuthChallenge",
    required=("ChallengeName", "ClientId"),
    optional=("ChallengeResponses", "Session"),
)
def respond_to_auth_challenge(call: Call) -> Response:
    """Take the answer to a challenge. A right answer uses up the session, a wrong answer does not."""
    name, responses = call.text("ChallengeName"), call.values("ChallengeResponses")
    answer = CHALLENGES.get(name)
    if answer is None:
        raise invalid_parameter(f"{name} is not a supported challenge")
    username = parameter(responses, "USERNAME")
    found_by = FOUND_BY.get(name)
    session = found_by(call, responses) if found_by else session_of(call, name, username=username)
    check_secret_hash(call, responses.get("SECRET_HASH"), username, session.username)
    step = answer(call, session, responses)
    close(session)
    return advance(call, step)
