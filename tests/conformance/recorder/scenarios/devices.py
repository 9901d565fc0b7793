"""The devices of a signed-in user."""

from .words import DEVICES, SIGN_IN, SIGN_OUT, Raw, call, changed, control, scenario, sign_in, user

REMEMBER, FORGET = call("rememberDevice"), call("forgetDevice")


def forget(key: str) -> Raw:
    return call("forgetDevice", device={"id": key})


SCENARIOS = (
    scenario(
        "devices-two-pages",
        "more devices than one page has",
        SIGN_IN,
        DEVICES,
        users=(user(devices=60),),
        pool={"deviceTracking": "ALWAYS"},
    ),
    scenario(
        "devices-others",
        "another device is forgotten by its key, then this one by its key",
        SIGN_IN,
        DEVICES,
        forget("<DEVICE_KEY:2>"),
        DEVICES,
        SIGN_OUT,
        SIGN_IN,
        forget("<DEVICE_KEY:1>"),
        DEVICES,
        FORGET,
        REMEMBER,
        SIGN_OUT,
        SIGN_IN,
        users=(user(devices=1),),
        pool={"deviceTracking": "ALWAYS"},
    ),
    scenario(
        "devices-opt-in",
        "remembered when the user wants it",
        SIGN_IN,
        DEVICES,
        REMEMBER,
        DEVICES,
        FORGET,
        DEVICES,
        pool={"deviceTracking": "OPT_IN"},
    ),
    scenario(
        "devices-gone",
        "the service has lost the device; a key that it never had",
        SIGN_IN,
        forget("us-east-1_00000000-0000-4000-8000-000000000000"),
        forget("nonsense"),
        control("forget-devices", username="alice"),
        REMEMBER,
        FORGET,
        FORGET,
        pool={"deviceTracking": "ALWAYS"},
    ),
    scenario(
        "devices-not-tracked",
        "the pool tracks no devices",
        SIGN_IN,
        DEVICES,
        REMEMBER,
        FORGET,
        forget("us-east-1_00000000-0000-4000-8000-000000000000"),
    ),
    scenario(
        "devices-of-two-users",
        "each user has a device of the same client",
        SIGN_IN,
        DEVICES,
        SIGN_OUT,
        sign_in("bob"),
        DEVICES,
        FORGET,
        SIGN_OUT,
        SIGN_IN,
        DEVICES,
        changed("bob", deleted=True),
        call("deleteUser"),
        users=(user(), user("bob", sub="2" * 8)),
        pool={"deviceTracking": "ALWAYS"},
    ),
)
