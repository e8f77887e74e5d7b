"""The public form's own fields, for JSON: one place knows how a number or a plate is read."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError as FormError
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail


@extend_schema_field(str)
class FormBackedField(serializers.Field[Any, Any, Any, Any]):
    """A text that a field of the forms reads."""

    default_error_messages = {"not_text": "Not a text."}

    def __init__(self, field: forms.Field, **options: Any) -> None:
        super().__init__(**options)
        self._field = field

    def to_internal_value(self, typed: Any) -> Any:
        if not isinstance(typed, str) or "\x00" in typed:
            self.fail("not_text")
        try:
            return self._field.clean(typed)
        except FormError as error:
            faults = [(str(text), one.code) for one in error.error_list for text in one.messages]
            raise serializers.ValidationError(
                [ErrorDetail(text, code or "invalid") for text, code in faults]
            ) from None

    def to_representation(self, value: Any) -> Any:
        return value
