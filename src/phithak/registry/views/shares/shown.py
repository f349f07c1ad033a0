"""How links look on lists and pages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.urls import reverse

from phithak.base.text import Text
from phithak.core.accounts.actors import Actor
from phithak.core.ui.tables import Column, Filter, State, Table
from phithak.registry.models import Appeal, DataShare
from phithak.registry.queries.assets.kinds import DataKind
from phithak.registry.queries.shares import doors, finding
from phithak.registry.queries.shares.doors import AppealState, Standing
from phithak.registry.queries.shares.downstream import Holding
from phithak.registry.views.agreements.shown import kinds_text

TONES = {
    Standing.PROPOSED: "info",
    Standing.ACTIVE: "good",
    Standing.ENDING: "warn",
    Standing.WARNED: "warn",
    Standing.SUSPENDED: "bad",
    Standing.ENDED: "neutral",
}
_APPEALS = {AppealState.OPEN: "warn", AppealState.UPHELD: "good", AppealState.REFUSED: "bad"}
_WITHIN = (7, 30, 90)
_STATE, _DATA, _UNTIL = Text("สถานะ", "State"), Text("ข้อมูล", "Data"), Text("ถึงวันที่", "Until")
_GIVER, _HOLDER, _PURPOSE = Text("ผู้ให้", "Giver"), Text("ผู้ถือ", "Holder"), Text("วัตถุประสงค์", "Purpose")


def badge(stands: Standing) -> State:
    """Return where a link stands, as a badge."""
    return State(stands.value, stands.text, TONES[stands])


def state(row: DataShare) -> State:
    """Return where a link stands now, as a badge."""
    return badge(doors.standing(row))


def appeal_state(row: Appeal) -> State:
    """Return what became of an appeal, as a badge."""
    stands = AppealState(row.state)
    return State(stands.value, stands.text, _APPEALS[stands])


def _within(rows: Any, value: str) -> Any:
    return doors.ends_within(rows, int(value))


LINKS = Table(
    name="shares",
    columns=[
        Column(
            "holder",
            _HOLDER,
            value=doors.holder,
            sort="holder__name_key",
            link=lambda row: reverse("registry:share", args=[row.pk]),
        ),
        Column("giver", _GIVER, value=doors.giver),
        Column("fields", _DATA, value=lambda row: kinds_text(row.fields)),
        Column("purpose", _PURPOSE, value="purpose"),
        Column("until", _UNTIL, value="until", sort="until", kind="date"),
        Column("state", _STATE, value=state, kind="state"),
    ],
    filters=[
        Filter(
            "state",
            _STATE,
            options=[(stands.value, stands.text) for stands in Standing],
            apply=doors.standing_at,
        ),
        Filter(
            "data", _DATA, options=[(kind.value, kind.text) for kind in DataKind], apply=finding.with_kind
        ),
        Filter(
            "within",
            Text("ครบกำหนดภายใน", "Ends within"),
            options=[(str(days), Text(f"{days} วัน", f"{days} days")) for days in _WITHIN],
            apply=_within,
        ),
    ],
    search=finding.matching,
    default_sort="until",
    empty=Text(
        "ยังไม่มีการให้ข้อมูลต่อ บันทึกว่าให้อะไรแก่ใคร เพื่ออะไร ถึงเมื่อใด",
        "No data-sharing links yet. Record what is given to whom, what for, and until when.",
    ),
)


def links(actor: Actor, asked: Mapping[str, str]) -> Table:
    """Return the list with choices of givers and holders among the links that the actor sees."""
    return replace(
        LINKS,
        filters=[
            *LINKS.filters,
            Filter(
                "giver",
                _GIVER,
                options=finding.givers(actor, asked.get("giver", "")),
                apply=lambda rows, value: rows.filter(tenant=value),
            ),
            Filter(
                "holder",
                _HOLDER,
                options=finding.holders(actor, asked.get("holder", "")),
                apply=lambda rows, value: rows.filter(holder=value),
            ),
        ],
    )


def way(row: Holding) -> State:
    """Return how a holder got the data, as a badge."""
    if not row.indirect:
        return State("direct", Text("โดยตรง", "Directly"), "info")
    return State(
        "indirect",
        Text(f"ทางอ้อม ผ่าน {row.steps - 1} ราย", f"Indirectly, through {row.steps - 1}"),
        "warn",
    )


HOLDERS = Table(
    name="holders",
    columns=[
        Column(
            "holder",
            _HOLDER,
            value="holder",
            link=lambda row: reverse("registry:share", args=[row.share_id]),
        ),
        Column("way", Text("ได้มาอย่างไร", "How"), value=way, kind="state"),
        Column("giver", Text("ได้จาก", "From"), value="giver"),
        Column("fields", _DATA, value=lambda row: kinds_text(row.fields)),
        Column("purpose", _PURPOSE, value="purpose"),
        Column("until", _UNTIL, value="until", sort="until", kind="date"),
        Column("state", _STATE, value=lambda row: badge(row.standing), kind="state"),
    ],
    default_sort="",
    empty=Text(
        "ไม่มีใครถือข้อมูลจากหน่วยงานนี้ ถ้าให้ข้อมูลแก่ผู้อื่น บันทึกไว้ก่อน",
        "Nobody holds data of this organisation. If it gives data to others, record that first.",
    ),
)

APPEALS = Table(
    name="appeals",
    columns=[
        Column(
            "holder",
            _HOLDER,
            value=lambda row: doors.holder(row.suspension.share),
            link=lambda row: reverse("registry:decide_appeal", args=[row.pk]),
        ),
        Column("giver", _GIVER, value=lambda row: doors.giver(row.suspension.share)),
        Column("state", _STATE, value=appeal_state, kind="state"),
        Column("at", Text("ยื่นเมื่อ", "Made"), value="created_at", sort="created_at", kind="datetime"),
    ],
    filters=[
        Filter(
            "state",
            _STATE,
            options=[(stands.value, stands.text) for stands in AppealState],
            apply=lambda rows, value: rows.filter(state=value),
        )
    ],
    default_sort="-created_at",
    empty=Text("ยังไม่มีอุทธรณ์", "No appeals."),
)
