"""The table of operations: whole, and refusing by name what it lacks."""

from typing import Any

import pytest

from amplify_auth.testing._core import Call, CognitoError, handle, unsigned_operations
from amplify_auth.testing._core.operations import registry
from amplify_auth.testing._core.state import state_of
from tests.support.bed import Bed
from tests.support.newest_model import needs_newest


def call(operation: str, bed: Bed | None = None, **params: Any) -> Any:
    pools = [bed.pool._pool] if bed is not None else []
    return handle(Call(operation=operation, params=params, pools=pools))


def test_an_operation_that_needs_a_signature_is_motos() -> None:
    assert call("AdminGetUser", UserPoolId="x", Username="y") is None


def test_every_operation_without_a_signature_is_answered_or_refused_by_name() -> None:
    missing = sorted(unsigned_operations() - set(registry.OPERATIONS))
    for name in missing:
        with pytest.raises(CognitoError) as caught:
            call(name)
        assert caught.value.code == "UnsupportedOperationException"
        assert name in caught.value.message
    assert missing in ([], ["UpdateAuthEventFeedback"])


def test_a_parameter_nobody_supports_is_refused_by_name(bed: Bed) -> None:
    with pytest.raises(CognitoError) as caught:
        call("SignUp", bed, ClientId=bed.client_id, Username="bob", Password="x", Novelty=1)
    assert caught.value.code == "UnsupportedOperationException"
    assert "the parameter Novelty of SignUp" in caught.value.message


def test_a_missing_member_is_named_in_the_services_words(bed: Bed) -> None:
    with pytest.raises(CognitoError) as caught:
        call("ConfirmSignUp", bed, ClientId=bed.client_id, Username="bob")
    assert caught.value.code == "InvalidParameterException"
    assert "Value at 'confirmationCode' failed to satisfy constraint: Member must not be null" in caught.value.message


@needs_newest
def test_only_members_of_botocores_model_are_in_the_table() -> None:
    import botocore.session

    model: Any = botocore.session.get_session().get_service_model("cognito-idp")
    for name, row in registry.OPERATIONS.items():
        members = set(model.operation_model(name).input_shape.members)
        assert row.required <= members, name
        assert row.accepted - registry._ALWAYS_ACCEPTED <= members, name
        assert members <= row.accepted, f"{name} does not take {members - row.accepted}"
        assert set(model.operation_model(name).input_shape.required_members) <= row.required | {"Password"}, name


def test_no_secret_shows_in_what_the_state_says_of_itself(make: Any) -> None:
    bed = make(mfa="OPTIONAL", users=("alice",))
    bed.pool.create_user("sms", "Secret-h0rse!", mfa=("SMS_MFA", "SOFTWARE_TOKEN_MFA"))
    tokens, session = bed.tokens(), bed.password("sms", "Secret-h0rse!")["Session"]
    bed.idp.forgot_password(ClientId=bed.client_id, Username="alice")
    state = state_of(bed.pool._pool)
    shown = [state, *state.outbox, *state.sessions.values(), *state.codes.values(), *state.users.values()]
    shown += [*state.refresh_tokens.values(), *state.access_tokens.values()]
    text = "".join(map(repr, shown)) + repr(Call(operation="X", params={"Password": "Secret-h0rse!"}, pools=[]))
    secrets = ["Secret-h0rse!", session, tokens["RefreshToken"], tokens["AccessToken"], bed.pool.code("alice")]
    for secret in [*secrets, bed.pool.totp("sms")]:
        assert secret not in text
