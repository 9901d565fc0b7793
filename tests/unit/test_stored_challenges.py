"""The names of challenges that a stored record may have: those of the table of challenges."""

from amplify_auth._sign_in.challenges import CHALLENGES
from amplify_auth._values.sign_in import CHALLENGE_NAMES


def test_a_sign_in_can_be_stored_in_every_challenge_that_a_person_answers() -> None:
    assert set(CHALLENGES) == CHALLENGE_NAMES
