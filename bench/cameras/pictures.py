"""What the cameras see, drawn before the run: a client that draws would measure its own drawing.

The file holds pictures of travel codes, which open barriers: only its owner can read it, and it is
deleted when it was not used for a day.
"""

import hashlib
import os
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import msgspec
import numpy as np

from bench import scenes
from permits.secret_files import write_private
from scans import decode

SIZES = {"640x480": (640, 480), "1280x720": (1280, 720)}
ROADS = scenes.BACKGROUNDS
SEED = 2021
CHUNK = 25
ATTEMPTS = 20
KEPT_SECONDS = 24 * 3600


class Undrawable(Exception):
    """A code that no picture of this size shows readably."""


class Pictures(msgspec.Struct, frozen=True):
    """JPEG files: one of each code, in the order of the codes, and some of the empty road."""

    codes: list[bytes]
    roads: list[bytes]


def made_up_codes(count: int) -> list[str]:
    """Texts like travel codes that nobody signed: the site refuses them, and records that."""
    rng = np.random.default_rng(SEED)
    return [scenes.made_up_code(rng) for _code in range(count)]


def draw(
    codes: Sequence[str],
    size: tuple[int, int],
    folder: Path,
    *,
    say: Callable[[str], None] = lambda _line: None,
) -> Path:
    """The file with a picture of each code and of the road, made unless there is one.

    Raises Undrawable.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    _delete_unused(folder)
    path = folder / f"{_name(codes, size)}.pictures"
    if path.exists():
        path.touch()
        return path
    if codes:
        say(f"drawing {len(codes)} pictures with codes, once")
    pictures = Pictures(_with_codes(codes, size), _roads(size))
    unfinished = path.with_suffix(f".{os.getpid()}")
    write_private(unfinished, msgspec.msgpack.encode(pictures))
    unfinished.rename(path)  # whole or not at all
    return path


def load(path: Path) -> Pictures:
    """The pictures of a file that `draw` made."""
    return msgspec.msgpack.decode(path.read_bytes(), type=Pictures)


def _name(codes: Sequence[str], size: tuple[int, int]) -> str:
    made_from = [
        Path(scenes.__file__).read_bytes(),
        Path(__file__).read_bytes(),
        repr(size).encode(),
        "\n".join(codes).encode(),
    ]
    return hashlib.sha256(b"\0".join(made_from)).hexdigest()[:16]


def _with_codes(codes: Sequence[str], size: tuple[int, int]) -> list[bytes]:
    if not codes:
        return []
    workers = min(os.cpu_count() or 1, len(codes))
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as processes:
        sizes = [size] * len(codes)
        return list(processes.map(_with_code, codes, sizes, chunksize=CHUNK))


def _with_code(code: str, size: tuple[int, int]) -> bytes:
    """A picture that the first look reads: what is measured is not how well codes are found."""
    rng = np.random.default_rng([SEED, *hashlib.sha256(code.encode()).digest()[:4]])
    for _attempt in range(ATTEMPTS):
        frame = scenes.jpeg(scenes.scene(size, code, rng))
        if [symbol.payload for symbol in decode.decode(frame)] == [code]:
            return frame
    raise Undrawable(f"a code of {len(code)} characters cannot be read from a drawn picture")


def _roads(size: tuple[int, int]) -> list[bytes]:
    rng = np.random.default_rng(SEED)
    return [scenes.jpeg(scenes.scene(size, None, rng)) for _road in range(ROADS)]


def _delete_unused(folder: Path) -> None:
    for file in folder.iterdir():
        if time.time() - file.stat().st_mtime > KEPT_SECONDS:
            file.unlink()
