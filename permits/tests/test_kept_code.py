"""What a phone needs to show a code without a network, and what it is told of it later."""

import json
import re
from pathlib import Path

import pytest
from django.test import Client

from permits import keys, selectors
from permits.models import Permit
from permits.tests.conftest import Clock
from permits.tests.typed import declare, page

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("clock", "empty_cache", "signing_keys"),
]

MODULES = Path(__file__).resolve().parents[2] / "static" / "js"


def kept(html: str) -> object:
    [text] = re.findall(r'<script id="kept-code" type="application/json">(.*?)</script>', html)
    return json.loads(text)


def standing(client: Client, code: str) -> str:
    response = client.post("/my-code/standing/", {"code": code})
    assert response.status_code == 200
    assert response.headers["Cache-Control"] == "no-store"
    return str(response.json()["standing"])


def test_the_phone_gets_what_shows_the_code_and_no_more(client: Client, clock: Clock) -> None:
    html = page(client, declare(client))

    permit = Permit.objects.get()
    start = int(clock.now.timestamp() * 1000)
    assert kept(html) == {
        "serial": permit.serial,
        "name": "Nguyễn Thị Hồng Nhung",
        "from": start,
        "until": start + 72 * 3600 * 1000,
        "code": selectors.travel_code(permit),
    }


@pytest.mark.parametrize("state", ["pending", "rejected", "revoked", "cancelled"])
def test_of_a_permit_without_a_code_it_learns_what_to_forget(client: Client, state: str) -> None:
    path = declare(client)
    Permit.objects.update(state=state)

    html = page(client, path)

    assert kept(html) == {"serial": Permit.objects.get().serial}
    assert "keep-code" not in html.replace("js/keep_code", "")


def test_a_kept_code_stands_until_its_permit_is_withdrawn(client: Client) -> None:
    declare(client)
    code = selectors.travel_code(Permit.objects.get())
    assert standing(client, code) == "good"

    Permit.objects.update(state="revoked")
    assert standing(client, code) == "gone"

    Permit.objects.all().delete()
    assert standing(client, code) == "gone"


def test_a_code_that_we_did_not_sign_learns_nothing(client: Client) -> None:
    declare(client)
    code = selectors.travel_code(Permit.objects.get())
    other = "A" if code[-1] != "A" else "B"

    for forged in (code[:-1] + other, Permit.objects.get().serial, "CP1:", "x" * 10_000, ""):
        assert standing(client, forged) == "gone"


def test_a_code_of_a_retired_key_stands_until_the_key_is_deleted(
    client: Client, settings: object
) -> None:
    declare(client)
    code = selectors.travel_code(Permit.objects.get())
    keys.rotate()
    keys.load.cache_clear()

    assert standing(client, code) == "good"


def test_the_standing_is_asked_without_a_session_and_by_post_alone() -> None:
    strict = Client(enforce_csrf_checks=True)

    assert strict.post("/my-code/standing/", {"code": "x"}).status_code == 200
    assert strict.get("/my-code/standing/").status_code == 405


def test_the_kept_page_is_the_same_for_everybody(client: Client) -> None:
    response = client.get("/my-code/")

    html = response.content.decode()
    assert "csrfmiddlewaretoken" not in html
    assert "<form" not in html
    assert response.headers["Cache-Control"] == "no-cache"


def test_the_kept_page_names_every_module_that_its_scripts_import(client: Client) -> None:
    """The worker keeps what the page names, so a module that it does not name would be missing."""
    html = client.get("/my-code/").content.decode()
    named = set(re.findall(r'(?:src|href)="/static/js/([^"]+)"', html))

    imported = {
        module
        for name in named
        for module in re.findall(r'from "\./([^"]+)";', (MODULES / name).read_text("utf-8"))
    }

    assert "my_code.js" in named
    assert imported
    assert imported <= named


def test_the_worker_is_fetched_anew_each_time(client: Client) -> None:
    response = client.get("/service-worker.js")

    script = response.content.decode()
    assert response.headers["Content-Type"].startswith("text/javascript")
    assert response.headers["Cache-Control"] == "no-cache"
    assert "connect-src 'self'" in response.headers["Content-Security-Policy"]
    assert 'const PAGE = "/my-code/";' in script
    assert 'const STATIC = "/static/";' in script
