"""The OpenAPI 3.1 description, from the table of endpoints and the models of their bodies."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Literal

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema
from pydantic_core import to_json

import verifiers
from verifiers.server.messages import ErrorAnswer

if TYPE_CHECKING:
    from verifiers.server.endpoints import Endpoint

_Model = tuple[type[BaseModel], Literal["validation", "validation"]]
_REFERENCE = "#/components/schemas/{model}"
# what may be refused of any request, and of those with a body besides
_REFUSALS = {
    400: "A header cannot be read.",
    401: "The token is missing or wrong.",
    403: "Only this machine's own programs are served without a token.",
    405: "The path takes another method.",
    503: "Too many connections, or the server is ending.",
}
_REFUSALS_OF_BODIES = {
    400: "The body says something that nothing can be done with; `field` names it.",
    408: "The request did not come in within the time for it.",
    413: "The body is larger than the server takes.",
    415: "The body is not application/json.",
    429: "Too much waits already; `Retry-After` says when to come again.",
    504: "Not done within the deadline.",
}


def describe(endpoints: Iterable[Endpoint]) -> bytes:
    """The description as JSON."""
    listed = list(endpoints)
    models: list[_Model] = [(ErrorAnswer, "validation")]
    models += [(each.takes, "validation") for each in listed if each.takes is not None]
    models += [(each.gives, "validation") for each in listed if each.gives is not None]
    schemas, definitions = models_json_schema(models, ref_template=_REFERENCE)
    paths = {each.path: {each.method.lower(): _operation(each, schemas)} for each in listed}
    return to_json(
        {
            "openapi": "3.1.0",
            "info": {"title": "truegrade", "version": verifiers.__version__},
            "paths": paths,
            "components": {
                "schemas": definitions["$defs"],
                "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            },
        }
    )


def _operation(endpoint: Endpoint, schemas: dict[Any, Any]) -> dict[str, Any]:
    refusals = _REFUSALS | (_REFUSALS_OF_BODIES if endpoint.takes is not None else {})
    error = {"application/json": {"schema": schemas[ErrorAnswer, "validation"]}}
    answer: dict[str, Any] = {endpoint.gives_type: {"schema": {}}}
    if endpoint.gives is not None:
        answer = {endpoint.gives_type: {"schema": schemas[endpoint.gives, "validation"]}}
    if endpoint.streams:
        answer["application/x-ndjson"] = {"schema": {"type": "string"}}
    operation: dict[str, Any] = {
        "summary": endpoint.summary,
        "operationId": endpoint.path.strip("/").replace("/", "_").replace(".", "_"),
        "security": [] if endpoint.open else [{"token": []}, {}],
        "responses": {
            "200": {"description": "Done.", "content": answer},
            **{str(status): {"description": why, "content": error} for status, why in refusals.items()},
        },
    }
    if endpoint.takes is not None:
        body = {"application/json": {"schema": schemas[endpoint.takes, "validation"]}}
        operation["requestBody"] = {"required": True, "content": body}
    return operation
