"""The load tool against a real server: `python -m bench.cameras`, as anyone runs it."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser.site import PASSWORD, ROOT, Site


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with Site(tmp_path) as site:
        yield site


def cameras(site: Site, folder: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    environment = {**os.environ, "DEMO": "1", "DATA_DIR": str(folder)}
    return subprocess.run(
        [sys.executable, "-m", "bench.cameras", "--url", site.address, *arguments],
        cwd=ROOT,
        env={**environment, "CHECKPOINT_PASSWORD": PASSWORD},
        capture_output=True,
        text=True,
        check=False,
    )


def test_cameras_of_every_kind_get_each_verdict_once_and_each_is_in_the_database(
    site: Site, tmp_path: Path
) -> None:
    """One of the ten loads its page anew, amid a check, after two seconds."""
    codes, file = tmp_path / "codes.txt", tmp_path / "figures.json"
    codes.write_text(site.manage("sample_codes", "--count", "10"))
    scene = ("--scene", "mixed", "--cameras", "10", "--seconds", "3", "--processes", "2")
    told = ("--database", "--codes", str(codes), "--json", str(file))

    result = cameras(site, tmp_path, *scene, *told)

    assert result.returncode == 0, result.stdout + result.stderr
    assert result.stdout.endswith("Nothing was lost, and nothing doubled.\n")
    figures = json.loads(file.read_text())
    assert (figures["cameras_served"], figures["errors"]) == (10, {})
    frames, checks, verdicts = figures["frames"], figures["checks"], figures["verdicts"]
    assert 0 < frames["sent"] == frames["done"]
    assert frames["offered"] == frames["sent"] + frames["skipped_in_flight"]
    assert frames["unread"] == 0
    assert 0 < checks["sent"] == checks["done"] == checks["offered"]
    assert verdicts["outcomes"]["allow"] > 0
    assert figures["database"]["recorded"] >= verdicts["new"] > 0
    assert figures["reloads"] == figures["reconnects"] > 0
    assert checks["sent_again"] > 0
