"""The API's request and answer. The answer is the socket's `verdict`, field for field."""

from rest_framework import serializers

from permits.verdict import Direction, Outcome, PayloadKind, Reason, WatchlistLevel
from scans.protocol import MAX_PAYLOAD_CHARACTERS


def _choices(
    values: type[Outcome] | type[Reason] | type[PayloadKind] | type[WatchlistLevel],
) -> list[str]:
    return [value.value for value in values]


class CheckSerializer(serializers.Serializer[None]):
    """A payload that was held up at a lane."""

    payload = serializers.CharField(max_length=MAX_PAYLOAD_CHARACTERS, trim_whitespace=False)
    lane = serializers.IntegerField(min_value=1, help_text="The lane's id.")
    direction = serializers.ChoiceField([d.value for d in Direction], default=Direction.IN.value)
    captured_at = serializers.DateTimeField(help_text="When it was held up, with a time zone.")
    scan_id = serializers.UUIDField(
        help_text="Made by the client. Sent again, it gives the same answer and no second scan."
    )
    plate = serializers.CharField(
        max_length=20,
        default="",
        allow_blank=True,
        help_text="Of the vehicle in front, where it is known, in any spelling.",
    )
    bundle_at = serializers.DateTimeField(
        default=None,
        allow_null=True,
        help_text="From when the rows were that a device without a network decided on.",
    )


class KindNameSerializer(serializers.Serializer[None]):
    """A permit kind in both languages."""

    vi = serializers.CharField()
    en = serializers.CharField()


class CompanionSerializer(serializers.Serializer[None]):
    """Who travels on another's permit."""

    name = serializers.CharField()
    number = serializers.CharField(help_text="The last 4 digits only.")


class SubjectSerializer(serializers.Serializer[None]):
    """Who and what the verdict is about."""

    name = serializers.CharField()
    number = serializers.CharField(help_text="The last 4 digits only.")
    birth_year = serializers.IntegerField()
    plate = serializers.CharField()
    origin = serializers.CharField()
    destination = serializers.CharField()
    serial = serializers.CharField()
    kind = KindNameSerializer(allow_null=True)
    valid_from = serializers.IntegerField(allow_null=True)
    valid_until = serializers.IntegerField(allow_null=True)
    companions = CompanionSerializer(many=True)
    of_permits = serializers.IntegerField(
        help_text="So many permits a card or a plate found; this one fits best here and now."
    )


class VerdictSerializer(serializers.Serializer[None]):
    """What is to be done. Times are milliseconds since 1970 in UTC."""

    scan_id = serializers.UUIDField()
    outcome = serializers.ChoiceField(_choices(Outcome))
    reasons = serializers.ListField(child=serializers.ChoiceField(_choices(Reason)))
    hits = serializers.ListField(child=serializers.ChoiceField(_choices(WatchlistLevel)))
    payload_kind = serializers.ChoiceField(_choices(PayloadKind))
    subject = SubjectSerializer(allow_null=True)
    captured_at = serializers.IntegerField()
    elapsed_ms = serializers.IntegerField()
