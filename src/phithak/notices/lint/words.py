"""Closed lists of the rules: phrases that promise, that find guilt, that are needed; shorteners; date words."""

from __future__ import annotations

import re

PROMISES = {
    "th": re.compile(
        r"ปิด(?:การเข้าถึง|กั้น|ระบบ)(?:ไว้)?แล้ว|ฟรี(?!แลนซ์)|(?:ไม่มี|ไม่เสีย|ไม่คิด)ค่าใช้จ่าย|ไม่พบข้อมูล(?:บัตร|รหัสผ่าน)|"
        r"(?:การรักษา|การให้บริการ)ไม่(?:ได้รับผล)?กระทบ|ไม่กระทบ(?:ต่อ)?การรักษา|ปลอดภัยแล้ว|แก้ไขเรียบร้อยแล้ว|"
        r"ตลอด\s?24\s?(?:ชั่วโมง|ชม)|24\s?ชม|รับประกัน|รับรองว่า|ไม่รั่วไหลเพิ่ม"
    ),
    "en": re.compile(
        r"\baccess (?:is|has been) (?:now )?(?:blocked|closed)|\b(?:is|has been) (?:now )?(?:closed|fixed)\b|"
        r"(?<!feel )\bfree\b(?! (?:from|to|up))|\bno (?:extra |additional )?(?:cost|charge)|\bno card data|"
        r"\bno passwords? (?:was|were|found)|\bcare is not affected|\bis (?:now )?(?:safe|secure)\b|"
        r"\b24[ -]?(?:h|hours?)\b|\bguarantee",
        re.IGNORECASE,
    ),
}
"""Words that promise: they stand only in the value of a promise or directory slot (domain F3)."""

LIABILITY = {
    "th": re.compile(r"(?<!รับ)ผิด(?!ปกติ|ปรกติ)|ประมาทเลินเล่อ|ละเมิดกฎหมาย|เป็นต้นเหตุ|คนร้ายคือ"),
    "en": re.compile(
        r"\bat fault\b|\bguilty\b|\bnegligen\w{1,3}\b|\bliable\b|\bliability\b|\bto blame\b|\bfault of\b|"
        r"\bcriminals? (?:is|are)\b",
        re.IGNORECASE,
    ),
}
"""Words that find guilt (domain F2.2)."""

NEVER_ASK = {
    "th": re.compile(r"ไม่(?:มีการ)?ขอ(?:ทราบ)?รหัสผ่าน.{0,20}OTP"),
    "en": re.compile(
        r"\bnever ask\b.{0,40}\bOTP\b|\bask (?:you )?(?:for )?no password.{0,20}\bOTP\b", re.IGNORECASE
    ),
}
NEVER_TELL = {
    "th": re.compile(r"อย่าบอก(?:รหัส)?\s?OTP|อย่าบอกรหัส\s?OTP"),
    "en": re.compile(r"\bnever (?:tell|give|share)\b.{0,20}\bOTP\b", re.IGNORECASE),
}
NOT_AN_ORDER = {
    "th": re.compile(r"ขอความร่วมมือ \(มิใช่คำสั่ง\)"),
    "en": re.compile(r"request for cooperation, not an order", re.IGNORECASE),
}
PARTICLE = {
    "th": re.compile(r"ค่ะ|ครับ|นะคะ|(?<![ก-๙])คะ(?![ก-๙])|(?:ไหม|หรือยัง|มั้ย)คะ"),
    "en": re.compile(r"\b(?:kha|ka|khrap|krub|krap)\b", re.IGNORECASE),
}
REPLY = {
    "th": re.compile(r"(?:ตอบ|พิมพ์|ส่ง)(?:กลับ)?\s?(?:เลข\s?)?[0-9๐-๙]{1,2}(?![0-9๐-๙])"),
    "en": re.compile(
        r"\b(?:reply|answer|text|send)(?: with)? [0-9]{1,2}\b|\breply (?:yes|no|stop)\b", re.IGNORECASE
    ),
}
OPENING = {
    "th": re.compile(r"(?:\{opening\}|เรียน |นมัสการ |ทูล |กราบเรียน )"),
    "en": re.compile(r"(?:\{opening\}|Dear )"),
}
CLOSING = {
    "th": re.compile(r"\{closing\}|ขอแสดงความนับถือ|ขอนมัสการด้วยความเคารพ"),
    "en": re.compile(r"\{closing\}|Yours (?:sincerely|faithfully)"),
}

# a year alone would also be an amount: what is counted behind it speaks against a year
CE_YEAR = re.compile(
    r"(?<![0-9๐-๙,.])(?:19|20|๑๙|๒๐)[0-9๐-๙]{2}(?![0-9๐-๙]|,[0-9๐-๙]|\s?(?:บาท|ราย|คน|บัญชี|ไฟล์|รายการ|แถว|ครั้ง))"
)
BE_YEAR = re.compile(r"(?<!B\.E\. )(?<!BE )(?<![0-9,.-])2[45][0-9]{2}(?![0-9-]|,[0-9])")

TLP = re.compile(
    r"tlp\s?(?:[:=]|(?=\s?(?:สี|แดง|ส้ม|เหลือง|อำพัน|เขียว|ขาว|red|amber|green|clear|white)))|ทีแอลพี", re.IGNORECASE
)
TLP_RIGHT = re.compile(r"TLP:(?:RED|AMBER\+STRICT|AMBER|GREEN|CLEAR)(?![A-Za-z+])")

HOTLINE_WORD = re.compile(
    r"(?:โทรศัพท์|โทร\.?|สายด่วน|เบอร์|หมายเลข|สอบถาม|ติดต่อ|\bcall|\bdial|\bhotline|\btel\.?|\bphone)\s{0,3}:?\s{0,3}"
    r"([1๑][0-9๐-๙]{2,3})(?![0-9๐-๙])",
    re.IGNORECASE,
)
PHONE = re.compile(r"(?<![0-9๐-๙])(?:\+|00)?[0-9๐-๙](?:[-. ()]{0,2}[0-9๐-๙]){8,13}(?![0-9๐-๙])")
ID = re.compile(r"(?<![0-9๐-๙])[0-9๐-๙](?:[-. ]{0,2}[0-9๐-๙]){12}(?![0-9๐-๙])")

HIDDEN = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u2028-\u202e"
    "\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e0fff]"
)

SHORTENERS = frozenset(
    {
        "bit.ly", "tinyurl.com", "t.co", "goo.gl", "is.gd", "ow.ly", "buff.ly", "cutt.ly", "rebrand.ly", "rb.gy",
        "shorturl.at", "shorturl.asia", "s.id", "t.ly", "v.gd", "tiny.cc", "bl.ink", "lnkd.in", "fb.me", "lin.ee",
        "line.me", "youtu.be", "qrco.de", "me-qr.com", "t.me", "wa.me", "bitly.com", "short.io", "soo.gd", "x.gd",
    }
)  # fmt: skip
"""Hosts that hide where a link leads."""
