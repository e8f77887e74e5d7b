"""The certificate renews itself under a running site, by a clock that the test sets."""

import json
import time
from collections.abc import Callable
from pathlib import Path

from tests.lan_client import GIVE_UP_SECONDS, Browser
from tests.lan_site import LanSite


def until(condition: Callable[[], bool], what: str) -> None:
    """Ask again until it is so."""
    give_up = time.monotonic() + GIVE_UP_SECONDS
    while not condition():
        assert time.monotonic() < give_up, what


def test_new_connections_get_the_renewed_certificate_and_open_ones_notice_nothing(
    tmp_path: Path,
) -> None:
    with LanSite(tmp_path, days_from_now=-61) as site:
        trusting = site.trusting()
        first = site.served_certificate(trusting)
        browser = Browser(site)
        browser.log_in("officer")
        with browser.lane_socket(1) as lane:
            assert json.loads(lane.recv(timeout=GIVE_UP_SECONDS))["type"] == "shift"
            site.set_days(0)
            until(lambda: site.served_certificate(trusting) != first, "it was not renewed")
            lane.send(json.dumps({"type": "ping", "sent_at": 0}))
            assert json.loads(lane.recv(timeout=GIVE_UP_SECONDS))["type"] == "pong"
        second = site.served_certificate(trusting)
        assert second.serial_number != first.serial_number
        assert second.not_valid_after_utc > first.not_valid_after_utc
        assert second.issuer == first.issuer


def test_a_renewal_that_fails_is_said_and_tried_again(tmp_path: Path) -> None:
    with LanSite(tmp_path, days_from_now=-61) as site:
        trusting = site.trusting()
        first = site.served_certificate(trusting)
        in_the_way = tmp_path / "tls" / "server.pem.new"
        in_the_way.mkdir()
        site.set_days(0)
        said = "The certificate could not be renewed"
        until(lambda: said in site.log.read_text(), "the failure was not said")
        assert site.served_certificate(trusting) == first
        in_the_way.rmdir()
        until(lambda: site.served_certificate(trusting) != first, "it was not tried again")
