"""InitiateAuth: one row a flow. Never here: what follows the first proof."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from amplify_auth.testing._core.accounts.users import find, hides_users, required_user, status
from amplify_auth.testing._core.operations.registry import operation
from amplify_auth.testing._core.request.call import Call
from amplify_auth.testing._core.request.client_secret import check_secret_hash
from amplify_auth.testing._core.request.errors import CognitoError, invalid_parameter, unsupported
from amplify_auth.testing._core.request.settings import names, section
from amplify_auth.testing._core.sign_in import choice, custom, password
from amplify_auth.testing._core.sign_in.order import advance
from amplify_auth.testing._core.sign_in.progress import Progress, claimed_device, parameter
from amplify_auth.testing._core.sign_in.proof import prove_password, simulated_identity
from amplify_auth.testing._core.sign_in.sessions import close, session_of
from amplify_auth.testing._core.tokens.issue import find_refresh, refreshed

Start = Callable[[Call, Progress, Any, str, Mapping[str, Any]], Any]

# By botocore's model, CreateUserPoolClient: what a client allows that names nothing.
_DEFAULT_FLOWS: Final = frozenset({"REFRESH_TOKEN_AUTH", "USER_SRP_AUTH", "CUSTOM_AUTH"})
_UNSUPPORTED: Final = ("TARGET_ACR_VALUES", "ACCESS_TOKEN", "MAX_AGE")


def _user_password(call: Call, progress: Progress, user: Any, name: str, values: Mapping[str, Any]) -> Progress:
    if user is None:
        required_user(call, name)
    prove_password(call, user, parameter(values, "PASSWORD"))
    return claimed_device(call, progress.with_(factor="PASSWORD"), values)


def _user_srp(call: Call, progress: Progress, user: Any, name: str, values: Mapping[str, Any]) -> Any:
    public = parameter(values, "SRP_A")
    return password.ask_proof(call, progress, user, name, public, with_session=False)


def _user_auth(call: Call, progress: Progress, user: Any, name: str, values: Mapping[str, Any]) -> Any:
    if call.params.get("Session") is None:
        return choice.start(call, progress, user, name, values)
    session = session_of(call, "SIGNED_UP", username=name)
    factor = choice.signed_up(call, session)
    close(session)
    if factor is None:
        return choice.start(call, progress, user, name, values)
    return progress.with_(factor=factor)


_FLOWS: Final[Mapping[str, Start]] = {
    "USER_SRP_AUTH": _user_srp,
    "USER_PASSWORD_AUTH": _user_password,
    "USER_AUTH": _user_auth,
    "CUSTOM_AUTH": custom.start,
}
_REFRESH: Final = frozenset({"REFRESH_TOKEN_AUTH", "REFRESH_TOKEN"})


@operation("InitiateAuth", required=("AuthFlow", "ClientId"), optional=("AuthParameters", "Session"))
def initiate_auth(call: Call) -> dict[str, Any]:
    """Begin a sign-in, or refresh one."""
    flow, values = str(call.required("AuthFlow")), call.values("AuthParameters")
    if flow in _REFRESH:
        _check_flow(call, "REFRESH_TOKEN_AUTH")
        return _refresh(call, values)
    if flow not in _FLOWS:
        raise invalid_parameter("Initiate Auth method not supported.")
    _check_flow(call, flow)
    for name in _UNSUPPORTED:
        if name in values:
            raise unsupported(f"{name} in AuthParameters")
    return _sign_in(call, flow, values)


def _sign_in(call: Call, flow: str, values: Mapping[str, Any]) -> dict[str, Any]:
    name = parameter(values, "USERNAME")
    user = find(call.pool, name)
    check_secret_hash(call, values.get("SECRET_HASH"), name)
    if user is None and not hides_users(call):
        required_user(call, name)
    if user is not None and status(user) == "UNCONFIRMED":
        # Before the password: recorded in https://github.com/amazon-archives/amazon-cognito-identity-js/issues/288
        raise CognitoError("UserNotConfirmedException", "User is not confirmed.")
    internal = user.username if user is not None else simulated_identity(call, name)
    # Checked once the user is proven: nobody else hears which devices there are.
    progress = Progress(username=internal, client_id=call.client.id, flow=flow, device_key=values.get("DEVICE_KEY"))
    if flow == "CUSTOM_AUTH":
        progress = claimed_device(call, progress, values)
    result = _FLOWS[flow](call, progress, user, name, values)
    return advance(call, result) if isinstance(result, Progress) else result


def _refresh(call: Call, values: Mapping[str, Any]) -> dict[str, Any]:
    if _rotates(call.client):
        # That it is refused: https://docs.aws.amazon.com/cognito/latest/developerguide/
        # amazon-cognito-user-pools-using-the-refresh-token.html; the words are unverified.
        raise invalid_parameter("Refresh token rotation is enabled for this client.")
    given = parameter(values, "REFRESH_TOKEN")
    device_key = values.get("DEVICE_KEY")
    user, token = find_refresh(call, given, device_key=str(device_key) if device_key else None)
    # Over Cognito's own name for the user; not over an alias (NabuCasa/pycognito#18, aws-amplify/amplify-android#3111).
    check_secret_hash(call, values.get("SECRET_HASH"), token.username, str(user.id))
    return {"ChallengeParameters": {}, "AuthenticationResult": refreshed(call, user, call.client, token)}


def _rotates(client: Any) -> bool:
    return section(client.extended_config, "RefreshTokenRotation").get("Feature") == "ENABLED"


def _check_flow(call: Call, flow: str) -> None:
    if not call.strict or flow in _allowed_flows(call.client):
        return
    if flow == "USER_PASSWORD_AUTH":
        raise invalid_parameter("USER_PASSWORD_AUTH flow not enabled for this client")
    raise invalid_parameter(f"{flow} is not enabled for the client.")


def _allowed_flows(client: Any) -> frozenset[str]:
    listed = names(client.extended_config, "ExplicitAuthFlows")
    if not listed:
        return _DEFAULT_FLOWS
    if any(name.startswith("ALLOW_") for name in listed):
        return frozenset(name.removeprefix("ALLOW_") for name in listed)
    # The names of before ALLOW_ add to the defaults, or narrow them.
    if "CUSTOM_AUTH_FLOW_ONLY" in listed:
        return frozenset({"REFRESH_TOKEN_AUTH", "CUSTOM_AUTH"})
    return _DEFAULT_FLOWS | frozenset(listed)
