"""The account of the signed-in user: change the address, set up an authenticator, forget a phone, delete it all."""

from __future__ import annotations

import amplify_auth as auth
from amplify_auth.testing import MockPool, mock_cognito

PASSWORD = "Corr3ct-horse"


def main() -> None:
    """Alice signs in on two devices, and looks after her account on the second one."""
    with mock_cognito() as cognito:
        pool = cognito.create_pool(mfa="OPTIONAL", device_tracking="ALWAYS")
        pool.create_user("alice", PASSWORD)
        auth.sign_in("alice", PASSWORD, session=auth.Session(**pool.config))  # her phone

        session = auth.configure(pool.config)
        session.add_listener(lambda event: print(f"  event: {event.name}"))
        auth.sign_in("alice", PASSWORD)
        change_the_address(pool)
        set_up_an_authenticator(pool)
        forget_the_phone()
        forgot_the_password(pool)
        auth.delete_user()
        print(f"signed in: {session.is_signed_in}")


def change_the_address(pool: MockPool) -> None:
    """The new address counts when its code is confirmed, or at once: that depends on the pool."""
    out = auth.update_user_attribute("email", "alice@new.example.com")
    if isinstance(out.next_step, auth.ConfirmAttributeWithCode):
        print(f"a code went to {out.next_step.code_delivery_details.destination}")
        try:
            auth.confirm_user_attribute("email", "000000")
        except auth.errors.CodeMismatchException as error:
            print(f"refused: {error.message}")
        auth.confirm_user_attribute("email", pool.code("alice"))
    print(f"her address is {auth.fetch_user_attributes()['email']}")


def set_up_an_authenticator(pool: MockPool) -> None:
    """From now on an unknown device needs a code of the app."""
    details = auth.set_up_totp()
    print(f"she scans {details.get_setup_uri('My App')[:34]}...")
    auth.verify_totp_setup(pool.totp("alice"), friendly_device_name="Alice's phone")
    auth.update_mfa_preference(totp="PREFERRED")
    print(f"preferred second factor: {auth.fetch_mfa_preference().preferred}")
    print(f"she can sign in with {', '.join(auth.fetch_auth_factors().configured)}")


def forget_the_phone() -> None:
    """The phone is lost: its session ends when its access token expires."""
    for device in auth.fetch_devices():
        if not device.is_this_device:
            auth.forget_device(device.id)
    print(f"devices that are left: {len(auth.fetch_devices())}")


def forgot_the_password(pool: MockPool) -> None:
    """A code sets a new password, for which no user must be signed in. Then the password sets another one."""
    auth.reset_password("alice")
    auth.confirm_reset_password("alice", "An0ther-horse", pool.code("alice"))
    auth.update_password("An0ther-horse", PASSWORD)
    print("she has a new password")


if __name__ == "__main__":
    main()
