"""`reset_password`, `confirm_reset_password` and `update_password`."""

from pathlib import Path
from typing import Any

import pytest

import amplify_auth as auth
from amplify_auth import errors
from amplify_auth.storage import FileStorage
from amplify_auth.testing import MockCognito, MockPool
from tests.support.accounts import KINDS, pool_with_user, sign_in_to, signed_in_to
from tests.support.makers import NewSession
from tests.support.rows import EveryRow
from tests.support.scripted_cognito import (
    HALF,
    HANGS_UP,
    ScriptedCognito,
    asks,
    page,
    refuses,
    says,
    signs_in,
    text,
)
from tests.support.secret_hash import secret_hash
from tests.support.users import PASSWORD

NEW = "N3w-passw0rd!"
METADATA = {"reason": "forgotten"}
WRONG_CODE = "000000"
DEAD_IDENTITY_POOL = {
    "identity_pool_id": "us-east-1:00000000-0000-4000-8000-000000000000",
    "identity_pool_endpoint_url": "http://127.0.0.1:9",
}
every_kind = pytest.mark.parametrize("kind", KINDS)


def can_sign_in(pool: MockPool, name: str, password: str) -> bool:
    try:
        return auth.sign_in(name, password, session=auth.Session(**pool.config)).is_signed_in
    except errors.IncorrectUsernameOrPassword:
        return False


def reset_code(pool: MockPool, name: str) -> str:
    return pool.code(name, "ForgotPassword")


class TestReset:
    @every_kind
    @pytest.mark.parametrize("by", ["a session without a user", "the user's own session"])
    def test_a_forgotten_password_is_set_with_a_code(self, cognito: MockCognito, kind: str, by: str) -> None:
        pool, name = pool_with_user(cognito, kind)
        session = signed_in_to(pool, name) if by == "the user's own session" else auth.Session(**pool.config)
        was = session.tokens
        output = auth.reset_password(name, client_metadata=METADATA, session=session)

        assert not output.is_password_reset
        assert isinstance(output.next_step, auth.ConfirmResetPasswordWithCode)
        assert output.next_step.reset_password_step == "CONFIRM_RESET_PASSWORD_WITH_CODE"
        assert output.next_step.code_delivery_details == auth.CodeDeliveryDetails(
            destination="+*******0100", delivery_medium="SMS", attribute_name="phone_number"
        )
        auth.confirm_reset_password(name, NEW, reset_code(pool, name), client_metadata=METADATA, session=session)
        sent = [(call.operation, call.parameters.get("ClientMetadata")) for call in cognito.calls][-2:]
        assert sent == [("ForgotPassword", METADATA), ("ConfirmForgotPassword", METADATA)]
        assert session.tokens is was, "it signs no user in or out"
        assert (can_sign_in(pool, name, NEW), can_sign_in(pool, name, PASSWORD)) == (True, False)

    @pytest.mark.parametrize("name", ["alice", "alice@example.com", " alice ", "Älice"])
    def test_the_proof_of_the_secret_is_of_the_name_that_is_sent(
        self, scripted: ScriptedCognito, new_session: NewSession, name: str
    ) -> None:
        session = new_session(client_secret="secret")
        scripted.always("ForgotPassword", says()).always("ConfirmForgotPassword", says())
        auth.reset_password(name, session=session)
        auth.confirm_reset_password(name, NEW, "12 34-56", session=session)
        forgot, confirm = (request.body for request in scripted.requests)

        assert forgot == {
            "ClientId": "client",
            "Username": name.strip(),
            "SecretHash": secret_hash(name.strip(), "client", "secret"),
        }
        assert confirm == {**forgot, "ConfirmationCode": "123456", "Password": NEW}

    def test_a_public_client_sends_no_proof(self, scripted: ScriptedCognito, session: auth.Session) -> None:
        scripted.always("ForgotPassword", says())
        output = auth.reset_password("alice", session=session)

        assert scripted.of("ForgotPassword") == [{"ClientId": "client", "Username": "alice"}]
        assert output.next_step == auth.ConfirmResetPasswordWithCode(code_delivery_details=auth.CodeDeliveryDetails())

    def test_a_wrong_code_or_a_weak_password_leaves_the_code_good(self, cognito: MockCognito) -> None:
        pool, name = pool_with_user(cognito, "public")
        session = auth.Session(**pool.config)
        auth.reset_password(name, session=session)
        with pytest.raises(errors.CodeMismatchException) as wrong:
            auth.confirm_reset_password(name, NEW, WRONG_CODE, session=session)
        with pytest.raises(errors.InvalidPasswordException) as weak:
            auth.confirm_reset_password(name, "weak", reset_code(pool, name), session=session)

        assert "reset_password()" in (wrong.value.recovery_suggestion or "")
        assert "the code is still good" in (weak.value.recovery_suggestion or "")
        auth.confirm_reset_password(name, NEW, reset_code(pool, name), session=session)
        assert can_sign_in(pool, name, NEW)

    def test_a_code_that_was_used_or_never_asked_for(self, cognito: MockCognito) -> None:
        pool, name = pool_with_user(cognito, "public")
        session = auth.Session(**pool.config)
        with pytest.raises(errors.ExpiredCodeException):
            auth.confirm_reset_password(name, NEW, WRONG_CODE, session=session)
        auth.reset_password(name, session=session)
        auth.confirm_reset_password(name, NEW, reset_code(pool, name), session=session)
        with pytest.raises(errors.ExpiredCodeException) as caught:
            auth.confirm_reset_password(name, PASSWORD, reset_code(pool, name), session=session)

        assert "Call reset_password()" in (caught.value.recovery_suggestion or "")
        assert "sign_up" not in str(caught.value)

    def test_which_accounts_exist_is_hidden_if_the_client_hides_it(self, cognito: MockCognito) -> None:
        pool, _ = pool_with_user(cognito, "public")
        session = auth.Session(**pool.config)
        unknown = auth.reset_password("nobody@example.com", session=session)

        assert unknown.next_step == auth.ConfirmResetPasswordWithCode(
            code_delivery_details=auth.CodeDeliveryDetails(
                destination="n***@e***", delivery_medium="EMAIL", attribute_name="email"
            )
        )
        with pytest.raises(errors.CodeMismatchException) as caught:
            auth.confirm_reset_password("nobody@example.com", NEW, WRONG_CODE, session=session)
        assert "does not exist" in (caught.value.recovery_suggestion or "")
        open_pool, _ = pool_with_user(cognito, "public", prevent_user_existence_errors=False)
        with pytest.raises(errors.UserNotFoundException):
            auth.reset_password("nobody", session=auth.Session(**open_pool.config))

    def test_a_password_that_must_be_reset(self, cognito: MockCognito) -> None:
        """The step leaves no pending sign-in, so the name is given again."""
        pool = cognito.create_pool()
        pool.create_user("alice", PASSWORD, status="RESET_REQUIRED")
        session = auth.Session(**pool.config)
        step = auth.sign_in("alice", PASSWORD, session=session).next_step

        assert isinstance(step, auth.ResetPassword)
        assert session.pending_sign_in is None
        assert step.error is not None
        assert "reset_password()" in (step.error.recovery_suggestion or "")
        assert "confirm_reset_password()" in (step.error.recovery_suggestion or "")
        auth.reset_password("alice", session=session)
        auth.confirm_reset_password("alice", NEW, reset_code(pool, "alice"), session=session)
        assert auth.sign_in("alice", NEW, session=session).is_signed_in

    def test_what_cannot_be_reset_says_what_to_do(self, cognito: MockCognito) -> None:
        pool = cognito.create_pool()
        pool.create_user("invited", PASSWORD, status="FORCE_CHANGE_PASSWORD")
        unverified = cognito.create_pool(prevent_user_existence_errors=False)
        unverified.create_user("alice", PASSWORD, status="UNCONFIRMED")
        closed = cognito.create_pool(
            pool_options={"AccountRecoverySetting": {"RecoveryMechanisms": [{"Priority": 1, "Name": "admin_only"}]}}
        )
        closed.create_user("alice", PASSWORD)
        rows: list[tuple[MockPool, str, type[auth.AuthError], str]] = [
            (pool, "invited", errors.NotAuthorizedException, "temporary password"),
            (closed, "alice", errors.NotAuthorizedException, "administrator"),
            (unverified, "alice", errors.InvalidParameterException, "no verified e-mail address"),
        ]
        with EveryRow() as every:
            for where, name, kind, words in rows:
                with every.row(name):
                    with pytest.raises(kind) as caught:
                        auth.reset_password(name, session=auth.Session(**where.config))

                    assert words in (caught.value.recovery_suggestion or "")

    def test_too_many_codes_are_not_asked_for_again(self, scripted: ScriptedCognito, session: auth.Session) -> None:
        scripted.always("ForgotPassword", refuses("LimitExceededException", "Attempt limit exceeded."))
        scripted.always("ConfirmForgotPassword", refuses("LimitExceededException", "Attempt limit exceeded."))
        with pytest.raises(errors.LimitExceededException):
            auth.reset_password("alice", session=session)
        with pytest.raises(errors.LimitExceededException):
            auth.confirm_reset_password("alice", NEW, "123456", session=session)

        assert scripted.operations == ["ForgotPassword", "ConfirmForgotPassword"]

    @pytest.mark.parametrize("answer", [HANGS_UP, HALF, page(502), refuses("InternalErrorException", "", 500)], ids=str)
    def test_a_lost_answer_leads_to_no_second_request(
        self, scripted: ScriptedCognito, session: auth.Session, answer: Any
    ) -> None:
        calls = {
            "ForgotPassword": (lambda: auth.reset_password("alice", session=session), "reset_password() again"),
            "ConfirmForgotPassword": (
                lambda: auth.confirm_reset_password("alice", NEW, "123456", session=session),
                "Sign in with the new password",
            ),
        }
        for operation, (call, advice) in calls.items():
            scripted.clear()
            scripted.always(operation, answer)
            with pytest.raises(auth.AuthError, match="It is not known whether Cognito acted") as caught:
                call()

            assert advice in (caught.value.recovery_suggestion or "")
            assert not caught.value.is_retryable
            assert scripted.operations == [operation]

    @pytest.mark.parametrize(
        "answer",
        [
            text("[]"),
            text("<html></html>"),
            says(CodeDeliveryDetails="email"),
            says(CodeDeliveryDetails=[1]),
            says(CodeDeliveryDetails={"Destination": 5}),
            says(CodeDeliveryDetails={"AttributeName": ["email"]}),
        ],
        ids=lambda answer: answer.body.decode(),
    )
    def test_an_answer_that_cannot_be_right(
        self, scripted: ScriptedCognito, session: auth.Session, answer: Any
    ) -> None:
        scripted.always("ForgotPassword", answer)
        with pytest.raises(auth.AuthProtocolError):
            auth.reset_password("alice", session=session)

        assert scripted.operations == ["ForgotPassword"]


class TestSignInsThatWait:
    """They do not send a password that is not good any more: Cognito would count it as a wrong one."""

    def test_an_automatic_one_sends_the_new_password(self, scripted: ScriptedCognito, session: auth.Session) -> None:
        scripted.always("SignUp", says(UserConfirmed=True, UserSub="1"))
        for name in ("bob", "alice", "carol"):
            auth.sign_up(name, PASSWORD, auto_sign_in=True, session=session)
        scripted.always("ConfirmForgotPassword", says()).on("InitiateAuth", signs_in("carol"))
        auth.confirm_reset_password("alice", NEW, "123456", session=session)
        auth.confirm_reset_password("carol", NEW, "123456", session=session)
        auth.auto_sign_in(session=session)

        (request,) = scripted.of("InitiateAuth")
        assert request["AuthParameters"] == {"USERNAME": "carol", "PASSWORD": NEW}

    def test_that_of_another_user_keeps_its_password(self, scripted: ScriptedCognito, session: auth.Session) -> None:
        scripted.always("SignUp", says(UserConfirmed=True, UserSub="1"))
        auth.sign_up("bob", PASSWORD, auto_sign_in=True, session=session)
        scripted.always("ConfirmForgotPassword", says()).on("InitiateAuth", signs_in("bob"))
        auth.confirm_reset_password("alice", NEW, "123456", session=session)
        auth.auto_sign_in(session=session)

        assert scripted.of("InitiateAuth")[0]["AuthParameters"] == {"USERNAME": "bob", "PASSWORD": PASSWORD}

    @pytest.mark.parametrize(("name", "password"), [("alice", NEW), ("bob", PASSWORD)])
    def test_a_pending_one_is_started_over_with_the_new_password(
        self, scripted: ScriptedCognito, session: auth.Session, name: str, password: str
    ) -> None:
        scripted.always("InitiateAuth", asks("SMS_MFA")).always("ConfirmForgotPassword", says())
        auth.sign_in("alice", PASSWORD, session=session)
        auth.confirm_reset_password(name, NEW, "123456", session=session)
        auth.resend_sign_in_code(session=session)

        assert scripted.of("InitiateAuth")[1]["AuthParameters"]["PASSWORD"] == password

    def test_one_without_a_password_gets_none(self, scripted: ScriptedCognito, session: auth.Session) -> None:
        scripted.always("InitiateAuth", asks("EMAIL_OTP")).always("ConfirmForgotPassword", says())
        auth.sign_in("alice", auth_flow_type="USER_AUTH", session=session)
        pending = session.pending_sign_in
        auth.confirm_reset_password("alice", NEW, "123456", session=session)

        assert session.pending_sign_in is pending

    def test_a_refusal_changes_nothing(self, scripted: ScriptedCognito, session: auth.Session) -> None:
        scripted.always("InitiateAuth", asks("SMS_MFA")).always(
            "ConfirmForgotPassword", refuses("CodeMismatchException")
        )
        auth.sign_in("alice", PASSWORD, session=session)
        pending = session.pending_sign_in
        with pytest.raises(errors.CodeMismatchException):
            auth.confirm_reset_password("alice", NEW, "123456", session=session)

        assert session.pending_sign_in is pending

    def test_one_that_is_being_answered_goes_on(self, scripted: ScriptedCognito, session: auth.Session) -> None:
        def answer(request: Any) -> Any:
            auth.confirm_reset_password("alice", NEW, "123456", session=session)
            return asks("SOFTWARE_TOKEN_MFA")

        scripted.on("InitiateAuth", asks("SMS_MFA")).on("RespondToAuthChallenge", answer)
        scripted.always("ConfirmForgotPassword", says())
        auth.sign_in("alice", PASSWORD, session=session)
        output = auth.confirm_sign_in("123456", session=session)

        assert isinstance(output.next_step, auth.ConfirmSignInWithTotpCode)
        assert session.pending_sign_in is not None
        assert session.pending_sign_in.next_step == output.next_step

    def test_nothing_waits_once_a_user_is_signed_in(self, cognito: MockCognito) -> None:
        """So `update_password` leaves no old password behind."""
        pool = cognito.create_pool()
        session = auth.Session(**pool.config)
        auth.sign_up("alice", PASSWORD, user_attributes={"email": "a@example.com"}, auto_sign_in=True, session=session)
        pool.confirm("alice")
        auth.sign_in("alice", PASSWORD, session=session)
        auth.update_password(PASSWORD, NEW, session=session)
        auth.sign_out(session=session)
        with pytest.raises(errors.AutoSignInException):
            auth.auto_sign_in(session=session)


class TestUpdate:
    @every_kind
    def test_the_password_changes_and_all_sessions_go_on(self, cognito: MockCognito, kind: str, tmp_path: Path) -> None:
        pool, name = pool_with_user(cognito, kind)
        session = signed_in_to(pool, name, storage=FileStorage(tmp_path / "session.json"), **DEAD_IDENTITY_POOL)
        other = signed_in_to(pool, name)
        auth.update_password(PASSWORD, NEW, session=session)

        assert (can_sign_in(pool, name, NEW), can_sign_in(pool, name, PASSWORD)) == (True, False)
        assert auth.fetch_user_attributes(session=session)
        assert auth.fetch_user_attributes(session=other)
        restored = auth.Session(**pool.config, storage=FileStorage(tmp_path / "session.json"))
        auth.update_password(NEW, PASSWORD, session=restored)
        assert can_sign_in(pool, name, PASSWORD)

    def test_a_wrong_old_password_is_no_matter_of_the_session(self, cognito: MockCognito) -> None:
        pool, name = pool_with_user(cognito, "public")
        session = signed_in_to(pool, name)
        cognito.calls.clear()
        with pytest.raises(errors.IncorrectUsernameOrPassword) as caught:
            auth.update_password("Wr0ng-passw0rd!", NEW, session=session)

        assert caught.value.recovery_suggestion == "Check old_password. None is only for a user who has no password."
        assert cognito.calls.operations == ("ChangePassword",)
        assert session.is_signed_in

    def test_a_user_without_a_password_sets_the_first_one(self, cognito: MockCognito) -> None:
        pool = cognito.create_pool(first_factors=("PASSWORD", "EMAIL_OTP"))
        pool.create_user("alice", None)
        session = auth.Session(**pool.config, auth_flow_type="USER_AUTH")
        auth.sign_in("alice", preferred_challenge="EMAIL_OTP", session=session)
        auth.confirm_sign_in(pool.code("alice", "EMAIL_OTP"), session=session)
        auth.update_password(None, NEW, session=session)

        assert "PreviousPassword" not in cognito.calls[-1].parameters
        assert can_sign_in(pool, "alice", NEW)

    def test_only_what_no_policy_allows_is_refused_here(self, scripted: ScriptedCognito, session: auth.Session) -> None:
        sign_in_to(scripted, session)
        scripted.always("ChangePassword", says())
        for password in ("x", "pass word", "x" * 256, "\u00a0x\u200b", "\U0001f600" * 256):
            auth.update_password(" old ", password, session=session)

            assert scripted.of("ChangePassword")[-1]["ProposedPassword"] == password
            assert scripted.of("ChangePassword")[-1]["PreviousPassword"] == " old "

    @pytest.mark.parametrize("answer", [HANGS_UP, page(503), refuses("InternalErrorException", "", 500)], ids=str)
    def test_a_lost_answer_leads_to_no_second_request(
        self, scripted: ScriptedCognito, session: auth.Session, answer: Any
    ) -> None:
        sign_in_to(scripted, session)
        scripted.always("ChangePassword", answer)
        with pytest.raises(auth.AuthError, match="It is not known whether Cognito acted") as caught:
            auth.update_password(PASSWORD, NEW, session=session)

        assert "Sign in with the new password" in (caught.value.recovery_suggestion or "")
        assert "update_password()" in (caught.value.recovery_suggestion or "")
        assert scripted.operations == ["ChangePassword"]

    def test_too_many_tries_are_not_repeated(self, scripted: ScriptedCognito, session: auth.Session) -> None:
        sign_in_to(scripted, session)
        scripted.always("ChangePassword", refuses("LimitExceededException", "Attempt limit exceeded."))
        with pytest.raises(errors.LimitExceededException):
            auth.update_password(PASSWORD, NEW, session=session)

        assert scripted.operations == ["ChangePassword"]
