"""The settings of a new pool in plain words, turned into what Cognito's API calls them, and the pool made."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, Literal

import attrs

from amplify_auth.testing._core.state.store import state_of
from amplify_auth.testing._values import MfaMethod

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
# What a pool has whose creator says nothing: botocore's model, PasswordPolicyType, and the console.
_PASSWORD_POLICY: Final = {
    "MinimumLength": 8,
    "RequireUppercase": True,
    "RequireLowercase": True,
    "RequireNumbers": True,
    "RequireSymbols": True,
    "TemporaryPasswordValidityDays": 7,
}
_DEVICES: Final[dict[DeviceTracking, dict[str, Any]]] = {
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
    """What `MockCognito.create_pool` takes of a pool; it is described there."""

    username_attributes: Sequence[str]
    alias_attributes: Sequence[str]
    auto_verify: Sequence[str]
    first_factors: Sequence[FirstFactor]
    required_attributes: Sequence[str]
    custom_attributes: Sequence[str]
    device_tracking: DeviceTracking
    case_sensitive: bool
    password_policy: Mapping[str, Any] | None
    more: Mapping[str, Any]

    def request(self) -> dict[str, Any]:
        """The parameters of ``CreateUserPool``, its name left out."""
        schema = [{"Name": name, "Required": True, "Mutable": True} for name in self.required_attributes]
        schema += [{"Name": name, "AttributeDataType": "String", "Mutable": True} for name in self.custom_attributes]
        return {
            **_given("UsernameAttributes", self.username_attributes),
            **_given("AliasAttributes", self.alias_attributes),
            **_given("AutoVerifiedAttributes", self.auto_verify),
            **_given("Schema", schema),
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
    """What `MockCognito.create_pool` takes of a client; it is described there."""

    client_secret: bool
    flows: Sequence[str] | None
    prevent_user_existence_errors: bool
    access_token_validity: int
    id_token_validity: int
    refresh_token_validity: int
    refresh_token_rotation: bool
    more: Mapping[str, Any]

    def request(self) -> dict[str, Any]:
        """The parameters of ``CreateUserPoolClient``, pool, name and secret left out."""
        flows = list(_ALL_FLOWS if self.flows is None else self.flows)
        rotation = {"Feature": "ENABLED", "RetryGracePeriodSeconds": 0}
        if self.refresh_token_rotation and self.flows is None:
            # Cognito has no REFRESH_TOKEN_AUTH for clients with rotation.
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


def _given(name: str, values: Sequence[Any]) -> dict[str, Any]:
    return {name: list(values)} if values else {}


def create_pool(
    backend: Any,
    name: str,
    settings: PoolSettings,
    *,
    mfa: MfaRequirement,
    mfa_methods: Sequence[MfaMethod],
    relying_party_id: str,
) -> Any:
    """Add a pool to moto's backend and return moto's pool."""
    request = settings.request()
    pool = backend.create_user_pool(name, request)
    if "AccountRecoverySetting" not in request:
        # moto gave every pool one before 5.2.3, the service gives none.
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


def create_client(backend: Any, pool: Any, settings: ClientSettings) -> Any:
    """Add a client to a pool of moto's and return moto's client."""
    request = {"ClientName": "client", **settings.request()}
    return backend.create_user_pool_client(pool.id, settings.client_secret, request)
