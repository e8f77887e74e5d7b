"""What the dashboards are told: that there is something new. What it is, the database says."""

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer

DASHBOARDS = "dashboards"
SOMETHING_NEW = {"type": "something.new"}


async def publish() -> None:
    """Wake the dashboards. It may be lost: the next one, or their next totals, make up for it."""
    layer = get_channel_layer()
    if layer is not None:
        await layer.group_send(DASHBOARDS, SOMETHING_NEW)


def publish_from_thread() -> None:
    """The same, from a view that is not async."""
    async_to_sync(publish)()
