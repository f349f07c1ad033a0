"""The 77 provinces as data: ISO 3166-2:TH code, Thai and English name, region, everyday names.

Sources: ISO 3166-2:TH; names by the Royal Society's list and its romanisation; the six regions of the National
Geographical Committee (north 9, northeast 20, central 22, east 7, west 5, south 14).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Region(StrEnum):
    """The six geographical regions."""

    NORTH = "north"
    NORTHEAST = "northeast"
    CENTRAL = "central"
    EAST = "east"
    WEST = "west"
    SOUTH = "south"


@dataclass(frozen=True, slots=True)
class Province:
    """One province; ``code`` is "TH-30", ``aliases`` are other names in use."""

    code: str
    th: str
    en: str
    region: Region
    aliases: tuple[str, ...] = ()


_ROWS: tuple[tuple[Region, tuple[tuple[int | str, ...], ...]], ...] = (
    (
        Region.CENTRAL,
        (
            (10, "กรุงเทพมหานคร", "Bangkok", "กทม", "กรุงเทพ", "กรุงเทพฯ", "บางกอก", "Krung Thep", "BKK"),
            (11, "สมุทรปราการ", "Samut Prakan", "ปากน้ำ"),
            (12, "นนทบุรี", "Nonthaburi", "เมืองนนท์", "นนท์"),
            (13, "ปทุมธานี", "Pathum Thani", "ปทุม"),
            (14, "พระนครศรีอยุธยา", "Phra Nakhon Si Ayutthaya", "อยุธยา", "กรุงเก่า", "Ayutthaya", "Ayudhya"),
            (15, "อ่างทอง", "Ang Thong"),
            (16, "ลพบุรี", "Lop Buri", "ละโว้"),
            (17, "สิงห์บุรี", "Sing Buri"),
            (18, "ชัยนาท", "Chai Nat"),
            (19, "สระบุรี", "Saraburi"),
            (26, "นครนายก", "Nakhon Nayok"),
            (60, "นครสวรรค์", "Nakhon Sawan", "ปากน้ำโพ"),
            (61, "อุทัยธานี", "Uthai Thani", "อุทัย"),
            (62, "กำแพงเพชร", "Kamphaeng Phet", "กำแพง"),
            (64, "สุโขทัย", "Sukhothai"),
            (65, "พิษณุโลก", "Phitsanulok", "สองแคว", "พิดโลก"),
            (66, "พิจิตร", "Phichit"),
            (67, "เพชรบูรณ์", "Phetchabun"),
            (72, "สุพรรณบุรี", "Suphan Buri", "สุพรรณ"),
            (73, "นครปฐม", "Nakhon Pathom"),
            (74, "สมุทรสาคร", "Samut Sakhon", "มหาชัย"),
            (75, "สมุทรสงคราม", "Samut Songkhram", "แม่กลอง"),
        ),
    ),
    (
        Region.EAST,
        (
            (20, "ชลบุรี", "Chon Buri", "เมืองชล", "ชล"),
            (21, "ระยอง", "Rayong"),
            (22, "จันทบุรี", "Chanthaburi", "เมืองจันท์", "จันท์"),
            (23, "ตราด", "Trat"),
            (24, "ฉะเชิงเทรา", "Chachoengsao", "แปดริ้ว"),
            (25, "ปราจีนบุรี", "Prachin Buri", "ปราจีน"),
            (27, "สระแก้ว", "Sa Kaeo", "Sa Kaew"),
        ),
    ),
    (
        Region.NORTHEAST,
        (
            (30, "นครราชสีมา", "Nakhon Ratchasima", "โคราช", "Korat"),
            (31, "บุรีรัมย์", "Buri Ram"),
            (32, "สุรินทร์", "Surin"),
            (33, "ศรีสะเกษ", "Si Sa Ket", "ศรีษะเกษ"),
            (34, "อุบลราชธานี", "Ubon Ratchathani", "อุบล", "อุบลฯ", "Ubon"),
            (35, "ยโสธร", "Yasothon"),
            (36, "ชัยภูมิ", "Chaiyaphum"),
            (37, "อำนาจเจริญ", "Amnat Charoen"),
            (38, "บึงกาฬ", "Bueng Kan"),
            (39, "หนองบัวลำภู", "Nong Bua Lam Phu", "หนองบัวลำพู"),
            (40, "ขอนแก่น", "Khon Kaen"),
            (41, "อุดรธานี", "Udon Thani", "อุดร", "อุดรฯ", "Udon"),
            (42, "เลย", "Loei", "เมืองเลย"),
            (43, "หนองคาย", "Nong Khai"),
            (44, "มหาสารคาม", "Maha Sarakham", "สารคาม"),
            (45, "ร้อยเอ็ด", "Roi Et"),
            (46, "กาฬสินธุ์", "Kalasin"),
            (47, "สกลนคร", "Sakon Nakhon", "สกล"),
            (48, "นครพนม", "Nakhon Phanom"),
            (49, "มุกดาหาร", "Mukdahan"),
        ),
    ),
    (
        Region.NORTH,
        (
            (50, "เชียงใหม่", "Chiang Mai"),
            (51, "ลำพูน", "Lamphun"),
            (52, "ลำปาง", "Lampang"),
            (53, "อุตรดิตถ์", "Uttaradit"),
            (54, "แพร่", "Phrae", "เมืองแพร่"),
            (55, "น่าน", "Nan", "เมืองน่าน"),
            (56, "พะเยา", "Phayao"),
            (57, "เชียงราย", "Chiang Rai"),
            (58, "แม่ฮ่องสอน", "Mae Hong Son"),
        ),
    ),
    (
        Region.WEST,
        (
            (63, "ตาก", "Tak", "เมืองตาก"),
            (70, "ราชบุรี", "Ratchaburi"),
            (71, "กาญจนบุรี", "Kanchanaburi", "เมืองกาญจน์", "กาญจน์"),
            (76, "เพชรบุรี", "Phetchaburi", "เมืองเพชร"),
            (77, "ประจวบคีรีขันธ์", "Prachuap Khiri Khan", "ประจวบ", "ประจวบฯ"),
        ),
    ),
    (
        Region.SOUTH,
        (
            (80, "นครศรีธรรมราช", "Nakhon Si Thammarat", "เมืองคอน", "นครศรี", "นครศรีฯ"),
            (81, "กระบี่", "Krabi"),
            (82, "พังงา", "Phang-nga", "Phangnga"),
            (83, "ภูเก็ต", "Phuket"),
            (84, "สุราษฎร์ธานี", "Surat Thani", "สุราษฎร์", "สุราษฎร์ฯ"),
            (85, "ระนอง", "Ranong"),
            (86, "ชุมพร", "Chumphon"),
            (90, "สงขลา", "Songkhla"),
            (91, "สตูล", "Satun"),
            (92, "ตรัง", "Trang"),
            (93, "พัทลุง", "Phatthalung"),
            (94, "ปัตตานี", "Pattani"),
            (95, "ยะลา", "Yala"),
            (96, "นราธิวาส", "Narathiwat"),
        ),
    ),
)


def _provinces() -> tuple[Province, ...]:
    found = [
        Province(f"TH-{code}", str(th), str(en), region, tuple(map(str, aliases)))
        for region, rows in _ROWS
        for code, th, en, *aliases in rows
    ]
    return tuple(sorted(found, key=lambda province: province.code))


PROVINCES = _provinces()
"""All 77, by code."""
