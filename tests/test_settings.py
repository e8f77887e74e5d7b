"""The settings, read as a fresh process reads them."""

import json
import logging
import os
import subprocess
import sys
from pathlib import Path

import pytest
import qrcode

from checkpoint_site.logs import WithoutPrivateLinks

ROOT = Path(__file__).resolve().parent.parent
GOOD_KEY = "a-key-that-is-only-for-tests-0123456789-abc="
GOOD_SECRET = "a-secret-that-is-only-for-this-test-0123456789-abcdefghijkl"


def manage(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run manage.py with these variables alone."""
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT),
        "PERSONAL_DATA_KEYS": GOOD_KEY,
        **variables,
    }
    return subprocess.run(
        [sys.executable, str(ROOT / "manage.py"), *arguments],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_without_a_secret_the_start_is_refused_and_the_variable_named(tmp_path: Path) -> None:
    result = manage("check", DATA_DIR=str(tmp_path))
    assert result.returncode != 0
    assert "SECRET_KEY must be set" in result.stderr


def test_a_short_secret_is_refused(tmp_path: Path) -> None:
    result = manage("check", DATA_DIR=str(tmp_path), SECRET_KEY="x" * 49)
    assert result.returncode != 0
    assert "SECRET_KEY must be set" in result.stderr


def test_a_picture_is_read_without_any_setting(tmp_path: Path) -> None:
    picture = tmp_path / "code.png"
    qrcode.make("xin chào").save(picture)
    result = manage("decode", "--json", str(picture), DATA_DIR=str(tmp_path))
    assert result.returncode == 0, result.stderr
    line = json.loads(result.stdout)
    assert (line["file"], line["payloads"]) == (str(picture), ["xin chào"])
    assert line["ms"] > 0


def test_the_deployment_check_finds_nothing(tmp_path: Path) -> None:
    result = manage(
        "check",
        "--deploy",
        "--fail-level",
        "WARNING",
        DATA_DIR=str(tmp_path),
        SECRET_KEY=GOOD_SECRET,
        ALLOWED_HOSTS="checkpoint.example",
    )
    assert result.returncode == 0, result.stderr


def test_the_demo_makes_a_secret_that_only_its_owner_reads(tmp_path: Path) -> None:
    assert manage("check", DATA_DIR=str(tmp_path), DEMO="1").returncode == 0
    secret = tmp_path / "secret_key"
    assert len(secret.read_text()) >= 50
    assert secret.stat().st_mode & 0o777 == 0o600
    before = secret.read_text()
    manage("check", DATA_DIR=str(tmp_path), DEMO="1")
    assert secret.read_text() == before


def test_the_demo_is_prepared_only_where_it_was_asked_for(tmp_path: Path) -> None:
    result = manage("prepare_demo", DATA_DIR=str(tmp_path), SECRET_KEY=GOOD_SECRET)
    assert result.returncode != 0
    assert "DEMO=1" in result.stderr


def test_without_keys_a_command_says_how_to_make_them(tmp_path: Path) -> None:
    script = "from permits import keys; keys.load()"
    result = manage("shell", "-c", script, DATA_DIR=str(tmp_path), SECRET_KEY=GOOD_SECRET)
    assert "rotate_key" in result.stderr


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("DEMO", "perhaps"),
        ("HTTPS_ONLY", "perhaps"),
        ("HSTS_SECONDS", "-1"),
        ("TRUSTED_PROXIES", "one"),
        ("DECODE_THREADS", "many"),
        ("LOGIN_ATTEMPTS", "few"),
        ("SOCKET_RECHECK_SECONDS", "soon"),
        ("DECLARATION_RATE", "often"),
        ("CHECK_RATE", "0/year!"),
        ("TIME_ZONE", "Asia/Nowhere"),
        ("LOG_LEVEL", "LOUD"),
        ("LOG_FORMAT", "xml"),
        ("METRICS_TOKEN", "nineteen-characters"),
        ("PROMETHEUS_MULTIPROC_DIR", "/proc/no-such-folder"),
        ("RETAIN_SCANS_DAYS", "-1"),
        ("RETAIN_WATCHLIST_DAYS", "a month"),
        ("DATABASE_URL", "mysql://somebody@localhost/checkpoint"),
        ("DATABASE_URL", "postgres://localhost"),
        ("DATABASE_URL", "postgres://localhost:port/checkpoint"),
        ("DATABASE_POOL", "0"),
        ("DATABASE_REPLICA_URL", "sqlite:////tmp/copy"),
        ("DATABASE_REPLICA_URL", "postgres://localhost/checkpoint"),  # beside SQLite
        ("REDIS_URL", "http://localhost:6379"),
        ("REDIS_URL", "redis+cluster://one:6379,two"),
        ("SERVER", "gunicorn"),
        ("PORT", "0"),
        ("PORT", "65536"),
        ("MOST_SOCKETS", "0"),
        ("STOP_SECONDS", "0"),
        ("LEAVE_SECONDS", "-1"),
        ("EMAIL_HOST", "mail.example.org:25"),
        ("EMAIL_HOST", "mail.example.org"),  # without EMAIL_FROM
        ("EMAIL_PORT", "0"),
        ("EMAIL_TLS", "yes"),
        ("EMAIL_FROM", "checkpoint"),
        ("EMAIL_FROM", "a@example.org, b@example.org"),
        ("EMAIL_USER", "somebody"),  # without EMAIL_PASSWORD
        ("SITE_ADDRESS", "checkpoint.example.org"),
        ("SITE_ADDRESS", "https://checkpoint.example.org/here"),
    ],
)
def test_a_wrong_value_stops_the_start_with_its_name(
    tmp_path: Path, variable: str, value: str
) -> None:
    variables = {"DATA_DIR": str(tmp_path), "SECRET_KEY": GOOD_SECRET, variable: value}
    result = manage("check", **variables)
    assert result.returncode != 0
    assert variable in result.stderr


EMAIL = {
    "EMAIL_HOST": "mail.example.org",
    "EMAIL_FROM": "Checkpoint <checkpoint@example.org>",
    "SITE_ADDRESS": "https://checkpoint.example.org",
}


def test_a_mail_server_needs_the_site_s_address_and_no_password_is_said(tmp_path: Path) -> None:
    variables = {**EMAIL, "SITE_ADDRESS": "", "EMAIL_PASSWORD": "sesame-sesame"}
    result = manage("check", DATA_DIR=str(tmp_path), SECRET_KEY=GOOD_SECRET, **variables)
    assert result.returncode != 0
    assert "SITE_ADDRESS" in result.stderr
    assert "sesame" not in result.stderr + result.stdout


@pytest.mark.parametrize(
    ("tls", "expected"),
    [("starttls", [587, True, False]), ("tls", [465, False, True]), ("none", [587, False, False])],
)
def test_how_the_mail_server_is_reached(tmp_path: Path, tls: str, expected: list[object]) -> None:
    script = (
        "import json; from django.conf import settings as s;"
        "print(json.dumps([s.EMAIL_PORT, s.EMAIL_USE_TLS, s.EMAIL_USE_SSL]))"
    )
    result = manage(
        *("shell", "-v", "0", "-c", script),
        **{"DATA_DIR": str(tmp_path), "SECRET_KEY": GOOD_SECRET, "EMAIL_TLS": tls, **EMAIL},
    )
    assert json.loads(result.stdout) == expected, result.stderr


def test_a_secret_may_stand_in_a_file(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text(f"{GOOD_SECRET}\n")
    script = "from django.conf import settings; print(settings.SECRET_KEY)"
    result = manage(
        "shell", "-v", "0", "-c", script, DATA_DIR=str(tmp_path), SECRET_KEY_FILE=str(secret)
    )
    assert result.stdout.strip() == GOOD_SECRET


def test_a_secret_s_file_that_cannot_be_read_stops_the_start_with_the_variable_s_name(
    tmp_path: Path,
) -> None:
    absent = str(tmp_path / "absent")
    result = manage("check", DATA_DIR=str(tmp_path), SECRET_KEY_FILE=absent, SECRET_KEY=GOOD_SECRET)
    assert result.returncode != 0
    assert "SECRET_KEY_FILE must be a readable file path" in result.stderr


def test_a_wrong_value_in_a_file_stops_the_start_without_being_repeated(tmp_path: Path) -> None:
    address = tmp_path / "database_url"
    address.write_text("mysql://checkpoint:a-s3cret-word@localhost/checkpoint")
    result = manage(
        "check",
        DATA_DIR=str(tmp_path),
        SECRET_KEY=GOOD_SECRET,
        DATABASE_URL_FILE=str(address),
    )
    assert result.returncode != 0
    assert "DATABASE_URL" in result.stderr
    assert "a-s3cret-word" not in result.stderr


def test_static_files_may_stand_apart_from_the_data(tmp_path: Path) -> None:
    script = "from django.conf import settings; print(settings.STATIC_ROOT)"
    places = {"DATA_DIR": str(tmp_path), "SECRET_KEY": GOOD_SECRET}
    beside = manage("shell", "-v", "0", "-c", script, **places)
    apart = manage("shell", "-v", "0", "-c", script, **places, STATIC_DIR="/srv/static")
    assert beside.stdout.strip() == str(tmp_path / "static")
    assert apart.stdout.strip() == "/srv/static"


def test_a_wrong_database_address_does_not_print_its_password(tmp_path: Path) -> None:
    result = manage(
        "check",
        DATA_DIR=str(tmp_path),
        SECRET_KEY=GOOD_SECRET,
        DATABASE_URL="mysql://checkpoint:a-s3cret-word@localhost/checkpoint",
    )
    assert "DATABASE_URL" in result.stderr
    assert "a-s3cret-word" not in result.stderr


def test_a_private_link_is_cut_out_of_the_log() -> None:
    record = logging.LogRecord(
        "django.request", logging.WARNING, "", 0, "Not Found: %s", ("/permits/s3cret/x",), None
    )
    assert WithoutPrivateLinks().filter(record)
    assert record.getMessage() == "Not Found: /permits/…/x"
