"""InitiateAuth: the start of a sign-in, or the refresh of its tokens.

Never here: a flow.
"""

from typing import Final

from ..request import Call, Members, Response, check_secret_hash, invalid_parameter, section, text
from ..sign_in import FLOWS, advance, check_flow, parameter, start
from ..tokens import refreshed, verify_refresh
from .registry import operation

_REFRESH: Final = frozenset({"REFRESH_TOKEN_AUTH", "REFRESH_TOKEN"})


@operation("InitiateAuth", required=("AuthFlow", "ClientId"), optional=("AuthParameters", "Session"))
def initiate_auth(call: Call) -> Response:
    """Start a sign-in, or refresh its tokens."""
    flow, values = call.text("AuthFlow"), call.values("AuthParameters")
    if flow in _REFRESH:
        check_flow(call, "REFRESH_TOKEN_AUTH")
        return _refresh(call, values)
    if flow not in FLOWS:
        raise invalid_parameter("Initiate Auth method not supported.")
    return advance(call, start(call, flow, values))


def _refresh(call: Call, values: Members) -> Response:
    if section(call.client.extended_config, "RefreshTokenRotation").get("Feature") == "ENABLED":
        # That it is refused: https://docs.aws.amazon.com/cognito/latest/developerguide/
        # amazon-cognito-user-pools-using-the-refresh-token.html; the words are unverified.
        raise invalid_parameter("Refresh token rotation is enabled for this client.")
    given = parameter(values, "REFRESH_TOKEN")
    user, token = verify_refresh(call, given, device_key=text(values, "DEVICE_KEY") or None)
    # The hash has Cognito's own name for the user, not an alias (NabuCasa/pycognito#18,
    # aws-amplify/amplify-android#3111).
    check_secret_hash(call, values.get("SECRET_HASH"), token.username, str(user.id))
    return {"ChallengeParameters": {}, "AuthenticationResult": refreshed(call, user, call.client, token)}
