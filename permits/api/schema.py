"""The OpenAPI schema says of every operation how it may fail."""

from typing import Any

from permits.api.problems import MEDIA_TYPE

TEXT = {"type": "string"}
COMPONENTS = {
    "FieldProblem": {
        "type": "object",
        "description": "What is wrong with one field: where, as a JSON pointer, and why.",
        "properties": {"pointer": TEXT, "code": TEXT, "detail": TEXT},
        "required": ["pointer", "code", "detail"],
    },
    "Problem": {
        "type": "object",
        "description": "Why a request had no effect (RFC 9457).",
        "properties": {
            "type": TEXT,
            "title": TEXT,
            "status": {"type": "integer"},
            "code": TEXT,
            "detail": TEXT,
            "errors": {"type": "array", "items": {"$ref": "#/components/schemas/FieldProblem"}},
        },
        "required": ["type", "title", "status", "code"],
    },
}
FAILURES = {
    "400": "The request is not as the schema has it, or its fields are wrong.",
    "401": "There is no token, or it is not good.",
    "403": "The token lacks the scope, or its user the role.",
    "404": "There is no such thing.",
    "405": "This address knows no such method.",
    "409": "The state of the thing does not admit this now.",
    "413": "Too large.",
    "415": "The body is of another media type.",
    "422": "The fields are right, and what they ask for is not possible.",
    "429": "Too many requests. `Retry-After` says when to come again.",
    "503": "Not just now. Nothing was done: try again.",
}


def add_failures(result: dict[str, Any], generator: Any, request: Any, public: Any) -> Any:
    """A hook of drf-spectacular: each operation may fail in these ways, each with a problem."""
    result["components"].setdefault("schemas", {}).update(COMPONENTS)
    schema = {"$ref": "#/components/schemas/Problem"}
    for operations in result["paths"].values():
        for operation in operations.values():
            responses = operation["responses"]
            for status, words in FAILURES.items():
                responses[status] = {
                    "description": words,
                    "content": {MEDIA_TYPE: {"schema": schema}},
                }
    return result
