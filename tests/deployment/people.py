"""Who talks to the site under test, and about what."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Self

SCRIPT = """
import json
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from permits.models import Permit
from permits.scopes import Scope
from permits.services.tokens import make_token
from scans.models import Lane
now = timezone.now()
good = Permit.objects.filter(
    state="approved", kind__number=1, valid_from__lt=now, valid_until__gt=now
)
officer = User.objects.get(username="officer")
client = Client()
client.force_login(officer, backend="permits.roles.RoleBackend")
print(json.dumps({
    "cookie": "; ".join(f"{name}={morsel.value}" for name, morsel in client.cookies.items()),
    "token": make_token(
        user=officer, name="test", scopes=[Scope.CHECKS_WRITE], now=now, expires_at=None
    )[1],
    "serial": good.last().serial,
    "lane": Lane.objects.first().pk,
}))
"""

RECORDED = """
from scans.models import Scan
for scan_id in Scan.objects.values_list("scan_id", flat=True):
    print(scan_id)
"""


@dataclass(frozen=True)
class Officer:
    """An officer of the demo, logged in, with a lane and a permit's serial to type."""

    cookie: str
    token: str
    serial: str
    lane: int

    @classmethod
    def log_in(cls, manage: Callable[..., str]) -> Self:
        """Log in behind the site's back. `manage` runs a command of manage.py."""
        printed = manage("shell", "-v", "0", "-c", SCRIPT)
        return cls(**json.loads(printed.strip().splitlines()[-1]))

    @property
    def lane_path(self) -> str:
        """The address of the lane's socket."""
        return f"/ws/lanes/{self.lane}/in/"

    @property
    def api_headers(self) -> dict[str, str]:
        """What a device sends with a check."""
        return {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}

    def api_check(self, scan_id: str) -> dict[str, Any]:
        """A check for the REST API."""
        now = datetime.now(UTC).isoformat()
        return {"payload": self.serial, "lane": self.lane, "captured_at": now, "scan_id": scan_id}
