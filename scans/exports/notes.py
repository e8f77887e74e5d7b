"""What every export says of itself."""

from django.utils.translation import gettext as _

from scans.oversight import Oversight


def within(oversight: Oversight) -> list[str]:
    """Whose checkpoints these are, where it is not all."""
    return [] if oversight.is_everything else [_("The checkpoints of your districts alone.")]
