"""Read by mypy and pyright (``make types``), never run: the functions of the account, and how users arrive.

Each line with ``type: ignore`` is a mistake. Both checkers complain if it is none.
"""

# pyright: reportUnnecessaryTypeIgnoreComment=true

from collections.abc import Mapping
from typing import Any, assert_type

import amplify_auth as auth
from amplify_auth.testing import SoftwarePasskey


def what_passwords_give(session: auth.Session) -> None:
    assert_type(auth.reset_password("alice").next_step, auth.ResetPasswordStep)
    assert_type(auth.reset_password("alice", client_metadata={"a": "b"}, session=session).is_password_reset, bool)
    auth.confirm_reset_password("alice", "N3w-password!", "123456", client_metadata={"a": "b"}, session=session)
    auth.update_password("old", "new", session=session)
    auth.update_password(None, "new")


def wrong_passwords(session: auth.Session) -> None:
    auth.reset_password("alice", session)  # type: ignore[arg-type, call-arg]
    auth.reset_password({"username": "alice"})  # type: ignore[arg-type]
    auth.confirm_reset_password("alice", "N3w-password!")  # type: ignore[call-arg]
    auth.confirm_reset_password("alice", "N3w-password!", 123456)  # type: ignore[arg-type]
    auth.update_password("new")  # type: ignore[call-arg]
    auth.update_password("old", None)  # type: ignore[arg-type]


def what_attributes_give() -> None:
    assert_type(auth.fetch_user_attributes(), Mapping[str, str])
    changed = auth.update_user_attributes({"email": "a@b.c"})
    assert_type(changed, Mapping[str, auth.UpdateUserAttributeOutput])
    assert_type(auth.update_user_attribute("email", "a@b.c").next_step, auth.UpdateAttributeStep)
    auth.delete_user_attributes(["nickname"])
    auth.delete_user_attributes(("nickname", "custom:tier"))
    assert_type(auth.send_user_attribute_verification_code("email"), auth.CodeDeliveryDetails)
    auth.confirm_user_attribute("email", "123456")
    auth.delete_user()


def wrong_attributes() -> None:
    auth.update_user_attributes(email="a@b.c")  # type: ignore[call-arg]
    auth.update_user_attributes([{"Name": "email", "Value": "a@b.c"}])  # type: ignore[arg-type]
    auth.update_user_attribute("email", None)  # type: ignore[arg-type]
    auth.fetch_user_attributes()["email"] = "a@b.c"  # type: ignore[index]
    auth.delete_user_attributes(None)  # type: ignore[arg-type]
    auth.confirm_user_attribute("email", 123456)  # type: ignore[arg-type]
    auth.delete_user("alice")  # type: ignore[arg-type, call-arg]


def what_second_factors_give() -> None:
    assert_type(auth.set_up_totp().get_setup_uri("My App"), str)
    auth.verify_totp_setup("123456", friendly_device_name="phone")
    assert_type(auth.fetch_mfa_preference().enabled, tuple[str, ...])
    assert_type(auth.fetch_mfa_preference().preferred, str | None)
    auth.update_mfa_preference(sms="ENABLED", totp="PREFERRED", email="NOT_PREFERRED", web_authn="DISABLED")
    assert_type(auth.fetch_auth_factors().configured, tuple[str, ...])


def wrong_second_factors() -> None:
    auth.set_up_totp().get_setup_uri()  # type: ignore[call-arg]
    auth.verify_totp_setup(123456)  # type: ignore[arg-type]
    auth.verify_totp_setup("123456", "phone")  # type: ignore[call-arg]
    auth.update_mfa_preference("TOTP")  # type: ignore[arg-type, call-arg]
    auth.update_mfa_preference(totp="preferred")  # type: ignore[arg-type]
    auth.update_mfa_preference(totp=True)  # type: ignore[arg-type]
    auth.update_mfa_preference(web_authn="PREFERRED")  # type: ignore[arg-type]


def what_devices_passkeys_and_sessions_give() -> None:
    for device in auth.fetch_devices():
        assert_type(device, auth.AuthDevice)
        auth.forget_device(device.id)
    auth.forget_device()
    auth.remember_device(remembered=False)
    auth.associate_web_authn_credential()
    page = auth.list_web_authn_credentials(page_size=10, next_token=None)
    assert_type(page.credentials, tuple[auth.WebAuthnCredential, ...])
    assert_type(page.next_token, str | None)
    auth.delete_web_authn_credential(page.credentials[0].credential_id)
    sessions = auth.list_user_sessions()
    assert_type(sessions[0].last_location, auth.UserSessionLocation | None)
    auth.revoke_user_session(sessions[0].session_id, revoke_associated_sessions=True)
    assert_type(auth.sign_out(revoke_associated_sessions=True).is_complete, bool)


def wrong_devices_passkeys_and_sessions() -> None:
    auth.forget_device(auth.fetch_devices()[0])  # type: ignore[arg-type]
    auth.remember_device(False)  # type: ignore[call-arg]
    auth.list_web_authn_credentials(10)  # type: ignore[call-arg]
    auth.list_web_authn_credentials(page_size="10")  # type: ignore[arg-type]
    auth.delete_web_authn_credential(auth.list_web_authn_credentials())  # type: ignore[arg-type]
    auth.revoke_user_session(auth.list_user_sessions()[0])  # type: ignore[arg-type]
    auth.revoke_user_session("tkn", revoke_associated_sessions="LINKED")  # type: ignore[arg-type]


def sign_in(session: auth.Session) -> auth.SignInOutput:
    return auth.sign_in("svc", "secret", session=session)


async def sign_in_later(session: auth.Session) -> None:
    auth.sign_in("svc", "secret", session=session)


def how_users_arrive() -> None:
    assert_type(auth.adopt_tokens(refresh_token="a"), auth.AuthUser)
    auth.adopt_tokens(access_token="a", id_token="b", refresh_token="c", device_key="d")
    auth.adopt_device("alice", device_key="a", device_group_key="b", device_password="c")
    session = auth.configure(reauthenticate=sign_in, client_metadata={"tenant": "acme"}, passkey=SoftwarePasskey())
    auth.Session(client_metadata=lambda: {"tenant": "acme"})
    session.http_auth(token_use="id", header="X-Api-Token", scheme="")
    assert_type(auth.verify_token("a", token_use="access", client_ids=["a", "b"])["sub"], Any)
    if session.tokens is not None:
        assert_type(session.tokens.expires_in, float)


def how_users_do_not_arrive(tokens: auth.AuthTokens) -> None:
    auth.adopt_tokens("a")  # type: ignore[call-arg]
    auth.adopt_tokens(access_token=tokens)  # type: ignore[arg-type]
    auth.adopt_device("alice", "a", "b", "c")  # type: ignore[call-arg]
    auth.configure(reauthenticate=auth.sign_in("svc", "secret"))  # type: ignore[arg-type]
    auth.configure(client_metadata={"visits": 1})  # type: ignore[dict-item]
    auth.Session().http_auth("id")  # type: ignore[call-arg]
    auth.Session().http_auth(scheme=None)  # type: ignore[arg-type]
