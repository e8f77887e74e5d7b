"""`python -m checkpoint_site.serve`: one server process, as every deployment starts it.

SERVER chooses the server, HOST and PORT the address; a listening socket that systemd hands over
goes before HOST and PORT. On SIGTERM and SIGINT the process finishes what it has begun
(draining.py), and ends.
"""

import os
from importlib import import_module

from checkpoint_site.servers import systemd

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "checkpoint_site.settings")


def main() -> None:
    """Serve until told to stop. Raises ImproperlyConfigured for what SERVER cannot do."""
    from django.conf import settings

    inherited = systemd.inherited_socket()  # before Twisted takes it out of the environment
    server = import_module(f"checkpoint_site.servers.{settings.SERVER}")
    server.run(settings.HOST, settings.PORT, inherited)


if __name__ == "__main__":
    main()
