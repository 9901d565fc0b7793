"""The flows: everything that a user of the library can go through, right and wrong. Each is played with canaries."""

from __future__ import annotations

import base64
import html
import json
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_plus

import boto3
from botocore import UNSIGNED
from botocore.config import Config
from botocore.session import Session as Botocore

import amplify_auth as auth
from amplify_auth import errors
from amplify_auth.storage import FileStorage
from amplify_auth.testing import MockPool, SoftwarePasskey
from tests.secrecy.bed import CODE, EMAIL, METADATA, NEW, PASSWORD, WRONG, Bed
from tests.support.model import MODEL

FLOWS: dict[str, Callable[[Bed], None]] = {}


def flow(play: Callable[[Bed], None]) -> Callable[[Bed], None]:
    FLOWS[play.__name__] = play
    return play


@flow
def sign_up(bed: Bed) -> None:
    pool = bed.pool(client_secret=True)
    session = bed.session(pool)
    bed.fail(errors.InvalidPasswordException, auth.sign_up, "alice", "canary-weak", session=session)
    bed.do(
        auth.sign_up,
        "alice",
        PASSWORD,
        user_attributes=EMAIL,
        validation_data={"invitation": "canary-invitation"},
        client_metadata=METADATA,
        auto_sign_in={"client_metadata": METADATA},
        session=session,
    )
    bed.fail(errors.UsernameExistsException, auth.sign_up, "alice", PASSWORD, session=session)
    bed.do(auth.sign_in, "alice", PASSWORD, session=session)
    bed.do(auth.resend_sign_up_code, "alice", client_metadata=METADATA, session=session)
    bed.fail(errors.CodeMismatchException, auth.confirm_sign_up, "alice", CODE, session=session)
    bed.do(auth.confirm_sign_up, "alice", pool.code("alice"), client_metadata=METADATA, session=session)
    bed.do(auth.auto_sign_in, session=session)
    bed.do(auth.sign_out, session=session)


@flow
def passwordless_sign_up(bed: Bed) -> None:
    pool = bed.pool(client_secret=True)
    session = bed.session(pool)
    bed.do(auth.sign_up, "alice", user_attributes=EMAIL, auto_sign_in=True, session=session)
    bed.do(auth.confirm_sign_up, "alice", pool.code("alice"), session=session)
    bed.do(auth.auto_sign_in, session=session)


@flow
def passwords(bed: Bed) -> None:
    for secret in (False, True):
        pool = bed.pool(client_secret=secret)
        pool.create_user("alice", PASSWORD)
        session = bed.session(pool)
        for name in ("USER_SRP_AUTH", "USER_PASSWORD_AUTH"):
            more: dict[str, Any] = {"auth_flow_type": name, "session": session, "client_metadata": METADATA}
            bed.fail(errors.NotAuthorizedException, auth.sign_in, "alice", WRONG, **more)
            bed.do(auth.sign_in, "alice", PASSWORD, **more)
            bed.fail(errors.UserAlreadyAuthenticatedException, auth.sign_in, "alice", PASSWORD, **more)
            bed.do(auth.sign_out, global_sign_out=secret, session=session)


@flow
def a_wrong_client_secret(bed: Bed) -> None:
    pool = bed.pool(client_secret=True)
    pool.create_user("alice", PASSWORD)
    bed.observer.wire.secrets.add("canary-of-another-client-secret")
    session = bed.session(pool, client_secret="canary-of-another-client-secret")
    bed.fail(errors.NotAuthorizedException, auth.sign_in, "alice", PASSWORD, session=session)


@flow
def codes_as_second_factor(bed: Bed) -> None:
    pool = bed.pool(mfa="OPTIONAL", client_secret=True)
    for method, purpose in (("SMS_MFA", "SMS_MFA"), ("EMAIL_OTP", "EMAIL_OTP")):
        pool.create_user(method, PASSWORD, mfa=(method,))
        session = bed.session(pool)
        bed.do(auth.sign_in, method, PASSWORD, client_metadata=METADATA, session=session)
        bed.fail(errors.CodeMismatchException, auth.confirm_sign_in, "000000", session=session)
        bed.do(auth.resend_sign_in_code, session=session)
        code = pool.code(method, purpose)
        bed.do(auth.confirm_sign_in, code, client_metadata=METADATA, session=session)
        bed.do(auth.sign_out, session=session)


@flow
def a_choice_of_second_factors(bed: Bed) -> None:
    pool = bed.pool(mfa="OPTIONAL")
    pool.create_user("alice", PASSWORD, mfa=("SMS_MFA", "SOFTWARE_TOKEN_MFA"))
    session = bed.session(pool)
    bed.do(auth.sign_in, "alice", PASSWORD, session=session)
    bed.fail(errors.AuthValidationError, auth.confirm_sign_in, CODE, session=session)
    bed.do(auth.confirm_sign_in, "TOTP", session=session)
    bed.fail(errors.CodeMismatchException, auth.confirm_sign_in, "000000", session=session)
    bed.do(auth.confirm_sign_in, pool.totp("alice"), session=session)


@flow
def an_authenticator_is_set_up(bed: Bed) -> None:
    pool = bed.pool(mfa="ON", mfa_methods=("SOFTWARE_TOKEN_MFA",))
    pool.create_user("alice", PASSWORD)
    session = bed.session(pool)
    bed.do(auth.sign_in, "alice", PASSWORD, session=session)
    bed.fail(errors.AuthValidationError, auth.confirm_sign_in, "canary answer", session=session)
    bed.fail(errors.AuthServiceError, auth.confirm_sign_in, "000000", session=session)
    totp = pool.totp("alice")
    bed.do(auth.confirm_sign_in, totp, friendly_device_name="phone", session=session)


@flow
def second_factors_of_a_signed_in_user(bed: Bed) -> None:
    pool = bed.pool(mfa="OPTIONAL", client_secret=True)
    pool.create_user("alice", PASSWORD)
    session, elsewhere = bed.session(pool), bed.session(pool)
    for each in (session, elsewhere):
        bed.do(auth.sign_in, "alice", PASSWORD, session=each)
    details = bed.do(auth.set_up_totp, session=session)
    bed.observer.wire.secrets.add(details.shared_secret)
    bed.fail(errors.AuthValidationError, auth.verify_totp_setup, "canary code", session=session)
    bed.fail(errors.CodeMismatchException, auth.verify_totp_setup, "000000", session=session)
    bed.do(auth.verify_totp_setup, pool.totp("alice"), friendly_device_name="phone", session=session)
    bed.do(auth.update_mfa_preference, totp="PREFERRED", session=session)
    bed.do(auth.fetch_mfa_preference, session=session)
    bed.do(auth.fetch_auth_factors, session=session)
    wrong: Any = {"sms": "canary-word", "session": session}
    bed.fail(errors.AuthValidationError, auth.update_mfa_preference, **wrong)


@flow
def sessions_of_a_user(bed: Bed) -> None:
    pool = bed.pool(client_secret=True)
    pool.create_user("alice", PASSWORD)
    session, elsewhere = bed.session(pool), bed.session(pool)
    for each in (session, elsewhere):
        bed.do(auth.sign_in, "alice", PASSWORD, session=each)
    if "ListUserSessions" not in MODEL.operation_names:  # an older botocore
        bed.fail(errors.AuthConfigurationError, auth.list_user_sessions, session=session)
        return
    mine, other = bed.do(auth.list_user_sessions, session=session)
    bed.fail(errors.AuthValidationError, auth.revoke_user_session, mine.session_id, session=session)
    bed.do(auth.revoke_user_session, other.session_id, session=session)
    bed.fail(errors.SessionEnded, auth.fetch_mfa_preference, session=elsewhere)
    bed.do(auth.sign_out, revoke_associated_sessions=True, session=session)


@flow
def a_new_password(bed: Bed) -> None:
    pool = bed.pool(required_attributes=("given_name",), client_secret=True)
    pool.create_user("alice", PASSWORD, status="FORCE_CHANGE_PASSWORD")
    session = bed.session(pool)
    bed.do(auth.sign_in, "alice", PASSWORD, session=session)
    more: dict[str, Any] = {"user_attributes": {"given_name": "Alice"}, "session": session}
    bed.fail(errors.InvalidPasswordException, auth.confirm_sign_in, "canary-weak", **more)
    bed.do(auth.confirm_sign_in, NEW, **more)


@flow
def accounts_to_be_put_in_order(bed: Bed) -> None:
    pool = bed.pool()
    pool.create_user("alice", PASSWORD, status="UNCONFIRMED")
    pool.create_user("bob", PASSWORD, status="RESET_REQUIRED")
    for name in ("alice", "bob"):
        bed.do(auth.sign_in, name, PASSWORD, session=bed.session(pool))


@flow
def custom_challenges(bed: Bed) -> None:
    pool = bed.pool(client_secret=True)
    pool.create_user("alice", PASSWORD)

    def define(event: dict[str, Any]) -> dict[str, Any]:
        rounds = [item for item in event["request"]["session"] if item["challengeName"] == "CUSTOM_CHALLENGE"]
        is_right = bool(rounds) and bool(rounds[-1]["challengeResult"])
        proved = not event["request"]["session"] or event["request"]["session"][-1]["challengeName"] != "SRP_A"
        event["response"] = {
            "issueTokens": is_right,
            "failAuthentication": len(rounds) > 1 and not is_right,
            "challengeName": "CUSTOM_CHALLENGE" if proved else "PASSWORD_VERIFIER",
        }
        return event

    def create(event: dict[str, Any]) -> dict[str, Any]:
        event["response"] = {
            "publicChallengeParameters": {"question": "?"},
            "privateChallengeParameters": {"answer": "canary-answer-42"},
        }
        return event

    def verify(event: dict[str, Any]) -> dict[str, Any]:
        event["response"] = {"answerCorrect": event["request"]["challengeAnswer"] == "canary-answer-42"}
        return event

    pool.on("define_auth_challenge", define)
    pool.on("create_auth_challenge", create)
    pool.on("verify_auth_challenge_response", verify)
    for name, password in (("CUSTOM_WITHOUT_SRP", None), ("CUSTOM_WITH_SRP", PASSWORD)):
        session = bed.session(pool)
        bed.do(auth.sign_in, "alice", password, auth_flow_type=name, session=session)
        bed.do(auth.confirm_sign_in, "canary-wrong-answer", session=session)
        bed.do(auth.confirm_sign_in, "canary-answer-42", client_metadata=METADATA, session=session)


@flow
def first_factors(bed: Bed) -> None:
    pool = bed.pool(client_secret=True)
    for factor in ("PASSWORD", "PASSWORD_SRP", "EMAIL_OTP", "SMS_OTP"):
        for preferred in (factor, None):
            name = f"{factor}-{preferred}"
            pool.create_user(name, PASSWORD)
            session, takes_password = bed.session(pool, auth_flow_type="USER_AUTH"), factor.startswith("PASSWORD")
            if preferred:
                password = PASSWORD if takes_password else None
                bed.do(auth.sign_in, name, password, preferred_challenge=preferred, session=session)
            else:
                bed.do(auth.sign_in, name, session=session)
                bed.fail(errors.AuthValidationError, auth.confirm_sign_in, "canary-factor", session=session)
                bed.do(auth.confirm_sign_in, factor, session=session)
                if takes_password:
                    bed.fail(errors.NotAuthorizedException, auth.confirm_sign_in, WRONG, session=session)
                    bed.do(auth.confirm_sign_in, PASSWORD, session=session)
            if not takes_password:
                bed.fail(errors.CodeMismatchException, auth.confirm_sign_in, "000000", session=session)
                bed.do(auth.confirm_sign_in, pool.code(name), session=session)


def with_passkey(bed: Bed, pool: MockPool, name: str) -> SoftwarePasskey:
    """A user whose passkey is registered."""
    pool.create_user(name, PASSWORD)
    passkey, session = SoftwarePasskey(), bed.session(pool)
    bed.do(auth.sign_in, name, PASSWORD, session=session)
    assert session.tokens is not None
    token = session.tokens.access_token
    client = boto3.client("cognito-idp", "us-east-1", endpoint_url=bed.url, config=Config(signature_version=UNSIGNED))
    options = client.start_web_authn_registration(AccessToken=token)["CredentialCreationOptions"]
    client.complete_web_authn_registration(AccessToken=token, Credential=passkey.create(options))
    return passkey


@flow
def passkeys(bed: Bed) -> None:
    pool = bed.pool()
    passkey = with_passkey(bed, pool, "alice")
    how: dict[str, Any] = {"auth_flow_type": "USER_AUTH", "preferred_challenge": "WEB_AUTHN"}
    session = bed.session(pool, passkey=passkey)
    bed.do(auth.sign_in, "alice", session=session, **how)
    passkey.presence = "refusing"
    session = bed.session(pool, passkey=passkey)
    bed.fail(errors.PasskeyError, auth.sign_in, "alice", session=session, **how)
    bed.do(auth.confirm_sign_in, "EMAIL_OTP", session=session)
    bed.fail(errors.PasskeyError, auth.sign_in, "alice", session=bed.session(pool), **how)


@flow
def devices(bed: Bed) -> None:
    pool = bed.pool(mfa="OPTIONAL", device_tracking="ALWAYS", client_secret=True)
    pool.create_user("alice", PASSWORD, mfa=("SMS_MFA",))
    session = bed.session(pool)
    bed.do(auth.sign_in, "alice", PASSWORD, session=session)
    bed.do(auth.confirm_sign_in, pool.code("alice"), friendly_device_name="laptop", session=session)
    bed.observer.wire.secrets.update(device.password for device in session._state.devices.all())
    for name in ("USER_SRP_AUTH", "USER_PASSWORD_AUTH"):
        bed.do(auth.sign_out, session=session)
        bed.do(auth.sign_in, "alice", PASSWORD, auth_flow_type=name, session=session)
        assert session.is_signed_in
    bed.do(auth.sign_out, session=session)
    pool.forget_devices("alice")
    bed.do(auth.sign_in, "alice", PASSWORD, session=session)
    bed.cognito.fail_next("ConfirmDevice", code="InvalidParameterException", message="No.")
    bed.do(auth.confirm_sign_in, pool.code("alice"), session=session)


@flow
def the_devices_of_a_user(bed: Bed) -> None:
    pool = bed.pool(device_tracking="OPT_IN", client_secret=True)
    pool.create_user("alice", PASSWORD)
    session = bed.session(pool)
    bed.do(auth.sign_in, "alice", PASSWORD, session=session)
    bed.observer.wire.secrets.update(device.password for device in session.devices)
    bed.do(auth.fetch_devices, session=session)
    bed.do(auth.remember_device, session=session)
    bed.fail(errors.AuthValidationError, auth.forget_device, PASSWORD.encode(), session=session)
    bed.do(auth.forget_device, session=session)
    bed.fail(errors.DeviceMetadataNotFoundException, auth.remember_device, session=session)


@flow
def the_passkeys_of_a_user(bed: Bed) -> None:
    pool = bed.pool(client_secret=True)
    pool.create_user("alice", PASSWORD)

    class Noting(SoftwarePasskey):
        def create(self, options: Any) -> dict[str, Any]:
            made = super().create(options)
            bed.observer.wire.secrets |= {made["response"]["clientDataJSON"], made["response"]["attestationObject"]}
            bed.cognito.fail_next(
                "CompleteWebAuthnRegistration",
                code="LimitExceededException",
                message=f"Not {made['response']['clientDataJSON']}",
            )
            return made

    session = bed.session(pool, passkey=Noting())
    bed.do(auth.sign_in, "alice", PASSWORD, session=session)
    bed.fail(errors.LimitExceededException, auth.associate_web_authn_credential, session=session)
    passkey = SoftwarePasskey()
    session = bed.session(pool, passkey=passkey)
    bed.do(auth.sign_in, "alice", PASSWORD, session=session)
    bed.do(auth.associate_web_authn_credential, session=session)
    bed.fail(errors.PasskeyError, auth.associate_web_authn_credential, session=session)
    passkey.presence = "refusing"
    bed.fail(errors.PasskeyError, auth.associate_web_authn_credential, session=session)
    listed = bed.do(auth.list_web_authn_credentials, session=session)
    bed.fail(errors.AuthServiceError, auth.list_web_authn_credentials, next_token="none", session=session)
    bed.do(auth.delete_web_authn_credential, listed.credentials[0].credential_id, session=session)


@flow
def sessions_that_expire(bed: Bed) -> None:
    pool = bed.pool(mfa="OPTIONAL")
    pool.create_user("alice", PASSWORD, mfa=("SMS_MFA",))
    session = bed.session(pool)
    bed.do(auth.sign_in, "alice", PASSWORD, session=session)
    pool.expire_sessions()
    bed.fail(errors.PendingSignInExpired, auth.confirm_sign_in, pool.code("alice"), session=session)
    bed.fail(errors.SignInException, auth.confirm_sign_in, CODE, session=session)


@flow
def faults(bed: Bed) -> None:
    pool = bed.pool(mfa="OPTIONAL", client_secret=True)
    pool.create_user("alice", PASSWORD, mfa=("SMS_MFA",))
    how: dict[str, Any] = {"auth_flow_type": "USER_PASSWORD_AUTH"}
    kinds: list[Any] = ["dropped", "throttled", "throttled_429", "internal_error", "unavailable", "malformed"]
    for kind in kinds:
        session = bed.session(pool)
        bed.cognito.fail_next("InitiateAuth", kind, times=3)
        bed.fail(errors.AuthError, auth.sign_in, "alice", PASSWORD, session=session, **how)
        bed.cognito.faults.clear()
        bed.do(auth.sign_in, "alice", PASSWORD, session=session, **how)
        calls: dict[str, tuple[Any, ...]] = {
            "RespondToAuthChallenge": (auth.confirm_sign_in, CODE),
            "SignUp": (auth.sign_up, "bob", PASSWORD),
            "ConfirmSignUp": (auth.confirm_sign_up, "bob", CODE),
        }
        for operation, call in calls.items():
            bed.cognito.fail_next(operation, kind, times=3)
            bed.fail(errors.AuthError, *call, session=session)
            bed.cognito.faults.clear()
        bed.do(auth.confirm_sign_in, pool.code("alice"), session=session)
        bed.cognito.fail_next("RevokeToken", kind, times=3)
        bed.do(auth.sign_out, session=session)
        bed.cognito.faults.clear()


@flow
def refusals_that_repeat_the_request(bed: Bed) -> None:
    pool = bed.pool(mfa="OPTIONAL", client_secret=True)
    pool.create_user("alice", PASSWORD, mfa=("SMS_MFA",))
    session = bed.session(pool)
    as_json = json.dumps(PASSWORD)
    for echo in (
        *(PASSWORD, repr(PASSWORD), f"Value at 'password' ({PASSWORD}) failed", as_json, as_json.replace("/", "\\/")),
        *(html.escape(PASSWORD), html.escape(as_json), quote(PASSWORD), quote_plus(PASSWORD), quote(as_json)),
    ):
        bed.cognito.fail_next("InitiateAuth", code="InvalidParameterException", message=echo)
        how: dict[str, Any] = {"auth_flow_type": "USER_PASSWORD_AUTH", "session": session}
        bed.fail(errors.InvalidParameterException, auth.sign_in, "alice", PASSWORD, **how)
    bed.do(auth.sign_in, "alice", PASSWORD, session=session)
    pending = session.pending_sign_in
    assert pending is not None
    message = f"{CODE} is not the code of session {pending.session}"
    bed.cognito.fail_next("RespondToAuthChallenge", code="CodeMismatchException", message=message)
    bed.fail(errors.CodeMismatchException, auth.confirm_sign_in, CODE, session=session)
    for code in ("PasswordResetRequiredException", "UserNotConfirmedException"):
        bed.cognito.fail_next("InitiateAuth", code=code, message=PASSWORD)
        bed.do(auth.sign_in, "alice", PASSWORD, auth_flow_type="USER_PASSWORD_AUTH", session=bed.session(pool))


@flow
def tokens_are_used_and_renewed(bed: Bed) -> None:
    known = Botocore().get_service_model("cognito-idp").operation_names
    renewal = "GetTokensFromRefreshToken" if "GetTokensFromRefreshToken" in known else "InitiateAuth"  # older boto3
    pool = bed.pool(client_secret=True, refresh_token_rotation=renewal != "InitiateAuth")
    pool.create_user("alice", PASSWORD)
    session = bed.session(pool)
    bed.do(auth.sign_in, "alice", PASSWORD, session=session)
    bed.do(auth.fetch_auth_session, session=session)
    bed.do(auth.get_current_user, session=session)
    bed.do(auth.fetch_auth_session, force_refresh=True, client_metadata=METADATA, session=session)
    bed.do(session.http_auth)
    bed.cognito.fail_next(renewal, "dropped", times=3)
    bed.fail(errors.AuthNetworkError, auth.fetch_auth_session, force_refresh=True, session=session)
    bed.cognito.faults.clear()
    pool.expire_refresh_tokens()
    bed.fail(errors.AuthError, auth.fetch_auth_session, force_refresh=True, session=session)
    bed.fail(errors.AuthError, auth.get_current_user, session=session)


@flow
def what_another_program_got(bed: Bed) -> None:
    pool = bed.pool(mfa="OPTIONAL", device_tracking="ALWAYS", client_secret=True)
    pool.create_user("alice", PASSWORD, mfa=("SMS_MFA",))
    other, session = bed.session(pool), bed.session(pool)
    bed.do(auth.sign_in, "alice", PASSWORD, session=other)
    bed.do(auth.confirm_sign_in, pool.code("alice"), session=other)
    (device,), tokens = other.devices, other.tokens
    assert tokens is not None
    bed.observer.wire.secrets |= {device.password, "canary-of-another-device-password"}
    keys = {"device_key": device.key, "device_group_key": device.group_key, "session": session}
    bed.do(auth.adopt_device, "alice", device_password="canary-of-another-device-password", **keys)
    bed.do(auth.sign_in, "alice", PASSWORD, session=session)
    bed.do(auth.adopt_device, "alice", device_password=device.password, **keys)
    bed.do(auth.sign_in, "alice", PASSWORD, session=session)
    assert session.is_signed_in
    bed.do(auth.sign_out, session=session)
    more: dict[str, Any] = {"refresh_token": tokens.refresh_token, "session": session}
    bed.fail(errors.NotAuthorizedException, auth.adopt_tokens, session=session, refresh_token="canary-no-refresh-token")
    bed.fail(errors.AuthValidationError, auth.adopt_tokens, access_token=tokens.id_token, **more)
    bed.fail(errors.AuthValidationError, auth.adopt_tokens, access_token=f"{tokens.access_token[:-9]}AAAAAAAAA", **more)
    bed.fail(errors.AuthValidationError, auth.adopt_tokens, access_token=str(tokens.refresh_token), **more)
    bed.do(auth.adopt_tokens, access_token=tokens.access_token, id_token=tokens.id_token, **more)
    bed.fail(errors.UserAlreadyAuthenticatedException, auth.adopt_tokens, **more)
    bed.do(auth.fetch_auth_session, force_refresh=True, session=session)


@flow
def aws_credentials(bed: Bed) -> None:
    from tests.support.scripted_cognito import ScriptedCognito, says

    pool = bed.pool()
    pool.create_user("alice", PASSWORD)
    keys: dict[str, Any] = {"aws_access_key_id": "testing", "aws_secret_access_key": "testing"}
    identity = boto3.client("cognito-identity", "us-east-1", endpoint_url=bed.url, **keys)
    made = identity.create_identity_pool(IdentityPoolName="identities", AllowUnauthenticatedIdentities=True)
    more: dict[str, Any] = {"identity_pool_id": made["IdentityPoolId"], "identity_pool_endpoint_url": bed.url}
    session = bed.session(pool, allow_guest_access=True, **more)
    bed.do(auth.fetch_auth_session, session=session)
    bed.do(auth.sign_in, "alice", PASSWORD, session=session)
    bed.do(auth.fetch_auth_session, session=session)
    frozen = session.boto3_session().get_credentials().get_frozen_credentials()
    bed.observer.wire.secrets |= {frozen.secret_key, frozen.token}
    bed.observer.look_at("session", session)
    with ScriptedCognito() as service:  # another service: its requests carry the credentials
        service.on("ListTables", says(TableNames=["orders"]))
        session.boto3_session().client("dynamodb", "us-east-1", endpoint_url=service.url).list_tables()
    bed.do(auth.sign_out, session=session)


@flow
def a_session_in_a_file(bed: Bed) -> None:
    pool = bed.pool(client_secret=True)
    pool.create_user("alice", PASSWORD)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "session.json"
        session = bed.session(pool, storage=FileStorage(path))
        bed.do(auth.sign_in, "alice", PASSWORD, session=session)
        again = bed.session(pool, storage=FileStorage(path))
        bed.do(auth.fetch_auth_session, force_refresh=True, session=again)
        path.write_text(path.read_text()[:-9])
        damaged = bed.session(pool, storage=FileStorage(path))
        bed.do(auth.sign_in, "alice", PASSWORD, session=damaged)
        bed.do(auth.sign_out, session=damaged)


@flow
def states_are_carried_over(bed: Bed) -> None:
    pool = bed.pool(mfa="OPTIONAL", client_secret=True)
    pool.create_user("alice", PASSWORD, mfa=("SMS_MFA",))
    session, other = bed.session(pool), bed.session(pool)
    bed.do(auth.sign_in, "alice", PASSWORD, session=session)
    text = session.export_state()
    bed.do(other.restore_state, text)
    bed.do(auth.confirm_sign_in, pool.code("alice"), session=other)
    text = other.export_state()
    for damaged in (text[:-9], text.replace('"version"', '"v"'), text.replace("alice", "\\ud800"), text + "x"):
        bed.fail(errors.AuthValidationError, session.restore_state, damaged)
    bed.do(session.restore_state, text)


@flow
def wrong_arguments(bed: Bed) -> None:
    session = bed.session(bed.pool(client_secret=True))
    for wrong in (PASSWORD.encode(), [PASSWORD], {PASSWORD: 1}, PASSWORD + "\ud800"):
        bed.fail(errors.AuthValidationError, auth.sign_in, "alice", wrong, session=session)
        bed.fail(errors.AuthValidationError, auth.sign_up, "alice", wrong, session=session)
        bed.fail(errors.AuthValidationError, auth.confirm_sign_in, wrong, session=session)
        metadata: Any = {"client_metadata": {"k": wrong}, "session": session}
        bed.fail(errors.AuthValidationError, auth.resend_sign_up_code, "alice", **metadata)
        options: Any = {"user_pool_id": "us-east-1_A", "user_pool_client_id": "x", "client_secret": wrong}
        bed.fail(errors.AuthConfigurationError, auth.Session, **options)


@flow
def tokens_that_are_none(bed: Bed) -> None:
    """A service that gives something else in a token's place; it may be a secret of somebody."""
    from tests.support.scripted_cognito import ScriptedCognito, asks, says, signs_in, tokens

    odd = f"canary.{base64.b64encode(b'canary-no-token').decode()}.canary"
    bed.observer.wire.secrets |= {odd, "canary-unknown-session-of-a-challenge"}
    with ScriptedCognito() as service:
        session = bed.session(bed.pool(), endpoint_url=service.url, auth_flow_type="USER_PASSWORD_AUTH")
        for answer in (
            says(AuthenticationResult={"AccessToken": odd}),
            says(AuthenticationResult=tokens(IdToken=odd)),
            says(AuthenticationResult=tokens(ExpiresIn="soon")),
            asks("TELEPATHY", "canary-unknown-session-of-a-challenge", secret=odd),
            asks("PASSWORD_VERIFIER", "canary-unknown-session-of-a-challenge", SRP_B=odd, SALT=odd, SECRET_BLOCK=odd),
            says(ChallengeName="SMS_MFA", Session=["canary-unknown-session-of-a-challenge"]),
            says(ChallengeName="SMS_MFA", ChallengeParameters={"x": [odd]}),
        ):
            service.on("InitiateAuth", answer)
            bed.fail(errors.AuthProtocolError, auth.sign_in, "alice", PASSWORD, session=session)
        for parameters in ({"SRP_B": odd}, {"SRP_B": "0"}, {"SALT": odd}, {"SECRET_BLOCK": odd}):
            right = {"SRP_B": "ab12cd34ef", "SALT": "12ab34cd56", "SECRET_BLOCK": "Q0FOQVJZ", **parameters}
            service.on("InitiateAuth", asks("PASSWORD_VERIFIER", USER_ID_FOR_SRP="alice", **right))
            srp: dict[str, Any] = {"auth_flow_type": "USER_SRP_AUTH", "session": session}
            bed.fail(errors.AuthProtocolError, auth.sign_in, "alice", PASSWORD, **srp)
        service.on("InitiateAuth", signs_in(NewDeviceMetadata={"DeviceKey": "k", "DeviceGroupKey": 5}))
        bed.do(auth.sign_in, "alice", PASSWORD, session=session)


@flow
def answers_that_break_off(bed: Bed) -> None:
    from tests.support.raw_server import BAD_HEADER, BROKEN, TOKEN, RawServer

    bed.observer.wire.secrets.add(TOKEN)
    for answer, ending, _ in BROKEN.values():
        with RawServer(answer, ending) as service:
            session = bed.session(bed.pool(), endpoint_url=service.url, read_timeout=0.1)
            more: dict[str, Any] = {"auth_flow_type": "USER_PASSWORD_AUTH", "session": session}
            bed.fail(errors.AuthNetworkError, auth.sign_in, "alice", PASSWORD, **more)
            bed.fail(errors.AuthNetworkError, auth.confirm_sign_up, "alice", CODE, session=session)
    with RawServer(BAD_HEADER) as service:
        more = {"auth_flow_type": "USER_PASSWORD_AUTH", "session": bed.session(bed.pool(), endpoint_url=service.url)}
        bed.fail(errors.AuthProtocolError, auth.sign_in, "alice", PASSWORD, **more)


@flow
def a_forgotten_password(bed: Bed) -> None:
    pool = bed.pool(client_secret=True)
    pool.create_user("alice", PASSWORD)
    session = bed.session(pool)
    bed.do(auth.reset_password, "alice", client_metadata=METADATA, session=session)
    bed.fail(errors.CodeMismatchException, auth.confirm_reset_password, "alice", NEW, CODE, session=session)
    code = pool.code("alice", "ForgotPassword")
    bed.fail(errors.InvalidPasswordException, auth.confirm_reset_password, "alice", "canary", code, session=session)
    bed.do(auth.confirm_reset_password, "alice", NEW, code, client_metadata=METADATA, session=session)
    bed.fail(errors.ExpiredCodeException, auth.confirm_reset_password, "alice", NEW, code, session=session)
    bed.fail(auth.AuthValidationError, auth.confirm_reset_password, "alice", f" {NEW}", code, session=session)


@flow
def an_account_is_changed_and_deleted(bed: Bed) -> None:
    pool = bed.pool(auto_verify=["email"], client_secret=True)
    pool.create_user("alice", PASSWORD, attributes=EMAIL)
    session = bed.session(pool)
    bed.do(auth.sign_in, "alice", PASSWORD, session=session)
    bed.fail(errors.NotAuthorizedException, auth.update_password, WRONG, NEW, session=session)
    bed.do(auth.update_password, PASSWORD, NEW, session=session)
    bed.fail(auth.AuthValidationError, auth.update_password, PASSWORD, f"{NEW}\n", session=session)
    bed.do(auth.fetch_user_attributes, session=session)
    changed = {"email": "canary-new@example.com", "nickname": "canary-nickname"}
    bed.do(auth.update_user_attributes, changed, client_metadata=METADATA, session=session)
    bed.do(auth.send_user_attribute_verification_code, "email", client_metadata=METADATA, session=session)
    bed.fail(errors.CodeMismatchException, auth.confirm_user_attribute, "email", CODE, session=session)
    bed.do(auth.confirm_user_attribute, "email", pool.code("alice", "Verify:email"), session=session)
    bed.fail(errors.InvalidParameterException, auth.update_user_attribute, "sub", "canary-sub", session=session)
    bed.do(auth.delete_user_attributes, ["nickname"], session=session)
    bed.cognito.fail_next("DeleteUser", "dropped", after=True)
    bed.fail(auth.AuthNetworkError, auth.delete_user, session=session)
    bed.do(auth.delete_user, session=session)


@flow
def every_function_of_an_account(bed: Bed) -> None:
    """Right, and with a service that fails in each way, or repeats the request in its refusal."""
    from tests.support import every_function as every
    from tests.support.scripted_cognito import HALF, HANGS_UP, Answer, Request, ScriptedCognito, page, refuses, text

    def repeats(request: Request) -> Answer:
        return refuses("InvalidParameterException", f"Value {json.dumps(request.body)} is not right")

    def shows(request: Request) -> Answer:
        return page(403, f"<p>Blocked: {html.escape(json.dumps(request.body))}</p>")

    known = set(Botocore().get_service_model("cognito-idp").operation_names)
    failures = (repeats, shows, HANGS_UP, HALF, page(502), text("canary"), refuses("NotAuthorizedException", "No."))
    made, pool = every.CREDENTIAL["response"], bed.pool(client_secret=True)
    bed.observer.wire.secrets |= {made["clientDataJSON"], made["attestationObject"], "alice@example.com", "203.0.113.7"}
    with ScriptedCognito() as service:
        for row, function in every.ACCOUNT.items():
            if not known.issuperset(function.operations):  # an older botocore
                continue

            def call(session: auth.Session, function: every.Function = function) -> object:
                return function.call(session)

            call.__name__ = row
            session = bed.session(pool, endpoint_url=service.url, passkey=every.Authenticator())
            service.clear()
            every.sign_in_with_device(service, session)
            bed.observer.wire.secrets.update(device.password for device in session.devices)
            every.answer_all(service)
            for operation in function.operations:
                for failure in failures:
                    service.always(operation, failure)
                    bed.fail(errors.AuthError, call, session=session)
                service.always(operation, every.answer_to(operation))
            bed.do(call, session=session)


@flow
def tokens_are_verified(bed: Bed) -> None:
    from tests.support.scripted_cognito import jwt

    pool = bed.pool(client_secret=True)
    pool.create_user("alice", PASSWORD)
    session = bed.session(pool)
    bed.do(auth.sign_in, "alice", PASSWORD, session=session)
    assert session.tokens is not None
    access, identity = session.tokens.access_token, str(session.tokens.id_token)
    bed.do(auth.verify_token, access, token_use="access", session=session)
    false = [f"{access[:-9]}AAAAAAAAA", "canary-no-token", jwt(secret="canary-of-a-forger"), identity]
    bed.observer.wire.secrets.update(false)
    for token in false:
        bed.fail(errors.AuthError, auth.verify_token, token, token_use="access", session=session)
