"""USER_AUTH: preferred factors, a choice of factors, and the sign-up whose code was proof enough."""

from typing import Any

import pytest

from tests.support.bed import PASSWORD, Bed
from tests.support.clients import refused

WRONG = ("NotAuthorizedException", "Incorrect username or password.")


def choose(bed: Bed, session: str, answer: str, **more: str) -> Any:
    return bed.respond("SELECT_CHALLENGE", session, USERNAME="alice", ANSWER=answer, **more)


def test_without_a_preference_the_user_chooses(bed: Bed) -> None:
    reply = bed.initiate("USER_AUTH", USERNAME="alice")
    assert reply["ChallengeName"] == "SELECT_CHALLENGE"
    assert reply["AvailableChallenges"] == ["PASSWORD", "PASSWORD_SRP", "EMAIL_OTP", "SMS_OTP"]


@pytest.mark.parametrize(
    ("settings", "offered"),
    [
        ({"first_factors": ("PASSWORD",)}, ["PASSWORD", "PASSWORD_SRP"]),
        ({"first_factors": ("PASSWORD", "EMAIL_OTP")}, ["PASSWORD", "PASSWORD_SRP", "EMAIL_OTP"]),
        ({"first_factors": ("SMS_OTP",)}, ["SMS_OTP"]),
        ({"mfa": "ON"}, ["PASSWORD", "PASSWORD_SRP"]),
    ],
)
def test_the_pool_decides_what_is_offered(make: Any, settings: dict[str, Any], offered: list[str]) -> None:
    bed = make(users=("alice",), **settings)
    assert bed.initiate("USER_AUTH", USERNAME="alice")["AvailableChallenges"] == offered


def test_the_user_decides_too(make: Any) -> None:
    bed = make()
    bed.pool.create_user("alice", None, attributes={"phone_number_verified": "false"})
    assert bed.initiate("USER_AUTH", USERNAME="alice")["AvailableChallenges"] == ["EMAIL_OTP"]


def test_a_preferred_password(bed: Bed) -> None:
    def sign_in(password: str) -> Any:
        return bed.initiate("USER_AUTH", USERNAME="alice", PASSWORD=password, PREFERRED_CHALLENGE="PASSWORD")

    assert "AuthenticationResult" in sign_in(PASSWORD)
    with refused(*WRONG):
        sign_in("Wrong-h0rse!!")


@pytest.mark.parametrize("right", [True, False])
def test_a_preferred_srp(bed: Bed, right: bool) -> None:
    client = bed.srp(password=PASSWORD if right else "Wrong-h0rse!!")
    reply = bed.initiate("USER_AUTH", PREFERRED_CHALLENGE="PASSWORD_SRP", **client.get_auth_params())
    assert reply["ChallengeName"] == "PASSWORD_VERIFIER"
    proof = client.process_challenge(reply["ChallengeParameters"], {"USERNAME": "alice"})
    with refused("NotAuthorizedException", "Invalid session for the user."):
        bed.respond("PASSWORD_VERIFIER", **proof)
    if right:
        assert "AuthenticationResult" in bed.respond("PASSWORD_VERIFIER", reply["Session"], **proof)
    else:
        with refused(*WRONG):
            bed.respond("PASSWORD_VERIFIER", reply["Session"], **proof)


@pytest.mark.parametrize(("name", "medium"), [("EMAIL_OTP", "EMAIL"), ("SMS_OTP", "SMS")])
def test_a_preferred_code(bed: Bed, name: str, medium: str) -> None:
    reply = bed.initiate("USER_AUTH", USERNAME="alice", PREFERRED_CHALLENGE=name)
    assert reply["ChallengeName"] == name
    assert reply["ChallengeParameters"]["CODE_DELIVERY_DELIVERY_MEDIUM"] == medium
    code = bed.pool.code("alice", name)
    assert len(code) == 8
    with refused("CodeMismatchException", "Invalid code or auth state for the user."):
        bed.respond(name, reply["Session"], USERNAME="alice", **{f"{name}_CODE": "00000000"})
    assert "AuthenticationResult" in bed.respond(name, reply["Session"], USERNAME="alice", **{f"{name}_CODE": code})
    with refused("NotAuthorizedException"):
        bed.respond(name, reply["Session"], USERNAME="alice", **{f"{name}_CODE": code})


def test_a_preference_the_user_does_not_have_becomes_a_choice(bed: Bed) -> None:
    reply = bed.initiate("USER_AUTH", USERNAME="alice", PREFERRED_CHALLENGE="WEB_AUTHN")
    assert reply["ChallengeName"] == "SELECT_CHALLENGE"


def test_a_chosen_password(bed: Bed) -> None:
    session = bed.initiate("USER_AUTH", USERNAME="alice")["Session"]
    with refused(*WRONG):
        choose(bed, session, "PASSWORD", PASSWORD="Wrong-h0rse!!")
    assert "AuthenticationResult" in choose(bed, session, "PASSWORD", PASSWORD=PASSWORD)
    with refused("NotAuthorizedException", "Invalid session for the user, session can only be used once."):
        choose(bed, session, "PASSWORD", PASSWORD=PASSWORD)


def test_a_chosen_password_that_comes_later(bed: Bed) -> None:
    asked = choose(bed, bed.initiate("USER_AUTH", USERNAME="alice")["Session"], "PASSWORD")
    assert asked["ChallengeName"] == "PASSWORD"
    with refused(*WRONG):
        bed.respond("PASSWORD", asked["Session"], USERNAME="alice", PASSWORD="Wrong-h0rse!!")
    assert "AuthenticationResult" in bed.respond("PASSWORD", asked["Session"], USERNAME="alice", PASSWORD=PASSWORD)


@pytest.mark.parametrize("at_once", [True, False])
def test_a_chosen_srp(bed: Bed, at_once: bool) -> None:
    client = bed.srp()
    public = client.get_auth_params()["SRP_A"]
    session = bed.initiate("USER_AUTH", USERNAME="alice")["Session"]
    if at_once:
        reply = choose(bed, session, "PASSWORD_SRP", SRP_A=public)
    else:
        asked = choose(bed, session, "PASSWORD_SRP")
        assert asked["ChallengeName"] == "PASSWORD_SRP"
        reply = bed.respond("PASSWORD_SRP", asked["Session"], USERNAME="alice", SRP_A=public)
    proof = client.process_challenge(reply["ChallengeParameters"], {"USERNAME": "alice"})
    assert "AuthenticationResult" in bed.respond("PASSWORD_VERIFIER", reply["Session"], **proof)


def test_a_chosen_code(bed: Bed) -> None:
    reply = choose(bed, bed.initiate("USER_AUTH", USERNAME="alice")["Session"], "EMAIL_OTP")
    assert reply["ChallengeName"] == "EMAIL_OTP"
    code = bed.pool.code("alice")
    assert "AuthenticationResult" in bed.respond("EMAIL_OTP", reply["Session"], USERNAME="alice", EMAIL_OTP_CODE=code)


def test_a_choice_that_was_not_offered(bed: Bed) -> None:
    session = bed.initiate("USER_AUTH", USERNAME="alice")["Session"]
    for answer in ("WEB_AUTHN", "PIGEON", "SOFTWARE_TOKEN_MFA"):
        with refused("InvalidParameterException"):
            choose(bed, session, answer)


def test_a_password_leads_to_the_second_factor_and_a_temporary_one_to_a_new(make: Any) -> None:
    bed = make(mfa="OPTIONAL")
    bed.pool.create_user("sms", PASSWORD, mfa=("SMS_MFA",))
    bed.pool.create_user("fritz", PASSWORD, status="FORCE_CHANGE_PASSWORD")
    for name, challenge in (("sms", "SMS_MFA"), ("fritz", "NEW_PASSWORD_REQUIRED")):
        reply = bed.initiate("USER_AUTH", USERNAME=name, PASSWORD=PASSWORD, PREFERRED_CHALLENGE="PASSWORD")
        assert reply["ChallengeName"] == challenge


def test_who_has_a_second_factor_has_no_code_as_the_first(make: Any) -> None:
    bed = make(mfa="OPTIONAL")
    bed.pool.create_user("sms", PASSWORD, mfa=("SMS_MFA",))
    assert bed.initiate("USER_AUTH", USERNAME="sms")["AvailableChallenges"] == ["PASSWORD", "PASSWORD_SRP"]


def test_unconfirmed_unknown_and_hidden_users(make: Any) -> None:
    bed = make()
    bed.pool.create_user("ute", PASSWORD, status="UNCONFIRMED")
    with refused("UserNotConfirmedException"):
        bed.initiate("USER_AUTH", USERNAME="ute")
    with refused("UserNotFoundException"):
        bed.initiate("USER_AUTH", USERNAME="nobody")


def test_a_hidden_user_is_offered_passwords_that_fail(make: Any) -> None:
    bed = make(prevent_user_existence_errors=True)
    reply = bed.initiate("USER_AUTH", USERNAME="nobody")
    assert reply["AvailableChallenges"] == ["PASSWORD", "PASSWORD_SRP"]
    with refused(*WRONG):
        bed.respond("SELECT_CHALLENGE", reply["Session"], USERNAME="nobody", ANSWER="PASSWORD", PASSWORD=PASSWORD)
    client = bed.srp("nobody")
    started = bed.initiate("USER_AUTH", PREFERRED_CHALLENGE="PASSWORD_SRP", **client.get_auth_params())
    proof = client.process_challenge(started["ChallengeParameters"], {"USERNAME": "nobody"})
    with refused(*WRONG):
        bed.respond("PASSWORD_VERIFIER", started["Session"], **proof)


# -- the sign-up whose code was proof enough --------------------------------------------------------------------------


def signed_up(bed: Bed, name: str = "bob") -> str:
    """Sign up without a password, confirm, and return the session."""
    bed.idp.sign_up(
        ClientId=bed.client_id,
        Username=name,
        UserAttributes=[{"Name": "email", "Value": f"{name}@example.com"}],
    )
    reply = bed.idp.confirm_sign_up(ClientId=bed.client_id, Username=name, ConfirmationCode=bed.pool.code(name))
    return str(reply["Session"])


def test_it_signs_in_at_once_and_once(make: Any) -> None:
    bed = make()
    session = signed_up(bed)
    assert "AuthenticationResult" in bed.initiate("USER_AUTH", USERNAME="bob", session=session)
    with refused("NotAuthorizedException"):
        bed.initiate("USER_AUTH", USERNAME="bob", session=session)


def test_it_signs_in_its_own_user_only(bed: Bed) -> None:
    with refused("NotAuthorizedException"):
        bed.initiate("USER_AUTH", USERNAME="alice", session=signed_up(bed))


def test_it_does_not_last(make: Any) -> None:
    bed = make()
    session = signed_up(bed)
    bed.cognito.clock.advance(180)
    with refused("NotAuthorizedException", "Invalid session for the user, session is expired."):
        bed.initiate("USER_AUTH", USERNAME="bob", session=session)


def test_the_session_of_sign_up_itself_signs_nobody_in(bed: Bed) -> None:
    session = bed.idp.sign_up(ClientId=bed.client_id, Username="bob", Password=PASSWORD)["Session"]
    bed.pool.confirm("bob")
    with refused("NotAuthorizedException"):
        bed.initiate("USER_AUTH", USERNAME="bob", session=session)


def test_it_is_no_way_round_the_password_where_codes_are_no_first_factor(make: Any) -> None:
    bed = make(first_factors=("PASSWORD",))
    bed.idp.sign_up(
        ClientId=bed.client_id,
        Username="bob",
        Password=PASSWORD,
        UserAttributes=[{"Name": "email", "Value": "bob@example.com"}],
    )
    reply = bed.idp.confirm_sign_up(ClientId=bed.client_id, Username="bob", ConfirmationCode=bed.pool.code("bob"))
    started = bed.initiate("USER_AUTH", USERNAME="bob", session=reply["Session"])
    assert started["ChallengeName"] == "SELECT_CHALLENGE"
