"""What the tables of signed-in users' operations share: the settings of pools, and a user who is signed in."""

from typing import Any

from tests.support.fidelity_world import ALICE, PHONE, World

MISSING = "crash NotImplementedError"
VERIFIED: dict[str, Any] = {"AutoVerifiedAttributes": ["email"]}
DEVICES: dict[str, Any] = {
    "DeviceConfiguration": {"ChallengeRequiredOnNewDevice": True, "DeviceOnlyRememberedOnUserPrompt": False}
}
PASSKEYS: dict[str, Any] = {
    "Policies": {"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "WEB_AUTHN"]}},
    "mfa": {
        "MfaConfiguration": "OFF",
        "WebAuthnConfiguration": {"RelyingPartyId": "localhost", "UserVerification": "preferred"},
    },
}
VERIFIER = {"Salt": "c2FsdHNhbHRzYWx0c2FsdA==", "PasswordVerifier": "dmVyaWZpZXI="}
WRONG_CODE = "CodeMismatchException: Invalid verification code provided, please try again."
USED_CODE = "ExpiredCodeException: Invalid code provided, please request a code again."


def alice(w: World, **settings: Any) -> str:
    """A new pool, a new user, signed in."""
    w.pool(**settings)
    w.user(**ALICE, **PHONE)
    return w.token()
