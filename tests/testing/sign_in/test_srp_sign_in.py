"""USER_SRP_AUTH by clients nobody here wrote: the right password gets in, nothing else does."""

import contextlib
from typing import Any

import pytest
import warrant_lite

from tests.support.bed import PASSWORD, Bed
from tests.support.clients import refused

WRONG = ("NotAuthorizedException", "Incorrect username or password.")


def test_the_right_password_gets_tokens_each_time(bed: Bed) -> None:
    for _ in range(8):  # leading zeros and high bits of random numbers come and go
        assert bed.srp_sign_in()["AuthenticationResult"]["TokenType"] == "Bearer"


def test_a_wrong_password_gets_none(bed: Bed) -> None:
    with refused(*WRONG):
        bed.srp_sign_in(password="Wrong-h0rse!!")


def test_warrant_lite_gets_in_with_the_right_password_only(bed: Bed, monkeypatch: pytest.MonkeyPatch) -> None:
    # It wants the locale en_US.UTF-8, which few containers have.
    monkeypatch.setattr(warrant_lite, "temp_locale", lambda _: contextlib.nullcontext())

    def sign_in(password: str) -> Any:
        client = warrant_lite.WarrantLite(
            username="alice", password=password, pool_id=bed.pool.id, client_id=bed.client_id, client=bed.idp
        )
        return client.authenticate_user()

    assert "AccessToken" in sign_in(PASSWORD)["AuthenticationResult"]
    with refused(*WRONG):
        sign_in("Wrong-h0rse!!")


def test_the_challenge_has_the_members_of_the_service_and_no_session(bed: Bed) -> None:
    reply = bed.initiate("USER_SRP_AUTH", **bed.srp().get_auth_params())
    assert "Session" not in reply
    parameters = reply["ChallengeParameters"]
    assert set(parameters) == {"SALT", "SECRET_BLOCK", "SRP_B", "USERNAME", "USER_ID_FOR_SRP"}
    assert parameters["USERNAME"] == parameters["USER_ID_FOR_SRP"] == "alice"


def test_the_salt_stays_and_the_rest_changes(bed: Bed) -> None:
    (_, first), (_, second) = bed.srp_start(), bed.srp_start()
    assert first["SALT"] == second["SALT"]
    assert first["SRP_B"] != second["SRP_B"]
    assert first["SECRET_BLOCK"] != second["SECRET_BLOCK"]


@pytest.mark.parametrize("public", ["0", "00", "zz"])
def test_an_a_that_would_make_the_password_needless_is_refused(bed: Bed, public: str) -> None:
    with refused("InvalidParameterException"):
        bed.initiate("USER_SRP_AUTH", USERNAME="alice", SRP_A=public)


def test_a_client_without_srp_a_is_told_so(bed: Bed) -> None:
    with refused("InvalidParameterException", "Missing required parameter SRP_A"):
        bed.initiate("USER_SRP_AUTH", USERNAME="alice")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PASSWORD_CLAIM_SIGNATURE", "bm90IHRoZSBzaWduYXR1cmU="),
        ("PASSWORD_CLAIM_SECRET_BLOCK", "bm90IHRoZSBibG9jaw=="),
        ("TIMESTAMP", "Mon Jan 1 00:00:00 UTC 2024"),
        ("TIMESTAMP", "2024-01-01"),
    ],
)
def test_an_altered_proof_is_refused(bed: Bed, name: str, value: str) -> None:
    proof = bed.srp_proof()
    with refused(*WRONG):
        bed.respond("PASSWORD_VERIFIER", **{**proof, name: value})


def test_an_old_timestamp_is_refused_though_signed(bed: Bed) -> None:
    client, parameters = bed.srp_start()
    client.get_cognito_formatted_timestamp = lambda _: "Mon Jan 1 00:00:00 UTC 2024"  # type: ignore[method-assign]
    with refused(*WRONG):
        bed.respond("PASSWORD_VERIFIER", **client.process_challenge(parameters, {"USERNAME": "alice"}))


def test_a_foreign_client_does_not_notice_a_moved_clock(bed: Bed) -> None:
    bed.cognito.clock.advance(10 * 24 * 3600)
    assert "AuthenticationResult" in bed.srp_sign_in()


def test_a_proof_is_good_once(bed: Bed) -> None:
    proof = bed.srp_proof()
    bed.respond("PASSWORD_VERIFIER", **proof)
    with refused("NotAuthorizedException"):
        bed.respond("PASSWORD_VERIFIER", **proof)


def test_a_proof_is_good_for_its_own_user_only(bed: Bed) -> None:
    bed.pool.create_user("mallory", "Mallory-h0rse!")
    proof = bed.srp_proof("mallory", "Mallory-h0rse!")
    with refused(*WRONG):
        bed.respond("PASSWORD_VERIFIER", **{**proof, "USERNAME": "alice"})


def test_a_proof_is_good_at_its_own_client_only(bed: Bed) -> None:
    other = bed.admin.create_user_pool_client(UserPoolId=bed.pool.id, ClientName="other")
    proof = bed.srp_proof()
    with refused("NotAuthorizedException"):
        bed.respond("PASSWORD_VERIFIER", client_id=other["UserPoolClient"]["ClientId"], **proof)


def test_a_proof_is_good_for_the_session_validity_of_the_client(bed: Bed) -> None:
    proof = bed.srp_proof()
    bed.cognito.clock.advance(181)
    with refused("NotAuthorizedException", "Invalid session for the user, session is expired."):
        bed.respond("PASSWORD_VERIFIER", **proof)


def test_a_password_changed_by_an_administrator_counts_at_once(bed: Bed) -> None:
    bed.srp_sign_in()
    bed.admin.admin_set_user_password(
        UserPoolId=bed.pool.id, Username="alice", Password="Other-h0rse!1", Permanent=True
    )
    with refused(*WRONG):
        bed.srp_sign_in()
    assert "AuthenticationResult" in bed.srp_sign_in(password="Other-h0rse!1")


def test_a_disabled_user_does_not_get_in(bed: Bed) -> None:
    bed.admin.admin_disable_user(UserPoolId=bed.pool.id, Username="alice")
    with refused("NotAuthorizedException", "User is disabled."):
        bed.srp_sign_in()


def test_who_must_reset_the_password_is_told_after_the_proof(bed: Bed) -> None:
    bed.pool.create_user("rita", PASSWORD, status="RESET_REQUIRED")
    with refused(*WRONG):
        bed.srp_sign_in("rita", "Wrong-h0rse!!")
    with refused("PasswordResetRequiredException"):
        bed.srp_sign_in("rita")


def test_an_unconfirmed_user_is_told_before_any_proof(bed: Bed) -> None:
    bed.pool.create_user("ute", PASSWORD, status="UNCONFIRMED")
    with refused("UserNotConfirmedException", "User is not confirmed."):
        bed.srp_start("ute")


def test_a_verified_alias_gets_in_and_the_proof_is_made_over_the_username(make: Any) -> None:
    bed = make(alias_attributes=("email",))
    bed.pool.create_user("alice", PASSWORD, attributes={"email": "alice@example.com"})
    _, parameters = bed.srp_start("alice@example.com")
    assert parameters["USER_ID_FOR_SRP"] == "alice"
    assert "AuthenticationResult" in bed.srp_sign_in("alice@example.com")


def test_an_unverified_alias_is_nobody(make: Any) -> None:
    bed = make(alias_attributes=("email",))
    bed.pool.create_user("alice", PASSWORD, attributes={"email": "alice@example.com", "email_verified": "false"})
    with refused("UserNotFoundException", "User does not exist."):
        bed.srp_start("alice@example.com")


def test_in_a_pool_called_by_e_mail_the_username_is_a_uuid(make: Any) -> None:
    bed = make(username_attributes=("email",))
    bed.pool.create_user("alice@example.com", PASSWORD)
    _, parameters = bed.srp_start("alice@example.com")
    assert len(parameters["USER_ID_FOR_SRP"]) == 36
    assert "AuthenticationResult" in bed.srp_sign_in("alice@example.com")


def test_a_sub_is_no_name(bed: Bed) -> None:
    with refused("UserNotFoundException"):
        bed.srp_start(bed.pool.user("alice").sub)


def test_case_counts_only_where_the_pool_says_so(make: Any) -> None:
    assert "AuthenticationResult" in make(users=("alice",), case_sensitive=False).srp_sign_in("ALICE")
    with refused("UserNotFoundException"):
        make(users=("alice",), case_sensitive=True).srp_start("ALICE")


def test_an_unknown_user_is_named_unless_the_client_hides_users(make: Any) -> None:
    with refused("UserNotFoundException", "User does not exist."):
        make().srp_start("nobody")


def test_a_hidden_user_gets_a_challenge_with_a_lasting_salt_and_fails_as_a_wrong_password_does(make: Any) -> None:
    bed = make(prevent_user_existence_errors=True)
    (_, first), (_, second) = bed.srp_start("nobody"), bed.srp_start("nobody")
    assert first["SALT"] == second["SALT"] != bed.srp_start("noone")[1]["SALT"]
    assert set(first) == {"SALT", "SECRET_BLOCK", "SRP_B", "USERNAME", "USER_ID_FOR_SRP"}
    with refused(*WRONG):
        bed.srp_sign_in("nobody")


def test_a_hidden_user_of_a_pool_with_uuid_usernames_has_a_lasting_uuid(make: Any) -> None:
    bed = make(prevent_user_existence_errors=True, username_attributes=("email",))
    (_, first), (_, second) = bed.srp_start("no@example.com"), bed.srp_start("no@example.com")
    assert first["USER_ID_FOR_SRP"] == second["USER_ID_FOR_SRP"] != "no@example.com"
    with refused(*WRONG):
        bed.srp_sign_in("no@example.com")


def test_a_user_without_a_password_cannot_prove_one(bed: Bed) -> None:
    bed.pool.create_user("otto", None)
    with refused(*WRONG):
        bed.srp_sign_in("otto", "None")
