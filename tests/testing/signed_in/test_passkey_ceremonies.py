"""Both halves of WebAuthn: the software authenticator against ``fido2``'s server, our relying party against
right answers and against each kind of wrong one."""

import base64
import hashlib
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from fido2 import cbor
from fido2.server import Fido2Server
from fido2.webauthn import PublicKeyCredentialRpEntity, PublicKeyCredentialUserEntity
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from amplify_auth.testing._core.crypto import webauthn
from amplify_auth.testing._core.crypto.webauthn import Passkey, PasskeyRefused, RelyingParty
from amplify_auth.testing._software_passkey import PasskeyCeremonyError, SoftwarePasskey

RP = RelyingParty(id="auth.example.com")
SUB = "11111111-1111-4111-8111-111111111111"
AT = datetime(2030, 1, 1, tzinfo=UTC)


def b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def unb64(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def creation(rp: RelyingParty = RP, existing: tuple[Passkey, ...] = ()) -> tuple[dict[str, Any], bytes]:
    challenge = webauthn.new_challenge()
    options = webauthn.creation_options(rp, challenge, user_handle=SUB, username="alice", existing=existing)
    return options, challenge


def register(device: SoftwarePasskey, rp: RelyingParty = RP) -> Passkey:
    options, challenge = creation(rp)
    return verify(rp, challenge, device.create(options))


def verify(rp: RelyingParty, challenge: bytes, credential: object) -> Passkey:
    return webauthn.verify_registration(rp, challenge, credential, friendly_name="Passkey 1", user_handle=SUB, at=AT)


def ask(rp: RelyingParty, *passkeys: Passkey) -> tuple[dict[str, Any], bytes]:
    challenge = webauthn.new_challenge()
    return webauthn.request_options(rp, challenge, passkeys), challenge


def with_client_data(credential: dict[str, Any], **changed: Any) -> dict[str, Any]:
    client_data = json.loads(unb64(credential["response"]["clientDataJSON"])) | changed
    response = credential["response"] | {"clientDataJSON": b64(json.dumps(client_data).encode())}
    return credential | {"response": response}


def with_attested_data(credential: dict[str, Any], change: Any) -> dict[str, Any]:
    attestation = dict(cbor.decode(unb64(credential["response"]["attestationObject"])))
    attestation["authData"] = change(attestation["authData"])
    response = credential["response"] | {"attestationObject": b64(cbor.encode(attestation))}
    return credential | {"response": response}


def reason(refused: pytest.ExceptionInfo[PasskeyRefused]) -> str:
    assert refused.value.__suppress_context__ or refused.value.__context__ is None
    return refused.value.reason


def test_the_authenticator_satisfies_the_server_of_fido2() -> None:
    """Registration and sign-in against a server that shares no code with the authenticator's caller."""
    server = Fido2Server(PublicKeyCredentialRpEntity(id=RP.id, name="Example"))
    device = SoftwarePasskey()
    user = PublicKeyCredentialUserEntity(id=SUB.encode(), name="alice", display_name="Alice")
    options, state = server.register_begin(user, resident_key_requirement="required", user_verification="required")
    registered = server.register_complete(state, device.create(json.loads(json.dumps(dict(options.public_key)))))
    assert registered.credential_data is not None
    requested, state = server.authenticate_begin([registered.credential_data], user_verification="required")

    answer = device.get(json.loads(json.dumps(dict(requested.public_key))))

    assert server.authenticate_complete(state, [registered.credential_data], answer) == registered.credential_data
    assert unb64(answer["response"]["userHandle"]) == SUB.encode()


def test_the_server_of_fido2_refuses_an_answer_to_another_challenge() -> None:
    server = Fido2Server(PublicKeyCredentialRpEntity(id=RP.id, name="Example"))
    user = PublicKeyCredentialUserEntity(id=SUB.encode(), name="alice", display_name="Alice")
    options, _ = server.register_begin(user)
    _, other_state = server.register_begin(user)
    credential = SoftwarePasskey().create(json.loads(json.dumps(dict(options.public_key))))

    with pytest.raises(ValueError, match="Wrong challenge"):
        server.register_complete(other_state, credential)


def test_registration_keeps_what_a_list_of_passkeys_shows() -> None:
    device = SoftwarePasskey()

    passkey = register(device)

    assert passkey.credential_id == device.credential_ids[0]
    assert (passkey.relying_party_id, passkey.friendly_name) == ("auth.example.com", "Passkey 1")
    assert (passkey.attachment, passkey.transports, passkey.created_at) == ("platform", ("internal",), AT)


def test_credentials_have_every_field_of_the_w3c_forms() -> None:
    device = SoftwarePasskey()
    options, challenge = creation()
    created = device.create(options)
    assertion = device.get(ask(RP, verify(RP, challenge, created))[0])

    common = {"id", "rawId", "type", "clientExtensionResults", "authenticatorAttachment", "response"}
    assert set(created) == set(assertion) == common
    assert created["id"] == created["rawId"] == assertion["id"]
    assert set(created["response"]) == {
        "clientDataJSON",
        "attestationObject",
        "transports",
        "publicKeyAlgorithm",
        "authenticatorData",
        "publicKey",
    }
    assert set(assertion["response"]) == {"clientDataJSON", "authenticatorData", "signature", "userHandle"}
    assert "=" not in json.dumps([created, assertion])


def test_creation_options_are_those_of_the_service() -> None:
    """Shape and values of the AWS CLI's example of start-web-authn-registration, here for ``localhost``."""
    options, challenge = creation(RelyingParty(id="localhost"))

    assert options == {
        "rp": {"id": "localhost", "name": "localhost"},
        "user": {"id": b64(SUB.encode()), "name": "alice", "displayName": "alice"},
        "challenge": b64(challenge),
        "pubKeyCredParams": [{"type": "public-key", "alg": -7}, {"type": "public-key", "alg": -257}],
        "timeout": 60000,
        "excludeCredentials": [],
        "authenticatorSelection": {
            "requireResidentKey": True,
            "residentKey": "required",
            "userVerification": "preferred",
        },
    }


@pytest.mark.parametrize(
    "rp", [RP, RelyingParty(id="localhost"), RelyingParty(id="a.test", user_verification="required")]
)
def test_the_right_passkey_is_recognised(rp: RelyingParty) -> None:
    mine, other = SoftwarePasskey(), SoftwarePasskey()
    passkeys = [register(other, rp), register(mine, rp)]
    options, challenge = ask(rp, *passkeys)

    assert webauthn.verify_assertion(rp, challenge, passkeys, mine.get(options)) == passkeys[1]


def test_one_authenticator_holds_keys_of_several_users() -> None:
    device = SoftwarePasskey()
    first, second = register(device), register(device)
    options, challenge = ask(RP, first)

    assert webauthn.verify_assertion(RP, challenge, [first, second], device.get(options)) == first


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"challenge": b64(b"x" * 32)}, "challenge"),
        ({"origin": "https://evil.example.org"}, "origin"),
        ({"origin": "http://auth.example.com"}, "origin"),
        ({"type": "webauthn.get"}, "ceremony"),
    ],
)
def test_a_registration_with_other_client_data_is_refused(change: dict[str, str], why: str) -> None:
    options, challenge = creation()
    credential = with_client_data(SoftwarePasskey().create(options), **change)

    with pytest.raises(PasskeyRefused) as refused:
        verify(RP, challenge, credential)

    assert reason(refused) == why


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda data: hashlib.sha256(b"other.example.com").digest() + data[32:], "relying-party"),
        (lambda data: data[:32] + bytes([data[32] & ~0x01]) + data[33:], "user-verification"),
        # COSE key parameter 3 (alg) of an EC2 key is {1: 2, 3: -7, ...}; -8 is EdDSA, which was not offered.
        (lambda data: data.replace(b"\x01\x02\x03\x26", b"\x01\x02\x03\x27"), "algorithm"),
    ],
)
def test_a_registration_with_other_authenticator_data_is_refused(change: Any, why: str) -> None:
    options, challenge = creation()
    credential = with_attested_data(SoftwarePasskey().create(options), change)

    with pytest.raises(PasskeyRefused) as refused:
        verify(RP, challenge, credential)

    assert reason(refused) == why


def test_an_unverified_owner_is_refused_where_verification_is_required() -> None:
    options, challenge = creation()
    credential = SoftwarePasskey(user_verification=False).create(options)

    assert verify(RP, challenge, credential)
    with pytest.raises(PasskeyRefused) as refused:
        verify(RelyingParty(id=RP.id, user_verification="required"), challenge, credential)

    assert reason(refused) == "user-verification"


@pytest.mark.parametrize(
    "credential",
    [
        None,
        "text",
        {},
        {"rawId": "AA", "response": {}},
        {"rawId": "AA", "response": {"clientDataJSON": "e30", "attestationObject": "AA"}},
        {"id": "AA", "rawId": "AB", "response": {}},
    ],
)
def test_what_is_no_credential_is_refused(credential: object) -> None:
    with pytest.raises(PasskeyRefused) as refused:
        verify(RP, b"x" * 32, credential)
    assert reason(refused) == "malformed"

    with pytest.raises(PasskeyRefused) as refused:
        webauthn.verify_assertion(RP, b"x" * 32, [], credential)
    assert reason(refused) == "malformed"


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"challenge": b64(b"x" * 32)}, "challenge"),
        ({"origin": "https://evil.example.org"}, "origin"),
        ({"type": "webauthn.create"}, "ceremony"),
        ({"crossOrigin": True}, "signature"),  # anything changed after signing
    ],
)
def test_an_assertion_with_other_client_data_is_refused(change: dict[str, Any], why: str) -> None:
    device = SoftwarePasskey()
    passkey = register(device)
    options, challenge = ask(RP, passkey)

    with pytest.raises(PasskeyRefused) as refused:
        webauthn.verify_assertion(RP, challenge, [passkey], with_client_data(device.get(options), **change))

    assert reason(refused) == why


def test_an_assertion_by_an_unregistered_key_is_refused() -> None:
    device = SoftwarePasskey()
    passkey, other = register(device), register(SoftwarePasskey())
    options, challenge = ask(RP, passkey)

    with pytest.raises(PasskeyRefused) as refused:
        webauthn.verify_assertion(RP, challenge, [other], device.get(options))

    assert reason(refused) == "unknown-credential"


def test_an_assertion_under_a_strange_name_is_refused() -> None:
    """Another key's signature under a registered key's id."""
    mine, thief = SoftwarePasskey(), SoftwarePasskey()
    passkey = register(mine)
    register(thief)
    options, challenge = ask(RP, passkey)
    forged = thief.get(options | {"allowCredentials": []}) | {
        "id": passkey.credential_id,
        "rawId": passkey.credential_id,
    }

    with pytest.raises(PasskeyRefused) as refused:
        webauthn.verify_assertion(RP, challenge, [passkey], forged)

    assert reason(refused) == "signature"


def test_an_assertion_with_another_users_handle_is_refused() -> None:
    device = SoftwarePasskey()
    passkey = register(device)
    options, challenge = ask(RP, passkey)
    answer = device.get(options)
    answer["response"]["userHandle"] = b64(b"somebody else")

    with pytest.raises(PasskeyRefused) as refused:
        webauthn.verify_assertion(RP, challenge, [passkey], answer)

    assert reason(refused) == "unknown-credential"


def test_an_assertion_needs_no_user_handle() -> None:
    """Keys that are not discoverable return none."""
    device = SoftwarePasskey()
    passkey = register(device)
    options, challenge = ask(RP, passkey)
    answer = device.get(options)
    del answer["response"]["userHandle"]

    assert webauthn.verify_assertion(RP, challenge, [passkey], answer) == passkey


def test_a_registration_without_a_key_is_refused() -> None:
    options, challenge = creation()

    def without_key(data: bytes) -> bytes:
        return data[:32] + bytes([data[32] & ~0x40]) + data[33:37]

    with pytest.raises(PasskeyRefused) as refused:
        verify(RP, challenge, with_attested_data(SoftwarePasskey().create(options), without_key))

    assert reason(refused) == "malformed"


@pytest.mark.parametrize(("sent", "kept"), [(["usb", 5, "nfc"], ("usb", "nfc")), ("usb", ()), (None, ())])
def test_transports_are_kept_as_far_as_they_are_readable(sent: Any, kept: tuple[str, ...]) -> None:
    options, challenge = creation()
    credential = SoftwarePasskey().create(options)
    credential["response"]["transports"] = sent

    passkey = verify(RP, challenge, credential)

    assert passkey.transports == kept
    (descriptor,) = ask(RP, passkey)[0]["allowCredentials"]
    assert descriptor == {"type": "public-key", "id": passkey.credential_id} | (
        {"transports": list(kept)} if kept else {}
    )


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.text("AZaz09-_", max_size=60),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


def put(credential: dict[str, Any], member: str, value: object) -> bool:
    """Put a value into a credential; whether that changed it."""
    inner = credential if member in credential else credential["response"]
    changed = bool(inner[member] != value)
    inner[member] = value
    return changed


@settings(max_examples=80, deadline=None)
@given(st.sampled_from(["id", "rawId", "response", "clientDataJSON", "attestationObject"]), JSON_VALUES)
def test_whatever_is_put_into_a_registration_it_is_refused(member: str, value: object) -> None:
    options, challenge = creation()
    credential = SoftwarePasskey().create(options)
    assume(put(credential, member, value))

    with pytest.raises(PasskeyRefused):
        verify(RP, challenge, credential)


@settings(max_examples=80, deadline=None)
@given(st.sampled_from(["id", "rawId", "response", "clientDataJSON", "authenticatorData", "signature"]), JSON_VALUES)
def test_whatever_is_put_into_an_assertion_it_is_refused(member: str, value: object) -> None:
    device = SoftwarePasskey()
    passkey = register(device)
    options, challenge = ask(RP, passkey)
    credential = device.get(options)
    assume(put(credential, member, value))

    with pytest.raises(PasskeyRefused):
        webauthn.verify_assertion(RP, challenge, [passkey], credential)


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(["type", "challenge", "origin", "crossOrigin"]), JSON_VALUES)
def test_whatever_is_put_into_client_data_it_is_refused(member: str, value: object) -> None:
    device = SoftwarePasskey()
    passkey = register(device)
    options, challenge = ask(RP, passkey)

    with pytest.raises(PasskeyRefused):
        webauthn.verify_assertion(RP, challenge, [passkey], with_client_data(device.get(options), **{member: value}))


@pytest.mark.parametrize(("presence", "name"), [("refusing", "NotAllowedError"), ("absent", "NotSupportedError")])
def test_an_authenticator_can_refuse_and_be_absent(presence: Any, name: str) -> None:
    device = SoftwarePasskey()
    passkey = register(device)
    device.presence = presence

    with pytest.raises(PasskeyCeremonyError) as create_refused:
        device.create(creation()[0])
    with pytest.raises(PasskeyCeremonyError) as get_refused:
        device.get(ask(RP, passkey)[0])

    assert create_refused.value.name == get_refused.value.name == name
    device.presence = "present"
    assert device.get(ask(RP, passkey)[0])["id"] == passkey.credential_id


def test_an_authenticator_makes_no_second_key_where_it_is_excluded() -> None:
    device = SoftwarePasskey()
    passkey = register(device)

    with pytest.raises(PasskeyCeremonyError) as refused:
        device.create(creation(existing=(passkey,))[0])

    assert refused.value.name == "InvalidStateError"


def test_an_authenticator_answers_no_foreign_page() -> None:
    device = SoftwarePasskey(origin="https://evil.example.org")

    with pytest.raises(PasskeyCeremonyError) as refused:
        device.create(creation()[0])

    assert refused.value.name == "SecurityError"


@pytest.mark.parametrize("lost", ["forgotten", "other relying party", "not allowed"])
def test_an_authenticator_without_a_fitting_key_says_so(lost: str) -> None:
    device = SoftwarePasskey()
    passkey = register(device, RelyingParty(id="other.example.com") if lost == "other relying party" else RP)
    if lost == "forgotten":
        device.forget()
    allowed = (register(SoftwarePasskey()),) if lost == "not allowed" else (passkey,)

    with pytest.raises(PasskeyCeremonyError) as refused:
        device.get(ask(RP, *allowed)[0])

    assert refused.value.name == "NotAllowedError"


def test_an_authenticator_that_cannot_verify_its_owner_says_so() -> None:
    options, _ = creation(RelyingParty(id=RP.id, user_verification="required"))

    with pytest.raises(PasskeyCeremonyError) as refused:
        SoftwarePasskey(user_verification=False).create(options)

    assert refused.value.name == "NotAllowedError"


def test_no_private_key_is_shown() -> None:
    device = SoftwarePasskey()
    register(device)

    assert repr(device) == "SoftwarePasskey(presence='present', credentials=1)"


def test_a_public_key_that_can_verify_nothing_is_refused() -> None:
    """An attestation without a signature does not protect the key."""
    device = SoftwarePasskey()
    options, challenge = creation()
    credential = device.create(options)
    verify(RP, challenge, credential)
    for change in (lambda data: data[:-20], lambda data: data[:-1] + bytes([data[-1] ^ 1])):
        with pytest.raises(PasskeyRefused) as refused:
            verify(RP, challenge, with_attested_data(credential, change))
        assert reason(refused) == "malformed"
