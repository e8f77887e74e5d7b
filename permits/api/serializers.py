"""What the API takes and gives of permits and the watchlist."""

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from permits import people, selectors
from permits.api.fields import FormBackedField
from permits.fields import LineField, NameField, PersonalNumberField, PhoneField, PlateField
from permits.models import Permit, PermitKind, Sex, Zone
from permits.services import CompanionDeclared, Declaration
from permits.verdict import Direction, PermitState, WatchlistLevel

MOST_DOSES, MOST_COMPANIONS = 9, 60
LEVELS = [level.value for level in WatchlistLevel]


class CompanionInSerializer(serializers.Serializer[Any]):
    """Who travels along."""

    full_name = FormBackedField(NameField(max_length=120))
    personal_number = FormBackedField(PersonalNumberField(max_length=24))
    doses = serializers.IntegerField(min_value=0, max_value=MOST_DOSES, default=0)


class IssueSerializer(serializers.Serializer[Any]):
    """A permit to issue for somebody. It is valid at once: whoever calls vouches for it."""

    kind = serializers.SlugRelatedField(slug_field="number", queryset=PermitKind.objects.all())
    full_name = FormBackedField(NameField(max_length=120))
    personal_number = FormBackedField(PersonalNumberField(max_length=24))
    birth_date = serializers.DateField()
    sex = serializers.ChoiceField(Sex.values)
    phone = FormBackedField(PhoneField(max_length=24))
    origin = FormBackedField(LineField(max_length=160))
    destination = FormBackedField(LineField(max_length=160))
    purpose = FormBackedField(LineField(max_length=200))
    plate = FormBackedField(PlateField(required=False, max_length=20), default="")
    travel_at = serializers.DateTimeField()
    direction = serializers.ChoiceField(["", *(d.value for d in Direction)], default="")
    doses = serializers.IntegerField(min_value=0, max_value=MOST_DOSES, default=0)
    companions = serializers.ListField(
        child=CompanionInSerializer(), default=list, max_length=MOST_COMPANIONS
    )
    valid_from = serializers.DateTimeField(default=None, allow_null=True)
    valid_until = serializers.DateTimeField(default=None, allow_null=True)
    zones = serializers.PrimaryKeyRelatedField(
        many=True,
        queryset=Zone.objects.all(),
        default=None,
        help_text="Ids. Not given: those of the kind; an empty list: everywhere.",
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        number = attrs["personal_number"]
        if not people.number_fits_birth_date(number, attrs["birth_date"]):
            text = _("The number does not fit the birth date. Check both.")
            raise serializers.ValidationError({"personal_number": text}, "unfitting")
        if not people.number_fits_sex(number, attrs["sex"]):
            text = _("The number does not fit the sex. Check both.")
            raise serializers.ValidationError({"personal_number": text}, "unfitting")
        return attrs

    def declaration(self) -> Declaration:
        """What was declared, once the serializer is valid."""
        given = self.validated_data
        own = {
            name: given[name] for name in Declaration.__dataclass_fields__ if name != "companions"
        }
        along = tuple(CompanionDeclared(**companion) for companion in given["companions"])
        return Declaration(**own, companions=along)


class CompanionOutSerializer(serializers.Serializer[Any]):
    """Who travels along; of the number the last four digits."""

    full_name = serializers.CharField()
    number = serializers.CharField(source="masked_number")
    doses = serializers.IntegerField()


class PermitSerializer(serializers.Serializer[Any]):
    """A permit. Of numbers it shows the last four digits. A list has no travel codes."""

    serial = serializers.CharField()
    state = serializers.ChoiceField([state.value for state in PermitState])
    kind = serializers.IntegerField(source="kind.number")
    full_name = serializers.CharField(source="holder.full_name")
    number = serializers.CharField(source="holder.masked_number")
    birth_date = serializers.DateField(source="holder.birth_date")
    companions = CompanionOutSerializer(many=True)
    origin = serializers.CharField()
    destination = serializers.CharField()
    purpose = serializers.CharField()
    plate = serializers.CharField()
    direction = serializers.CharField()
    doses = serializers.IntegerField()
    zones = serializers.SerializerMethodField()
    valid_from = serializers.DateTimeField()
    valid_until = serializers.DateTimeField()
    declared_at = serializers.DateTimeField()

    @extend_schema_field(serializers.ListField(child=serializers.IntegerField()))
    def get_zones(self, permit: Permit) -> list[int]:
        return sorted(zone.pk for zone in permit.zones.all())


class WholePermitSerializer(PermitSerializer):
    """A permit with the text that its QR holds; null unless it is approved."""

    code = serializers.SerializerMethodField()

    @extend_schema_field(serializers.CharField(allow_null=True))
    def get_code(self, permit: Permit) -> str | None:
        is_approved = permit.state == PermitState.APPROVED
        return selectors.travel_code(permit) if is_approved else None


class IssuedSerializer(WholePermitSerializer):
    """A new permit, with the private link's secret part: it is told once, and not kept."""

    link = serializers.CharField()


class ListQuerySerializer(serializers.Serializer[Any]):
    """Which permits. Without anything: all, the newest first."""

    state = serializers.ChoiceField([state.value for state in PermitState], required=False)
    kind = serializers.IntegerField(required=False, min_value=0, max_value=32_767)
    plate = serializers.CharField(required=False, max_length=20)
    declared_from = serializers.DateTimeField(required=False)
    declared_until = serializers.DateTimeField(required=False)


class PersonSerializer(serializers.Serializer[Any]):
    """Whose permits."""

    personal_number = FormBackedField(PersonalNumberField(max_length=24))


class RevokeSerializer(serializers.Serializer[Any]):
    """Why. The citizen reads it."""

    note = FormBackedField(LineField(max_length=500))


class EntryInSerializer(serializers.Serializer[Any]):
    """A person, a vehicle, or both, to look for from now on or from a moment."""

    personal_number = FormBackedField(
        PersonalNumberField(required=False, max_length=24), default=""
    )
    plate = FormBackedField(PlateField(required=False, max_length=20), default="")
    level = serializers.ChoiceField(LEVELS)
    active_from = serializers.DateTimeField(default=None, allow_null=True)
    active_until = serializers.DateTimeField(default=None, allow_null=True)
    note = FormBackedField(LineField(required=False, max_length=200), default="")
    source = FormBackedField(LineField(required=False, max_length=80), default="")  # type: ignore[assignment]

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if not attrs["personal_number"] and not attrs["plate"]:
            text = _("Give a personal number, a plate, or both.")
            raise serializers.ValidationError(text, "names_nobody")
        return attrs


class EntryChangeSerializer(serializers.Serializer[Any]):
    """What may be changed of an entry: not whom it is about."""

    level = serializers.ChoiceField(LEVELS, required=False)
    active_until = serializers.DateTimeField(required=False, allow_null=True)
    note = FormBackedField(LineField(required=False, max_length=200), required=False)
    source = FormBackedField(LineField(required=False, max_length=80), required=False)  # type: ignore[assignment]


class EntrySerializer(serializers.Serializer[Any]):
    """An entry of the watchlist. Of the number it shows the last four digits."""

    id = serializers.IntegerField()
    number = serializers.CharField(source="masked_number")
    plate = serializers.CharField()
    level = serializers.ChoiceField(LEVELS)
    active_from = serializers.DateTimeField()
    active_until = serializers.DateTimeField(allow_null=True)
    note = serializers.CharField()
    source = serializers.CharField()  # type: ignore[assignment]


class CodeSerializer(serializers.Serializer[Any]):
    """A travel code's text."""

    code = serializers.CharField(max_length=1000)


class VerifiedSerializer(serializers.Serializer[Any]):
    """What a travel code says by itself. Whether its permit was revoked since, a check tells."""

    signature = serializers.ChoiceField(["good", "bad", "unknown_key", "malformed"])
    serial = serializers.CharField(allow_null=True)
    kind = serializers.IntegerField(allow_null=True)
    valid_from = serializers.DateTimeField(allow_null=True)
    valid_until = serializers.DateTimeField(allow_null=True)
    is_valid_now = serializers.BooleanField()


class PageSerializer(serializers.Serializer[Any]):
    """A page of a list: the addresses of the pages beside it, null at an end."""

    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)


class PermitsPageSerializer(PageSerializer):
    """A page of permits."""

    results = PermitSerializer(many=True)


class EntriesPageSerializer(PageSerializer):
    """A page of the watchlist."""

    results = EntrySerializer(many=True)
