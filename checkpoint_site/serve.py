"""`python -m checkpoint_site.serve`: one server process, as every deployment starts it.

SERVER chooses the server, HOST and PORT the address; a listening socket that systemd hands over
goes before HOST and PORT. On SIGTERM and SIGINT the process finishes what it has begun
(draining.py), and ends.
"""

import os
import sys
from importlib import import_module

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from checkpoint_site import worker_beside
from checkpoint_site.servers import systemd

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "checkpoint_site.settings")


def main() -> None:
    """Serve until told to stop. Exits with a message where a setting cannot be followed."""
    try:
        name = settings.SERVER  # reads them all
    except (ImproperlyConfigured, ValueError) as error:
        sys.exit(f"A setting is wrong. {error}")
    try:
        inherited = systemd.inherited_socket()  # before Twisted takes it out of the environment
        server = import_module(f"checkpoint_site.servers.{name}")
        worker_beside.start()
        server.run(settings.HOST, settings.PORT, inherited)
    except ImproperlyConfigured as error:
        sys.exit(str(error))
    except ModuleNotFoundError as error:
        if error.name != name:
            raise
        sys.exit(f"SERVER={name}: {name} is not installed.")


if __name__ == "__main__":
    main()
