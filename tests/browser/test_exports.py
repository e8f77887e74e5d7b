"""A supervisor takes tables away in a real browser: whole, half, and not at all."""

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import load_workbook
from playwright.sync_api import BrowserContext, Page, Route, expect

from tests.browser.site import Site

LogIn = Callable[[str], Page]
ACTS = (
    "Passage.objects.bulk_create([Passage(passage_id=__import__('uuid').uuid4(),"
    " car_id=__import__('uuid').uuid4(), checkpoint=lane.checkpoint, lane=lane, direction='in',"
    " officer=User.objects.get(username='officer'), outcome='hold', act='turned_back',"
    " acted_at=timezone.now(), recorded_at=timezone.now())"
    " for lane in Lane.objects.all()[:1] for number in range(3000)])"
)
STATUS = "[data-testid=export-acts] [data-testid=export-status]"


@pytest.fixture(scope="module")
def acts(site: Site) -> None:
    """More acts than a page shows."""
    site.ask(ACTS)


def link(page: Page, words: str) -> None:
    page.click(f"[data-testid=export-acts] a:has-text('{words}')")


def state(page: Page, name: str) -> None:
    expect(page.locator(f"{STATUS} [data-state]")).to_have_attribute("data-state", name)


def test_a_long_table_comes_whole_and_the_page_says_so(log_in: LogIn, acts: None) -> None:
    page = log_in("supervisor")
    page.goto("/passages/")
    with page.expect_download() as download:
        link(page, "CSV")
    assert download.value.suggested_filename == "passages.csv"
    lines = Path(download.value.path()).read_text("utf-8-sig").splitlines()
    assert len(lines) >= 3000 + 1
    assert lines[-1].startswith('"# COMPLETE: ') or lines[-1].startswith("# COMPLETE: ")
    state(page, "saved")
    with page.expect_download() as download:
        link(page, "XLSX")
    content = io.BytesIO(Path(download.value.path()).read_bytes())
    assert load_workbook(content).worksheets[0].max_row >= 3000 + 1
    state(page, "saved")


def test_progress_is_shown_and_the_export_can_be_cancelled(log_in: LogIn, acts: None) -> None:
    page = log_in("supervisor")
    page.goto("/passages/")
    waiting: list[Route] = []
    page.route("**/*export=acts.csv", lambda route: waiting.append(route))
    link(page, "CSV")
    expect(page.locator(f"{STATUS} progress")).to_be_visible()
    page.click(f"{STATUS} button")
    state(page, "cancelled")
    assert len(waiting) == 1


@pytest.mark.parametrize(
    ("last_line", "said"),
    [("# COMPLETE: 1 rows", "saved"), ("# NOT COMPLETE: 1/9 rows", "failed"), ("a,b", "failed")],
)
def test_a_file_without_its_last_line_is_not_taken_for_whole(
    log_in: LogIn, acts: None, last_line: str, said: str
) -> None:
    page = log_in("supervisor")
    page.goto("/passages/")
    headers = {"Content-Disposition": 'attachment; filename="passages.csv"', "X-Rows": "9"}
    page.route(
        "**/*export=acts.csv",
        lambda route: route.fulfill(
            body=f"a,b\r\n{last_line}\r\n", content_type="text/csv; charset=utf-8", headers=headers
        ),
    )
    link(page, "CSV")
    state(page, said)
    keep = page.locator(f"{STATUS} a[download]")
    expect(keep).to_have_count(0 if said == "saved" else 1)
    if said == "failed":
        with page.expect_download() as download:
            keep.click()
        assert download.value.suggested_filename == "passages.csv"


def test_who_was_logged_out_is_told_so(log_in: LogIn, acts: None) -> None:
    page = log_in("supervisor")
    page.goto("/passages/")
    page.context.clear_cookies()
    link(page, "PDF")
    state(page, "refused")


def test_the_report_is_taken_away_without_javascript(
    open_context: Callable[..., BrowserContext], log_in: LogIn, acts: None
) -> None:
    cookies = log_in("supervisor").context.cookies()
    context = open_context(java_script_enabled=False)
    context.add_cookies(cookies)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto("/reports/")
    with page.expect_download() as download:
        page.click("[data-testid=export-report] a:has-text('PDF')")
    assert download.value.suggested_filename.startswith("report-")
    assert Path(download.value.path()).read_bytes()[:5] == b"%PDF-"
