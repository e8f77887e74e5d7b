"""Other systems are told: what, signed how, tried how often, and never an address of our own."""

import base64
import hmac
import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from django.contrib.auth.models import User
from pytest_django import Settings

from permits import personal_data, services, wards
from permits.models import Delivery, Permit, Ward, WardNotice, WebhookEndpoint
from permits.models.webhooks import Event
from permits.tests.conftest import Clock
from permits.tests.test_services import DECLARATION
from permits.tests.typed import NOW
from permits.webhooks import posting, signing
from permits.webhooks.delivering import WAITS, deliver_to, send_again
from permits.webhooks.posting import NoAnswer, NotAllowed
from permits.worker import TaskRunner

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
SECRET = "whsec_" + base64.b64encode(b"k" * 32).decode()
TRIP = replace(
    DECLARATION,
    origin="phường Mẫu, quận Hoàn Kiếm, Hà Nội",
    destination="xã Mẫu, huyện Gia Lâm, Hà Nội",
)


class Receiver:
    """Another system, on this machine: keeps what it is sent, and answers as it is told."""

    def __init__(self) -> None:
        self.got: list[tuple[dict[str, str], bytes]] = []
        self.status = 200
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.got.append(({k.lower(): v for k, v in self.headers.items()}, body))
                self.send_response(receiver.status)
                self.send_header("Location", "/elsewhere")
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_arguments: Any) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook?from=checkpoint"


@pytest.fixture
def receiver(settings: Settings) -> Iterator[Receiver]:
    settings.WEBHOOK_PRIVATE_ADDRESSES = True
    receiver = Receiver()
    thread = threading.Thread(target=receiver.server.serve_forever, daemon=True)
    thread.start()
    yield receiver
    receiver.server.shutdown()
    receiver.server.server_close()
    thread.join()


@pytest.fixture
def endpoint(receiver: Receiver) -> WebhookEndpoint:
    return WebhookEndpoint.objects.create(
        name="bệnh viện",
        url=receiver.url,
        events=[Event.PERMIT_ISSUED.value, Event.PERMIT_REVOKED.value],
        secret_sealed=personal_data.seal(SECRET),
    )


@pytest.fixture
def issuer() -> User:
    return User.objects.create_user("issuer")


def run_tasks() -> None:
    TaskRunner().run_all()


def test_an_issued_and_a_revoked_permit_are_told_signed_and_without_a_name(
    receiver: Receiver, endpoint: WebhookEndpoint, issuer: User
) -> None:
    permit = services.declare(TRIP, now=NOW).permit
    services.revoke(permit.pk, issuer=issuer, now=NOW)
    run_tasks()
    (headers, body), (_headers, second) = receiver.got
    assert json.loads(body) == {
        "type": "permit.issued",
        "timestamp": NOW.astimezone(Delivery.objects.first().made_at.tzinfo).isoformat(),  # type: ignore[union-attr]
        "data": {
            "serial": permit.serial,
            "kind": 1,
            "valid_from": permit.valid_from.isoformat(),
            "valid_until": permit.valid_until.isoformat(),
        },
    }
    assert json.loads(second)["type"] == "permit.revoked"
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    digest = base64.b64encode(hmac.digest(b"k" * 32, signed, "sha256")).decode()
    assert headers["webhook-signature"] == f"v1,{digest}"
    assert int(headers["webhook-timestamp"]) == int(NOW.timestamp())
    assert "Nguyễn" not in body.decode()
    assert set(Delivery.objects.values_list("state", "answer")) == {("delivered", "200")}


def test_what_an_endpoint_did_not_ask_for_it_is_not_told(
    receiver: Receiver, endpoint: WebhookEndpoint
) -> None:
    WebhookEndpoint.objects.update(events=[Event.PERMIT_REJECTED.value])
    services.declare(TRIP, now=NOW)
    WebhookEndpoint.objects.update(events=Event.values, is_active=False)
    services.declare(TRIP, now=NOW)
    run_tasks()
    assert receiver.got == []
    assert not Delivery.objects.exists()


def test_what_is_refused_is_told_of_nobody(endpoint: WebhookEndpoint) -> None:
    with pytest.raises(services.DoesNotFitKind):
        services.declare(TRIP, now=NOW, valid_until=NOW)
    assert not Delivery.objects.exists()


@pytest.mark.parametrize("status", [500, 404, 301])
def test_a_message_that_is_not_taken_is_tried_again_with_longer_waits_and_then_given_up(
    receiver: Receiver, endpoint: WebhookEndpoint, clock: Clock, status: int
) -> None:
    receiver.status = status
    services.declare(TRIP, now=NOW)
    run_tasks()
    for tries, wait in enumerate(WAITS, 1):
        delivery = Delivery.objects.get()
        assert (delivery.state, delivery.tries, delivery.answer) == ("waiting", tries, str(status))
        assert delivery.next_try_at == clock.now + wait
        clock.now += wait - timedelta(seconds=1)
        run_tasks()
        assert len(receiver.got) == tries
        clock.now += timedelta(seconds=1)
        run_tasks()
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.tries, delivery.next_try_at) == ("failed", 8, None)
    assert len(receiver.got) == 8
    assert len({headers["webhook-id"] for headers, _body in receiver.got}) == 1

    receiver.status = 204
    send_again(delivery, now=clock.now)
    run_tasks()
    assert Delivery.objects.get().state == "delivered"


def test_while_a_receiver_is_away_the_rest_waits_and_then_comes_in_order(
    receiver: Receiver, endpoint: WebhookEndpoint, clock: Clock
) -> None:
    receiver.status = 503
    permits = [services.declare(TRIP, now=NOW).permit for _ in range(3)]
    deliver_to.func(endpoint.pk)
    assert len(receiver.got) == 1
    receiver.status = 200
    clock.now += WAITS[0]
    run_tasks()
    serials = [json.loads(body)["data"]["serial"] for _headers, body in receiver.got[1:]]
    assert serials == [permit.serial for permit in permits]


# --- Addresses ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com/",
        "https://127.0.0.1/",
        "https://[::1]/",
        "https://10.0.0.1/",
        "https://169.254.169.254/latest/",
        "https://192.168.1.1/",
        "ftp://example.com/",
        "https:///",
    ],
)
def test_an_address_inside_is_never_called(url: str) -> None:
    with pytest.raises(NotAllowed):
        posting.post(url, b"", {})


def test_a_name_that_leads_inside_is_never_called(monkeypatch: pytest.MonkeyPatch) -> None:
    inside = [(2, 1, 6, "", ("93.184.215.14", 443)), (2, 1, 6, "", ("10.0.0.1", 443))]
    monkeypatch.setattr("socket.getaddrinfo", lambda *_a, **_k: inside)
    with pytest.raises(NotAllowed):
        posting.post("https://hook.example/", b"", {})


def test_a_receiver_that_is_not_there_is_told(settings: Settings, receiver: Receiver) -> None:
    receiver.server.server_close()
    with pytest.raises(NoAnswer):
        posting.post("http://127.0.0.1:9/", b"", {})


def test_a_secret_is_what_receivers_libraries_take() -> None:
    secret = signing.new_secret()
    assert secret.startswith("whsec_")
    assert len(base64.b64decode(secret.removeprefix("whsec_"))) == 32
    assert secret != signing.new_secret()


# --- Wards ----------------------------------------------------------------------------------------


def ward(name: str, district: str, endpoint: WebhookEndpoint | None = None) -> Ward:
    key = wards.key_of(name, district, "Hà Nội")
    return Ward.objects.create(
        name=name, district=district, province="Hà Nội", key=key, endpoint=endpoint
    )


def test_the_wards_that_somebody_leaves_and_comes_to_are_told_of_it_once(
    receiver: Receiver, endpoint: WebhookEndpoint, issuer: User
) -> None:
    WebhookEndpoint.objects.update(events=[])
    left, reached = ward("Mẫu", "Hoàn Kiếm"), ward("Mẫu", "Gia Lâm", endpoint)
    ward("Khác", "Gia Lâm", endpoint)
    permit = services.declare(TRIP, now=NOW).permit
    run_tasks()
    assert set(WardNotice.objects.values_list("ward", "permit", "role")) == {
        (left.pk, permit.pk, "leaves"),
        (reached.pk, permit.pk, "arrives"),
    }
    [(_headers, body)] = receiver.got
    notice = json.loads(body)
    assert notice["type"] == "ward.notice"
    assert notice["data"] == {
        "serial": permit.serial,
        "ward": "Mẫu, Gia Lâm, Hà Nội",
        "role": "arrives",
        "day": "2021-09-14",
        "people": 1,
    }


def test_a_ward_is_told_when_an_application_is_approved_and_not_before(issuer: User) -> None:
    from permits.models import PermitKind

    ward("Mẫu", "Gia Lâm")
    kind = PermitKind.objects.create(number=80, name_vi="Công vụ", name_en="Duty")
    permit: Permit = services.declare(TRIP, now=NOW, kind=kind).permit
    assert not WardNotice.objects.exists()
    services.approve(permit.pk, issuer=issuer, now=NOW)
    assert WardNotice.objects.get().role == "arrives"
