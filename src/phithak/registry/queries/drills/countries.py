"""The member countries of ASEAN, each of which needs a contact that runs."""

from __future__ import annotations

from dataclasses import dataclass

from phithak.base.text import Text


@dataclass(frozen=True)
class Member:
    """A member country: ISO 3166-1 code, name, and the year in which it joined."""

    code: str
    name: Text
    since: int


MEMBERS = (
    Member("BN", Text("บรูไนดารุสซาลาม", "Brunei Darussalam"), 1984),
    Member("KH", Text("กัมพูชา", "Cambodia"), 1999),
    Member("ID", Text("อินโดนีเซีย", "Indonesia"), 1967),
    Member("LA", Text("ลาว", "Lao PDR"), 1997),
    Member("MY", Text("มาเลเซีย", "Malaysia"), 1967),
    Member("MM", Text("เมียนมา", "Myanmar"), 1997),
    Member("PH", Text("ฟิลิปปินส์", "Philippines"), 1967),
    Member("SG", Text("สิงคโปร์", "Singapore"), 1967),
    Member("TH", Text("ไทย", "Thailand"), 1967),
    Member("TL", Text("ติมอร์-เลสเต", "Timor-Leste"), 2025),
    Member("VN", Text("เวียดนาม", "Viet Nam"), 1995),
)
"""The ten of 1999 and Timor-Leste, which joined on 26 October 2025."""
