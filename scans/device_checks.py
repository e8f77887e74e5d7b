"""What "Test this device" can find, and what is to be done about it: one list for both its pages.

A check ends with one of its codes; the code says how bad that is. The page gets the words from
here, and a report may have nothing but these codes and numbers: nothing of a person fits in.
"""

from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Words = Promise | str


class State(StrEnum):
    """How a check ended."""

    OK = "ok"
    WEAK = "weak"
    FAILED = "failed"
    ABSENT = "absent"  # and nobody's fault: not every device has it
    SKIPPED = "skipped"


@dataclass(frozen=True)
class Check:
    """One thing that is tested. `outcomes`: each code with its state and a sentence."""

    label: Words
    outcomes: dict[str, tuple[State, Words]]
    values: tuple[str, ...] = ()


STATES: dict[State, Words] = {
    State.OK: _("Good"),
    State.WEAK: _("Weak"),
    State.FAILED: _("Does not work"),
    State.ABSENT: _("Not there"),
    State.SKIPPED: _("Not tested"),
}
# And of a device with a whole report.
ON_THE_WHOLE: dict[State, Words] = {
    State.OK: _("Works"),
    State.WEAK: _("Works, with something weak"),
    State.FAILED: _("Something does not work"),
}
# What is said of a number or of yes and no; {n} is filled in.
VALUES: dict[str, Words] = {
    "width": _("{n} px wide"),
    "height": _("{n} px high"),
    "frames": _("{n} pictures a second"),
    "brightness": _("brightness {n} of 255"),
    "round_trip": _("{n} ms there and back"),
    "lost": _("without an answer: {n}"),
    "off": _("{n} s off"),
    "wake_lock": _("keeps the screen lit: {n}"),
    "barcode_detector": _("reads codes by itself: {n}"),
    "workers": _("works in the background: {n}"),
    "storage": _("remembers settings: {n}"),
    "full_screen": _("full screen: {n}"),
}
_NO_CAMERA = (State.SKIPPED, _("For this the camera is needed."))

CHECKS: dict[str, Check] = {
    "camera": Check(
        _("Camera"),
        {
            "ok": (State.OK, _("The camera gives a good picture.")),
            "small": (
                State.WEAK,
                _("The picture is small. Choose another camera if you can."),
            ),
            "slow": (
                State.WEAK,
                _("The camera is slow. Close other programs, and switch power saving off."),
            ),
            "frozen": (
                State.FAILED,
                _("The picture stands still. Unplug the camera and plug it in again, or restart."),
            ),
            "NotAllowedError": (
                State.FAILED,
                _("The browser may not use the camera. Allow it at the lock beside the address."),
            ),
            "NotFoundError": (
                State.FAILED,
                _("This device has no camera, or it is not plugged in. Plug one in."),
            ),
            "NotReadableError": (
                State.FAILED,
                _("Another program is using the camera. Close it, or restart the device."),
            ),
            "OverconstrainedError": (
                State.FAILED,
                _("The camera cannot give a picture that this page can use. Try another camera."),
            ),
            "SecurityError": (
                State.FAILED,
                _("This device forbids the camera to web pages. Ask whoever manages it."),
            ),
            "unsupported": (
                State.FAILED,
                _("This browser cannot use the camera. Use a current Chrome, Edge or Safari."),
            ),
            "insecure": (
                State.FAILED,
                _("Browsers give the camera only over https. Open the site by its https address."),
            ),
            "no_picture": (
                State.FAILED,
                _("The camera is on but sends no picture. Plug it in again, or restart."),
            ),
            "other": (State.FAILED, _("The camera does not start. Restart the browser.")),
        },
        ("width", "height", "frames"),
    ),
    "light": Check(
        _("Light"),
        {
            "ok": (State.OK, _("The picture is bright enough.")),
            "dark": (State.WEAK, _("It is dark. Switch a lamp or the torch on.")),
            "glaring": (State.WEAK, _("It is too bright. Turn the camera away from the sun.")),
            "black": (
                State.FAILED,
                _("The picture is black. Look whether something covers the lens."),
            ),
            "no_camera": _NO_CAMERA,
        },
        ("brightness",),
    ),
    "torch": Check(
        _("Torch"),
        {
            "ok": (State.OK, _("The torch can be switched on.")),
            "none": (State.ABSENT, _("This camera has no torch. At night a lamp is needed.")),
            "failed": (
                State.FAILED,
                _("The torch cannot be switched on. Charge the device, or restart it."),
            ),
            "no_camera": _NO_CAMERA,
        },
    ),
    "sound": Check(
        _("Sound"),
        {
            "heard": (State.OK, _("The tone was heard.")),
            "not_heard": (
                State.FAILED,
                _("The tone was not heard. Turn the volume up, and unplug earphones."),
            ),
            "unanswered": (State.SKIPPED, _("Say whether you have heard the tone.")),
            "unsupported": (State.FAILED, _("This browser plays no tones. Use another.")),
        },
    ),
    "speech": Check(
        _("Voice"),
        {
            "vietnamese": (State.OK, _("There is a Vietnamese voice.")),
            "other_voice": (
                State.WEAK,
                _("There is no Vietnamese voice. Install one at the settings for speech."),
            ),
            "none": (
                State.ABSENT,
                _("This browser does not speak. Verdicts are shown and sounded."),
            ),
        },
    ),
    "vibration": Check(
        _("Vibration"),
        {
            "ok": (State.OK, _("The browser lets the device vibrate.")),
            "none": (State.ABSENT, _("It does not vibrate, as computers and iPhones do not.")),
        },
    ),
    "network": Check(
        _("Network"),
        {
            "ok": (State.OK, _("The server answers quickly.")),
            "slow": (
                State.WEAK,
                _("The server answers slowly. Go nearer to the router, or use another network."),
            ),
            "lossy": (
                State.FAILED,
                _("Many questions were not answered. Use another network, or another place."),
            ),
            "no_answer": (
                State.FAILED,
                _("The server does not answer. Look whether the device has a network."),
            ),
        },
        ("round_trip", "lost"),
    ),
    "live": Check(
        _("Live connection"),
        {
            "ok": (State.OK, _("The live connection that a lane needs opens.")),
            "blocked": (
                State.FAILED,
                _("The live connection does not open. Something between blocks WebSockets."),
            ),
        },
        ("round_trip",),
    ),
    "clock": Check(
        _("Clock"),
        {
            "ok": (State.OK, _("The device's clock is right.")),
            "off": (
                State.WEAK,
                _("The device's clock is a little off. Set date and time to automatic."),
            ),
            "far": (
                State.FAILED,
                _("The device's clock is wrong. Set date, time and time zone to automatic."),
            ),
            "no_answer": (State.SKIPPED, _("For this the network is needed.")),
        },
        ("off",),
    ),
    "browser": Check(
        _("Browser"),
        {
            "ok": (State.OK, _("The browser has all that is needed.")),
            "goes_dark": (
                State.WEAK,
                _("The page cannot keep the screen lit. Set the screen to stay on for longer."),
            ),
            "forgets": (
                State.WEAK,
                _("The browser remembers nothing. Leave its private mode."),
            ),
            "old": (State.FAILED, _("The browser is too old. Update it, or use another.")),
        },
        ("wake_lock", "barcode_detector", "workers", "storage", "full_screen"),
    ),
}
