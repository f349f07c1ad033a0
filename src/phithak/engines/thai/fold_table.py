"""What loose search takes for the same, and acronyms with their long names: data, to be grown by hand.

Sources: domain D3, Search (the misprints of the source articles) and Acronyms; the other misprints are those
that Thai office texts show most often. A pair belongs here only if nobody looking for the one minds
finding the other.
"""

from __future__ import annotations

CONFUSABLE_LETTERS = {
    "ใ": "ไ",
    "ฏ": "ฎ",
    "ฃ": "ข",
    "ฅ": "ค",
    "ี": "ิ",
    "ื": "ึ",
    "ู": "ุ",
}
"""Letters that are taken for one another when typing or reading a scan; folded to the second."""

MISPRINTS = {
    # as printed in the source articles
    "มั่งคง": "มั่นคง",
    "แกล้ง": "แจ้ง",
    "เทตโน": "เทคโน",
    "อาซียน": "อาเซียน",
    # often seen in office Thai
    "อนุญาติ": "อนุญาต",
    "สังเกตุ": "สังเกต",
    "ผลลัพท์": "ผลลัพธ์",
    "ลายเซ็นต์": "ลายเซ็น",
    "อีเมลล์": "อีเมล",
    "เวป": "เว็บ",
    "เวบ": "เว็บ",
    "ไซด์": "ไซต์",
    "ลิ้งค์": "ลิงก์",
    "ลิงค์": "ลิงก์",
    "แอพ": "แอป",
    "อัพเดท": "อัปเดต",
    "อัพเดต": "อัปเดต",
    "อัปเดท": "อัปเดต",
    "อัพโหลด": "อัปโหลด",
    "เซิฟเวอร์": "เซิร์ฟเวอร์",
    "พาสเวิด": "พาสเวิร์ด",
    "อินเตอร์เน็ต": "อินเทอร์เน็ต",
    "อิเล็คทรอนิกส์": "อิเล็กทรอนิกส์",
    "อิเลคทรอนิกส์": "อิเล็กทรอนิกส์",
    "อิเลกทรอนิกส์": "อิเล็กทรอนิกส์",
    "ดิจิตอล": "ดิจิทัล",
    "ซอฟท์แวร์": "ซอฟต์แวร์",
    "ฮาร์ทแวร์": "ฮาร์ดแวร์",
    "แฮกเกอร์": "แฮ็กเกอร์",
    "แฮคเกอร์": "แฮ็กเกอร์",
    "ฟิชชิ่ง": "ฟิชชิง",
    "โรงพยาบาท": "โรงพยาบาล",
}
"""Whole misprints, in exact-fold spelling, and the right word."""

SYNONYMS: tuple[tuple[str, ...], ...] = (
    (
        "สกมช.",
        "NCSA",
        "สำนักงานคณะกรรมการการรักษาความมั่นคงปลอดภัยไซเบอร์แห่งชาติ",
        "National Cyber Security Agency",
    ),
    (
        "สพธอ.",
        "ETDA",
        "สำนักงานพัฒนาธุรกรรมทางอิเล็กทรอนิกส์",
        "Electronic Transactions Development Agency",
    ),
    (
        "กสทช.",
        "NBTC",
        "คณะกรรมการกิจการกระจายเสียง กิจการโทรทัศน์ และกิจการโทรคมนาคมแห่งชาติ",
        "National Broadcasting and Telecommunications Commission",
    ),
    (
        "สคส.",
        "PDPC",
        "PDPC office",
        "สำนักงานคณะกรรมการคุ้มครองข้อมูลส่วนบุคคล",
        "Personal Data Protection Committee",
    ),
    ("สธ.", "MOPH", "กระทรวงสาธารณสุข", "Ministry of Public Health"),
    (
        "ดีอีเอส",
        "ดีอี",
        "MDES",
        "กระทรวงดิจิทัลเพื่อเศรษฐกิจและสังคม",
        "Ministry of Digital Economy and Society",
    ),
    (
        "บก.ปอท.",
        "ปอท.",
        "TCSD",
        "กองบังคับการปราบปรามการกระทำความผิดเกี่ยวกับอาชญากรรมทางเทคโนโลยี",
        "Technology Crime Suppression Division",
    ),
    (
        "บช.สอท.",
        "สอท.",
        "CCIB",
        "กองบัญชาการตำรวจสืบสวนสอบสวนอาชญากรรมทางเทคโนโลยี",
        "Cyber Crime Investigation Bureau",
    ),
    (
        "กกม.",
        "CRC",
        "คณะกรรมการกำกับดูแลด้านความมั่นคงปลอดภัยไซเบอร์",
        "Cybersecurity Regulating Committee",
    ),
    (
        "กมช.",
        "NCSC",
        "คณะกรรมการการรักษาความมั่นคงปลอดภัยไซเบอร์แห่งชาติ",
        "National Cyber Security Committee",
    ),
)
"""Groups of names for one body; searching one finds all (domain D3, Acronyms)."""
