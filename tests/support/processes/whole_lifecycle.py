"""Run in a process of its own: the whole lifecycle, with every connection and every opened file noted. Prints JSON."""

from __future__ import annotations

import json
import sys
from typing import Any

connected: list[str] = []
looked_up: list[str] = []
opened: list[str] = []


def note(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "socket.connect":
        connected.append(str(arguments[1]))
    elif event == "socket.getaddrinfo":
        looked_up.append(str(arguments[0]))
    elif event == "open":
        opened.append(str(arguments[0]))


sys.addaudithook(note)

import amplify_auth as auth  # noqa: E402
from tests.support.scripted_cognito import ScriptedCognito, asks, says, signs_in  # noqa: E402

loaded: list[str] = []


def live(scripted: ScriptedCognito) -> auth.Session:
    """Everything that sends a request."""
    scripted.always("SignUp", says(UserConfirmed=False, UserSub="sub-1")).always("ConfirmSignUp", says())
    scripted.always("ResendConfirmationCode", says()).always("ConfirmDevice", says())
    scripted.on("InitiateAuth", asks("MFA_SETUP", MFAS_CAN_SETUP='["SOFTWARE_TOKEN_MFA"]'))
    scripted.always("AssociateSoftwareToken", says(SecretCode="JBSWY3DPEHPK3PXP", Session="session-of-association"))
    scripted.always("VerifySoftwareToken", says(Status="SUCCESS", Session="session-of-verification"))
    scripted.always("RespondToAuthChallenge", signs_in())
    scripted.always("InitiateAuth", signs_in()).always("GlobalSignOut", says()).always("RevokeToken", says())
    scripted.always("GetTokensFromRefreshToken", signs_in())
    session = auth.configure(
        user_pool_id="eu-west-1_AbC",
        user_pool_client_id="client",
        client_secret="secret-of-at-least-24-characters",
        endpoint_url=scripted.url,
        auth_flow_type="USER_PASSWORD_AUTH",
    )
    auth.sign_up("alice", "Passw0rd!")
    auth.resend_sign_up_code("alice")
    auth.confirm_sign_up("alice", "123456")
    auth.sign_in("alice", "Passw0rd!")
    auth.confirm_sign_in("123456")
    auth.fetch_auth_session(force_refresh=True)
    auth.sign_out()
    loaded.extend(
        name for name in ("gmpy2", "jose", "moto", "warrant_lite") if any(f"/{name}/" in path for path in opened)
    )
    scripted.always("InitiateAuth", signs_in(NewDeviceMetadata={"DeviceKey": "us-east-1_d", "DeviceGroupKey": "g"}))
    auth.sign_in("alice", "Passw0rd!")
    auth.sign_out(global_sign_out=True)
    return session


with ScriptedCognito() as server:
    print(
        json.dumps(
            {
                "region": live(server).config.region,
                "own address": str(("127.0.0.1", server.server_address[1])),
                "connected": sorted(set(connected)),
                "looked up": sorted(set(looked_up)),
                "opened": sorted(set(opened)),
                "operations": sorted(set(server.operations)),
                "signed": [request.operation for request in server.requests if "authorization" in request.headers],
                "requests": len(server.requests),
                "loaded": loaded,
            }
        )
    )
