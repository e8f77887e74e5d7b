"""The sockets' addresses."""

from django.urls import path, register_converter

from permits.verdict import Direction
from scans.consumers.dashboard import DashboardConsumer
from scans.consumers.echo import EchoConsumer
from scans.consumers.lane import LaneConsumer
from scans.consumers.screen import ScreenConsumer


class DirectionConverter:
    """`in` or `out` in an address."""

    regex = "|".join(Direction)

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(DirectionConverter, "direction")

websocket_urlpatterns = [
    path("ws/lanes/<int:lane_id>/<direction:direction>/", LaneConsumer.as_asgi()),
    path("ws/test/", EchoConsumer.as_asgi()),
    path("ws/dashboard/", DashboardConsumer.as_asgi()),
    path("ws/screen/<str:token>/", ScreenConsumer.as_asgi()),
]
