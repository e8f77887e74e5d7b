"""An issuer imports a company's staff in a real browser, while real workers come and are killed."""

import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.site import ROOT, Site

LogIn = Callable[[str], Page]
ROWS = 3_000
HEADER = "Họ và tên;Số định danh cá nhân;Ngày sinh;Điện thoại;Nơi đi;Nơi đến"
WORKER = (sys.executable, "manage.py", "run_tasks")
SHOWN = "Permit.objects.filter(purpose='Nhập thử').count()"
STAGED = "Permit.with_staged.filter(purpose='Nhập thử').count()"
# Its last word is long ago, and so is what it had begun.
LONG_DEAD = (
    "(Worker.objects.all().delete(), __import__('django_tasks_db.models').models.DBTaskResult"
    ".objects.running().update(started_at='2020-01-01 00:00:00+00:00'))"
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    rows = [
        f"Nguyễn Thị Mẫu {n};000190{n:06d};17/05/1990;0912345678;Hà Nội;Hải Phòng"
        for n in range(ROWS)
    ]
    path = tmp_path / "Danh sách.csv"
    path.write_text("\n".join([HEADER, *rows, "X;1;2;3;4;5"]), "utf-8")
    return path


@pytest.fixture
def start_worker(site: Site) -> Iterator[Callable[[], "subprocess.Popen[bytes]"]]:
    workers: list[subprocess.Popen[bytes]] = []

    def start() -> "subprocess.Popen[bytes]":
        workers.append(subprocess.Popen(WORKER, cwd=ROOT, env=site.environment))
        return workers[-1]

    yield start
    for worker in workers:
        worker.terminate()
        worker.wait(timeout=60)


def upload(page: Page, file: Path) -> None:
    page.goto("/desk/imports/new/")
    page.select_option("#id_kind", index=2)
    begins = page.input_value("#id_valid_from")
    page.fill("#id_valid_until", f"{begins[:-5]}23:59")
    page.fill("#id_company", "Cty Mẫu")
    page.fill("#id_purpose", "Nhập thử")
    page.set_input_files("#id_file", file)
    page.click("main form button")
    expect(page.locator("#state")).to_have_text("Đang chờ kiểm tra")


def test_a_worker_that_is_killed_half_way_leaves_nothing_and_the_next_one_everything(
    log_in: LogIn,
    site: Site,
    file: Path,
    start_worker: Callable[[], "subprocess.Popen[bytes]"],
) -> None:
    page = log_in("issuer")
    upload(page, file)
    worker = start_worker()
    # The page finds out by itself.
    expect(page.locator("#state")).to_have_text("Chờ quyết định của bạn", timeout=60_000)
    expect(page.locator(".counts .good dd")).to_have_text("3.000")
    expect(page.locator(".faults tbody tr")).to_have_count(4)
    page.click("button[value=take]")
    bar = page.locator("#bar")
    while int(bar.get_attribute("value") or 0) < 3:
        time.sleep(0.05)
    worker.kill()
    worker.wait()
    assert 0 < int(site.ask(STAGED)) < ROWS
    assert site.ask(SHOWN) == "0"
    page.reload()
    assert int(bar.get_attribute("value") or 0) >= 3

    site.ask(LONG_DEAD)
    start_worker()
    expect(page.locator("#state")).to_have_text("Hoàn tất", timeout=60_000)
    expect(page.locator(".counts .good dd")).to_have_text("3.000")
    assert (site.ask(SHOWN), site.ask(STAGED)) == (str(ROWS), str(ROWS))
    with page.expect_download() as download:
        page.click("a[href$='result.csv']")
    lines = Path(download.value.path()).read_text("utf-8-sig").splitlines()
    assert len(lines) == ROWS + 1
    link = re.search(r"/permits/\S+/", lines[-1])
    assert link is not None
    page.goto(link[0])
    expect(page.locator("[data-testid=travel-qr]")).to_be_visible()


def test_it_works_without_javascript(
    open_context: Callable[..., object], site: Site, file: Path, log_in: LogIn
) -> None:
    cookies = log_in("issuer").context.cookies()
    context = open_context(java_script_enabled=False)
    context.add_cookies(cookies)  # type: ignore[attr-defined]
    page: Page = context.new_page()  # type: ignore[attr-defined]
    upload(page, file)
    site.manage("run_tasks", "--until-empty")
    # The page comes again by itself.
    expect(page.locator("#state")).to_have_text("Chờ quyết định của bạn", timeout=20_000)
    page.click("button[value=discard]")
    expect(page.locator("#state")).to_have_text("Đã bỏ")
