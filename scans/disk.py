"""The room on a disk, and when it is too little."""

import shutil
from pathlib import Path

MIB, GIB = 1 << 20, 1 << 30
LITTLE_ROOM, NO_ROOM = 2 * GIB, 200 * MIB


def free_bytes(folder: Path) -> int:
    """Room on the disk of a folder."""
    return shutil.disk_usage(folder).free
