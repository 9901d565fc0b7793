"""A passkey authenticator in software: the user's side of WebAuthn.

Never here: a pool or a server.
"""

import hashlib
import secrets
from collections.abc import Iterable, Mapping
from threading import Lock
from typing import Any, Final, Literal, cast

import attrs
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from fido2.cose import ES256, CoseKey
from fido2.rpid import verify_rp_id
from fido2.utils import websafe_decode, websafe_encode
from fido2.webauthn import (
    Aaguid,
    AttestationObject,
    AttestedCredentialData,
    AuthenticatorData,
    CollectedClientData,
)

Presence = Literal["present", "refusing", "absent"]
_FLAG: Final = AuthenticatorData.FLAG
# fido2 has incomplete types for the constructors of these.
_Data: Any = AuthenticatorData
_ClientData: Any = CollectedClientData
_CoseKey: Any = ES256


class PasskeyCeremonyError(Exception):
    """The authenticator did not answer. ``name`` is the name of the browser's ``DOMException`` in this case.

    ``NotAllowedError``: the owner refused, or the authenticator has no matching key. ``NotSupportedError``: the
    authenticator is absent, or cannot make such a key. ``InvalidStateError``: it already has a key of this user.
    ``SecurityError``: the page's origin may not use this relying party's keys.
    """

    def __init__(self, name: str, message: str) -> None:
        super().__init__(message)
        self.name = name


@attrs.frozen(kw_only=True)
class _Key:
    id: bytes
    rp_id: str
    user_handle: bytes
    private_key: ec.EllipticCurvePrivateKey = attrs.field(repr=False)


class SoftwarePasskey:
    """An authenticator without hardware: the option ``passkey`` of a session in tests of passkeys.

    It makes discoverable ES256 keys, keeps them in memory and makes real signatures. A server that verifies, such as
    that of ``mock_cognito()``, accepts its answers and refuses forged ones. The values have the JSON forms of WebAuthn
    level 3: it takes ``PublicKeyCredentialCreationOptionsJSON`` and ``PublicKeyCredentialRequestOptionsJSON``, and
    returns ``RegistrationResponseJSON`` and ``AuthenticationResponseJSON``. Threads may share it.

    Example:
        >>> import amplify_auth
        >>> from amplify_auth.testing import mock_cognito
        >>> passkey = SoftwarePasskey()
        >>> with mock_cognito() as cognito:
        ...     session = amplify_auth.Session(**cognito.create_pool().config, passkey=passkey)
        >>> passkey.presence = "refusing"  # from now on the owner refuses

    Args:
        origin: The origin of the page. None: ``https://`` and the relying party's ID, or ``http://localhost:8000`` if
            that ID is ``localhost``.
        user_verification: True if it can verify its owner (fingerprint, PIN). False for a simple security key.
        attachment: ``"platform"`` if it is built in, ``"cross-platform"`` if it is plugged in.
        transports: How it can be reached, in WebAuthn's words.
        presence: See the attribute.

    Attributes:
        presence: ``"present"`` (it answers), ``"refusing"`` (its owner refuses) or ``"absent"``.
    """

    def __init__(
        self,
        *,
        origin: str | None = None,
        user_verification: bool = True,
        attachment: str = "platform",
        transports: tuple[str, ...] = ("internal",),
        presence: Presence = "present",
    ) -> None:
        self.presence: Presence = presence
        self._origin = origin
        self._user_verification = user_verification
        self._attachment = attachment
        self._transports = transports
        self._keys: dict[bytes, _Key] = {}
        self._counter = 0
        self._lock = Lock()

    def __repr__(self) -> str:
        return f"SoftwarePasskey(presence={self.presence!r}, credentials={len(self._keys)})"

    @property
    def credential_ids(self) -> tuple[str, ...]:
        """The IDs of its keys, in base64url, oldest first."""
        return tuple(websafe_encode(key) for key in list(self._keys))

    def create(self, options: Mapping[str, Any]) -> dict[str, Any]:
        """Make a key, as ``navigator.credentials.create()`` does.

        Args:
            options: ``PublicKeyCredentialCreationOptionsJSON``, as ``StartWebAuthnRegistration`` returns it.

        Returns:
            ``RegistrationResponseJSON``, as ``CompleteWebAuthnRegistration`` takes it.

        Raises:
            PasskeyCeremonyError: It refuses, is absent, or already has a key for this user.
        """
        rp_id = str(options["rp"]["id"])
        self._consent(rp_id, options.get("authenticatorSelection", {}).get("userVerification"))
        if ES256.ALGORITHM not in [wanted["alg"] for wanted in options["pubKeyCredParams"]]:
            raise PasskeyCeremonyError("NotSupportedError", "It makes ES256 keys only.")
        excluded = _ids(options.get("excludeCredentials"))
        if excluded & set(self._keys):
            raise PasskeyCeremonyError("InvalidStateError", "It has a key for this user already.")
        key = _Key(
            id=secrets.token_bytes(32),
            rp_id=rp_id,
            user_handle=websafe_decode(options["user"]["id"]),
            private_key=ec.generate_private_key(ec.SECP256R1()),
        )
        public_key = key.private_key.public_key()
        cose_key = cast(CoseKey, _CoseKey.from_cryptography_key(public_key))
        attested = AttestedCredentialData.create(Aaguid.NONE, key.id, cose_key)
        data = self._authenticator_data(key, attested)
        client = self._client_data(CollectedClientData.TYPE.CREATE, options["challenge"], rp_id)
        with self._lock:
            self._keys[key.id] = key
        spki = public_key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
        response = {
            "clientDataJSON": client.b64,
            "attestationObject": websafe_encode(AttestationObject.create("none", data, {})),
            "authenticatorData": websafe_encode(data),
            "transports": list(self._transports),
            "publicKeyAlgorithm": ES256.ALGORITHM,
            "publicKey": websafe_encode(spki),
        }
        return self._credential(key, response)

    def get(self, options: Mapping[str, Any]) -> dict[str, Any]:
        """Sign with a key, as ``navigator.credentials.get()`` does.

        Args:
            options: ``PublicKeyCredentialRequestOptionsJSON``, as in the challenge parameter
                ``CREDENTIAL_REQUEST_OPTIONS`` of a ``WEB_AUTHN`` challenge.

        Returns:
            ``AuthenticationResponseJSON``.

        Raises:
            PasskeyCeremonyError: It refuses, is absent, or has no matching key.
        """
        rp_id = str(options["rpId"])
        self._consent(rp_id, options.get("userVerification"))
        allowed = _ids(options.get("allowCredentials"))
        fitting = [
            key for key in list(self._keys.values()) if key.rp_id == rp_id and (not allowed or key.id in allowed)
        ]
        if not fitting:
            raise PasskeyCeremonyError("NotAllowedError", "It has no key that was asked for.")
        key = fitting[-1]
        data = self._authenticator_data(key)
        client = self._client_data(CollectedClientData.TYPE.GET, options["challenge"], rp_id)
        signature = key.private_key.sign(data + client.hash, ec.ECDSA(SHA256()))
        response = {
            "clientDataJSON": client.b64,
            "authenticatorData": websafe_encode(data),
            "signature": websafe_encode(signature),
            "userHandle": websafe_encode(key.user_handle),
        }
        return self._credential(key, response)

    def forget(self) -> None:
        """Delete every key, as a reset of the authenticator does."""
        with self._lock:
            self._keys.clear()

    def _consent(self, rp_id: str, user_verification: object) -> None:
        if self.presence == "absent":
            raise PasskeyCeremonyError("NotSupportedError", "There is no authenticator.")
        if self.presence == "refusing":
            raise PasskeyCeremonyError("NotAllowedError", "The owner refused.")
        if self._origin is not None and not verify_rp_id(rp_id, self._origin):
            raise PasskeyCeremonyError("SecurityError", "This origin may not use keys of that relying party.")
        if user_verification == "required" and not self._user_verification:
            raise PasskeyCeremonyError("NotAllowedError", "It cannot verify its owner.")

    def _authenticator_data(self, key: _Key, attested: bytes = b"") -> AuthenticatorData:
        flags = _FLAG.UP
        flags |= _FLAG.UV if self._user_verification else _FLAG(0)
        flags |= _FLAG.AT if attested else _FLAG(0)
        with self._lock:
            self._counter += 1
            counter = self._counter
        rp_hash = hashlib.sha256(key.rp_id.encode()).digest()
        return cast(AuthenticatorData, _Data.create(rp_hash, flags, counter, attested))

    def _client_data(self, ceremony: str, challenge: str, rp_id: str) -> CollectedClientData:
        origin = self._origin or ("http://localhost:8000" if rp_id == "localhost" else f"https://{rp_id}")
        return cast(CollectedClientData, _ClientData.create(ceremony, challenge, origin))

    def _credential(self, key: _Key, response: Mapping[str, object]) -> dict[str, Any]:
        credential_id = websafe_encode(key.id)
        return {
            "id": credential_id,
            "rawId": credential_id,
            "type": "public-key",
            "authenticatorAttachment": self._attachment,
            "clientExtensionResults": {},
            "response": response,
        }


def _ids(descriptors: Iterable[Mapping[str, object]] | None) -> set[bytes]:
    return {websafe_decode(str(descriptor["id"])) for descriptor in descriptors or ()}
