"""What a citizen fills in: a form for each step, and the whole of them."""

from permits.forms.filled import Fault, Filled, forms_over
from permits.forms.find import FindForm

__all__ = ["Fault", "Filled", "FindForm", "forms_over"]
