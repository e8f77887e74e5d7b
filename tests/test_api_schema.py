"""The API against its own OpenAPI schema: whatever is sent, no error of the server's own, and every
answer is one that the schema tells of (schemathesis).
"""

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.contrib.auth.models import Group, User
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from django.utils import timezone
from drf_spectacular.generators import SchemaGenerator
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from permits.roles import Role
from permits.scopes import Scope
from permits.services.tokens import make_token

EXAMPLES = 25
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]


@pytest.fixture
def token(db: None) -> str:
    """One that may do everything."""
    user = User.objects.create_user("program")
    user.groups.set(Group.objects.filter(name__in=[Role.OFFICER.value, Role.ISSUER.value]))
    now = timezone.now()
    return make_token(user=user, name="t", scopes=Scope, now=now, expires_at=None)[1]


@pytest.fixture(autouse=True)
def _one_connection(db: None) -> Iterator[None]:
    """A request's end closes no connection here: it is the test's."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


generator: Any = SchemaGenerator
schema = schemathesis.openapi.from_dict(generator().get_schema(public=True))
schema.app = get_wsgi_application()


@schema.parametrize()
@settings(
    max_examples=EXAMPLES,
    derandomize=True,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
def test_the_api_is_as_its_schema_says(case: Any, token: str) -> None:
    response = case.call(headers={"Authorization": f"Bearer {token}"})
    case.validate_response(response, checks=CHECKS)
