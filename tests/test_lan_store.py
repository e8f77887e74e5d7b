"""The certificates' files: made once, renewed when due, secret."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path

import pytest

from checkpoint_site.lan.place import Place
from checkpoint_site.lan.refusals import CannotServe
from checkpoint_site.lan.store import (
    MARGIN_AT_START,
    MARGIN_WHILE_RUNNING,
    Certificates,
    up_to_date,
)

NOW = datetime(2021, 9, 14, 1, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
PLACE = Place(IPv4Address("192.168.43.7"), "gate.local", 8443, 8080)


def start(folder: Path, *, now: datetime = NOW, place: Place = PLACE) -> Certificates:
    return up_to_date(folder, place, now=now, margin=MARGIN_AT_START)


def run_on(folder: Path, *, now: datetime) -> Certificates:
    return up_to_date(folder, PLACE, now=now, margin=MARGIN_WHILE_RUNNING)


def test_the_first_start_makes_files_that_only_their_owner_reads(tmp_path: Path) -> None:
    folder = tmp_path / "tls"
    certificates = start(folder)
    assert certificates.replaced is None
    assert sorted(path.name for path in folder.iterdir()) == ["authority.pem", "server.pem"]
    assert folder.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}


def test_the_next_start_finds_the_same(tmp_path: Path) -> None:
    first, second = start(tmp_path), start(tmp_path)
    assert second.authority.root == first.authority.root
    assert second.leaf.certificate == first.leaf.certificate


def test_another_address_gets_another_leaf_of_the_same_authority(tmp_path: Path) -> None:
    first = start(tmp_path)
    second = start(tmp_path, place=replace(PLACE, address=IPv4Address("192.168.43.9")))
    assert second.authority.root == first.authority.root
    assert second.leaf.certificate != first.leaf.certificate
    assert (tmp_path / "server.pem").read_bytes() == second.leaf.to_pem()
    assert (tmp_path / "server.pem").stat().st_mode & 0o777 == 0o600


def test_a_start_replaces_an_authority_with_less_than_thirty_days(tmp_path: Path) -> None:
    first = start(tmp_path)
    last_moment = first.authority.ends - timedelta(days=30)
    assert start(tmp_path, now=last_moment).replaced is None
    second = start(tmp_path, now=last_moment + SECOND)
    assert second.replaced is not None
    assert second.replaced.root == first.authority.root
    assert second.authority.root != first.authority.root
    assert second.leaf.certificate.issuer == second.authority.issuer.subject
    assert start(tmp_path, now=last_moment + SECOND).replaced is None


def test_a_running_site_keeps_its_authority_to_the_end(tmp_path: Path) -> None:
    first = start(tmp_path)
    kept = run_on(tmp_path, now=first.authority.ends)
    assert (kept.replaced, kept.authority.root) == (None, first.authority.root)
    after = run_on(tmp_path, now=first.authority.ends + SECOND)
    assert after.replaced is not None
    assert after.authority.root != first.authority.root


def test_the_leaf_is_renewed_while_the_site_runs(tmp_path: Path) -> None:
    first = start(tmp_path)
    due = first.leaf.ends - timedelta(days=30)
    assert run_on(tmp_path, now=due).leaf.certificate == first.leaf.certificate
    renewed = run_on(tmp_path, now=due + SECOND)
    assert renewed.leaf.certificate.serial_number != first.leaf.certificate.serial_number
    assert renewed.authority.root == first.authority.root


@pytest.mark.parametrize("name", ["authority.pem", "server.pem"])
def test_a_file_that_holds_something_else_is_named_and_left_alone(
    tmp_path: Path, name: str
) -> None:
    start(tmp_path)
    (tmp_path / name).write_text("not a certificate")
    with pytest.raises(CannotServe, match=name):
        start(tmp_path)
    assert (tmp_path / name).read_text() == "not a certificate"


def test_what_a_power_cut_left_half_written_is_in_nobody_s_way(tmp_path: Path) -> None:
    tmp_path.joinpath("authority.pem.new").write_text("-----BEGIN PRIV")
    start(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["authority.pem", "server.pem"]
