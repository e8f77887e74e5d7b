"""Camera frames with real travel codes in them, made once and kept."""

import hashlib
import os
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np

from bench import scenes
from bench.datasets import LARGE
from scans import decode

SIZE = (640, 480)
FRAMES = 4_080  # as many as the longest group of runs sends, each once
CHUNK = 50
SEED = 2021


def frame_files(first: int, count: int) -> list[str]:
    """So many frames, each with another permit's code. The same numbers give the same frames."""
    made_by = Path(scenes.__file__).read_bytes() + Path(__file__).read_bytes()
    folder = LARGE.folder / f"frames-{hashlib.sha256(made_by).hexdigest()[:12]}"
    if not (folder / "done").exists():
        codes = LARGE.codes[:FRAMES]  # builds the database, and with it the folder's parent
        folder.mkdir(exist_ok=True)
        print(f"drawing {FRAMES} frames, once", flush=True)
        starts = range(0, FRAMES, CHUNK)
        with ProcessPoolExecutor(os.cpu_count()) as processes:
            chunks = [codes[start : start + CHUNK] for start in starts]
            list(processes.map(_draw, [folder] * len(starts), starts, chunks))
        (folder / "done").touch()
    return [str(folder / f"{number:05}.jpg") for number in range(first, first + count)]


def _draw(folder: Path, start: int, codes: list[str]) -> None:
    for number, code in enumerate(codes, start):
        rng = np.random.default_rng([SEED, number])
        frame = b""
        # A code that the first look cannot read is drawn again: here speed is measured.
        while [symbol.payload for symbol in (decode.decode(frame) if frame else ())] != [code]:
            frame = scenes.jpeg(scenes.scene(SIZE, code, rng))
        (folder / f"{number:05}.jpg").write_bytes(frame)
