"""The main job: a declaration, a code before a camera, a verdict, a line on the dashboard."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser import scenes
from tests.browser.actions import declare, start_shift, travel_code_picture, verdict
from tests.browser.scenes import phone
from tests.browser.site import Site

LogIn = Callable[[str], Page]


def test_from_the_declaration_to_the_dashboard(
    citizen: Page, log_in: LogIn, camera_file: Path
) -> None:
    declare(citizen, full_name="Trần Thị Mẫu Đầu Tiên")
    serial = citizen.text_content("[data-testid=serial]")
    assert citizen.locator("[data-testid=travel-qr]").is_visible()

    supervisor = log_in("supervisor")
    supervisor.goto("/dashboard/")
    supervisor.locator("[data-testid=feed-row]").first.wait_for()

    scenes.write(camera_file, [phone(travel_code_picture(citizen))])
    officer = log_in("officer")
    start_shift(officer)
    shown = verdict(officer, "allow")
    expect(shown).to_have_attribute("data-elapsed-ms", re.compile(r"^\d+$"))
    expect(shown).to_have_attribute("data-reason", "")
    expect(shown).to_contain_text("Trần Thị Mẫu Đầu Tiên")
    expect(shown).to_contain_text("••••2345")
    expect(shown).to_contain_text(serial or "no serial")
    expect(shown).not_to_contain_text("000190012345")

    scan_id = shown.get_attribute("data-scan-id")
    row = supervisor.locator(f"[data-testid=feed-row][data-scan-id='{scan_id}']")
    expect(row).to_have_attribute("data-outcome", "allow")


def test_a_code_kept_in_view_is_one_scan(
    citizen: Page, log_in: LogIn, camera_file: Path, site: Site
) -> None:
    declare(citizen, personal_number="000190077777")
    scenes.write(camera_file, [phone(travel_code_picture(citizen))])
    officer = log_in("officer")
    start_shift(officer, lane=1)
    first = verdict(officer, "allow").get_attribute("data-scan-id")
    frames = officer.evaluate(
        """() => new Promise((resolve) => {
          let seen = 0;
          const canvas = document.getElementById("outline").getContext("2d");
          const stroke = canvas.stroke.bind(canvas);
          canvas.stroke = () => { stroke(); if (++seen === 12) resolve(seen); };
        })"""
    )
    assert frames == 12  # the code was answered twelve times more
    assert verdict(officer, "allow").get_attribute("data-scan-id") == first
    found = "Scan.objects.filter(permit__in=selectors.permits_of_person('000190077777')).count()"
    assert site.ask(found) == "1"


@pytest.mark.parametrize("angle", [20, 90, 180])
def test_a_turned_phone_is_read(
    citizen: Page, log_in: LogIn, camera_file: Path, angle: int
) -> None:
    declare(citizen)
    picture = phone(travel_code_picture(citizen), height=360)
    scenes.write(camera_file, [picture], angle=angle)
    officer = log_in("officer")
    start_shift(officer)
    verdict(officer, "allow")


def test_two_phones_are_two_verdicts_and_the_graver_one_is_large(
    citizen: Page, log_in: LogIn, camera_file: Path
) -> None:
    declare(citizen, full_name="Lê Thị Mẫu")
    code = travel_code_picture(citizen)
    unknown = scenes.drawn("https://example.com/menu")
    scenes.write(camera_file, [phone(code), phone(unknown)])
    officer = log_in("officer")
    start_shift(officer, direction="out")
    large = verdict(officer, "hold")
    expect(large).to_have_attribute("data-reason", "unknown_code")
    small = officer.locator("#other-verdicts [data-outcome=allow]")
    expect(small).to_contain_text("Lê Thị Mẫu")


def test_an_unknown_code_is_held_and_said(log_in: LogIn, camera_file: Path) -> None:
    scenes.write(camera_file, [phone(scenes.drawn("WIFI:S:quán cà phê;;"))])
    officer = log_in("officer")
    start_shift(officer)
    expect(verdict(officer, "hold")).to_have_attribute("data-reason", "unknown_code")


def test_a_revoked_permit_is_refused(
    citizen: Page, log_in: LogIn, camera_file: Path, site: Site
) -> None:
    declare(citizen, personal_number="000190088888")
    scenes.write(camera_file, [phone(travel_code_picture(citizen))])
    site.ask("selectors.permits_of_person('000190088888').update(state='revoked')")
    officer = log_in("officer")
    start_shift(officer)
    expect(verdict(officer, "refuse")).to_have_attribute("data-reason", "revoked")


def test_an_empty_road_gives_no_verdict(log_in: LogIn, camera_file: Path) -> None:
    scenes.write(camera_file, [])
    officer = log_in("officer")
    answered: list[str] = []
    officer.on(
        "websocket",
        lambda socket: socket.on("framereceived", lambda message: answered.append(str(message))),
    )
    start_shift(officer)
    officer.locator("[data-testid=connection][data-state=open]").wait_for()
    officer.wait_for_function("() => document.getElementById('video').currentTime > 1.5")
    assert any("frame_done" in message for message in answered)
    assert not any('"verdict"' in message for message in answered)
    assert officer.get_attribute("[data-testid=verdict]", "data-outcome") == ""
