#!/usr/bin/env python
"""Django's command line, for this site."""

import os
import secrets
import sys

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line

from permits import secret_files

# They open neither a session nor the database: they may run where no secret was given.
NEED_NO_SECRET = {"decode", "protocol_docs"}

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "checkpoint_site.settings")
    if NEED_NO_SECRET.intersection(sys.argv[1:2]):
        os.environ.setdefault("SECRET_KEY", secrets.token_urlsafe(50))
        os.environ.setdefault("PERSONAL_DATA_KEYS", secret_files.random_key())
    try:
        settings.INSTALLED_APPS  # noqa: B018 reads them
    except (ImproperlyConfigured, ValueError) as error:
        sys.exit(f"A setting is wrong. {error}")
    # A command is no server: its figures are not for /metrics.
    os.environ.pop("PROMETHEUS_MULTIPROC_DIR", None)
    execute_from_command_line(sys.argv)
