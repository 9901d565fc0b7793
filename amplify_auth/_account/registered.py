"""What a user has registered at Cognito, read from answers: devices and passkeys. Nothing is sent here."""

from __future__ import annotations

from typing import Any

from .._cognito import Answer, optional_text, optional_texts, optional_time, protocol_error
from .._webauthn import REGISTRATION, options_for
from .attribute_replies import named_values
from .pages import Page
from .values import AuthDevice, WebAuthnCredential

_DEVICES, _PASSKEYS = "ListDevices", "ListWebAuthnCredentials"


def devices_page(answer: Answer) -> Page[AuthDevice]:
    """The devices in an answer to ``ListDevices``. A device without a key is left out."""
    return Page[AuthDevice].parse(answer, _DEVICES, items="Devices", read=_device, following="PaginationToken")


def _device(members: Answer) -> AuthDevice | None:
    key = optional_text(members, "DeviceKey", _DEVICES)
    if key is None:
        return None
    attributes = named_values(members, "DeviceAttributes", _DEVICES)
    return AuthDevice(
        id=key,
        name=attributes.get("device_name"),
        attributes=attributes,
        create_date=optional_time(members, "DeviceCreateDate", _DEVICES),
        last_modified_date=optional_time(members, "DeviceLastModifiedDate", _DEVICES),
        last_authenticated_date=optional_time(members, "DeviceLastAuthenticatedDate", _DEVICES),
    )


def passkeys_page(answer: Answer) -> Page[WebAuthnCredential]:
    """The passkeys in an answer to ``ListWebAuthnCredentials``."""
    return Page[WebAuthnCredential].parse(answer, _PASSKEYS, items="Credentials", read=_passkey)


def _passkey(members: Answer) -> WebAuthnCredential:
    credential_id = optional_text(members, "CredentialId", _PASSKEYS)
    if credential_id is None:
        raise protocol_error(f"A passkey of {_PASSKEYS} has no CredentialId.", operation=_PASSKEYS)
    return WebAuthnCredential(
        credential_id=credential_id,
        friendly_credential_name=optional_text(members, "FriendlyCredentialName", _PASSKEYS),
        relying_party_id=optional_text(members, "RelyingPartyId", _PASSKEYS),
        authenticator_attachment=optional_text(members, "AuthenticatorAttachment", _PASSKEYS),
        authenticator_transports=optional_texts(members, "AuthenticatorTransports", _PASSKEYS),
        created_at=optional_time(members, "CreatedAt", _PASSKEYS),
    )


def registration_options(answer: Answer) -> dict[str, Any]:
    """The options in an answer to ``StartWebAuthnRegistration``, for an authenticator."""
    options = options_for(REGISTRATION, answer.get("CredentialCreationOptions"))
    if options is None:
        raise protocol_error(
            "CredentialCreationOptions are not WebAuthn options: challenge, user, rp or pubKeyCredParams is missing.",
            name=REGISTRATION.invalid_options,
            operation="StartWebAuthnRegistration",
        )
    return options
