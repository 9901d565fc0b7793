"""A new pool: its settings in plain words, translated to the words of Cognito's API.

Never here: a user.
"""

from collections.abc import Mapping, Sequence
from typing import Final, Literal

import attrs

from .._core.state import state_of
from .._moto import MotoBackend, MotoClient, MotoPool
from .._values import MfaMethod

MfaRequirement = Literal["OFF", "OPTIONAL", "ON"]
FirstFactor = Literal["PASSWORD", "EMAIL_OTP", "SMS_OTP", "WEB_AUTHN"]
DeviceTracking = Literal["OFF", "ALWAYS", "OPT_IN"]

_ALL_FLOWS: Final = (
    "ALLOW_USER_SRP_AUTH",
    "ALLOW_USER_PASSWORD_AUTH",
    "ALLOW_ADMIN_USER_PASSWORD_AUTH",
    "ALLOW_CUSTOM_AUTH",
    "ALLOW_USER_AUTH",
    "ALLOW_REFRESH_TOKEN_AUTH",
)
# The defaults of a new pool: botocore's model, PasswordPolicyType, and the console.
_PASSWORD_POLICY: Final = {
    "MinimumLength": 8,
    "RequireUppercase": True,
    "RequireLowercase": True,
    "RequireNumbers": True,
    "RequireSymbols": True,
    "TemporaryPasswordValidityDays": 7,
}
_DEVICES: Final[dict[DeviceTracking, dict[str, object]]] = {
    "OFF": {},
    "ALWAYS": {
        "DeviceConfiguration": {
            "ChallengeRequiredOnNewDevice": True,
            "DeviceOnlyRememberedOnUserPrompt": False,
        }
    },
    "OPT_IN": {
        "DeviceConfiguration": {
            "ChallengeRequiredOnNewDevice": True,
            "DeviceOnlyRememberedOnUserPrompt": True,
        }
    },
}


@attrs.frozen(kw_only=True)
class PoolSettings:
    """The arguments of `MockCognito.create_pool` for the pool. They are described there."""

    username_attributes: Sequence[str]
    alias_attributes: Sequence[str]
    auto_verify: Sequence[str]
    first_factors: Sequence[FirstFactor]
    required_attributes: Sequence[str]
    custom_attributes: Sequence[str]
    device_tracking: DeviceTracking
    case_sensitive: bool
    password_policy: Mapping[str, object] | None
    more: Mapping[str, object]

    def request(self) -> dict[str, object]:
        """The parameters of ``CreateUserPool``, without the name."""
        required = [{"Name": name, "Required": True, "Mutable": True} for name in self.required_attributes]
        custom = [{"Name": name, "AttributeDataType": "String", "Mutable": True} for name in self.custom_attributes]
        return {
            **_given("UsernameAttributes", self.username_attributes),
            **_given("AliasAttributes", self.alias_attributes),
            **_given("AutoVerifiedAttributes", self.auto_verify),
            **_given("Schema", [*required, *custom]),
            "UsernameConfiguration": {"CaseSensitive": self.case_sensitive},
            "Policies": {
                "PasswordPolicy": dict(_PASSWORD_POLICY if self.password_policy is None else self.password_policy),
                "SignInPolicy": {"AllowedFirstAuthFactors": list(self.first_factors)},
            },
            **_DEVICES[self.device_tracking],
            **self.more,
        }


@attrs.frozen(kw_only=True)
class ClientSettings:
    """The arguments of `MockCognito.create_pool` for the client. They are described there."""

    client_secret: bool
    flows: Sequence[str] | None
    prevent_user_existence_errors: bool
    access_token_validity: int
    id_token_validity: int
    refresh_token_validity: int
    refresh_token_rotation: bool
    more: Mapping[str, object]

    def request(self) -> dict[str, object]:
        """The parameters of ``CreateUserPoolClient``, without pool, name and secret."""
        flows = list(_ALL_FLOWS if self.flows is None else self.flows)
        rotation = {"Feature": "ENABLED", "RetryGracePeriodSeconds": 0}
        if self.refresh_token_rotation and self.flows is None:
            # Cognito refuses REFRESH_TOKEN_AUTH for clients with rotation.
            flows.remove("ALLOW_REFRESH_TOKEN_AUTH")
        return {
            "ExplicitAuthFlows": [flow if flow.startswith("ALLOW_") else f"ALLOW_{flow}" for flow in flows],
            "PreventUserExistenceErrors": "ENABLED" if self.prevent_user_existence_errors else "LEGACY",
            "AccessTokenValidity": self.access_token_validity,
            "IdTokenValidity": self.id_token_validity,
            "RefreshTokenValidity": self.refresh_token_validity,
            "TokenValidityUnits": dict.fromkeys(("AccessToken", "IdToken", "RefreshToken"), "seconds"),
            "EnableTokenRevocation": True,
            **({"RefreshTokenRotation": rotation} if self.refresh_token_rotation else {}),
            **self.more,
        }


def _given(name: str, values: Sequence[object]) -> dict[str, object]:
    return {name: list(values)} if values else {}


def create_pool(
    backend: MotoBackend,
    name: str,
    settings: PoolSettings,
    *,
    mfa: MfaRequirement,
    mfa_methods: Sequence[MfaMethod],
    relying_party_id: str,
) -> MotoPool:
    """Add a pool to moto."""
    request = settings.request()
    pool = backend.create_user_pool(name, request)
    if "AccountRecoverySetting" not in request:
        # moto before 5.2.3 gave every pool one; the service does not.
        pool.extended_config.pop("AccountRecoverySetting", None)
    sms = {"SmsConfiguration": {"SnsCallerArn": "arn:aws:iam::123456789012:role/sms"}}
    backend.set_user_pool_mfa_config(
        pool.id,
        sms if "SMS_MFA" in mfa_methods else None,
        {"Enabled": "SOFTWARE_TOKEN_MFA" in mfa_methods},
        mfa,
    )
    state = state_of(pool)
    state.email_mfa = "EMAIL_OTP" in mfa_methods
    state.web_authn = {"RelyingPartyId": relying_party_id, "UserVerification": "preferred"}
    return pool


def create_client(backend: MotoBackend, pool: MotoPool, settings: ClientSettings) -> MotoClient:
    """Add a client to a pool of moto."""
    request = {"ClientName": "client", **settings.request()}
    return backend.create_user_pool_client(pool.id, settings.client_secret, request)
