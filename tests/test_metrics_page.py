"""/metrics: for whoever has the token, and of all processes where they share a folder."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from prometheus_client.parser import text_string_to_metric_families
from pytest_django import Settings

from checkpoint_site.metrics_page import forget_the_dead

ROOT = Path(__file__).resolve().parent.parent
TOKEN = "a-token-that-is-only-for-this-test"


def get(client: Client, **headers: str) -> Any:
    return client.get("/metrics", headers=headers)


def test_without_a_token_set_there_is_no_such_page(client: Client, settings: Settings) -> None:
    settings.METRICS_TOKEN = ""
    for authorization in ("", "Bearer ", "Bearer", f"Bearer {TOKEN}"):
        assert get(client, authorization=authorization).status_code == 404


def test_a_wrong_token_finds_no_such_page(client: Client, settings: Settings) -> None:
    settings.METRICS_TOKEN = TOKEN
    for authorization in ("", TOKEN, f"Basic {TOKEN}", f"Bearer {TOKEN}x", "Bearer Nguyễn"):
        response = get(client, authorization=authorization)
        assert (response.status_code, response.content) == (404, b"")


@pytest.mark.django_db
def test_the_token_opens_the_page_over_plain_http(settings: Settings) -> None:
    settings.METRICS_TOKEN = TOKEN
    settings.SECURE_SSL_REDIRECT = True
    response = get(Client(), authorization=f"Bearer {TOKEN}")
    assert response.status_code == 200
    assert "no-store" in response["Cache-Control"]
    families = list(text_string_to_metric_families(response.content.decode()))
    assert {"checkpoint_frames", "checkpoint_verdicts", "checkpoint_sockets"} <= {
        family.name for family in families
    }


SERVER = """
import os, sys
sys.path.insert(0, os.environ["ROOT"])
from scans import metrics
metrics.FRAMES.labels("code").inc(3)
metrics.SOCKETS.labels("officer").inc(2)
print("ready", flush=True)
sys.stdin.read()
"""
PAGE = """
from django.conf import settings
from django.test import Client
settings.ALLOWED_HOSTS = ["testserver"]
token = {"authorization": "Bearer " + settings.METRICS_TOKEN}
print(Client().get("/metrics", headers=token).content.decode())
"""


def test_one_process_answers_for_all_and_drops_the_sockets_of_a_dead_one(tmp_path: Path) -> None:
    environment = {
        "PATH": os.environ["PATH"],
        "ROOT": str(ROOT),
        "DEMO": "1",
        "DATA_DIR": str(tmp_path),
        "METRICS_TOKEN": TOKEN,
        "PROMETHEUS_MULTIPROC_DIR": str(tmp_path / "metrics"),
        "DJANGO_SETTINGS_MODULE": "checkpoint_site.settings",
    }
    (tmp_path / "metrics").mkdir()

    def start() -> "subprocess.Popen[str]":
        setup = "import django; django.setup()\n"
        server = subprocess.Popen(
            [sys.executable, "-c", setup + SERVER],
            cwd=ROOT,
            env=environment,
            text=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        assert server.stdout is not None
        assert server.stdout.readline() == "ready\n"
        return server

    def page() -> dict[tuple[str, str], float]:
        script = "import django; django.setup()\n" + PAGE
        command = [sys.executable, "-c", script]
        text = subprocess.run(
            command, cwd=ROOT, env=environment, check=True, capture_output=True, text=True
        ).stdout
        return {
            (sample.name, "".join(sample.labels.values())): sample.value
            for family in text_string_to_metric_families(text)
            for sample in family.samples
        }

    first, second = start(), start()
    both = page()
    assert both["checkpoint_frames_total", "code"] == 6
    assert both["checkpoint_sockets", "officer"] == 4

    first.kill()
    first.communicate()
    one = page()
    assert one["checkpoint_frames_total", "code"] == 6, "what was counted stays"
    assert one["checkpoint_sockets", "officer"] == 2
    second.communicate("")


def test_the_files_of_the_living_stay(tmp_path: Path) -> None:
    mine = tmp_path / f"gauge_livesum_{os.getpid()}.db"
    counts = tmp_path / "counter_999999999.db"
    dead = tmp_path / "gauge_livesum_999999999.db"
    for path in (mine, counts, dead):
        path.touch()
    forget_the_dead(tmp_path)
    assert sorted(tmp_path.iterdir()) == sorted([mine, counts])
