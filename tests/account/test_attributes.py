"""The attributes of a user: read, changed, deleted, verified."""

import copy
import pickle
from collections.abc import Callable, Mapping
from typing import Any

import pytest

import amplify_auth as auth
from amplify_auth import errors
from amplify_auth.testing import MockCognito
from tests.support.accounts import KINDS, pool_with_user, sign_in_to, signed_in_to
from tests.support.rows import EveryRow
from tests.support.scripted_cognito import HALF, HANGS_UP, Answer, ScriptedCognito, page, refuses, says, text

DONE = auth.UpdateUserAttributeOutput(is_updated=True, next_step=auth.Done())
VERIFIED_FIRST = {
    "pool_options": {"UserAttributeUpdateSettings": {"AttributesRequireVerificationBeforeUpdate": ["email"]}}
}
every_kind = pytest.mark.parametrize("kind", KINDS)
#: An operation, and a call that sends it.
CALLS: dict[str, Callable[[auth.Session], object]] = {
    "GetUser": lambda session: auth.fetch_user_attributes(session=session),
    "UpdateUserAttributes": lambda session: auth.update_user_attributes({"email": "b@example.com"}, session=session),
    "DeleteUserAttributes": lambda session: auth.delete_user_attributes("name", session=session),
    "GetUserAttributeVerificationCode": lambda session: auth.send_user_attribute_verification_code(
        "email", session=session
    ),
    "VerifyUserAttribute": lambda session: auth.confirm_user_attribute("email", "123456", session=session),
}
SENT_ONCE = [operation for operation in CALLS if operation not in ("GetUser", "DeleteUserAttributes")]


def to_confirm(destination: str) -> auth.UpdateUserAttributeOutput:
    details = auth.CodeDeliveryDetails(destination=destination, delivery_medium="EMAIL", attribute_name="email")
    return auth.UpdateUserAttributeOutput(
        is_updated=False, next_step=auth.ConfirmAttributeWithCode(code_delivery_details=details)
    )


@pytest.fixture
def signed_in(scripted: ScriptedCognito, session: auth.Session) -> auth.Session:
    sign_in_to(scripted, session)
    return session


class TestFetch:
    @every_kind
    def test_they_are_as_the_service_has_them(self, cognito: MockCognito, kind: str) -> None:
        pool, name = pool_with_user(cognito, kind)
        session = signed_in_to(
            pool,
            name,
            identity_pool_id="us-east-1:00000000-0000-4000-8000-000000000000",
            identity_pool_endpoint_url="http://127.0.0.1:9",
        )
        attributes = auth.fetch_user_attributes(session=session)

        assert attributes == pool.user(name).attributes
        assert attributes["sub"] == session.user_id

    def test_their_values_are_not_shown(self, scripted: ScriptedCognito, signed_in: auth.Session) -> None:
        listed = [{"Name": "email", "Value": "alice@example.com"}, {"Name": "nickname"}]
        scripted.on("GetUser", says(Username="alice", UserAttributes=listed))
        attributes = auth.fetch_user_attributes(session=signed_in)

        assert dict(attributes) == {"email": "alice@example.com", "nickname": ""}
        assert repr(attributes) == str(attributes) == "UserAttributes(email, nickname)"
        assert b"alice@" not in pickle.dumps(attributes)
        assert "alice@" not in repr(copy.copy(attributes))
        with pytest.raises(TypeError):
            attributes["email"] = "x"  # type: ignore[index]

    def test_odd_entries(self, scripted: ScriptedCognito, signed_in: auth.Session) -> None:
        rows: list[tuple[list[Any], dict[str, str]]] = [
            ([], {}),
            ([{}], {}),
            ([{"Value": "x"}, {"Name": "", "Value": "x"}], {}),
            ([{"Name": "a", "Value": "1", "New": {}}], {"a": "1"}),
            ([{"Name": "a", "Value": None}], {"a": ""}),
        ]
        with EveryRow() as every:
            for listed, expected in rows:
                with every.row(str(listed)):
                    scripted.on("GetUser", says(UserAttributes=listed, MFAOptions=[], New=5))

                    assert auth.fetch_user_attributes(session=signed_in) == expected


class TestUpdate:
    @every_kind
    @pytest.mark.parametrize("is_verified_first", [False, True])
    def test_an_address_needs_a_code_and_a_name_does_not(
        self, cognito: MockCognito, kind: str, is_verified_first: bool
    ) -> None:
        """The answer is the same in both kinds of pool; which value counts, only the attributes tell."""
        pool, name = pool_with_user(cognito, kind, **(VERIFIED_FIRST if is_verified_first else {}))
        session = signed_in_to(pool, name)
        outputs = auth.update_user_attributes(
            {"email": "new@example.com", "name": "Alice"}, client_metadata={"a": "b"}, session=session
        )

        assert outputs == {"email": to_confirm("n***@e***"), "name": DONE}
        assert cognito.calls[-1].parameters["ClientMetadata"] == {"a": "b"}
        now = auth.fetch_user_attributes(session=session)
        assert now["name"] == "Alice"
        expected = ("alice@example.com", "true") if is_verified_first else ("new@example.com", "false")
        assert (now["email"], now["email_verified"]) == expected
        owner = pool.outbox[-1].username
        auth.confirm_user_attribute("email", pool.code(owner, "Verify:email"), session=session)
        now = auth.fetch_user_attributes(session=session)
        assert (now["email"], now["email_verified"]) == ("new@example.com", "true")

    def test_the_same_value_again_sends_another_code(self, cognito: MockCognito) -> None:
        pool, name = pool_with_user(cognito, "public", **VERIFIED_FIRST)
        session = signed_in_to(pool, name)
        for _ in range(2):
            output = auth.update_user_attribute("email", "new@example.com", session=session)

            assert output == to_confirm("n***@e***")
        assert [message.destination for message in pool.outbox] == ["new@example.com"] * 2
        auth.confirm_user_attribute("email", pool.code(name, "Verify:email"), session=session)
        assert auth.fetch_user_attributes(session=session)["email"] == "new@example.com"

    def test_the_tokens_have_the_former_values_until_a_refresh(self, cognito: MockCognito) -> None:
        pool, name = pool_with_user(cognito, "public")
        session = signed_in_to(pool, name)
        auth.update_user_attribute("name", "Alice Lee", session=session)

        def claim(force: bool) -> object:
            tokens = auth.fetch_auth_session(force_refresh=force, session=session).tokens
            assert tokens is not None
            return tokens.id_token_claims.get("name")

        assert (claim(False), claim(True)) == (None, "Alice Lee")

    def test_an_empty_value_deletes(self, cognito: MockCognito) -> None:
        pool, name = pool_with_user(cognito, "public")
        session = signed_in_to(pool, name)
        auth.update_user_attribute("name", "Alice", session=session)
        assert auth.update_user_attribute("name", "", session=session) == DONE
        assert "name" not in auth.fetch_user_attributes(session=session)

    def test_one_attribute_that_is_refused_refuses_all(self, cognito: MockCognito) -> None:
        pool, name = pool_with_user(cognito, "by address")
        pool.create_user("bob@example.com")
        session = signed_in_to(pool, name)
        rows: list[tuple[dict[str, str], type[auth.AuthError], str]] = [
            ({"email": "bob@example.com"}, errors.AliasExistsException, "another account"),
            ({"email_verified": "true"}, errors.AttributeNotWritable, "name, email_verified"),
            ({"sub": "1"}, errors.InvalidParameterException, "immutable"),
            ({"custom:none": "1"}, errors.InvalidParameterException, "begin with custom:"),
            ({"email": "no address"}, errors.InvalidParameterException, "names the parameter"),
        ]
        with EveryRow() as every:
            for given, kind, words in rows:
                with every.row(str(given)):
                    with pytest.raises(kind) as caught:
                        auth.update_user_attributes({"name": "Alice", **given}, session=session)

                    assert words in (caught.value.recovery_suggestion or "")
                    assert "name" not in auth.fetch_user_attributes(session=session)

    def test_every_name_that_was_asked_for_is_in_the_result(
        self, scripted: ScriptedCognito, signed_in: auth.Session
    ) -> None:
        code = {"Destination": "n***", "DeliveryMedium": "EMAIL", "AttributeName": "email"}
        other = {"AttributeName": "phone_number", "New": 1}
        rows: list[tuple[Any, Mapping[str, bool]]] = [
            (None, {"email": True, "name": True}),
            ([], {"email": True, "name": True}),
            ([code], {"email": False, "name": True}),
            ([other], {"email": True, "name": True, "phone_number": False}),
            ([{"Destination": "n***"}, {}, {"AttributeName": ""}], {"email": True, "name": True}),
            ([other, code], {"email": False, "name": True, "phone_number": False}),
        ]
        with EveryRow() as every:
            for listed, expected in rows:
                with every.row(str(listed)):
                    answer = says() if listed is None else says(CodeDeliveryDetailsList=listed)
                    scripted.on("UpdateUserAttributes", answer, answer)
                    outputs = auth.update_user_attributes({"email": "n@example.com", "name": "N"}, session=signed_in)

                    assert {name: output.is_updated for name, output in outputs.items()} == expected
                    assert list(outputs)[:2] == ["email", "name"]
                    output = auth.update_user_attribute("name", "N", session=signed_in)
                    assert output is outputs["name"] or output == DONE

    def test_the_entry_of_one_attribute_is_its_own(self, scripted: ScriptedCognito, signed_in: auth.Session) -> None:
        listed = [{"AttributeName": "phone_number"}, {"AttributeName": "email", "Destination": "n***"}]
        scripted.always("UpdateUserAttributes", says(CodeDeliveryDetailsList=listed))

        assert auth.update_user_attribute("name", "N", session=signed_in) == DONE
        step = auth.update_user_attribute("email", "n@example.com", session=signed_in).next_step
        assert isinstance(step, auth.ConfirmAttributeWithCode)
        assert step.code_delivery_details == auth.CodeDeliveryDetails(destination="n***", attribute_name="email")

    @pytest.mark.parametrize("given", [None, {}])
    def test_nothing_to_change_is_refused(self, scripted: ScriptedCognito, signed_in: auth.Session, given: Any) -> None:
        with pytest.raises(auth.AuthValidationError, match="user_attributes is empty"):
            auth.update_user_attributes(given, session=signed_in)

        assert scripted.requests == []

    def test_a_code_that_cannot_be_sent_does_not_mean_that_nothing_changed(
        self, scripted: ScriptedCognito, signed_in: auth.Session
    ) -> None:
        scripted.on("UpdateUserAttributes", refuses("CodeDeliveryFailureException", "Failed to send."))
        with pytest.raises(errors.CodeDeliveryFailureException) as caught:
            auth.update_user_attribute("email", "n@example.com", session=signed_in)

        assert "fetch_user_attributes()" in (caught.value.recovery_suggestion or "")
        assert "may be changed already" in (caught.value.recovery_suggestion or "")


class TestDelete:
    @every_kind
    def test_attributes_go(self, cognito: MockCognito, kind: str) -> None:
        pool, name = pool_with_user(cognito, kind, custom_attributes=["tier"])
        session = signed_in_to(pool, name)
        auth.update_user_attributes({"name": "A", "nickname": "B", "custom:tier": "gold"}, session=session)
        auth.delete_user_attributes(["name", "custom:tier"], session=session)
        auth.delete_user_attributes("nickname", session=session)
        auth.delete_user_attributes({"nickname"}, session=session)

        left = auth.fetch_user_attributes(session=session)
        assert not {"name", "nickname", "custom:tier"} & set(left)
        assert left["email"] == "alice@example.com"

    def test_what_may_not_be_written_may_not_be_deleted(self, cognito: MockCognito) -> None:
        pool, name = pool_with_user(cognito, "public", client_options={"WriteAttributes": ["email"]})
        session = signed_in_to(pool, name)
        with pytest.raises(errors.AttributeNotWritable) as caught:
            auth.delete_user_attributes(["name"], session=session)

        assert "The request wrote name." in (caught.value.recovery_suggestion or "")


class TestVerify:
    @every_kind
    def test_the_present_value_is_verified_with_a_code(self, cognito: MockCognito, kind: str) -> None:
        pool, name = pool_with_user(cognito, kind)
        session = signed_in_to(pool, name)
        auth.update_user_attribute("phone_number", "+15555550199", session=session)
        details = auth.send_user_attribute_verification_code(
            "phone_number", client_metadata={"a": "b"}, session=session
        )

        assert details == auth.CodeDeliveryDetails(
            destination="+*******0199", delivery_medium="SMS", attribute_name="phone_number"
        )
        assert cognito.calls[-1].parameters["ClientMetadata"] == {"a": "b"}
        code = pool.outbox[-1].code
        with pytest.raises(errors.CodeMismatchException) as caught:
            auth.confirm_user_attribute("phone_number", "000000", session=session)
        assert "send_user_attribute_verification_code()" in (caught.value.recovery_suggestion or "")
        auth.confirm_user_attribute("phone_number", f" {code[:3]} {code[3:]}\n", session=session)
        assert auth.fetch_user_attributes(session=session)["phone_number_verified"] == "true"
        with pytest.raises(errors.ExpiredCodeException) as caught_again:
            auth.confirm_user_attribute("phone_number", code, session=session)
        assert "resend_sign_up_code" not in str(caught_again.value)

    def test_other_attributes_cannot_be_verified(self, cognito: MockCognito) -> None:
        pool, name = pool_with_user(cognito, "public")
        with pytest.raises(errors.InvalidParameterException):
            auth.send_user_attribute_verification_code("name", session=signed_in_to(pool, name))


class TestTheWire:
    def test_what_is_sent(self, scripted: ScriptedCognito, signed_in: auth.Session) -> None:
        assert signed_in.tokens is not None
        token = {"AccessToken": signed_in.tokens.access_token}
        expected: dict[str, dict[str, Any]] = {
            "UpdateUserAttributes": {"UserAttributes": [{"Name": "email", "Value": "b@example.com"}]},
            "DeleteUserAttributes": {"UserAttributeNames": ["name"]},
            "GetUserAttributeVerificationCode": {"AttributeName": "email"},
            "VerifyUserAttribute": {"AttributeName": "email", "Code": "123456"},
        }
        for operation, members in expected.items():
            scripted.on(operation, says())
            CALLS[operation](signed_in)

            assert scripted.of(operation) == [{**token, **members}]

    @pytest.mark.parametrize("operation", SENT_ONCE)
    def test_a_lost_answer_leads_to_no_second_request(
        self, scripted: ScriptedCognito, signed_in: auth.Session, operation: str
    ) -> None:
        answers: dict[str, Answer] = {
            "hangs up": HANGS_UP,
            "half": HALF,
            "page": page(502),
            "failed": refuses("InternalErrorException", "", 500),
        }
        with EveryRow() as every:
            for name, answer in answers.items():
                with every.row(name):
                    scripted.clear()
                    scripted.always(operation, answer)
                    with pytest.raises(auth.AuthError, match="It is not known whether Cognito acted") as caught:
                        CALLS[operation](signed_in)

                    assert scripted.operations == [operation]
                    assert "_attribute" in (caught.value.recovery_suggestion or "")
                    assert not caught.value.is_retryable

    @pytest.mark.parametrize("operation", ["GetUser", "DeleteUserAttributes"])
    def test_a_harmless_request_is_sent_again(
        self, scripted: ScriptedCognito, signed_in: auth.Session, operation: str
    ) -> None:
        scripted.on(operation, HANGS_UP, page(502), says(UserAttributes=[]))
        CALLS[operation](signed_in)

        assert scripted.operations == [operation] * 3

    def test_answers_that_cannot_be_right(self, scripted: ScriptedCognito, signed_in: auth.Session) -> None:
        wrong: list[Any] = [5, "x", {"Name": "a"}, [5], [None], ["a"], [[]], [{"Name": 5}], [{"Name": ["a"]}]]
        rows: list[tuple[str, Answer]] = [
            ("GetUser", says()),
            ("GetUser", says(UserAttributes=None)),
            *(("GetUser", says(UserAttributes=value)) for value in wrong),
            ("GetUser", says(UserAttributes=[{"Name": "a", "Value": 5}])),
            ("GetUser", says(UserAttributes=[{"Name": "a", "Value": "\ud800"}])),
            *(
                ("UpdateUserAttributes", says(CodeDeliveryDetailsList=value))
                for value in [5, "x", {"AttributeName": "email"}, [5], ["email"], [{"AttributeName": 5}]]
            ),
            ("UpdateUserAttributes", says(CodeDeliveryDetailsList=[{"AttributeName": "email", "Destination": {}}])),
            ("GetUserAttributeVerificationCode", says(CodeDeliveryDetails=5)),
            ("GetUserAttributeVerificationCode", says(CodeDeliveryDetails={"Destination": []})),
            *((operation, text(body)) for operation in CALLS for body in ("[]", "null", "<html></html>", "{")),
        ]
        with EveryRow() as every:
            for operation, answer in rows:
                with every.row(f"{operation}: {answer.body!r}"):
                    scripted.clear()
                    scripted.always(operation, answer)
                    with pytest.raises(auth.AuthProtocolError):
                        CALLS[operation](signed_in)
