"""Every address of the product, from the URLconf and from the API's own schema."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from phithak.web.api import api
from tests.tenancy.makers import uuid_of_nobody

_ARGUMENT = re.compile(r"<(?:\w+:)?(\w+)>")
_FORMATS = {
    "uuid": uuid_of_nobody(),
    "date-time": "2099-01-01T00:00:00Z",
    "date": "2099-01-01",
}
_API_ARGUMENT = re.compile(r"\{(?:\w+:)?(\w+)\}")


@dataclass(frozen=True)
class Address:
    """One address with the methods that it answers.

    Attributes:
        name: the URL's name with its namespace, or the operation's id.
        path: with ``{argument}`` places.
        methods: in capitals.
        api: whether it belongs to the API.
        body: a valid body, made from the schema; None where it takes none.
    """

    name: str
    path: str
    methods: tuple[str, ...]
    api: bool = False
    body: Any = field(default=None, compare=False)

    @property
    def arguments(self) -> tuple[str, ...]:
        """Names of the places in the path."""
        return tuple(re.findall(r"\{(\w+)\}", self.path))

    def at(self, values: dict[str, str]) -> str:
        """Return the path with its places filled."""
        return self.path.format(**values)


def pages() -> list[Address]:
    """Return every page of the URLconf; a view without declared methods counts as GET and POST."""
    return [*_walk(get_resolver(), "/", ())]


def _walk(resolver: URLResolver, prefix: str, spaces: tuple[str, ...]) -> Iterator[Address]:
    for found in resolver.url_patterns:
        path = prefix + str(found.pattern)
        if isinstance(found, URLResolver):
            names = (*spaces, found.namespace) if found.namespace else spaces
            if "api" not in names:
                yield from _walk(found, path, names)
        elif isinstance(found, URLPattern):
            methods = tuple(getattr(found.callback, "methods", ("GET", "POST")))
            name = ":".join((*spaces, found.name or path))
            yield Address(name, _ARGUMENT.sub(r"{\1}", path), methods)


def operations() -> list[Address]:
    """Return every operation of the API, one for each method."""
    schema: dict[str, Any] = api.get_openapi_schema()
    return [
        Address(
            told["operationId"],
            _API_ARGUMENT.sub(r"{\1}", path),
            (method.upper(),),
            api=True,
            body=_body(told, schema["components"]["schemas"]),
        )
        for path, methods in schema["paths"].items()
        for method, told in methods.items()
    ]


def _body(told: dict[str, Any], shapes: dict[str, Any]) -> Any:
    for media in told.get("requestBody", {}).get("content", {}).values():
        return _sample(media.get("schema", {}), shapes)
    return None


def _sample(shape: dict[str, Any], shapes: dict[str, Any]) -> Any:
    """Return the smallest value that fits a JSON schema."""
    if "$ref" in shape:
        return _sample(shapes[shape["$ref"].rsplit("/", 1)[-1]], shapes)
    choices = shape.get("anyOf") or shape.get("oneOf") or shape.get("allOf")
    if choices:
        return _sample(choices[0], shapes)
    if "enum" in shape or "const" in shape:
        return shape.get("const", shape.get("enum", [None])[0])
    fields, items = shape.get("properties", {}), shape.get("items", {})
    least = max(int(shape.get("minLength", 0)), min(12, int(shape.get("maxLength", 12))))
    samples: dict[str, Callable[[], Any]] = {
        "object": lambda: {name: _sample(fields[name], shapes) for name in shape.get("required", [])},
        "array": lambda: [_sample(items, shapes)] * int(shape.get("minItems", 0)),
        "string": lambda: _FORMATS.get(shape.get("format", ""), "ก" * least),
        "integer": lambda: int(shape.get("minimum", 0)),
        "number": lambda: 0,
        "boolean": lambda: False,
    }
    return samples.get(shape.get("type", ""), lambda: None)()


@functools.cache
def everything() -> tuple[Address, ...]:
    """Return pages and operations."""
    return (*pages(), *operations())
