"""Disks and files, for the subjects that keep something."""

import os
import statistics
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path

from checkpoint_site.doctor.finding import Finding, ok, warning, wrong
from scans.disk import GIB, LITTLE_ROOM, NO_ROOM

SLOW_SYNC_MS = 30
SYNCS = 5

IN_MEMORY = {"tmpfs", "ramfs"}
OF_A_NETWORK = {"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "afs", "ceph", "glusterfs"}
OF_A_CONTAINER = {"overlay", "aufs"}
OTHERS = 0o077


def judge_room(folder: Path, free: int) -> Finding:
    """Whether there is room to go on for a while. `free` is in bytes."""
    says = f"{folder} has {free / GIB:.1f} GiB free."
    do = "Make room: prune, move backups elsewhere, or take a larger disk."
    if free < NO_ROOM:
        return wrong(says, do)
    return warning(says, do) if free < LITTLE_ROOM else ok(says)


def file_system(path: Path, mounts: Iterable[str]) -> str:
    """The kind of file system that a path is on. `mounts` are the lines of /proc/self/mounts."""
    best, kind = -1, ""
    for line in mounts:
        _device, mounted_at, this_kind, *_rest = line.split(" ")
        point = Path(mounted_at.replace("\\040", " "))
        if (path == point or point in path.parents) and len(point.parts) >= best:
            best, kind = len(point.parts), this_kind
    return kind


def judge_file_system(kind: str) -> Finding:
    """Whether what is written there is still there tomorrow, and locks hold."""
    if kind in IN_MEMORY:
        return wrong(
            f"The database is in memory ({kind}): a restart of the machine loses it.",
            "Set DATA_DIR to a folder on a disk.",
        )
    if kind in OF_A_NETWORK or kind.startswith("fuse.ssh"):
        return wrong(
            f"The database is on a network's disk ({kind}), where SQLite can be damaged.",
            "Set DATA_DIR to a folder on this machine's own disk, or use PostgreSQL.",
        )
    if kind in OF_A_CONTAINER:
        return warning(
            f"The database is in a container's own layer ({kind}), and goes with the container.",
            "Put DATA_DIR on a volume.",
        )
    return ok(f"The database is on a disk{f' ({kind})' if kind else ''}.")


def sync_ms(folder: Path) -> float:
    """How long the disk takes to keep a small write, the median of a few."""
    times = []
    with tempfile.TemporaryFile(dir=folder) as file:
        for _ in range(SYNCS):
            file.write(b"x" * 4096)
            file.flush()
            started = time.perf_counter()
            os.fsync(file.fileno())
            times.append((time.perf_counter() - started) * 1000)
    return statistics.median(times)


def judge_sync(milliseconds: float) -> Finding:
    """Each batch of checks waits for the disk once."""
    if milliseconds > SLOW_SYNC_MS:
        return warning(
            f"The disk takes {milliseconds:.0f} ms to keep a write, and each batch waits for it.",
            "Take a faster disk (an SSD), or PostgreSQL on a machine that has one.",
        )
    return ok(f"The disk keeps a write in {milliseconds:.1f} ms.")


def readable_by_others(path: Path) -> bool:
    """Whether somebody besides the owner can read a file: by its mode and that of its folder."""
    return bool(path.stat().st_mode & path.parent.stat().st_mode & OTHERS)
