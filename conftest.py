"""What every test runs with, said before any test module is loaded."""

import os
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.db import connection
from pytest_django import DjangoDbBlocker

from checkpoint_site import backends
from scans.tests.guard import take_down

# A password costs a microsecond, and pages find their files without collectstatic.
settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
settings.STORAGES["staticfiles"]["BACKEND"] = (
    "django.contrib.staticfiles.storage.StaticFilesStorage"
)
if settings.REDIS_URL:  # each of the processes that run the tests has a Redis database of its own
    number = os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")
    settings.REDIS_URL = f"{settings.REDIS_URL.rpartition('/')[0]}/{int(number) + 1}"
    settings.CACHES["default"] = backends.cache(settings.REDIS_URL)
    settings.CHANNEL_LAYERS["default"] = backends.channel_layer(settings.REDIS_URL)
settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # whitenoise looks for it


@pytest.fixture(scope="session", autouse=True)
def _tables_may_be_emptied(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """Tests that commit empty them; those of the guard put it up again (test_look_ups.py)."""
    with django_db_blocker.unblock():
        take_down(connection)


@pytest.fixture(scope="session", autouse=True)
def _no_connection_outlives_the_tests(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[None]:
    """PostgreSQL drops no database that a thread is still connected to."""
    yield
    with django_db_blocker.unblock():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )
            connection.close()
            connection.close_pool()  # type: ignore[attr-defined]
