"""The private page of a permit: what it shows, to whom, and when there is no code on it."""

import io
import re
from datetime import timedelta

import pypdfium2
import pytest
import zxingcpp
from django.test import Client
from PIL import Image

from permits import selectors
from permits.models import Permit
from permits.tests.conftest import Clock
from permits.tests.typed import declare, page

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("clock", "empty_cache", "signing_keys"),
]


def test_the_page_shows_what_an_officer_will_see(english: Client) -> None:
    html = page(english, declare(english))

    assert f'data-testid="serial">{Permit.objects.get().serial}<' in html
    for shown in (
        "Nguyễn Thị Hồng Nhung",
        "••••3456",
        "1990",
        "Self-declared domestic movement",
        "29A12345",
    ):
        assert shown in html
    assert "24 November 2026, 09:30" in html
    assert "27 November 2026, 09:30" in html


def test_the_personal_number_is_nowhere_in_clear(client: Client) -> None:
    path = declare(client)

    for part in ("", "code.svg"):
        html = client.get(path + part).content.decode()
        assert "001190123456" not in html
        assert "001190" not in html
        assert "0912345678" not in html


def test_the_kind_is_named_in_the_page_s_language(client: Client) -> None:
    assert "Tự khai báo đi lại" in page(client, declare(client))


def test_a_script_in_a_name_is_text(client: Client) -> None:
    path = declare(client, full_name="<script>alert(1)</script> An")

    html = client.get(path).content.decode()

    assert "&lt;script&gt;alert(1)&lt;/script&gt; An" in html
    assert "<script>alert" not in html


def test_the_pictures_hold_the_travel_code(client: Client) -> None:
    path = declare(client)

    response = client.get(f"{path}code.png")

    [found] = zxingcpp.read_barcodes(Image.open(io.BytesIO(response.content)))
    assert response.headers["Content-Type"] == "image/png"
    assert found.text == selectors.travel_code(Permit.objects.get())
    assert Image.open(io.BytesIO(response.content)).width == 20 * (41 + 8)  # version 6
    assert client.get(f"{path}code.svg").headers["Content-Type"] == "image/svg+xml"


@pytest.mark.parametrize(
    ("query", "millimetres"),
    [("", (210, 297)), ("?paper=a4", (210, 297)), ("?paper=a6", (105, 148))],
)
def test_the_permit_comes_on_paper(
    client: Client, query: str, millimetres: tuple[int, int]
) -> None:
    path = declare(client)

    response = client.get(f"{path}code.pdf{query}")

    serial = Permit.objects.get().serial
    assert response.headers["Content-Type"] == "application/pdf"
    assert response.headers["Content-Disposition"] == f'inline; filename="travel-code-{serial}.pdf"'
    with pypdfium2.PdfDocument(response.content) as document:
        [page_of_paper] = document
        assert tuple(round(side / 72 * 25.4) for side in page_of_paper.get_size()) == millimetres
        text = " ".join(page_of_paper.get_textpage().get_text_range().split())
        [found] = zxingcpp.read_barcodes(page_of_paper.render(scale=2).to_pil())
    assert found.text == selectors.travel_code(Permit.objects.get())
    for said in (serial, "Nguyễn Thị Hồng Nhung", "Tự khai báo đi lại", "29A12345"):
        assert said in text
    for secret in ("001190123456", "0912345678"):
        assert secret not in text


def test_other_paper_there_is_not(client: Client) -> None:
    assert client.get(f"{declare(client)}code.pdf?paper=a3").status_code == 404


def test_the_page_leads_to_the_pictures(client: Client) -> None:
    path = declare(client)
    html = page(client, path)

    assert re.search(rf'<img data-testid="travel-qr" src="{path}code.svg"', html)
    assert re.search(rf'<a [^>]*data-testid="qr-png" href="{path}code.png" download=', html)
    assert f'data-testid="pdf-a4" href="{path}code.pdf?paper=a4"' in html
    assert f'data-testid="pdf-a6" href="{path}code.pdf?paper=a6"' in html
    assert f'value="http://testserver{path}"' in html


@pytest.mark.parametrize("part", ["", "code.svg", "code.png", "code.pdf"])
def test_the_page_is_kept_by_nobody_but_who_has_the_link(client: Client, part: str) -> None:
    headers = client.get(declare(client) + part).headers

    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Robots-Tag"] == "noindex"
    assert headers["Referrer-Policy"] == "same-origin"


@pytest.mark.parametrize("part", ["", "code.svg", "code.png", "code.pdf"])
def test_a_wrong_link_is_not_found(client: Client, part: str) -> None:
    path = declare(client)

    response = client.get(path[:-2] + "/" + part)

    assert response.status_code == 404
    assert 'href="/"' in response.content.decode()


@pytest.mark.parametrize(
    ("state", "words"),
    [("pending", "Waiting for approval"), ("rejected", "Rejected"), ("revoked", "Revoked")],
)
def test_without_approval_there_is_a_plain_word_and_no_code(
    english: Client, state: str, words: str
) -> None:
    path = declare(english)
    Permit.objects.update(state=state)

    html = page(english, path)

    assert words in html
    assert Permit.objects.get().serial in html
    assert "travel-qr" not in html
    assert "qr-png" not in html
    for part in ("code.png", "code.svg", "code.pdf"):
        assert english.get(f"{path}{part}").status_code == 404


def test_the_code_goes_after_the_last_second_of_its_validity(english: Client, clock: Clock) -> None:
    path = declare(english)
    last = Permit.objects.get().valid_until

    clock.now = last
    assert "travel-qr" in page(english, path)

    clock.now = last + timedelta(seconds=1)
    html = page(english, path)
    assert "Expired" in html
    assert "travel-qr" not in html
    assert english.get(f"{path}code.png").status_code == 404
    assert english.get(f"{path}code.pdf").status_code == 404


def test_a_permit_of_tomorrow_has_its_code_and_says_so(english: Client, clock: Clock) -> None:
    path = declare(english)
    clock.now -= timedelta(days=1)

    html = page(english, path)

    assert "Not valid yet" in html
    assert "travel-qr" in html


def test_the_private_page_cannot_be_sent_to(client: Client) -> None:
    path = declare(client)

    for part in ("", "code.svg", "code.png", "code.pdf"):
        assert client.post(path + part).status_code == 405
