"""Windows events: EVTX as JSON, flat events of forwarders, winlogbeat 6 to 8.

EVTX as JSON is what ``evtx_dump`` and the PyPI package ``evtx`` write. Odd shapes that real files hold:
the event id as a map, ``Data`` as an unnamed list, ``UserData`` one level deeper, names with spaces,
booleans, a null channel.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from phithak.engines.sigma.normalise.event import Fields, Shaped
from phithak.engines.sigma.normalise.logtypes import windows

_ATTRIBUTES = "#attributes"
_TEXT = "#text"
_PLAIN_SYSTEM = ("Version", "Level", "Task", "Opcode", "Keywords", "EventRecordID", "Computer")
_SYSTEM_ATTRIBUTES = (
    (
        "Provider",
        (("Name", "Provider_Name"), ("Guid", "Provider_Guid"), ("EventSourceName", "EventSourceName")),
    ),
    ("TimeCreated", (("SystemTime", "SystemTime"),)),
    ("Execution", (("ProcessID", "Execution_ProcessID"), ("ThreadID", "Execution_ThreadID"))),
    ("Security", (("UserID", "UserID"),)),
    ("Correlation", (("ActivityID", "ActivityID"),)),
)


def from_evtx(event: Mapping[str, Any]) -> Shaped:
    """Return the content of one ``Event`` map; fields of the data stand beside those of the system part."""
    fields: Fields = {}
    for section in ("EventData", "UserData", "ProcessingErrorData"):
        content = event.get(section)
        if isinstance(content, dict):
            _data(content, fields, deeper=section == "UserData")
    system = event.get("System")
    system = system if isinstance(system, dict) else {}
    for name in _PLAIN_SYSTEM:
        value = system.get(name)
        if value is not None:
            fields[name] = value
    for section, names in _SYSTEM_ATTRIBUTES:
        inner = system.get(section)
        attributes = inner.get(_ATTRIBUTES) if inner.__class__ is dict else None
        if attributes.__class__ is dict:
            for attribute, name in names:
                value = attributes.get(attribute)
                if value is not None:
                    fields[name] = value
    event_id, channel = _text(system.get("EventID")), system.get("Channel")
    for name, value in (("EventID", event_id), ("Channel", channel)):
        if value is None:
            fields.pop(name, None)
        else:
            fields[name] = value
    return Shaped(fields, windows(flat=False).find(channel, event_id))


def _data(content: Mapping[str, Any], fields: Fields, *, deeper: bool) -> None:
    for name, value in content.items():
        if name == _ATTRIBUTES:
            continue
        plain = _text(value) if value.__class__ is dict else value
        if plain.__class__ is dict:
            if deeper:
                _data(plain, fields, deeper=False)
            else:
                for inner, item in plain.items():
                    if inner != _ATTRIBUTES:
                        fields[f"{name}.{inner}"] = _text(item)
        else:
            fields[name.replace(" ", "") if " " in name else name] = plain


def _text(value: Any) -> Any:
    if isinstance(value, dict):
        if _TEXT in value:
            return value[_TEXT]
        if value.keys() == {_ATTRIBUTES}:
            return None
    return value


def from_flat(record: Fields) -> Shaped:
    """Return a flat event of a forwarder; the record itself serves, nothing is copied."""
    return Shaped(record, windows(flat=True).find(record.get("Channel"), record.get("EventID")))


def from_winlogbeat6(record: Mapping[str, Any]) -> Shaped:
    """Return a winlogbeat 5 or 6 event: header at the top, ``event_data`` and ``user_data`` below."""
    fields: Fields = {key: value for key, value in record.items() if not isinstance(value, dict)}
    for section in ("event_data", "user_data"):
        content = record.get(section)
        if isinstance(content, dict):
            _data(content, fields, deeper=False)
    for old, new in (
        ("event_id", "EventID"),
        ("log_name", "Channel"),
        ("source_name", "Provider_Name"),
        ("computer_name", "Computer"),
        ("provider_guid", "Provider_Guid"),
        ("record_number", "EventRecordID"),
    ):
        if fields.get(old) is not None:
            fields[new] = fields[old]
    return Shaped(fields, windows(flat=False).find(fields.get("Channel"), fields.get("EventID")))


def from_winlog(record: Mapping[str, Any], winlog: Mapping[str, Any]) -> Shaped:
    """Return a winlogbeat 7 or 8 event: ``winlog.event_data`` and header, the ECS fields kept beside them."""
    fields: Fields = dict(record)
    for section in ("event_data", "user_data"):
        content = winlog.get(section)
        if isinstance(content, dict):
            _data(content, fields, deeper=False)
    event = record.get("event")
    for name, value in (
        ("EventID", winlog.get("event_id", event.get("code") if isinstance(event, dict) else None)),
        ("Channel", winlog.get("channel")),
        ("Provider_Name", winlog.get("provider_name")),
        ("Computer", winlog.get("computer_name")),
        ("Provider_Guid", winlog.get("provider_guid")),
        ("EventRecordID", winlog.get("record_id")),
    ):
        if value is not None:
            fields[name] = value
    return Shaped(fields, windows(flat=False).find(fields.get("Channel"), fields.get("EventID")))
