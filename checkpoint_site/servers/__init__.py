"""The servers that can serve the site, each with the same limits and the same good end.

A module has `run(host, port, inherited)`. `inherited` is a listening socket that goes before `host`
and `port`. What a server cannot bound itself is bounded by the proxy before it: see
docs/deployment.md.
"""

# The largest message of a WebSocket, taken into memory before the protocol sees it. A frame has at
# most scans.protocol.MAX_FRAME_BYTES.
MAX_MESSAGE_BYTES = 1024 * 1024
# A socket that leaves a ping without an answer is closed, and its lane is no longer online.
PING_EVERY_SECONDS = 20
PONG_WITHIN_SECONDS = 30
# Connections that the kernel holds until they are accepted: all lanes come at once after a restart.
BACKLOG = 1024
# A request's first line and headers.
MAX_HEADER_BYTES = 16 * 1024
# A connection that is kept open for another request.
KEEP_ALIVE_SECONDS = 15
