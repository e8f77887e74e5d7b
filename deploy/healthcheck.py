"""`python deploy/healthcheck.py [PATH]`: whether the server in this container answers PATH well.

PATH is /healthz or /readyz. The standard library alone: it runs every few seconds.
"""

import http.client
import os
import sys

WAIT_SECONDS = 4

path = sys.argv[1] if len(sys.argv) > 1 else "/healthz"
host = os.environ.get("ALLOWED_HOSTS", "localhost").split(",")[0].strip()
server = http.client.HTTPConnection(
    "127.0.0.1", int(os.environ.get("PORT", "8000")), timeout=WAIT_SECONDS
)
try:
    server.request("GET", path, headers={"Host": host, "X-Forwarded-Proto": "https"})
    status = server.getresponse().status
except OSError as error:
    sys.exit(f"{path}: {error}")
if status != 200:
    sys.exit(f"{path}: status {status}")
