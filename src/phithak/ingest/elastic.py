"""``/es/``: as much of Elasticsearch 8 as Beats, Vector, Fluent Bit and rsyslog need to hand in their events.

Only writing works; nothing is ever read back here. Every answer carries ``X-Elastic-Product``, which clients of
version 8 insist on.
"""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from phithak.base import batch
from phithak.base.batch import BatchError, Refusal
from phithak.ingest.replies import Headers, Reply

VERSION = "8.17.0"
_HEADERS: Headers = [("content-type", "application/json"), ("x-elastic-product", "Elasticsearch")]
_SHARDS = b'"_shards":{"total":1,"successful":1,"failed":0}'
_ROOT = {
    "name": "phithak",
    "cluster_name": "phithak",
    "cluster_uuid": "cGhpdGhhay1pbmdlc3QtMDE",
    "version": {
        "number": VERSION,
        "build_flavor": "default",
        "build_type": "docker",
        "build_hash": "0000000000000000000000000000000000000000",
        "build_date": "2025-01-01T00:00:00.000000000Z",
        "build_snapshot": False,
        "lucene_version": "9.12.0",
        "minimum_wire_compatibility_version": "7.17.0",
        "minimum_index_compatibility_version": "7.0.0",
    },
    "tagline": "You Know, for Search",
}
_LICENSE = {
    "license": {
        "status": "active", "uid": "00000000-0000-7000-8000-000000000000", "type": "basic",
        "issue_date": "2025-01-01T00:00:00.000Z", "max_nodes": 1000, "issued_to": "phithak", "issuer": "phithak",
        "start_date_in_millis": -1,
    }
}  # fmt: skip
_ASKED: dict[str, object] = {
    "_license": _LICENSE,
    "_xpack": {"features": {}},
    "_cluster": {"cluster_name": "phithak", "status": "green", "timed_out": False, "number_of_nodes": 1},
    "_nodes": {"nodes": {"phithak": {"version": VERSION, "name": "phithak"}}},
}
_MADE = frozenset(
    {"_ilm", "_index_template", "_component_template", "_template", "_data_stream", "_ingest", "_alias"}
)
_ACTIONS = {"index", "create"}
_REASONS = {
    401: "security_exception",
    403: "security_exception",
    404: "resource_not_found_exception",
    405: "illegal_argument_exception",
    413: "content_too_large_exception",
    429: "es_rejected_execution_exception",
    503: "unavailable_shards_exception",
}
_encode = msgspec.json.Encoder().encode
_decode_action = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode


@dataclass(frozen=True)
class Bulk:
    """A bulk request as read.

    Attributes:
        events: the documents of its index and create actions, raw.
        items: for each action in order: its name, and whether it is one that is taken.
    """

    events: list[bytes]
    items: list[tuple[str, bool]]


def read_bulk(body: bytes) -> Bulk:
    """Read the body of ``_bulk``: an action line, then its document, and so on.

    Raises:
        BatchError: ``batch.malformed``, a line is no action, or a document is missing.
    """
    lines = iter(body.split(b"\n"))
    events: list[bytes] = []
    items: list[tuple[str, bool]] = []
    known: dict[bytes, str] = {}
    for line in lines:
        if not line.strip():
            continue
        # agents write the same action line for each document
        action = known.get(line) or known.setdefault(line, _action(line))
        if action == "delete":
            items.append((action, False))
            continue
        document = next(lines, None)
        if document is None or not document.strip():
            raise BatchError("batch.malformed", "an action without a document")
        taken = action in _ACTIONS
        items.append((action, taken))
        if taken:
            events.append(document)
        if len(items) > batch.MAX_COUNT:
            raise BatchError("batch.too_large", "too many actions")
    if not items:
        raise BatchError("batch.malformed", "no action")
    return Bulk(events, items)


def _action(line: bytes) -> str:
    try:
        told = _decode_action(line)
    except (msgspec.DecodeError, RecursionError) as error:
        raise BatchError("batch.malformed", "not an action") from error
    name = next(iter(told), "")
    if len(told) != 1 or name not in {"index", "create", "update", "delete"}:
        raise BatchError("batch.malformed", "not an action")
    return name


def bulk_reply(bulk: Bulk, index: str, *, brief: bool) -> Reply:
    """Return the answer to a bulk request whose documents are stored.

    Args:
        bulk: the request.
        index: name to tell.
        brief: only status and errors were asked for.
    """
    name = _encode(index)
    parts: list[bytes] = []
    made: dict[tuple[str, bool], bytes] = {}
    for item in bulk.items:
        text = made.get(item)
        if text is None:
            text = made[item] = _item(*item, name, brief=brief)
        parts.append(text)
    errors = b"true" if any(not taken for _, taken in bulk.items) else b"false"
    body = b'{"took":1,"errors":' + errors + b',"items":[' + b",".join(parts) + b"]}"
    return Reply(200, list(_HEADERS), body)


def _item(action: str, taken: bool, index: bytes, *, brief: bool) -> bytes:  # noqa: FBT001 - a pair as it stands in Bulk
    if not taken:
        reason = b'{"type":"illegal_argument_exception","reason":"only index and create are taken here"}'
        return b'{"%s":{"_index":%s,"status":400,"error":%s}}' % (action.encode(), index, reason)
    if brief:
        return b'{"%s":{"status":201}}' % action.encode()
    return (
        b'{"%s":{"_index":%s,"_id":"-","_version":1,"result":"created",%s,"_seq_no":0,"_primary_term":1,"status":201}}'
        % (action.encode(), index, _SHARDS)
    )


def refused(refusal: Refusal) -> Reply:
    """Return a refusal in the form that Elasticsearch's clients read."""
    told = msgspec.json.decode(refusal.to_json())
    kind = _REASONS.get(refusal.status, "parse_exception")
    reason = {"type": kind, "reason": f"{told['code']}: {told['en']}"}
    body = _encode({"error": {"root_cause": [reason], **reason}, "status": refusal.status})
    headers = list(_HEADERS)
    if refusal.retry_after is not None:
        headers.append(("retry-after", str(refusal.retry_after)))
    if refusal.status == 401:  # noqa: PLR2004 - RFC 9110 section 15.5.2 asks for this header
        headers.append(("www-authenticate", 'Basic realm="phithak", charset="UTF-8"'))
    return Reply(refusal.status, headers, body)


def probe(method: str, path: str) -> Reply | None:
    """Return the answer to what agents ask before they send; None when the path is no such question.

    Args:
        method: HTTP method.
        path: behind ``/es``.

    Templates, policies and pipelines are said to be there, or to be taken: nothing of theirs is needed here.
    """
    words = [word for word in path.split("/") if word]
    told: object = None
    if not words:
        told = _ROOT if method in {"GET", "HEAD"} else None
    elif words[0] in _ASKED:
        told = _LICENSE if words[0] == "_xpack" and words[-1] == "license" else _ASKED[words[0]]
    elif words[0] in _MADE or (len(words) == 1 and not words[0].startswith("_")):
        told = {"acknowledged": True} if method in {"PUT", "POST"} else {}
    return None if told is None else Reply(200, list(_HEADERS), b"" if method == "HEAD" else _encode(told))
