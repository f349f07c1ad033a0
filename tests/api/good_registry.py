"""Requests made by hand for the registry: real ids for paths, right bodies for what creates and changes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db.models import Model

from phithak.base import clock
from phithak.registry.models.agreements import Agreement, SharingRule
from phithak.registry.models.assets import DataLink, DataStore, Device, Domain, IpRange, Software, System
from phithak.registry.models.drills import Drill, DrillCheck
from phithak.registry.models.joining import ChangeRequest, ImportRun
from phithak.registry.models.organisations import (
    Alias,
    AuthorityScope,
    DuplicateProposal,
    Organisation,
    Relation,
)
from phithak.registry.models.people import CallSheet, ContactPoint, Person, Position
from phithak.registry.models.shares import Appeal, DataShare, Suspension
from phithak.registry.models.teams import Shift, Team, TeamMember
from tests.api.request import Good
from tests.people import People

ROOT = "/api/v1/registry/"
Body = dict[str, Any] | list[Any] | None

PARAMETERS: dict[str, type[Model]] = {
    "agreement_id": Agreement,
    "alias_id": Alias,
    "appeal_id": Appeal,
    "check_id": DrillCheck,
    "contact_id": ContactPoint,
    "data_link_id": DataLink,
    "device_id": Device,
    "domain_id": Domain,
    "drill_id": Drill,
    "duplicate_id": DuplicateProposal,
    "organisation_id": Organisation,
    "person_id": Person,
    "position_id": Position,
    "range_id": IpRange,
    "relation_id": Relation,
    "request_id": ChangeRequest,
    "rule_id": SharingRule,
    "run_id": ImportRun,
    "scope_id": AuthorityScope,
    "share_id": DataShare,
    "sheet_id": CallSheet,
    "shift_id": Shift,
    "software_id": Software,
    "store_id": DataStore,
    "suspension_id": Suspension,
    "system_id": System,
    "team_id": Team,
}
"""Parameter of a path to what it names."""


def day(number: int) -> str:
    """Return the day so many days from today."""
    return (clock.now() + timedelta(days=number)).date().isoformat()


def first(kind: type[Model], /, **where: Any) -> Any:
    """Return the first made of a kind."""
    return kind._default_manager.filter(**where).order_by("pk")[0]


def to(parameter: str, body: Body = None, /, **where: Any) -> Callable[[People], Good]:
    """Return the maker of a request to a real thing; a ``version`` in the body becomes that of the thing."""

    def make(_: People) -> Good:
        row = first(PARAMETERS[parameter], **where)
        path = {parameter: str(row.pk)}
        if parameter == "alias_id":
            path["organisation_id"] = str(row.tenant_id)
        sent = {**body, "version": row.version} if isinstance(body, dict) and "version" in body else body
        return Good(path, body=sent)

    return make


def sending(**body: Any) -> Callable[[People], Good]:
    """Return the maker of a request to a list; what can be called is called with the people."""

    def make(people: People) -> Good:
        return Good(body={key: value(people) if callable(value) else value for key, value in body.items()})

    return make


def of(kind: type[Model], /, **where: Any) -> Callable[[People], str]:
    """Return what gives the id of the first of a kind."""
    return lambda _: str(first(kind, **where).pk)


def centre(people: People) -> str:
    """Return the id of the centre."""
    return str(people.tenant_id("cert"))


def asking(**query: str) -> Callable[[People], Good]:
    """Return the maker of a question."""
    return lambda _: Good(query=query)


def _party(_: People) -> Good:
    row = first(Agreement, state="draft")
    bound = row.parties.values("organisation")
    other = Organisation.objects.exclude(pk__in=bound).order_by("-pk")[0]
    return Good({"agreement_id": str(row.pk)}, body={"organisation_id": str(other.pk)})


def _signature(_: People) -> Good:
    row = first(Agreement, state="draft")
    party = row.parties.filter(signed_on=None)[0]
    body = {"organisation_id": str(party.organisation_id), "signer": "ผู้ลงนามสมมติ", "signed_on": day(-1)}
    return Good({"agreement_id": str(row.pk)}, body=body)


def _flow(_: People) -> Good:
    row = first(Agreement, state="signed")
    parties = [str(party.organisation_id) for party in row.parties.all()[:2]]
    return Good(body={"party_ids": parties, "flow": "sharing"})


def _agreement(people: People) -> Good:
    parties = [str(row.pk) for row in Organisation.objects.order_by("pk")[:2]]
    facts = {"number": "ทดสอบ 9/2569", "tenant_id": centre(people), "party_ids": parties}
    return Good(body=AGREEMENT | facts)


def _relation(_: People) -> Good:
    over, under = Organisation.objects.filter(kind="hospital").order_by("pk")[:2]
    return Good(body={"over_id": str(over.pk), "under_id": str(under.pk), "kind": "parent"})


def _position(_: People) -> Good:
    row = first(Person)
    body = {"title_th": "หัวหน้าเวร", "organisation_id": str(row.tenant_id), "kinds": ["technical"]}
    return Good({"person_id": str(row.pk)}, body=body)


def _link(_: People) -> Good:
    body = {"source_id": str(first(System).pk), "target_id": str(System.objects.order_by("-pk")[0].pk)}
    return Good(body={**body, "kinds": ["name"], "method": "API"})


def _merge(_: People) -> Good:
    row = first(DuplicateProposal, state="open")
    body = {"reason": "หน่วยงานเดียวกัน", "kept_id": str(row.first_id)}
    return Good({"duplicate_id": str(row.pk)}, body=body)


def _member(_: People) -> Good:
    row = first(Team)
    seated = row.members.values("person")
    person = Person.objects.filter(tenant=row.tenant_id).exclude(pk__in=seated)[0]
    return Good({"team_id": str(row.pk)}, body={"person_id": str(person.pk)})


def _rota(_: People) -> Good:
    row = first(Team)
    body = {
        "weekdays": [0, 1],
        "starts": "08:00",
        "ends": "20:00",
        "members": [str(TeamMember.objects.filter(team=row)[0].pk)],
        "first_day": day(100),
        "weeks": 1,
    }
    return Good({"team_id": str(row.pk)}, body=body)


def _given(_: People) -> Good:
    row = Shift.objects.filter(starts_at__gt=clock.now()).order_by("-starts_at")[0]
    other = TeamMember.objects.filter(team=row.team_id).exclude(pk=row.member_id)[0]
    return Good({"shift_id": str(row.pk)}, body={"member_id": str(other.pk)})


def _route(_: People) -> Good:
    return Good({"organisation_id": str(first(ContactPoint).tenant_id)}, query={"message": "technical_alert"})


DETAILS: dict[str, str] = {
    "agreements": "agreement_id",
    "appeals": "appeal_id",
    "call-sheets": "sheet_id",
    "contacts": "contact_id",
    "data-links": "data_link_id",
    "devices": "device_id",
    "domains": "domain_id",
    "drill-checks": "check_id",
    "drills": "drill_id",
    "duplicates": "duplicate_id",
    "imports": "run_id",
    "organisations": "organisation_id",
    "people": "person_id",
    "ranges": "range_id",
    "requests": "request_id",
    "rules": "rule_id",
    "shares": "share_id",
    "shifts": "shift_id",
    "software": "software_id",
    "stores": "store_id",
    "systems": "system_id",
    "teams": "team_id",
}
"""What is read by its id, and by which parameter."""

INNER = (
    ("organisations/{organisation_id}/aliases", "organisation_id"),
    ("organisations/{organisation_id}/relations", "organisation_id"),
    ("organisations/{organisation_id}/linked", "organisation_id"),
    ("organisations/{organisation_id}/holders", "organisation_id"),
    ("systems/{system_id}/linked", "system_id"),
    ("drills/{drill_id}/checks", "drill_id"),
    ("imports/{run_id}/rows", "run_id"),
    ("people/{person_id}/positions", "person_id"),
    ("teams/{team_id}/shifts", "team_id"),
    ("call-sheets/{sheet_id}/file", "sheet_id"),
)
"""What is read of a thing that is named by its id."""

AGREEMENT = {
    "number": "ทดสอบ 8/2569",
    "title_th": "บันทึกความเข้าใจเพื่อทดสอบ",
    "kind": "mou",
    "scope": "แลกเปลี่ยนข้อมูลภัยคุกคาม",
    "starts_on": day(-1),
    "ends_on": day(200),
    "data_kinds": ["name"],
    "flows": ["sharing"],
}
WHY = {"reason": "ทดสอบตามแผน"}
CONTACT = {"kind": "technical", "label_th": "เวรทดสอบ", "email": "duty@example.th", "phone": "0812345678"}
SYSTEM = {"name_th": "ระบบทดสอบ", "purpose": "ทดสอบ"}
STORE = {"name": "แหล่งเก็บทดสอบ", "place": "own_centre", "technique": "database", "kinds": ["name"]}
SHARE = {"fields": ["name"], "purpose": "ส่งของให้ผู้ซื้อ", "until": day(30)}

READ = {
    **{f"GET {ROOT}{name}/{{{by}}}": to(by) for name, by in DETAILS.items()},
    **{f"GET {ROOT}{path}": to(by) for path, by in INNER},
    f"GET {ROOT}assets/owner": asking(target="hospital1.example.th"),
    f"GET {ROOT}assets/scan-verdict": asking(target="hospital1.example.th"),
    f"GET {ROOT}organisations/{{organisation_id}}/contacts/route": _route,
}

WRITTEN = {
    # agreements and shares
    "POST agreements": _agreement,
    "PUT agreements/{agreement_id}": to("agreement_id", {**AGREEMENT, "version": 0}, state="draft"),
    "POST agreements/{agreement_id}/parties": _party,
    "POST agreements/{agreement_id}/sign": _signature,
    "POST agreements/{agreement_id}/end": to("agreement_id", WHY, state="signed"),
    "POST rules/{rule_id}/switch": to("rule_id", {"on": False}, on=True),
    "POST flows/check": _flow,
    "POST shares": sending(
        **SHARE, tenant_id=of(Organisation, kind="platform"), holder_id=of(Organisation, kind="merchant")
    ),
    "POST shares/{share_id}/suspend": to("share_id", WHY, state="active"),
    "POST shares/{share_id}/lift": to("share_id", WHY, state="suspended"),
    "POST shares/{share_id}/end": to("share_id", WHY, state="active"),
    "POST appeals/{appeal_id}/decide": to("appeal_id", {**WHY, "uphold": True}, state="open"),
    # assets
    "POST domains": sending(organisation_id=of(Organisation), name="new.example.th"),
    "PUT domains/{domain_id}": to("domain_id", {"purpose": "เว็บ", "version": 0}),
    "POST domains/{domain_id}/end": to("domain_id"),
    "POST domains/{domain_id}/settle": to("domain_id", {"settlement": "share"}, claim="contested"),
    "POST ranges": sending(organisation_id=of(Organisation), cidr="198.51.100.0/28"),
    "PUT ranges/{range_id}": to("range_id", {"purpose": "เว็บ", "version": 0}),
    "POST ranges/{range_id}/end": to("range_id"),
    "POST ranges/{range_id}/settle": to("range_id", {"settlement": "refuse"}, claim="contested"),
    "POST systems": sending(**SYSTEM, organisation_id=of(Organisation)),
    "PUT systems/{system_id}": to("system_id", {**SYSTEM, "version": 0}),
    "POST software": sending(product="เซิร์ฟเวอร์ทดสอบ", organisation_id=of(Organisation)),
    "POST software/paste": sending(lines="nginx 1.25.3", organisation_id=of(Organisation)),
    "PUT software/{software_id}": to("software_id", {"product": "nginx", "version": 0}),
    "POST software/{software_id}/end": to("software_id"),
    "POST devices": sending(kind="router", count=1, organisation_id=of(Organisation)),
    "PUT devices/{device_id}": to("device_id", {"kind": "router", "count": 1, "version": 0}),
    "POST devices/{device_id}/end": to("device_id"),
    "POST stores": sending(**STORE, organisation_id=of(Organisation)),
    "PUT stores/{store_id}": to("store_id", {**STORE, "version": 0}),
    "POST stores/{store_id}/exposure": to(
        "store_id",
        {"state": "private", "how": "ลองเข้าจากภายนอก", "at": (clock.now() - timedelta(days=1)).isoformat()},
    ),
    "POST stores/{store_id}/end": to("store_id"),
    "POST data-links": _link,
    "PUT data-links/{data_link_id}": to("data_link_id", {"kinds": ["name"], "version": 0}),
    "POST data-links/{data_link_id}/off": to("data_link_id"),
    "POST data-links/{data_link_id}/end": to("data_link_id"),
    # organisations
    "POST organisations": sending(name_th="โรงพยาบาลเพื่อทดสอบ", kind="hospital"),
    "PUT organisations/{organisation_id}": to(
        "organisation_id",
        {"name_th": "โรงพยาบาลเพื่อทดสอบ", "kind": "hospital", "version": 0},
        kind="hospital",
    ),
    "POST organisations/{organisation_id}/close": to("organisation_id", WHY, kind="merchant"),
    "PUT organisations/{organisation_id}/cii": to("organisation_id", {"cii": "candidate"}),
    "POST organisations/{organisation_id}/aliases": to(
        "organisation_id", {"text": "ชื่อเดิมทดสอบ", "kind": "former"}
    ),
    "DELETE organisations/{organisation_id}/aliases/{alias_id}": to("alias_id"),
    "POST relations": _relation,
    "POST relations/{relation_id}/end": to("relation_id"),
    "POST scopes/{scope_id}/end": to("scope_id"),
    "POST duplicates/{duplicate_id}/different": to("duplicate_id"),
    "POST duplicates/{duplicate_id}/merge": _merge,
    "POST requests/{request_id}/approve": to("request_id", {}),
    "POST requests/{request_id}/refuse": to("request_id", WHY),
    # people
    "PUT people/{person_id}": to("person_id", {"name_th": "ทดสอบ ชื่อใหม่", "version": 0}),
    "POST people/{person_id}/leave": to("person_id", {"on": day(30)}),
    "POST people/{person_id}/positions": _position,
    "POST positions/{position_id}/end": to("position_id"),
    "POST organisations/{organisation_id}/people": to("organisation_id", {"name_th": "ทดสอบ คนใหม่"}),
    "POST organisations/{organisation_id}/contacts": to("organisation_id", CONTACT),
    "PUT contacts/{contact_id}": to("contact_id", {**CONTACT, "version": 0}),
    "POST contacts/{contact_id}/end": to("contact_id"),
    "POST contacts/{contact_id}/confirm": to("contact_id", {"how": "โทรยืนยัน"}),
    "POST contacts/{contact_id}/call": to("contact_id"),
    "POST contacts/{contact_id}/choose": to("contact_id", WHY),
    # drills, teams, call sheets
    "POST drills": sending(name="ซ้อมทดสอบ", kinds=["policy"], due_minutes=60, tenant_id=centre),
    "POST drills/{drill_id}/start": to("drill_id", state="planned"),
    "POST drills/{drill_id}/stop": to("drill_id", WHY, state="planned"),
    "POST drill-checks/{check_id}/answered": to("check_id", {"how": "call_back"}, state="missed"),
    "POST teams": sending(name_th="ทีมทดสอบ", tenant_id=centre),
    "PUT teams/{team_id}": to("team_id", {"name_th": "ทีมชื่อใหม่"}),
    "POST teams/{team_id}/end": to("team_id"),
    "POST teams/{team_id}/members": _member,
    "PUT teams/{team_id}/chain": to("team_id", [{"after_minutes": 0, "on_duty": "primary"}]),
    "POST teams/{team_id}/shifts": _rota,
    "POST shifts/{shift_id}/give": _given,
    "POST shifts/{shift_id}/cancel": to("shift_id", WHY, starts_at__gt=clock.now()),
    "POST call-sheets": sending(tenant_id=centre),
}
"""Operation, without the root of the registry, to its request."""

REGISTRY: dict[str, tuple[str, Callable[[People], Good]]] = {
    **{label: ("analyst", make) for label, make in READ.items()},
    **{
        label.replace(" ", f" {ROOT}"): (
            "cert_admin" if label.rpartition("/")[2] in {"cii", "close"} or "scopes/" in label else "analyst",
            make,
        )
        for label, make in WRITTEN.items()
    },
}
"""Operation to who sends it, and what."""
