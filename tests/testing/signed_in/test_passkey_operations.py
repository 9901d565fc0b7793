"""StartWebAuthnRegistration, CompleteWebAuthnRegistration, ListWebAuthnCredentials, DeleteWebAuthnCredential."""

import base64
import copy
import json
from typing import Any

import pytest

from amplify_auth.testing import SoftwarePasskey
from tests.support.signed_in_pool import Pool, refused

PASSKEYS = {"Policies": {"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "WEB_AUTHN"]}}}


def relying_party(**members: str) -> dict[str, Any]:
    configuration = {"RelyingPartyId": "auth.example.com", "UserVerification": "preferred", **members}
    return {"MfaConfiguration": "OFF", "WebAuthnConfiguration": configuration}


@pytest.fixture
def pool(make: Any) -> Pool:
    """A pool with passkeys."""
    made: Pool = make(mfa=relying_party(), **PASSKEYS)
    return made


def start(pool: Pool, token: str) -> dict[str, Any]:
    options: dict[str, Any] = pool.idp.start_web_authn_registration(AccessToken=token)["CredentialCreationOptions"]
    return options


def register(pool: Pool, token: str, device: SoftwarePasskey) -> None:
    pool.idp.complete_web_authn_registration(AccessToken=token, Credential=device.create(start(pool, token)))


def listed(pool: Pool, token: str) -> list[dict[str, Any]]:
    credentials: list[dict[str, Any]] = pool.idp.list_web_authn_credentials(AccessToken=token)["Credentials"]
    return credentials


def sign_in(pool: Pool, device: SoftwarePasskey, name: str = "alice") -> dict[str, Any]:
    begun = pool.idp.initiate_auth(
        AuthFlow="USER_AUTH",
        ClientId=pool.client.id,
        AuthParameters={"USERNAME": name, "PREFERRED_CHALLENGE": "WEB_AUTHN"},
    )
    assert begun["ChallengeName"] == "WEB_AUTHN"
    options = json.loads(begun["ChallengeParameters"]["CREDENTIAL_REQUEST_OPTIONS"])
    answer: dict[str, Any] = pool.idp.respond_to_auth_challenge(
        ClientId=pool.client.id,
        ChallengeName="WEB_AUTHN",
        Session=begun["Session"],
        ChallengeResponses={"USERNAME": name, "CREDENTIAL": json.dumps(device.get(options))},
    )
    return answer


def test_a_registered_passkey_is_listed_and_signs_in(pool: Pool) -> None:
    token, device = pool.signed_in(), SoftwarePasskey()

    register(pool, token, device)

    (credential,) = listed(pool, token)
    assert credential.pop("CreatedAt")
    assert credential == {
        "CredentialId": device.credential_ids[0],
        "FriendlyCredentialName": "Passkey 1",
        "RelyingPartyId": "auth.example.com",
        "AuthenticatorAttachment": "platform",
        "AuthenticatorTransports": ["internal"],
    }
    assert pool.idp.get_user_auth_factors(AccessToken=token)["ConfiguredUserAuthFactors"] == [
        "PASSWORD",
        "WEB_AUTHN",
    ]
    assert sign_in(pool, device)["AuthenticationResult"]["AccessToken"]


def test_another_authenticators_answer_signs_nobody_in(pool: Pool) -> None:
    alice, bob = pool.signed_in("alice"), pool.signed_in("bob")
    mine, other = SoftwarePasskey(), SoftwarePasskey()
    register(pool, alice, mine)
    register(pool, bob, other)
    begun = pool.idp.initiate_auth(
        AuthFlow="USER_AUTH",
        ClientId=pool.client.id,
        AuthParameters={"USERNAME": "alice", "PREFERRED_CHALLENGE": "WEB_AUTHN"},
    )
    options = json.loads(begun["ChallengeParameters"]["CREDENTIAL_REQUEST_OPTIONS"]) | {"allowCredentials": []}

    with refused("NotAuthorizedException"):
        pool.idp.respond_to_auth_challenge(
            ClientId=pool.client.id,
            ChallengeName="WEB_AUTHN",
            Session=begun["Session"],
            ChallengeResponses={"USERNAME": "alice", "CREDENTIAL": json.dumps(other.get(options))},
        )


def test_the_options_name_the_user_and_exclude_known_passkeys(pool: Pool) -> None:
    token, device = pool.signed_in(), SoftwarePasskey()
    register(pool, token, device)

    options = start(pool, token)

    assert options["rp"] == {"id": "auth.example.com", "name": "auth.example.com"}
    assert (options["user"]["name"], options["user"]["displayName"]) == ("alice", "alice")
    assert [each["id"] for each in options["excludeCredentials"]] == list(device.credential_ids)


def test_each_challenge_is_new_and_the_older_one_dies(pool: Pool) -> None:
    token, device = pool.signed_in(), SoftwarePasskey()
    first = device.create(start(pool, token))
    second = device.create(start(pool, token))

    with refused("WebAuthnChallengeNotFoundException"):
        pool.idp.complete_web_authn_registration(AccessToken=token, Credential=first)

    pool.idp.complete_web_authn_registration(AccessToken=token, Credential=second)
    assert len(listed(pool, token)) == 1


def test_a_registration_is_completed_once(pool: Pool) -> None:
    token = pool.signed_in()
    credential = SoftwarePasskey().create(start(pool, token))
    pool.idp.complete_web_authn_registration(AccessToken=token, Credential=credential)

    with refused("WebAuthnChallengeNotFoundException"):
        pool.idp.complete_web_authn_registration(AccessToken=token, Credential=credential)

    assert len(listed(pool, token)) == 1


def test_a_registration_expires(pool: Pool, cognito: Any) -> None:
    token = pool.signed_in()
    credential = SoftwarePasskey().create(start(pool, token))
    cognito.clock.advance(3 * 60 + 1)

    with refused("WebAuthnChallengeNotFoundException"):
        pool.idp.complete_web_authn_registration(AccessToken=token, Credential=credential)


def test_a_registration_is_the_clients_that_began_it(pool: Pool) -> None:
    token = pool.signed_in()
    credential = SoftwarePasskey().create(start(pool, token))

    with refused("WebAuthnClientMismatchException"):
        pool.idp.complete_web_authn_registration(
            AccessToken=pool.token(client=pool.add_client()), Credential=credential
        )


def test_a_registration_is_the_users_that_began_it(pool: Pool) -> None:
    alice, bob = pool.signed_in("alice"), pool.signed_in("bob")
    credential = SoftwarePasskey().create(start(pool, alice))
    start(pool, bob)

    with refused("WebAuthnChallengeNotFoundException"):
        pool.idp.complete_web_authn_registration(AccessToken=bob, Credential=credential)


def test_a_foreign_page_is_refused(pool: Pool) -> None:
    token = pool.signed_in()
    options = start(pool, token)
    elsewhere = copy.deepcopy(options) | {"rp": {"id": "evil.example.org", "name": "evil"}}

    with refused("WebAuthnOriginNotAllowedException"):
        pool.idp.complete_web_authn_registration(AccessToken=token, Credential=SoftwarePasskey().create(elsewhere))


def test_a_passkey_of_another_relying_party_is_refused(pool: Pool) -> None:
    """The page is right, the key is made for a parent domain."""
    token = pool.signed_in()
    elsewhere = start(pool, token) | {"rp": {"id": "example.com", "name": "example.com"}}
    device = SoftwarePasskey(origin="https://auth.example.com")

    with refused("WebAuthnRelyingPartyMismatchException"):
        pool.idp.complete_web_authn_registration(AccessToken=token, Credential=device.create(elsewhere))


def test_an_unverified_user_is_refused_where_verification_is_required(make: Any) -> None:
    pool: Pool = make(mfa=relying_party(UserVerification="required"), **PASSKEYS)
    token = pool.signed_in()
    options = start(pool, token)
    assert options["authenticatorSelection"]["userVerification"] == "required"
    lax = options | {"authenticatorSelection": {"userVerification": "discouraged"}}

    with refused("WebAuthnCredentialNotSupportedException"):
        pool.idp.complete_web_authn_registration(
            AccessToken=token, Credential=SoftwarePasskey(user_verification=False).create(lax)
        )


@pytest.mark.parametrize("credential", [{}, {"rawId": "AA"}, {"id": "AA", "rawId": "AA", "response": {}}])
def test_what_is_no_credential_is_refused(pool: Pool, credential: dict[str, Any]) -> None:
    token = pool.signed_in()
    start(pool, token)

    with refused("InvalidParameterException"):
        pool.idp.complete_web_authn_registration(AccessToken=token, Credential=credential)


@pytest.mark.parametrize("name", ["alice", "bob"])
def test_a_key_is_registered_once_by_anybody(pool: Pool, name: str) -> None:
    """An unattested key can be offered again under another challenge; it must not become a second passkey."""
    token, device = pool.signed_in(), SoftwarePasskey()
    credential = device.create(start(pool, token))
    pool.idp.complete_web_authn_registration(AccessToken=token, Credential=credential)
    again = token if name == "alice" else pool.signed_in(name)
    client_data = json.loads(base64.urlsafe_b64decode(credential["response"]["clientDataJSON"] + "=="))
    client_data["challenge"] = start(pool, again)["challenge"]
    encoded = base64.urlsafe_b64encode(json.dumps(client_data).encode()).decode().rstrip("=")
    credential["response"]["clientDataJSON"] = encoded

    with refused("InvalidParameterException"):
        pool.idp.complete_web_authn_registration(AccessToken=again, Credential=credential)

    assert len(listed(pool, token)) == 1


def test_leniently_the_relying_party_is_this_machine(lenient: Any) -> None:
    pool: Pool = lenient(**PASSKEYS)
    token, device = pool.signed_in(), SoftwarePasskey()

    register(pool, token, device)

    assert listed(pool, token)[0]["RelyingPartyId"] == "localhost"
    assert sign_in(pool, device)["AuthenticationResult"]


def test_a_pool_without_passkeys_has_none(make: Any) -> None:
    pool: Pool = make(mfa=relying_party())

    with refused("WebAuthnNotEnabledException"):
        start(pool, pool.signed_in())


def test_a_pool_without_relying_party_or_domain_cannot_register(make: Any) -> None:
    pool: Pool = make(**PASSKEYS)

    with refused("WebAuthnConfigurationMissingException"):
        start(pool, pool.signed_in())


def test_the_pools_domain_is_the_relying_party_where_none_is_named(make: Any) -> None:
    pool: Pool = make(**PASSKEYS)
    pool.idp.create_user_pool_domain(UserPoolId=pool.id, Domain="my-app")

    assert start(pool, pool.signed_in())["rp"]["id"] == "my-app.auth.us-east-1.amazoncognito.com"


def test_a_deleted_passkey_is_gone(pool: Pool) -> None:
    token = pool.signed_in()
    first, second = SoftwarePasskey(), SoftwarePasskey()
    register(pool, token, first)
    register(pool, token, second)

    pool.idp.delete_web_authn_credential(AccessToken=token, CredentialId=first.credential_ids[0])

    assert [each["CredentialId"] for each in listed(pool, token)] == list(second.credential_ids)
    with refused("ResourceNotFoundException"):
        pool.idp.delete_web_authn_credential(AccessToken=token, CredentialId=first.credential_ids[0])


def test_another_users_passkey_cannot_be_deleted(pool: Pool) -> None:
    alice, bob = pool.signed_in("alice"), pool.signed_in("bob")
    device = SoftwarePasskey()
    register(pool, alice, device)

    with refused("ResourceNotFoundException"):
        pool.idp.delete_web_authn_credential(AccessToken=bob, CredentialId=device.credential_ids[0])

    assert len(listed(pool, alice)) == 1


def test_passkeys_are_listed_in_pages(pool: Pool) -> None:
    token = pool.signed_in()
    for _ in range(3):
        register(pool, token, SoftwarePasskey())

    first = pool.idp.list_web_authn_credentials(AccessToken=token, MaxResults=2)
    second = pool.idp.list_web_authn_credentials(AccessToken=token, MaxResults=2, NextToken=first["NextToken"])

    names = [each["FriendlyCredentialName"] for each in first["Credentials"] + second["Credentials"]]
    assert names == ["Passkey 1", "Passkey 2", "Passkey 3"]
    assert "NextToken" not in second
    with refused("InvalidParameterException"):
        pool.idp.list_web_authn_credentials(AccessToken=token, MaxResults=21)
