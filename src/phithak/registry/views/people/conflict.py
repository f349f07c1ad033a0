"""Two people at one contact: what the other one changed, field by field; addresses show masked alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.core import signing
from django.http import QueryDict

from phithak.base.text import Text
from phithak.core.privacy import masks
from phithak.registry.forms.people import ContactForm
from phithak.registry.models import ContactPoint
from phithak.registry.queries import people as queries
from phithak.registry.queries import people_hours as hours
from phithak.registry.services.people import ContactFacts
from phithak.registry.services.people_facts import FIELDS
from phithak.registry.views.clash import NO, NOTHING, PREFIX, TAKE, YES, Clash
from phithak.registry.views.people import show

_SALT = "registry.contact.seen"
_PLAIN = (
    "kind",
    "label_th",
    "label_en",
    "position_id",
    "languages",
    "hours",
    "time_zone",
    "on_holidays",
    "rank",
    "backup_id",
    "system_id",
    "scope",
    "tlp_most",
)
_SEALED = {
    "phone": ("phone_id", masks.Kind.PHONE),
    "email": ("email_id", masks.Kind.EMAIL),
    "other_email": ("other_email_id", masks.Kind.EMAIL),
}
_KEY = "key_text"
_TAKEN_AWAY = Text("(ลบออก)", "(taken away)")
_PASTED = Text("กุญแจที่คุณวางไว้", "the key that you pasted")
Seen = dict[str, list[str]]


def sign(row: ContactPoint) -> str:
    """Return a contact as it stands, signed, for the hidden field ``seen``; of addresses the handles alone."""
    return signing.dumps(_stands(row), salt=_SALT, compress=True)


def initial_of(row: ContactPoint) -> dict[str, Any]:
    """Return what the form shows of a contact; addresses and key stay out of it."""
    return {name: _initial(row, name) for name in _PLAIN} | {"version": row.version, "seen": sign(row)}


def decided(typed: QueryDict, row: ContactPoint) -> QueryDict:
    """Return what was typed, with the contact's own value in each field in which the other's is taken."""
    data = typed.copy()
    for name in _PLAIN:
        if typed.get(PREFIX + name) == TAKE:
            data.setlist(name, _values(_initial(row, name)))
    for name in (*_SEALED, _KEY):
        if typed.get(PREFIX + name) == TAKE:
            data[name] = ""  # an empty box keeps what is there
            data.setlist("remove", [one for one in data.getlist("remove") if one != name])
    return data


def begin_anew(form: ContactForm, row: ContactPoint) -> None:
    """Let the next sending go for the contact as it is now; what was typed stays."""
    if isinstance(form.data, QueryDict):
        data = form.data.copy()
        data["version"], data["seen"] = str(row.version), sign(row)
        form.data = data


def clashes(form: ContactForm, row: ContactPoint, facts: ContactFacts) -> list[Clash]:
    """Return the fields that changed since the writer began, as far as they differ from what was typed.

    Args:
        form: as it was sent, with the signed ``seen``.
        row: the contact as it stands now.
        facts: what was typed.
    """
    seen = _read(form.cleaned_data["seen"])
    now, mine = _stands(row), _typed(facts)
    before = seen if seen is not None and set(seen) == set(now) else None
    found = []
    for name in _PLAIN:
        began = before[name] if before else mine[name]
        if now[name] in (began, mine[name]):
            continue
        shown = [_shown(form, name, values) for values in (began, now[name], mine[name])]
        keeps = before is None or mine[name] != began
        found.append(Clash(name, FIELDS[name], shown[0], shown[1], shown[2], keeps=keeps))
    return found + _sealed_clashes(row, facts, before, now)


def _sealed_clashes(row: ContactPoint, facts: ContactFacts, before: Seen | None, now: Seen) -> list[Clash]:
    """Return the addresses and the key that both changed; what was not typed is taken from the other unasked."""
    masked = show.masks([row])
    found = []
    for name, (column, kind) in _SEALED.items():
        typed = getattr(facts, name)
        if typed is None or (before is not None and now[name] == before[name]):
            continue
        theirs = masked.get(getattr(row, column), "")
        mine = masks.mask(kind, typed) if typed else str(_TAKEN_AWAY)
        if theirs != mine and (theirs or typed):
            found.append(Clash(name, FIELDS[name], "", theirs or str(NOTHING), mine, keeps=True))
    if facts.key_text and (before is None or now[_KEY] != before[_KEY]):
        theirs = row.key_fingerprint or str(NOTHING)
        found.append(Clash(_KEY, FIELDS[_KEY], "", theirs, str(_PASTED), keeps=True))
    return found


def _read(text: str) -> Seen | None:
    try:
        found: Seen = signing.loads(text, salt=_SALT)
    except signing.BadSignature:
        return None
    return found


def _stands(row: ContactPoint) -> Seen:
    plain = {name: _values(getattr(row, name)) for name in _PLAIN}
    sealed = {name: _values(getattr(row, column)) for name, (column, _) in _SEALED.items()}
    return plain | sealed | {_KEY: _values(row.key_fingerprint)}


def _typed(facts: ContactFacts) -> Seen:
    return {name: _values(getattr(facts, name)) for name in _PLAIN}


def _values(value: Any) -> list[str]:
    if value is None or value is False or value == "":
        return []
    if value is True:
        return ["on"]
    if isinstance(value, list | tuple):
        return [" ".join(map(str, one)) if isinstance(one, list | tuple) else str(one) for one in value]
    return [str(value)]


def _initial(row: ContactPoint, name: str) -> Any:
    if name != "hours":
        return getattr(row, name)
    pattern = queries.pattern_of(row)
    return str(hours.shown(pattern.hours)) if pattern.hours else ""


def _shown(form: ContactForm, name: str, values: Sequence[str]) -> str:
    """Return a field's value as people read it."""
    if name == "on_holidays":
        return str(YES if values else NO)
    if name == "hours":
        return str(hours.shown(tuple(_span(one) for one in values)))
    if not values:
        return str(NOTHING)
    choices: Mapping[str, Any] = dict(getattr(form.fields[name], "choices", ()))
    return ", ".join(str(choices.get(value, value)) for value in values)


def _span(text: str) -> hours.Span:
    day, begin, end = text.split(" ")
    return int(day), begin, end
