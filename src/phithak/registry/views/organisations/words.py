"""How the pages name what an organisation is: sizes, roles, countries, states."""

from __future__ import annotations

from phithak.base.text import Text
from phithak.core.privacy import queries as privacy
from phithak.core.ui.tables import State
from phithak.engines.thai import PROVINCES
from phithak.registry.models import DuplicateProposal, Organisation
from phithak.registry.queries import organisations as queries
from phithak.registry.queries import sectors
from phithak.registry.queries.facts import Cii, LegalRole
from phithak.registry.queries.sizes import Size

SIZES = {size.value: size.text for size in Size}
LEGAL_ROLES = {role.value: role.text for role in LegalRole}
CII = {standing.value: standing.text for standing in (Cii.DESIGNATED, Cii.CANDIDATE, Cii.NONE)}
CII_BADGES = {
    Cii.DESIGNATED: State("designated", Cii.DESIGNATED.text, "warn"),
    Cii.CANDIDATE: State("candidate", Cii.CANDIDATE.text, "info"),
}
STATE_TONES = {
    queries.State.PENDING: "info",
    queries.State.REGISTERED: "good",
    queries.State.LAPSED: "warn",
    queries.State.CLOSED: "neutral",
    queries.State.MERGED: "unknown",
}
PROPOSALS = {
    "open": State("open", Text("รอตัดสิน", "To be decided"), "warn"),
    "merged": State("merged", Text("รวมแล้ว", "Merged"), "good"),
    "different": State("different", Text("คนละหน่วยงาน", "Different bodies"), "neutral"),
}
COUNTRIES = {
    "TH": Text("ไทย", "Thailand"),
    "AU": Text("ออสเตรเลีย", "Australia"),
    "BN": Text("บรูไน", "Brunei"),
    "CN": Text("จีน", "China"),
    "DE": Text("เยอรมนี", "Germany"),
    "GB": Text("สหราชอาณาจักร", "United Kingdom"),
    "HK": Text("ฮ่องกง", "Hong Kong"),
    "ID": Text("อินโดนีเซีย", "Indonesia"),
    "IN": Text("อินเดีย", "India"),
    "JP": Text("ญี่ปุ่น", "Japan"),
    "KH": Text("กัมพูชา", "Cambodia"),
    "KR": Text("เกาหลีใต้", "South Korea"),
    "LA": Text("ลาว", "Laos"),
    "MM": Text("เมียนมา", "Myanmar"),
    "MY": Text("มาเลเซีย", "Malaysia"),
    "PH": Text("ฟิลิปปินส์", "Philippines"),
    "SG": Text("สิงคโปร์", "Singapore"),
    "TL": Text("ติมอร์-เลสเต", "Timor-Leste"),
    "TW": Text("ไต้หวัน", "Taiwan"),
    "US": Text("สหรัฐอเมริกา", "United States"),
    "VN": Text("เวียดนาม", "Vietnam"),
}
"""The countries that lists offer; a record may name any other by its code (ISO 3166-1)."""
PROVINCES_BY_CODE = {province.code: Text(province.th, province.en) for province in PROVINCES}


def sector_of(row: Organisation) -> Text | str:
    """Return the name of an organisation's sector, "" when it has none."""
    return sectors.name_of(row.sector) if row.sector is not None else ""


def place_of(row: Organisation) -> Text | str:
    """Return the province of an organisation in Thailand, else its country."""
    return PROVINCES_BY_CODE.get(row.province, "") if row.country == "TH" else country_name(row.country)


def country_name(code: str) -> Text:
    """Return a country's name, its code when it is none of :data:`COUNTRIES`."""
    return COUNTRIES.get(code, Text(code, code))


def proposal_badge(row: DuplicateProposal) -> State:
    """Return what became of a proposal, as a badge."""
    return PROPOSALS[row.state]


def owner_of(row: Organisation) -> str:
    """Return the citizen id of a natural person masked, "" when none is kept."""
    return privacy.masked([row.owner_id]).get(row.owner_id, "") if row.owner_id else ""
