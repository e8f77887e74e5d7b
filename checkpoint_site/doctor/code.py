"""What is installed, and whether it does its work."""

import io
import platform
import sys
import time
from collections.abc import Iterator, Mapping
from importlib import metadata

import qrcode
from django.conf import settings
from packaging.requirements import Requirement
from PIL import Image

from checkpoint_site.doctor.finding import Finding, ok, warning, wrong
from scans import decode

OLDEST_PYTHON = (3, 11)
SLOW_DECODE_MS = 50
# As long as a travel code, in the letters that it has.
TEXT = "CP1:" + "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ" * 4


def look() -> Iterator[Finding]:
    """Versions and the decoder."""
    yield judge_python(sys.version_info[:2])
    path = settings.BASE_DIR / "requirements.txt"
    lines = [line for line in path.read_text().splitlines() if line and line[0].isalnum()]
    yield judge_versions({line: _installed(Requirement(line)) for line in lines})
    yield _decoder()


def judge_python(version: tuple[int, ...]) -> Finding:
    """Whether the code runs on it."""
    if version < OLDEST_PYTHON:
        return wrong(
            f"Python {version[0]}.{version[1]} is too old.", "Install Python 3.11 or newer."
        )
    return ok(f"Python {platform.python_version()}.")


def judge_versions(installed: Mapping[str, str | None]) -> Finding:
    """Whether each line of requirements.txt is met by what is installed, if it counts here."""
    others = []
    for line, version in installed.items():
        wanted = Requirement(line)
        if wanted.marker and not wanted.marker.evaluate():
            continue
        if version is None:
            others.append(f"{wanted.name} is missing")
        elif not wanted.specifier.contains(version, prereleases=True):
            others.append(f"{wanted.name} is {version}, not {wanted.specifier}")
    if others:
        return wrong(
            f"Not the packages that were tested: {'; '.join(others)}.",
            "pip install -r requirements.txt, and restart the servers.",
        )
    return ok("The packages are those of requirements.txt.")


def _installed(requirement: Requirement) -> str | None:
    try:
        return metadata.version(requirement.name)
    except metadata.PackageNotFoundError:
        return None


def _decoder() -> Finding:
    picture = qrcode.make(TEXT).convert("L")
    canvas = Image.new("L", (640, 480), 255)
    canvas.paste(picture.resize((440, 440)), (100, 20))
    image = _as_jpeg(canvas)
    decode.decode(image)  # the first one loads the library
    started = time.perf_counter()
    payloads = [symbol.payload for symbol in decode.decode(image)]
    return judge_decoder(payloads == [TEXT], (time.perf_counter() - started) * 1000)


def _as_jpeg(picture: Image.Image) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=70)
    return buffer.getvalue()


def judge_decoder(right: bool, milliseconds: float) -> Finding:
    """Whether a code in a frame is read, and how fast."""
    if not right:
        return wrong(
            "A code that was drawn just now was not read: no camera can work.",
            "pip install --force-reinstall -r requirements.txt",
        )
    if milliseconds > SLOW_DECODE_MS:
        return warning(
            f"A frame is decoded in {milliseconds:.0f} ms, where a few are usual.",
            "Look at what else this machine does; DECODE_THREADS should not exceed its cores.",
        )
    return ok(f"A code in a frame is read, in {milliseconds:.1f} ms.")
