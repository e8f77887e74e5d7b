"""The application that Daphne, or any other ASGI server, serves."""

import os
import sys

from channels.routing import ProtocolTypeRouter, URLRouter
from channels.security.websocket import AllowedHostsOriginValidator
from channels.sessions import SessionMiddlewareStack
from django.conf import settings
from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "checkpoint_site.settings")
pages = get_asgi_application()  # loads the apps, which the routing below needs

from checkpoint_site.draining import Draining  # noqa: E402
from checkpoint_site.sockets import NoSuchSocket  # noqa: E402
from scans.routing import websocket_urlpatterns  # noqa: E402

# The writer gives the interpreter's lock away at each row, and gets it back from a busy reader only
# after this long: with Python's 5 ms a check beside many dashboards takes half as long again.
SWITCH_SECONDS = 0.0002
sys.setswitchinterval(SWITCH_SECONDS)

sockets = URLRouter([*websocket_urlpatterns, NoSuchSocket.route()])

routes = ProtocolTypeRouter(
    {
        "http": pages,
        "websocket": AllowedHostsOriginValidator(SessionMiddlewareStack(sockets)),
    }
)
application = Draining(
    routes,
    most_sockets=settings.MOST_SOCKETS,
    leave_seconds=settings.LEAVE_SECONDS,
    stop_seconds=settings.STOP_SECONDS,
)

if "daphne.server" in sys.modules:
    from checkpoint_site import flow_control

    flow_control.install()
