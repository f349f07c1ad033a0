"""The API's page, made from its own schema; readable without JavaScript, nothing from elsewhere."""

from __future__ import annotations

import functools
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.module_loading import import_string

from phithak.base.text import Text
from phithak.core.accounts import permissions
from phithak.core.ui.pages_kit import PUBLIC, Request, page

_METHODS = ("get", "post", "put", "patch", "delete")


@dataclass(frozen=True)
class Field:
    """A parameter or a field of a body."""

    name: str
    place: str
    kind: str
    required: bool
    description: str


@dataclass(frozen=True)
class Call:
    """One operation as the page shows it."""

    method: str
    path: str
    text: Text
    permission: str
    permission_text: Text
    fields: list[Field]
    answers: list[str]


@functools.cache
def schema() -> dict[str, Any]:
    """Return the OpenAPI 3.1 document; it never changes while the process lives."""
    # named, not imported: the API stands on the floor above
    api = import_string("phithak.web.api.api")
    document: dict[str, Any] = api.get_openapi_schema(path_prefix="/api/v1/")
    return document


@page.public(title=Text("เอกสาร OpenAPI", "OpenAPI document"))
def openapi(request: Request) -> HttpResponse:  # noqa: ARG001 - a page takes the request
    """Answer the OpenAPI document."""
    return JsonResponse(schema())


@page.public(title=Text("คู่มือ API", "API"))
def page_of_api(request: Request) -> HttpResponse:
    """Show every operation: what it does, the permission it needs, what it takes."""
    groups: defaultdict[str, list[Call]] = defaultdict(list)
    for path, item in schema()["paths"].items():
        for method in _METHODS:
            if method in item:
                call = item[method]
                groups[(call.get("tags") or ["home"])[0]].append(_call(method, path, call))
    return render(request, "ui/api_docs.html", {"groups": sorted(groups.items())})


def _call(method: str, path: str, call: dict[str, Any]) -> Call:
    fields = [
        Field(
            part["name"],
            part["in"],
            _kind(part.get("schema", {})),
            bool(part.get("required")),
            part.get("description") or part.get("schema", {}).get("description", ""),
        )
        for part in call.get("parameters", [])
    ]
    fields += _body(call)
    code = call.get("x-permission", PUBLIC)
    text = Text("ไม่ต้องเข้าสู่ระบบ", "No login needed") if code == PUBLIC else permissions.get(code).text
    return Call(
        method.upper(),
        path,
        Text(call.get("x-text-th", ""), call.get("x-text-en", "")),
        code,
        text,
        fields,
        sorted(str(status) for status in call["responses"] if str(status).startswith("2")),
    )


def _body(call: dict[str, Any]) -> list[Field]:
    content = call.get("requestBody", {}).get("content", {})
    found = []
    for media in content.values():
        part = _resolved(media.get("schema", {}))
        required = set(part.get("required", []))
        found += [
            Field(name, "body", _kind(field), name in required, field.get("description", ""))
            for name, field in part.get("properties", {}).items()
        ]
    return found


def _resolved(part: dict[str, Any]) -> dict[str, Any]:
    reference = part.get("$ref", "")
    if not reference:
        return part
    named: dict[str, Any] = schema()["components"]["schemas"][reference.rsplit("/", 1)[-1]]
    return named


def _kind(part: dict[str, Any]) -> str:
    if "anyOf" in part:
        return " | ".join(_kind(option) for option in part["anyOf"])
    if "$ref" in part:
        return str(part["$ref"]).rsplit("/", 1)[-1]
    if part.get("type") == "array":
        return f"[{_kind(part.get('items', {}))}]"
    return str(part.get("format") or part.get("type") or "any")
