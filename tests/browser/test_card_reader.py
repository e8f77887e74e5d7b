"""Fill in from my card: by the camera, by a photo, and where neither works."""

import io
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, Request, expect

from tests.browser import scenes
from tests.browser.scenes import phone

NAME, NUMBER = "Đỗ Thị Ánh Tuyết", "000190012345"
CARD = f"{NUMBER}|123456789|{NAME}|17051990|Nữ|phường Mẫu, Hà Nội|01012021"


@pytest.fixture
def form(citizen: Page) -> Page:
    """The public form, in English."""
    citizen.context.add_cookies(
        [{"name": "django_language", "value": "en", "url": address(citizen)}]
    )
    citizen.goto("/declare/1/")
    return citizen


def address(page: Page) -> str:
    page.goto("/")
    return page.url


class Sent:
    """The pictures that a page sends: how many, and how many at once."""

    def __init__(self, page: Page) -> None:
        self.count = 0
        self.most_at_once = 0
        self._in_flight = 0
        page.on("request", self._began)
        page.on("requestfinished", self._ended)

    def _began(self, request: Request) -> None:
        if request.url.endswith("/card/"):
            self.count += 1
            self._in_flight += 1
            self.most_at_once = max(self.most_at_once, self._in_flight)

    def _ended(self, request: Request) -> None:
        if request.url.endswith("/card/"):
            self._in_flight -= 1


def expect_card(page: Page) -> None:
    expect(page.locator("[name=full_name]")).to_have_value(NAME)
    expect(page.locator("[name=personal_number]")).to_have_value(NUMBER)
    expect(page.locator("[name=birth_date]")).to_have_value("1990-05-17")
    expect(page.locator("[name=sex]")).to_have_value("female")


def photo(text: str = CARD) -> dict[str, str | bytes]:
    """A photo of a code on a table, as a file that is chosen."""
    picture = Image.new("RGB", (1600, 1200), (130, 120, 110))
    picture.paste(scenes.drawn(text).resize((500, 500)).rotate(7, expand=True), (600, 300))
    content = io.BytesIO()
    picture.save(content, "JPEG", quality=85)
    return {"name": "card.jpg", "mimeType": "image/jpeg", "buffer": content.getvalue()}


def choose(page: Page, file: dict[str, str | bytes]) -> None:
    page.set_input_files("[data-testid=card-photo]", file)  # type: ignore[arg-type]


def test_the_camera_fills_in_the_form_and_closes(form: Page, camera_file: Path) -> None:
    scenes.write(camera_file, [phone(scenes.drawn(CARD), height=460)])

    form.click("[data-testid=card-open]")

    expect_card(form)
    filled = "Filled in from your card: Full name, Personal number, Birth date, Sex."
    expect(form.locator("[data-testid=card-status]")).to_contain_text(filled)
    expect(form.locator("[data-testid=card-camera]")).to_be_hidden()
    assert form.evaluate("() => document.querySelector('#card-reader video').srcObject") is None


def test_frames_go_one_at_a_time_and_only_while_the_panel_is_open(
    form: Page, camera_file: Path
) -> None:
    scenes.write(camera_file, [phone(scenes.drawn("https://example.com/"))])
    sent = Sent(form)

    form.click("[data-testid=card-open]")
    with form.expect_response("**/card/"), form.expect_response("**/card/"):
        pass
    other = "This is a QR code, but not the one of a citizen card."
    expect(form.locator("[data-testid=card-status]")).to_have_text(other)
    track = "() => document.querySelector('#card-reader video').srcObject.getVideoTracks()[0]"
    form.evaluate(f"() => {{ window.track = ({track})(); }}")
    form.click("[data-testid=card-close]")

    assert sent.most_at_once == 1
    assert form.evaluate("() => window.track.readyState") == "ended"
    expect(form.locator("[data-testid=card-camera]")).to_be_hidden()
    expect(form.locator("[data-testid=card-open]")).to_be_focused()
    before = sent.count
    form.wait_for_timeout(1000)  # four frames' time, in which none is sent
    assert sent.count == before
    assert form.input_value("[name=full_name]") == ""


def test_a_photo_fills_in_what_is_empty_and_asks_before_the_rest(form: Page) -> None:
    form.fill("[name=full_name]", "đỗ thị ánh tuyết")  # the same, in other letters
    form.fill("[name=personal_number]", "000190099999")
    form.fill("[name=birth_date]", "1990-05-18")

    choose(form, photo())

    expect(form.locator("[name=sex]")).to_have_value("female")
    filled = "Filled in from your card: Sex."
    expect(form.locator("[data-testid=card-status]")).to_contain_text(filled)
    assert form.input_value("[name=full_name]") == "đỗ thị ánh tuyết"
    assert form.input_value("[name=personal_number]") == "000190099999"
    differences = form.locator("[data-testid=card-differences] li")
    expect(differences).to_have_count(2)
    expect(differences.nth(1)).to_contain_text(
        "Birth date: you filled in “18/05/1990”, the card says “17/05/1990”."
    )
    form.click("[data-testid=take-personal_number]")
    form.click("[data-testid=keep-birth_date]")
    expect(differences).to_have_count(0)
    assert form.input_value("[name=personal_number]") == NUMBER
    assert form.input_value("[name=birth_date]") == "1990-05-18"


@pytest.mark.parametrize(
    ("file", "said"),
    [
        (photo("https://example.com/"), "This is a QR code, but not the one of a citizen card."),
        (photo(CARD.replace("Nữ", "Nam")), "This is a QR code, but not the one of a citizen card."),
        (
            {"name": "a.txt", "mimeType": "text/plain", "buffer": b"no picture"},
            "This file is not a picture that can be read here. Choose a photo (JPEG or PNG).",
        ),
    ],
    ids=["another code", "not whole", "no picture"],
)
def test_a_file_without_a_card_is_told_and_fills_nothing(
    form: Page, file: dict[str, str | bytes], said: str
) -> None:
    choose(form, file)

    expect(form.locator("[data-testid=card-status]")).to_have_text(said)
    assert form.input_value("[name=full_name]") == ""


def test_a_photo_without_any_code_is_told(form: Page) -> None:
    content = io.BytesIO()
    Image.new("RGB", (800, 600), (130, 120, 110)).save(content, "PNG")

    choose(form, {"name": "a.png", "mimeType": "image/png", "buffer": content.getvalue()})

    expect(form.locator("[data-testid=card-status]")).to_contain_text("No QR code was seen.")


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ("NotAllowedError", "The camera is not allowed for this page. Allow it"),
        ("NotFoundError", "This device has no camera that can be used."),
        ("SomethingElse", "The camera cannot be used here."),
    ],
)
def test_where_the_camera_does_not_open_it_is_said_why_and_a_photo_still_works(
    form: Page, fault: str, said: str
) -> None:
    form.evaluate(
        f"""() => {{ navigator.mediaDevices.getUserMedia =
              () => Promise.reject(new DOMException("", "{fault}")); }}"""
    )

    form.click("[data-testid=card-open]")

    expect(form.locator("[data-testid=card-status]")).to_contain_text(said)
    expect(form.locator("[data-testid=card-camera]")).to_be_hidden()
    choose(form, photo())
    expect_card(form)


@pytest.mark.parametrize(
    ("answer", "said"),
    [(429, "Too many pictures came from your network."), (502, "The server did not answer.")],
)
def test_a_server_that_refuses_is_told(form: Page, answer: int, said: str) -> None:
    form.route("**/card/", lambda route: route.fulfill(status=answer, body="<html>"))

    choose(form, photo())

    expect(form.locator("[data-testid=card-status]")).to_contain_text(said)
