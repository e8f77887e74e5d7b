"""The doctor: each side of each edge, and what it says of a real installation."""

import io
import json
import resource
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.db import connection, connections
from django.utils import timezone
from pytest_django import Settings

from checkpoint_site.dependencies import fresh_connection, last_migrations
from checkpoint_site.doctor import (
    background,
    code,
    database,
    disk,
    machine,
    pages,
    personal,
    postgresql,
    redis_server,
    settings_made,
    sqlite_file,
)
from checkpoint_site.doctor import signing_keys as key_files
from checkpoint_site.doctor.examination import examine
from checkpoint_site.doctor.finding import Finding, Level, ok, warning, wrong
from permits import documents, keys
from permits.models import Permit
from permits.roles import Role
from permits.verdict import Direction
from scans.check import check_batch
from scans.evidence import CheckRequest
from scans.models import Lane
from scans.shifts import lane_context

OK, WARNING, WRONG = Level
NOW = datetime(2026, 11, 25, 8, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
MIB = 1 << 20

JUDGED: list[tuple[Finding, Level]] = [
    (settings_made.judge_mode(demo=False, debug=False), OK),
    (settings_made.judge_mode(demo=True, debug=False), WARNING),
    (settings_made.judge_mode(demo=True, debug=True), WRONG),
    (settings_made.judge_hosts(["checkpoint.example"]), OK),
    (settings_made.judge_hosts([".checkpoint.example"]), OK),
    (settings_made.judge_hosts([".example"]), WRONG),
    (settings_made.judge_hosts(["checkpoint.example", "*"]), WRONG),
    (settings_made.judge_hosts(["localhost", "127.0.0.1"]), WARNING),
    (settings_made.judge_https(https_only=True, proxies=1, demo=False), OK),
    (settings_made.judge_https(https_only=True, proxies=0, demo=False), WARNING),
    (settings_made.judge_https(https_only=False, proxies=1, demo=False), WRONG),
    (settings_made.judge_https(https_only=False, proxies=0, demo=True), OK),
    (code.judge_python((3, 11)), OK),
    (code.judge_python((3, 10)), WRONG),
    (code.judge_versions({"django==5.2.19": "5.2.19"}), OK),
    (code.judge_versions({"django==5.2.19": "5.2.18"}), WRONG),
    (code.judge_versions({"django==5.2.19": None}), WRONG),
    (code.judge_versions({"colorama==0.4.6 ; sys_platform == 'nowhere'": None}), OK),
    (code.judge_decoder(True, 50.0), OK),
    (code.judge_decoder(True, 50.1), WARNING),
    (code.judge_decoder(False, 1.0), WRONG),
    (background.judge_workers(1, 9), OK),
    (background.judge_workers(0, 0), WARNING),
    (background.judge_workers(0, 1), WRONG),
    (background.judge_failures(0), OK),
    (background.judge_failures(1), WARNING),
    (database.judge_latency(20.0), OK),
    (database.judge_latency(20.1), WARNING),
    (database.judge_administrators(1), OK),
    (database.judge_administrators(0), WARNING),
    (disk.judge_room(Path("/var"), 2048 * MIB), OK),
    (disk.judge_room(Path("/var"), 2048 * MIB - 1), WARNING),
    (disk.judge_room(Path("/var"), 200 * MIB), WARNING),
    (disk.judge_room(Path("/var"), 200 * MIB - 1), WRONG),
    (disk.judge_file_system("ext4"), OK),
    (disk.judge_file_system("overlay"), WARNING),
    (disk.judge_file_system("tmpfs"), WRONG),
    (disk.judge_file_system("nfs4"), WRONG),
    (disk.judge_sync(30.0), OK),
    (disk.judge_sync(30.1), WARNING),
    (sqlite_file.judge_version((3, 31, 0)), OK),
    (sqlite_file.judge_version((3, 30, 1)), WRONG),
    (sqlite_file.judge_journal("wal", 2), OK),
    (sqlite_file.judge_journal("wal", 1), WRONG),
    (sqlite_file.judge_journal("delete", 2), WRONG),
    (sqlite_file.judge_mode(Path("/x/y"), readable=False), OK),
    (sqlite_file.judge_mode(Path("/x/y"), readable=True), WARNING),
    (postgresql.judge_version(14), OK),
    (postgresql.judge_version(13), WRONG),
    (postgresql.judge_durability("on", "on"), OK),
    (postgresql.judge_durability("remote_apply", "on"), OK),
    (postgresql.judge_durability("off", "on"), WRONG),
    (postgresql.judge_durability("on", "off"), WRONG),
    (postgresql.judge_encoding("UTF8"), OK),
    (postgresql.judge_encoding("SQL_ASCII"), WRONG),
    (postgresql.judge_skew(2.0), OK),
    (postgresql.judge_skew(-2.1), WARNING),
    (postgresql.judge_skew(60.0), WARNING),
    (postgresql.judge_skew(-60.1), WRONG),
    (postgresql.judge_connections(19, pool=8), OK),
    (postgresql.judge_connections(18, pool=8), WRONG),
    (postgresql.judge_way("", encrypted=False), OK),
    (postgresql.judge_way("/var/run/postgresql", encrypted=False), OK),
    (postgresql.judge_way("db.example", encrypted=True), OK),
    (postgresql.judge_way("db.example", encrypted=False), WARNING),
    (postgresql.judge_tools(15, server=15), OK),
    (postgresql.judge_tools(14, server=15), WARNING),
    (postgresql.judge_tools(None, server=15), WARNING),
    (redis_server.judge_absence(1, one_machine=True), OK),
    (redis_server.judge_absence(2, one_machine=True), WRONG),
    (redis_server.judge_absence(1, one_machine=False), WARNING),
    (redis_server.judge_hearing(True), OK),
    (redis_server.judge_hearing(False), WRONG),
    (redis_server.judge_memory(0, "noeviction"), OK),
    (redis_server.judge_memory(64 * MIB, "volatile-ttl"), OK),
    (redis_server.judge_memory(64 * MIB, "noeviction"), WARNING),
    (personal.judge_unsealing(3, []), OK),
    (personal.judge_unsealing(3, [2]), WRONG),
    (personal.judge_place(Path("/d/documents"), served=[Path("/d/static")]), OK),
    (personal.judge_place(Path("/d/static-2"), served=[Path("/d/static")]), OK),
    (personal.judge_place(Path("/d/static"), served=[Path("/d/static")]), WRONG),
    (personal.judge_place(Path("/d/static/a/b"), served=[Path("/d/static")]), WRONG),
    (personal.judge_mode(Path("/d"), 0o40750), OK),
    (personal.judge_mode(Path("/d"), 0o40751), WARNING),
    (personal.judge_files(2, [], []), OK),
    (personal.judge_files(2, [1], []), WRONG),
    (personal.judge_files(2, [], [1]), WRONG),
    (key_files.judge_modes({Path("/k/digest.key"): 0o100600}), OK),
    (key_files.judge_modes({Path("/k/digest.key"): 0o100640}), WRONG),
    (key_files.judge_owner([]), OK),
    (key_files.judge_owner([Path("/k/digest.key")]), WARNING),
    (pages.judge_age([]), OK),
    (pages.judge_age(["js/camera.js"]), WRONG),
    (machine.judge_clock(NOW, latest=None), OK),
    (machine.judge_clock(NOW, latest=NOW + 5 * SECOND), OK),
    (machine.judge_clock(NOW, latest=NOW + 6 * SECOND), WRONG),
    (machine.judge_clock(NOW.replace(year=2025), latest=None), WRONG),
    (machine.judge_files(4096), OK),
    (machine.judge_files(4095), WARNING),
    (machine.judge_files(resource.RLIM_INFINITY), OK),
]


@pytest.mark.parametrize(("finding", "level"), JUDGED, ids=lambda value: getattr(value, "says", ""))
def test_each_figure_is_judged(finding: Finding, level: Level) -> None:
    assert finding.level is level
    assert bool(finding.do) == (level is not OK), "what is not well has something to do about it"


def test_what_is_installed_wrongly_is_named() -> None:
    found = code.judge_versions({"django==5.2.19": "5.1", "pillow==13.0.0": None})
    assert "django is 5.1, not ==5.2.19; pillow is missing" in found.says


MOUNTS = [
    "/dev/vda / ext4 rw 0 0",
    "tmpfs /var/lib tmpfs rw 0 0",
    "server:/x /var/lib/with\\040space nfs4 rw 0 0",
]


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/srv/checkpoint.sqlite3", "ext4"),
        ("/var/lib/checkpoint.sqlite3", "tmpfs"),
        ("/var/library/checkpoint.sqlite3", "ext4"),
        ("/var/lib/with space/checkpoint.sqlite3", "nfs4"),
    ],
)
def test_the_file_system_is_that_of_the_nearest_mount(path: str, kind: str) -> None:
    assert disk.file_system(Path(path), MOUNTS) == kind


@pytest.mark.parametrize(
    ("folder", "file", "readable"),
    [(0o700, 0o644, False), (0o755, 0o600, False), (0o755, 0o644, True), (0o750, 0o640, True)],
)
def test_a_closed_folder_or_a_closed_file_is_enough(
    tmp_path: Path, folder: int, file: int, readable: bool
) -> None:
    path = tmp_path / "database"
    path.touch()
    path.chmod(file)
    tmp_path.chmod(folder)
    assert disk.readable_by_others(path) is readable


# --- On this installation -------------------------------------------------------------------------


def levels(look: Callable[[], Iterator[Finding]]) -> set[Level]:
    return {finding.level for finding in look()}


def says(look: Callable[[], Iterator[Finding]]) -> str:
    return "\n".join(f"{finding.level} {finding.says} {finding.do}" for finding in look())


def test_the_code_of_this_installation_is_in_order() -> None:
    assert levels(code.look) <= {OK, WARNING}


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_the_database_is_tried_and_nothing_is_left_in_it(make_user: Callable[..., User]) -> None:
    make_user(Role.ADMINISTRATOR)
    assert levels(database.look) <= {OK, WARNING}
    assert "takes a row" in says(database.look)
    assert "administer the site: 1" in says(database.look)
    with fresh_connection() as other, other.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM django_session")
        assert cursor.fetchone() == (0,)


@pytest.mark.django_db
def test_a_database_of_older_and_of_newer_code_is_told() -> None:
    last = last_migrations()
    older = database.judge_migrations(set(last - {("scans", "0001_initial")}) - newest("scans"))
    newer = database.judge_migrations({*last, ("scans", "9999_later")})
    assert (older.level, older.do) == (WRONG, "python manage.py migrate")
    assert newer.level is WARNING
    assert "scans.9999_later" in newer.says
    assert database.judge_migrations(set(last)).level is OK


def newest(app: str) -> set[tuple[str, str]]:
    return {one for one in last_migrations() if one[0] == app}


@pytest.mark.django_db
def test_a_database_that_is_away_is_said_once_and_the_rest_goes_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    settings_dict = connections["default"].settings_dict
    monkeypatch.setitem(settings_dict, "PASSWORD", "s3cret")
    if connection.vendor == "sqlite":
        monkeypatch.setitem(settings_dict, "NAME", "/no/such/folder/checkpoint.sqlite3")
    else:
        monkeypatch.setitem(settings_dict, "HOST", "127.0.0.1")
        monkeypatch.setitem(settings_dict, "PORT", "1")
    [found] = database.look()
    assert found.level is WRONG
    assert "DATABASE_URL" in found.do
    assert "s3cret" not in found.says
    assert list(sqlite_file.look()) == []
    assert list(postgresql.look()) == []
    assert levels(machine.look) <= {OK, WARNING}


@pytest.mark.django_db
def test_each_database_gets_the_questions_of_its_kind() -> None:
    of_sqlite, of_postgresql = says(sqlite_file.look), says(postgresql.look)
    if connection.vendor == "sqlite":
        assert "write-ahead log" in of_sqlite
        assert of_postgresql == ""
    else:
        assert of_sqlite == ""
        assert "room for" in of_postgresql
        assert "clock and this machine's agree" in of_postgresql
        assert "Backups can be made" in of_postgresql


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_a_clock_that_was_set_back_shows_in_the_scans(
    river_lane: Lane, officer: User, settings: Settings
) -> None:
    later = timezone.now() + timedelta(hours=1)
    lane = lane_context(river_lane.pk, Direction.IN, officer.pk)
    check_batch([CheckRequest("menu", uuid4(), later, lane, "api")], clock=lambda: later)
    assert "has been set back" in says(machine.look)


def test_keys_that_others_can_read_are_wrong(no_keys: Path) -> None:
    keys.rotate()
    assert levels(key_files.look) == {OK}
    private = next(no_keys.glob("*.private.pem"))
    private.chmod(0o644)
    assert f"wrong Others can read {private.name}" in says(key_files.look)


def test_missing_and_broken_keys_are_told_apart(no_keys: Path) -> None:
    assert "rotate_key" in says(key_files.look)
    keys.rotate()
    assert levels(key_files.look) == {OK}
    next(no_keys.glob("*.private.pem")).write_text("no key")
    assert "cannot be read" in says(key_files.look)


def test_static_files_are_missed_and_old_ones_noticed(settings: Settings, tmp_path: Path) -> None:
    source, collected = tmp_path / "source", tmp_path / "collected"
    settings.STATICFILES_DIRS, settings.STATIC_ROOT = [source], collected
    for folder in (source, collected):
        (folder / "js").mkdir(parents=True)
        (folder / "js" / "camera.js").write_text("new")
    assert "There are no static files" in says(pages.look)
    (collected / "staticfiles.json").touch()
    assert levels(pages.look) == {OK}
    (collected / "js" / "camera.js").write_text("old")
    assert "such as js/camera.js" in says(pages.look)


def test_processes_that_cannot_hear_each_other_are_wrong(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.REDIS_URL = ""
    monkeypatch.setenv("WEB_CONCURRENCY", "3")
    assert "3 server processes and no REDIS_URL" in says(redis_server.look)


def test_a_redis_that_is_away_is_wrong(settings: Settings) -> None:
    settings.REDIS_URL = "redis://:s3cret@127.0.0.1:1/0"
    assert levels(redis_server.look) == {WRONG}
    assert "s3cret" not in says(redis_server.look)


def test_redis_is_asked_where_the_site_has_one(settings: Settings) -> None:
    if settings.REDIS_URL:
        assert levels(redis_server.look) <= {OK, WARNING}
        assert "What is published in Redis arrives" in says(redis_server.look)
    else:
        assert says(redis_server.look).count("There is no REDIS_URL") == 1


# --- The command ----------------------------------------------------------------------------------


def broken() -> Iterator[Finding]:
    yield ok("so far")
    raise RuntimeError("the first line\nand details")


def test_a_subject_that_cannot_be_looked_at_is_a_finding_and_the_rest_goes_on() -> None:
    lines = list(examine({"broken": broken, "sound": lambda: iter([ok("well")])}))
    assert [(line.subject, line.finding.level) for line in lines] == [
        ("broken", OK),
        ("broken", WRONG),
        ("sound", OK),
    ]
    assert lines[1].finding.says.endswith("RuntimeError: the first line")


@pytest.fixture
def doctor(monkeypatch: pytest.MonkeyPatch) -> Callable[..., tuple[str, str]]:
    """Run the command on these findings: what it prints, and the error it ends with."""

    def run(*findings: Finding, arguments: tuple[str, ...] = ()) -> tuple[str, str]:
        monkeypatch.setattr(
            "checkpoint_site.management.commands.doctor.examine",
            lambda: examine({"disk": lambda: iter(findings)}),
        )
        out, err = io.StringIO(), io.StringIO()
        try:
            call_command("doctor", *arguments, stdout=out, stderr=err)
        except CommandError as error:
            return out.getvalue(), f"{error}"
        return out.getvalue(), ""

    return run


def test_what_is_well_ends_well(doctor: Callable[..., tuple[str, str]]) -> None:
    printed, error = doctor(ok("There is room."), warning("It is slow.", "Take another."))
    assert error == ""
    assert printed == (
        "ok       disk        There is room.\n"
        "warning  disk        It is slow.\n"
        "                     -> Take another.\n"
    )


def test_what_is_wrong_ends_with_an_error(doctor: Callable[..., tuple[str, str]]) -> None:
    _printed, error = doctor(wrong("It is full.", "Make room."), warning("It is slow.", "Take it."))
    assert error == "1 things are wrong, 1 are worth a look."


def test_a_program_gets_json(doctor: Callable[..., tuple[str, str]]) -> None:
    printed, error = doctor(wrong("It is full.", "Make room."), arguments=("--json",))
    assert json.loads(printed) == [
        {"subject": "disk", "level": "wrong", "says": "It is full.", "do": "Make room."}
    ]
    assert error


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_the_whole_examination_finds_no_subject_that_cannot_be_looked_at() -> None:
    lines: list[Any] = list(examine())
    assert {line.subject for line in lines} >= {"settings", "code", "database", "keys", "machine"}
    assert not [line for line in lines if "could not be looked at" in line.finding.says]


@pytest.mark.django_db
def test_personal_data_that_no_key_unseals_is_told(
    permit: Permit, settings: Settings, tmp_path: Path
) -> None:
    settings.DOCUMENTS_DIR = tmp_path / "documents"
    documents.add(permit, [documents.examine("giấy.pdf", b"%PDF-1.4")], now=NOW)
    assert levels(personal.look) == {OK}
    assert "unseal the 1 personal numbers" in says(personal.look)

    settings.PERSONAL_DATA_KEYS = ["b3RoZXIta2V5LW90aGVyLWtleS1vdGhlci1rZXkhISE="]
    assert "wrong 1 of 1 personal numbers" in says(personal.look)
    assert "wrong 1 of 1 documents cannot be unsealed" in says(personal.look)


@pytest.mark.django_db
def test_documents_that_are_gone_are_told(
    permit: Permit, settings: Settings, tmp_path: Path
) -> None:
    settings.DOCUMENTS_DIR = tmp_path / "documents"
    documents.add(permit, [documents.examine("giấy.pdf", b"%PDF-1.4")], now=NOW)
    settings.DOCUMENTS_DIR = tmp_path / "elsewhere"
    assert "wrong 1 of 1 documents are not in DOCUMENTS_DIR" in says(personal.look)


@pytest.mark.django_db
def test_documents_below_what_is_served_are_told(settings: Settings) -> None:
    settings.DOCUMENTS_DIR = Path(settings.STATIC_ROOT) / "documents"
    assert "wrong DOCUMENTS_DIR lies in" in says(personal.look)
