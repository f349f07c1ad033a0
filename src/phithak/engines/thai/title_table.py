"""Titles and ranks as data: kind, Thai full and short, English full and short, other spellings.

Sources: ranks of the Royal Thai Armed Forces and the Royal Thai Police as laid down in their rank acts, with the
short forms of the Royal Society's list; English forms as the services print them. Where two services share
a short form (ร.อ. is captain in the army, lieutenant in the navy, flight lieutenant in the air force) the
order below is the order of guessing.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class TitleKind(StrEnum):
    """What kind of title; decides spacing, salutation and what may stand with it."""

    CIVIL = "civil"
    CHILD = "child"
    ARMY = "army"
    NAVY = "navy"
    AIR_FORCE = "air_force"
    POLICE = "police"
    MEDICAL = "medical"
    ACADEMIC = "academic"
    DOCTORATE = "doctorate"
    PRINCELY = "princely"
    ROYAL = "royal"
    NOBLE = "noble"
    MONK = "monk"
    RELIGIOUS = "religious"


RANK_KINDS = frozenset({TitleKind.ARMY, TitleKind.NAVY, TitleKind.AIR_FORCE, TitleKind.POLICE})
# ranks and professors' titles stand apart from the name, all others are written on to it
SPACED_KINDS = RANK_KINDS | {TitleKind.ACADEMIC}


@dataclass(frozen=True, slots=True)
class Title:
    """One title; ``th_short`` equals ``th_full`` where no short form is in use."""

    kind: TitleKind
    th_full: str
    th_short: str
    en_full: str
    en_short: str
    others: tuple[str, ...] = ()


def _titles(kind: TitleKind, rows: tuple[tuple[str, ...], ...]) -> tuple[Title, ...]:
    return tuple(Title(kind, row[0], row[1], row[2], row[3], row[4:]) for row in rows)


_CIVIL = _titles(
    TitleKind.CIVIL,
    (
        ("นาย", "นาย", "Mr.", "Mr."),
        ("นางสาว", "น.ส.", "Miss", "Miss", "Ms.", "นส."),
        ("นาง", "นาง", "Mrs.", "Mrs."),
        ("คุณ", "คุณ", "Khun", "Khun"),
    ),
)
_CHILD = _titles(
    TitleKind.CHILD,
    (
        ("เด็กชาย", "ด.ช.", "Master", "Master", "ดช."),
        ("เด็กหญิง", "ด.ญ.", "Miss", "Miss", "ดญ."),
    ),
)
_ARMY = _titles(
    TitleKind.ARMY,
    (
        ("จอมพล", "จอมพล", "Field Marshal", "FM"),
        ("พลเอก", "พล.อ.", "General", "Gen."),
        ("พลโท", "พล.ท.", "Lieutenant General", "Lt. Gen."),
        ("พลตรี", "พล.ต.", "Major General", "Maj. Gen."),
        ("พลจัตวา", "พล.จ.", "Brigadier General", "Brig. Gen."),
        ("พันเอกพิเศษ", "พ.อ.(พ.)", "Special Colonel", "Sp. Col.", "พันเอก (พิเศษ)", "พ.อ.พิเศษ", "พ.อ. (พิเศษ)"),
        ("พันเอก", "พ.อ.", "Colonel", "Col."),
        ("พันโท", "พ.ท.", "Lieutenant Colonel", "Lt. Col."),
        ("พันตรี", "พ.ต.", "Major", "Maj."),
        ("ร้อยเอก", "ร.อ.", "Captain", "Capt."),
        ("ร้อยโท", "ร.ท.", "Lieutenant", "Lt."),
        ("ร้อยตรี", "ร.ต.", "Second Lieutenant", "2nd Lt."),
        ("จ่าสิบเอก", "จ.ส.อ.", "Sergeant Major First Class", "SM1"),
        ("จ่าสิบโท", "จ.ส.ท.", "Sergeant Major Second Class", "SM2"),
        ("จ่าสิบตรี", "จ.ส.ต.", "Sergeant Major Third Class", "SM3"),
        ("สิบเอก", "ส.อ.", "Sergeant", "Sgt."),
        ("สิบโท", "ส.ท.", "Corporal", "Cpl."),
        ("สิบตรี", "ส.ต.", "Private First Class", "Pfc."),
        ("พลทหาร", "พลทหาร", "Private", "Pvt.", "พลฯ"),
    ),
)
_AIR_FORCE = _titles(
    TitleKind.AIR_FORCE,
    (
        ("จอมพลอากาศ", "จอมพลอากาศ", "Marshal of the Royal Thai Air Force", "MRTAF"),
        ("พลอากาศเอก", "พล.อ.อ.", "Air Chief Marshal", "ACM"),
        ("พลอากาศโท", "พล.อ.ท.", "Air Marshal", "AM"),
        ("พลอากาศตรี", "พล.อ.ต.", "Air Vice Marshal", "AVM"),
        ("พลอากาศจัตวา", "พล.อ.จ.", "Air Commodore", "Air Cdre."),
        ("นาวาอากาศเอก", "น.อ.", "Group Captain", "Gp. Capt."),
        ("นาวาอากาศโท", "น.ท.", "Wing Commander", "Wg. Cdr."),
        ("นาวาอากาศตรี", "น.ต.", "Squadron Leader", "Sqn. Ldr."),
        ("เรืออากาศเอก", "ร.อ.", "Flight Lieutenant", "Flt. Lt."),
        ("เรืออากาศโท", "ร.ท.", "Flying Officer", "Fg. Off."),
        ("เรืออากาศตรี", "ร.ต.", "Pilot Officer", "Plt. Off."),
        ("พันจ่าอากาศเอก", "พ.อ.อ.", "Flight Sergeant First Class", "FS1"),
        ("พันจ่าอากาศโท", "พ.อ.ท.", "Flight Sergeant Second Class", "FS2"),
        ("พันจ่าอากาศตรี", "พ.อ.ต.", "Flight Sergeant Third Class", "FS3"),
        ("จ่าอากาศเอก", "จ.อ.", "Sergeant", "Sgt."),
        ("จ่าอากาศโท", "จ.ท.", "Corporal", "Cpl."),
        ("จ่าอากาศตรี", "จ.ต.", "Leading Aircraftman", "LAC"),
    ),
)
_NAVY = _titles(
    TitleKind.NAVY,
    (
        ("จอมพลเรือ", "จอมพลเรือ", "Admiral of the Fleet", "Adm. Fleet"),
        ("พลเรือเอก", "พล.ร.อ.", "Admiral", "Adm."),
        ("พลเรือโท", "พล.ร.ท.", "Vice Admiral", "V.Adm."),
        ("พลเรือตรี", "พล.ร.ต.", "Rear Admiral", "R.Adm."),
        ("พลเรือจัตวา", "พล.ร.จ.", "Commodore", "Cdre."),
        ("นาวาเอก", "น.อ.", "Captain", "Capt."),
        ("นาวาโท", "น.ท.", "Commander", "Cdr."),
        ("นาวาตรี", "น.ต.", "Lieutenant Commander", "Lt. Cdr."),
        ("เรือเอก", "ร.อ.", "Lieutenant", "Lt."),
        ("เรือโท", "ร.ท.", "Lieutenant Junior Grade", "Lt. JG"),
        ("เรือตรี", "ร.ต.", "Sub Lieutenant", "Sub Lt."),
        ("พันจ่าเอก", "พ.จ.อ.", "Chief Petty Officer First Class", "CPO1"),
        ("พันจ่าโท", "พ.จ.ท.", "Chief Petty Officer Second Class", "CPO2"),
        ("พันจ่าตรี", "พ.จ.ต.", "Chief Petty Officer Third Class", "CPO3"),
        ("จ่าเอก", "จ.อ.", "Petty Officer First Class", "PO1"),
        ("จ่าโท", "จ.ท.", "Petty Officer Second Class", "PO2"),
        ("จ่าตรี", "จ.ต.", "Petty Officer Third Class", "PO3"),
    ),
)
_POLICE = _titles(
    TitleKind.POLICE,
    (
        ("พลตำรวจเอก", "พล.ต.อ.", "Police General", "Pol. Gen."),
        ("พลตำรวจโท", "พล.ต.ท.", "Police Lieutenant General", "Pol. Lt. Gen."),
        ("พลตำรวจตรี", "พล.ต.ต.", "Police Major General", "Pol. Maj. Gen."),
        ("พลตำรวจจัตวา", "พล.ต.จ.", "Police Brigadier General", "Pol. Brig. Gen."),
        ("พันตำรวจเอก", "พ.ต.อ.", "Police Colonel", "Pol. Col."),
        ("พันตำรวจโท", "พ.ต.ท.", "Police Lieutenant Colonel", "Pol. Lt. Col."),
        ("พันตำรวจตรี", "พ.ต.ต.", "Police Major", "Pol. Maj."),
        ("ร้อยตำรวจเอก", "ร.ต.อ.", "Police Captain", "Pol. Capt."),
        ("ร้อยตำรวจโท", "ร.ต.ท.", "Police Lieutenant", "Pol. Lt."),
        ("ร้อยตำรวจตรี", "ร.ต.ต.", "Police Sub Lieutenant", "Pol. Sub Lt."),
        ("ดาบตำรวจ", "ด.ต.", "Police Senior Sergeant Major", "Pol. Sr. Sgt. Maj."),
        ("จ่าสิบตำรวจ", "จ.ส.ต.", "Police Sergeant Major", "Pol. Sgt. Maj."),
        ("สิบตำรวจเอก", "ส.ต.อ.", "Police Sergeant", "Pol. Sgt."),
        ("สิบตำรวจโท", "ส.ต.ท.", "Police Corporal", "Pol. Cpl."),
        ("สิบตำรวจตรี", "ส.ต.ต.", "Police Lance Corporal", "Pol. L/C"),
        ("พลตำรวจ", "พลฯ", "Police Constable", "Pol. Const."),
    ),
)
_DOCTORATE = _titles(TitleKind.DOCTORATE, (("ดร.", "ดร.", "Dr.", "Dr.", "ดอกเตอร์", "ด็อกเตอร์", "Doctor"),))
_MEDICAL = _titles(
    TitleKind.MEDICAL,
    (
        ("นายแพทย์", "นพ.", "Dr.", "Dr.", "น.พ."),
        ("แพทย์หญิง", "พญ.", "Dr.", "Dr.", "พ.ญ."),
        ("ทันตแพทย์", "ทพ.", "Dr.", "Dr.", "ท.พ."),
        ("ทันตแพทย์หญิง", "ทพญ.", "Dr.", "Dr.", "ท.พ.ญ."),
        ("นายสัตวแพทย์", "น.สพ.", "Dr.", "Dr.", "นสพ."),
        ("สัตวแพทย์หญิง", "สพ.ญ.", "Dr.", "Dr.", "สพญ."),
        ("เภสัชกร", "ภก.", "Pharmacist", "Pharm.", "ภ.ก."),
        ("เภสัชกรหญิง", "ภญ.", "Pharmacist", "Pharm.", "ภ.ญ."),
        ("เทคนิคการแพทย์", "ทนพ.", "Medical Technologist", "MT"),
        ("เทคนิคการแพทย์หญิง", "ทนพญ.", "Medical Technologist", "MT"),
        ("กายภาพบำบัด", "กภ.", "Physical Therapist", "PT"),
        ("พยาบาลวิชาชีพ", "พว.", "Registered Nurse", "RN"),
    ),
)
_ACADEMIC = _titles(
    TitleKind.ACADEMIC,
    (
        ("ศาสตราจารย์", "ศ.", "Professor", "Prof."),
        ("ศาสตราจารย์พิเศษ", "ศ.พิเศษ", "Adjunct Professor", "Adj. Prof.", "ศ.(พิเศษ)"),
        ("ศาสตราจารย์เกียรติคุณ", "ศ.เกียรติคุณ", "Professor Emeritus", "Prof. Emeritus", "ศ.(เกียรติคุณ)"),
        ("ศาสตราจารย์คลินิก", "ศ.คลินิก", "Clinical Professor", "Clin. Prof.", "ศ.(คลินิก)"),
        ("รองศาสตราจารย์", "รศ.", "Associate Professor", "Assoc. Prof.", "ร.ศ."),
        ("ผู้ช่วยศาสตราจารย์", "ผศ.", "Assistant Professor", "Asst. Prof.", "ผ.ศ."),
        ("อาจารย์", "อ.", "Lecturer", "Lect.", "Ajarn"),
    ),
)
_PRINCELY = _titles(
    TitleKind.PRINCELY,
    (
        ("พระเจ้าวรวงศ์เธอ พระองค์เจ้า", "พระเจ้าวรวงศ์เธอ พระองค์เจ้า", "His Highness Prince", "H.H. Prince"),
        ("หม่อมเจ้า", "ม.จ.", "Mom Chao", "M.C."),
    ),
)
_ROYAL = _titles(
    TitleKind.ROYAL,
    (
        ("หม่อมราชวงศ์", "ม.ร.ว.", "Mom Rajawongse", "M.R."),
        ("หม่อมหลวง", "ม.ล.", "Mom Luang", "M.L."),
    ),
)
_NOBLE = _titles(
    TitleKind.NOBLE,
    (
        ("ท่านผู้หญิง", "ท่านผู้หญิง", "Thanpuying", "Thanpuying"),
        ("คุณหญิง", "คุณหญิง", "Khunying", "Khunying"),
        ("หม่อม", "หม่อม", "Mom", "Mom"),
    ),
)
_MONK = _titles(
    TitleKind.MONK,
    (
        ("พระครู", "พระครู", "Phrakhru", "Phrakhru"),
        ("พระมหา", "พระมหา", "Phramaha", "Phramaha"),
        ("พระอาจารย์", "พระอาจารย์", "Phra Ajarn", "Phra Ajarn"),
        ("พระ", "พระ", "Phra", "Phra"),
        ("สามเณร", "สามเณร", "Samanen", "Samanen"),
    ),
)
_RELIGIOUS = _titles(
    TitleKind.RELIGIOUS,
    (
        ("แม่ชี", "แม่ชี", "Mae Chi", "Mae Chi"),
        ("บาทหลวง", "บาทหลวง", "Father", "Fr."),
        ("อิหม่าม", "อิหม่าม", "Imam", "Imam"),
    ),
)

TITLES: tuple[Title, ...] = (
    *_CIVIL,
    *_CHILD,
    *_POLICE,
    *_ARMY,
    *_AIR_FORCE,
    *_NAVY,
    *_DOCTORATE,
    *_MEDICAL,
    *_ACADEMIC,
    *_PRINCELY,
    *_ROYAL,
    *_NOBLE,
    *_MONK,
    *_RELIGIOUS,
)
"""Every title known; of those that share a form the first is the guess."""

NAMES_LIKE_TITLES = frozenset({"คุณวุฒิ", "คุณธรรม", "พระนาย"})
"""Given names that begin like a title; alone before a last name they are taken as the name."""
