"""The one table of intended differences. Each row says exactly what differs, and why; a row that is not true fails.

README.md lists what the JavaScript client does instead, by the names of the reasons. Steps count from 0.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from .differences import ABSENT, Difference
from .intended_account import ACCOUNT, NOT_REPEATED
from .rows import NOT_SENT, SENT_TOO, Row

SIGN_UP_SESSION = "the session of the sign-up goes to ConfirmSignUp, so that USER_AUTH needs no second code"
LINK_AT_ONCE = "waiting for a link tries at once, and then every 5 s"
RESEND_ERROR = "resend_sign_up_code has its own error for an empty username"
LOST_DEVICE = "when the device is gone, the flow starts over without it; no session or secret block is used twice"
WRONG_PASSWORD = "a wrong password has spent the session; the next one starts the chosen factor again"
ONE_EVENT = "one refresh is one event"
REFUSED_TOKEN = "a refresh token that is refused is an error, not an empty session"
ANY_SPELLING = "a second factor may be named as Cognito names it; a code of an authenticator has digits"
BAD_INPUT = "bad input is refused: an unknown auth_flow_type is an error, not SRP"


def _request(op: str, status: int, **body: Any) -> Mapping[str, Any]:
    return {"op": op, "body": {"ClientId": "1recordingclient00000000a1", **body}, "status": status}


def _srp_start(username: str, status: int = 200) -> Mapping[str, Any]:
    parameters = {"USERNAME": username, "SRP_A": "<SRP_A>"}
    return _request("InitiateAuth", status, AuthFlow="USER_SRP_AUTH", AuthParameters=parameters)


def _srp_proof(block: int, status: int = 200, **more: Any) -> Mapping[str, Any]:
    responses = {
        "USERNAME": "alice",
        "PASSWORD_CLAIM_SECRET_BLOCK": f"<SECRET_BLOCK:{block}>",
        "TIMESTAMP": "<TIMESTAMP>",
        "PASSWORD_CLAIM_SIGNATURE": "<SIGNATURE>",
    }
    return _request(
        "RespondToAuthChallenge", status, ChallengeName="PASSWORD_VERIFIER", ChallengeResponses=responses, **more
    )


_SPENT = {
    "name": "NotAuthorizedException",
    "message": "Invalid session for the user, session can only be used once.",
}
_SECOND_PASSWORD = _request(
    "RespondToAuthChallenge",
    400,
    ChallengeName="SELECT_CHALLENGE",
    ChallengeResponses={"ANSWER": "PASSWORD_SRP", "USERNAME": "alice", "SRP_A": "<SRP_A>"},
    Session="<SESSION:1>",
)
_CHOSEN_ANEW = _request(
    "InitiateAuth",
    200,
    AuthFlow="USER_AUTH",
    AuthParameters={"USERNAME": "alice", "PREFERRED_CHALLENGE": "PASSWORD_SRP", "SRP_A": "<SRP_A>"},
)
_SIGNED_IN = {"isSignedIn": True, "nextStep": {"signInStep": "DONE"}}
_UNAVAILABLE = {
    "name": "ServiceUnavailable",
    "message": "Injected fault. It is not known whether Cognito acted on the request.",
}
_TOKENS = {
    "TokenType": "Bearer",
    "ExpiresIn": 3600,
    "AccessToken": "<TOKEN:access:2>",
    "IdToken": "<TOKEN:id:2>",
    "RefreshToken": "<TOKEN:refresh:2>",
}
_TOTP_CHOSEN = _request(
    "RespondToAuthChallenge",
    200,
    ChallengeName="SELECT_MFA_TYPE",
    ChallengeResponses={"USERNAME": "alice", "ANSWER": "SOFTWARE_TOKEN_MFA"},
    Session="<SESSION:1>",
)
_TOTP_ASKED = {"isSignedIn": False, "nextStep": {"signInStep": "CONFIRM_SIGN_IN_WITH_TOTP_CODE"}}
_REVOKED = _request("RevokeToken", 200, Token="<TOKEN:refresh:1>")

INTENDED: tuple[Row, ...] = (
    *ACCOUNT,
    Row("autosignin-code-srp", 1, "wire[0].body.Session", ABSENT, "<SESSION:1>", SIGN_UP_SESSION),
    Row("autosignin-code-srp", 2, "wire[0].body.Session", ABSENT, "<SESSION:1>", SIGN_UP_SESSION),
    Row("autosignin-user-password", 1, "wire[0].body.Session", ABSENT, "<SESSION:1>", SIGN_UP_SESSION),
    Row("autosignin-user-auth-passwordless", 1, "wire[0].body.Session", ABSENT, "<SESSION:1>", SIGN_UP_SESSION),
    Row("autosignin-link", 1, SENT_TOO, None, _srp_start("bob", 400), LINK_AT_ONCE),
    Row("explicit-srp-flow", 2, NOT_SENT, _srp_start("alice"), None, BAD_INPUT),
    Row("explicit-srp-flow", 2, NOT_SENT, _srp_proof(2), None, BAD_INPUT),
    Row("explicit-srp-flow", 2, "output", _SIGNED_IN, None, BAD_INPUT),
    Row("explicit-srp-flow", 2, "error", None, {"name": "InvalidArgument"}, BAD_INPUT),
    Row("explicit-srp-flow", 2, "hub", ["signedIn"], [], BAD_INPUT),
    Row("empty-inputs", 13, "error.name", "EmptySignUpUsername", "EmptyResendSignUpCodeUsername", RESEND_ERROR),
    # The first choice is taken, so the second one comes in place of a code.
    Row("mfa-select-totp", 1, SENT_TOO, None, _TOTP_CHOSEN, ANY_SPELLING),
    Row("mfa-select-totp", 1, "output", None, _TOTP_ASKED, ANY_SPELLING),
    Row("mfa-select-totp", 1, "error", {"name": "IncorrectMFAMethod"}, None, ANY_SPELLING),
    Row("mfa-select-totp", 2, NOT_SENT, _TOTP_CHOSEN, None, ANY_SPELLING),
    Row("mfa-select-totp", 2, "output", _TOTP_ASKED, None, ANY_SPELLING),
    Row("mfa-select-totp", 2, "error", None, {"name": "InvalidArgument"}, ANY_SPELLING),
    Row("userauth-select-password-srp", 3, NOT_SENT, _SECOND_PASSWORD, None, WRONG_PASSWORD),
    Row("userauth-select-password-srp", 3, SENT_TOO, None, _CHOSEN_ANEW, WRONG_PASSWORD),
    Row("userauth-select-password-srp", 3, SENT_TOO, None, _srp_proof(2, Session="<SESSION:3>"), WRONG_PASSWORD),
    Row("userauth-select-password-srp", 3, "output", None, _SIGNED_IN, WRONG_PASSWORD),
    Row("userauth-select-password-srp", 3, "error", _SPENT, None, WRONG_PASSWORD),
    Row("userauth-select-password-srp", 3, "hub", [], ["signedIn"], WRONG_PASSWORD),
    Row("device-lost-on-server", 4, SENT_TOO, None, _srp_start("alice"), LOST_DEVICE),
    Row(
        "device-lost-on-server",
        4,
        "wire[2].body.ChallengeResponses.PASSWORD_CLAIM_SECRET_BLOCK",
        "<SECRET_BLOCK:2>",
        "<SECRET_BLOCK:3>",
        LOST_DEVICE,
    ),
    Row("refresh", 3, "hub", ["tokenRefresh", "tokenRefresh"], ["tokenRefresh"], ONE_EVENT),
    Row("refresh-expired", 2, "output", {}, None, REFUSED_TOKEN),
    Row("refresh-expired", 2, "error", None, {"name": "UserUnAuthenticatedException"}, REFUSED_TOKEN),
    Row("fault-retries", 2, NOT_SENT, _srp_proof(1, 503), None, NOT_REPEATED),
    Row("fault-retries", 2, NOT_SENT, _srp_proof(1), None, NOT_REPEATED),
    Row("fault-retries", 2, "output", _SIGNED_IN, None, NOT_REPEATED),
    Row("fault-retries", 2, "error", None, _UNAVAILABLE, NOT_REPEATED),
    Row("fault-retries", 2, "hub", ["signedIn"], [], NOT_REPEATED),
    # So nobody is signed in, and the second 503 waits for the next sign-in.
    Row("fault-retries", 3, NOT_SENT, _REVOKED, None, NOT_REPEATED),
    Row("fault-retries", 5, "wire[3].status", 200, 503, NOT_REPEATED),
    Row("fault-retries", 5, "wire[3].response.ChallengeParameters", {}, ABSENT, NOT_REPEATED),
    Row("fault-retries", 5, "wire[3].response.AuthenticationResult", _TOKENS, ABSENT, NOT_REPEATED),
    Row("fault-retries", 5, "wire[3].response.__type", ABSENT, "ServiceUnavailable", NOT_REPEATED),
    Row("fault-retries", 5, "wire[3].response.message", ABSENT, "Injected fault", NOT_REPEATED),
    Row("fault-retries", 5, "output", _SIGNED_IN, None, NOT_REPEATED),
    Row("fault-retries", 5, "error", None, _UNAVAILABLE, NOT_REPEATED),
    Row("fault-retries", 5, "hub", ["signedIn"], [], NOT_REPEATED),
)


def unintended(found: Iterable[Difference]) -> list[Difference]:
    """The differences without a row."""
    intended = [row.difference for row in INTENDED]
    return [one for one in found if one not in intended]


def untrue(scenario: str, found: Iterable[Difference]) -> list[Row]:
    """The rows about a scenario without a difference."""
    there = list(found)
    return [row for row in INTENDED if row.scenario == scenario and row.difference not in there]
