"""How fast pictures are decoded, and how many real photos are read."""

import io
import json
import os
import statistics
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import zxingcpp
from PIL import Image

from bench import scenes
from bench.figures import Report
from scans import decode

SIZES = {"640": (640, 480), "1280": (1280, 720)}
PICTURES = 12
ROUNDS = 25
SEED = 2021
PHOTOS = Path(os.environ.get("QR_PHOTOS", "../shared/qr-photos"))


def measure_decode(report: Report) -> None:
    """Our decoder on JPEG frames, beside bare zxing-cpp on the same pictures in memory."""
    for kind in ("code", "none"):
        for name, size in SIZES.items():
            frames = _frames(size, with_code=kind == "code")
            ours, bare, whole = _interleaved(frames)
            figure = f"decode.{kind}.{name}"
            report.add(figure, ours, "ms", limit=bare, aim="aim: ratio <= 1.5")
            report.add(f"{figure}.with_jpeg", ours, "ms", limit=whole)


def _frames(size: tuple[int, int], *, with_code: bool) -> list[bytes]:
    rng = np.random.default_rng(SEED)
    return [
        scenes.jpeg(scenes.scene(size, scenes.made_up_code(rng) if with_code else None, rng))
        for _picture in range(PICTURES)
    ]


def _interleaved(frames: list[bytes]) -> tuple[float, float, float]:
    """Medians in ms: ours, bare zxing-cpp, and bare JPEG decoding with bare zxing-cpp.

    One after the other on each picture, so that whatever else the machine does hits all alike.
    """
    greys = [decode.open_grey(frame) for frame in frames]
    ours: list[float] = []
    bare: list[float] = []
    whole: list[float] = []
    for _round in range(ROUNDS):
        for frame, grey in zip(frames, greys, strict=True):
            ours.append(_milliseconds(partial(decode.decode, frame)))
            bare.append(_milliseconds(partial(read_bare, grey)))
            whole.append(_milliseconds(partial(decode_bare, frame)))
    return statistics.median(ours), statistics.median(bare), statistics.median(whole)


def read_bare(grey: Image.Image) -> list[zxingcpp.Barcode]:
    """zxing-cpp with its own defaults, for QR codes alone."""
    return zxingcpp.read_barcodes(grey, formats=decode.QR_CODES)


def decode_bare(frame: bytes) -> list[zxingcpp.Barcode]:
    """The least that turns a JPEG into its codes."""
    picture = Image.open(io.BytesIO(frame), formats=("JPEG",))
    picture.draft("L", picture.size)
    picture.load()
    return read_bare(picture)


def _milliseconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return (time.perf_counter() - started) * 1000


def measure_recall(report: Report) -> None:
    """Real photos, with every look that a chosen picture gets."""
    if not (PHOTOS / "truth.json").is_file():
        report.say("recall.photos", f"left out: no photos in {PHOTOS} (QR_PHOTOS says where)")
        return
    truth = json.loads((PHOTOS / "truth.json").read_text())
    read, wrong = 0, 0
    for file, known in truth.items():
        expected = {_same_lines(text) for text in known["text"]}
        symbols = decode.decode((PHOTOS / file).read_bytes(), go_on=decode.always)
        found = {_same_lines(symbol.payload) for symbol in symbols}
        read += bool(found & expected)
        wrong += len(found - expected)
    report.add("recall.photos", read, f"of {len(truth)}", aim="aim: >= 177 of 182")
    report.add("recall.photos.wrong", wrong, "reads", aim="aim: 0")


def _same_lines(text: str) -> str:
    """White space around it and the kind of line end are not part of what a code says."""
    return text.replace("\r\n", "\n").strip()
