"""/healthz and /readyz: what a load balancer acts on, and what a stranger may know."""

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connections
from django.test import Client
from pytest_django import Settings

from checkpoint_site import dependencies
from checkpoint_site.probes import Absent, Answer, Probe, ask_all
from permits import keys


def ready(client: Client) -> tuple[int, dict[str, Any]]:
    response = client.get("/readyz")
    body: dict[str, Any] = response.json()
    return response.status_code, body


def working(body: dict[str, Any]) -> dict[str, bool]:
    return {name: check["ok"] for name, check in body["checks"].items()}


def break_database(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if the database had gone, for connections that are opened from now on."""
    settings_dict = connections["default"].settings_dict
    if connections["default"].vendor == "sqlite":
        monkeypatch.setitem(settings_dict, "NAME", "/no/such/folder/checkpoint.sqlite3")
    else:
        monkeypatch.setitem(settings_dict, "HOST", "127.0.0.1")
        monkeypatch.setitem(settings_dict, "PORT", "1")


def test_healthz_asks_no_database(client: Client) -> None:
    """The test may not touch the database: it would be told."""
    response = client.get("/healthz")
    assert (response.status_code, response.json()) == (200, {"status": "ok"})
    assert "no-store" in response["Cache-Control"]


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_they_answer_over_plain_http_where_all_else_is_led_to_https(
    settings: Settings, path: str
) -> None:
    settings.SECURE_SSL_REDIRECT = True
    client = Client()
    assert client.get("/").status_code == 301
    assert client.get(path).status_code == 200


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_they_only_answer_what_was_asked_under_the_sites_name(client: Client, path: str) -> None:
    assert client.post(path).status_code == 405
    assert client.get(path, headers={"host": "elsewhere.example"}).status_code == 400


@pytest.mark.django_db
def test_a_sound_site_is_ready(client: Client, settings: Settings) -> None:
    status, body = ready(client)
    expected = {"database", "migrations", "keys"}
    if connections["default"].vendor == "sqlite":
        expected.add("storage")
    if settings.REDIS_URL:
        expected.add("redis")
    assert (status, body["status"]) == (200, "ready")
    assert working(body) == dict.fromkeys(expected, True)
    assert all(check["ms"] >= 0 for check in body["checks"].values())


@pytest.mark.django_db
def test_without_the_database_it_is_not_ready_and_says_no_more(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    break_database(monkeypatch)
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json()["status"] == "not_ready"
    assert not response.json()["checks"]["database"]["ok"]
    assert set(response.json()["checks"]["database"]) == {"ok", "ms"}
    for detail in ("rror", "127.0.0.1", "/no/such"):
        assert detail not in response.content.decode()


@pytest.mark.django_db
def test_a_migration_that_is_missing_is_not_ready(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    later = dependencies.last_migrations() | {("scans", "9999_later")}
    monkeypatch.setattr(dependencies, "last_migrations", lambda: later)
    status, body = ready(client)
    assert (status, working(body)["migrations"], working(body)["database"]) == (503, False, True)


@pytest.mark.django_db
@pytest.mark.usefixtures("no_keys")
def test_without_keys_it_is_not_ready(client: Client) -> None:
    status, body = ready(client)
    assert (status, working(body)["keys"]) == (503, False)
    keys.rotate()
    assert ready(client)[0] == 200


@pytest.mark.django_db
def test_without_redis_it_is_ready_but_degraded(client: Client, settings: Settings) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    status, body = ready(client)
    assert (status, body["status"], working(body)["redis"]) == (200, "degraded", False)


@pytest.mark.django_db
def test_a_full_disk_is_not_ready_where_the_database_is_a_file(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dependencies, "LEAST_FREE_BYTES", 1 << 60)
    status, body = ready(client)
    if connections["default"].vendor == "sqlite":
        assert (status, working(body)["storage"]) == (503, False)
    else:
        assert (status, "storage" in body["checks"]) == (200, False)


class Hanging:
    """A dependency that answers when it is let go, and counts how often it was asked."""

    def __init__(self) -> None:
        self.asked = 0
        self.let_go = threading.Event()

    def __call__(self) -> None:
        self.asked += 1
        assert self.let_go.wait(30)


@pytest.fixture
def hanging() -> Iterator[Hanging]:
    hanging = Hanging()
    yield hanging
    hanging.let_go.set()


def test_who_hangs_counts_as_away_and_is_asked_once_at_a_time(hanging: Hanging) -> None:
    slow, quick = Probe("slow", hanging), Probe("quick", lambda: None)
    for _ in range(3):
        answers = ask_all([slow, quick], within_seconds=0.05)
        assert answers[slow] == Answer(ok=False)
        assert answers[quick].ok
    assert hanging.asked == 1

    hanging.let_go.set()
    assert ask_all([slow], within_seconds=30)[slow].ok
    assert ask_all([slow], within_seconds=30)[slow].ok
    assert hanging.asked in (2, 3)


def test_a_dependency_that_the_site_has_not_is_neither_up_nor_down() -> None:
    def absent() -> None:
        raise Absent

    probe = Probe("absent", absent)
    answer = ask_all([probe], within_seconds=30)[probe]
    assert (answer.ok, answer.absent) == (True, True)
