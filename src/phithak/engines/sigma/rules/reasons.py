"""The words for why a rule is degraded or refused, in Thai and English; ``{detail}`` quotes the rule."""

from __future__ import annotations

from phithak.base.text import Text
from phithak.engines.sigma.rules.model import Reason

TEXTS: dict[str, Text] = {
    "yaml": Text("อ่าน YAML ไม่ได้: {detail}", "Cannot read the YAML: {detail}"),
    "yaml.key": Text("คีย์ซ้ำในแผนที่เดียวกัน: {detail}", "The same key stands twice in one map: {detail}"),
    "yaml.size": Text("แฟ้มใหญ่หรือซ้อนลึกเกินกำหนด: {detail}", "The file is too large or too deep: {detail}"),
    "source": Text("อ่านแฟ้มไม่ได้: {detail}", "Cannot read the file: {detail}"),
    "shape": Text("ไม่ใช่กฎ Sigma: {detail}", "This is no Sigma rule: {detail}"),
    "parser": Text("กฎผิดข้อกำหนด: {detail}", "The rule breaks the specification: {detail}"),
    "placeholder": Text(
        "ยังไม่ได้ให้ค่าของ %{detail}% ใส่ค่าในแฟ้ม --placeholders",
        "No values for %{detail}%; give them in the --placeholders file",
    ),
    "regex.backtrack": Text(
        "นิพจน์นี้ต้องย้อนรอย จึงไม่มีเวลาจำกัด: {detail}",
        "This expression needs back-tracking, so its time has no bound: {detail}",
    ),
    "regex.invalid": Text("นิพจน์ผิดรูป: {detail}", "The expression is not valid: {detail}"),
    "never": Text("กฎนี้ไม่มีทางเป็นจริงในที่นี้", "Nothing can ever match this rule here"),
    "duplicate": Text("รหัสนี้มีแล้วใน {detail}", "This id already stands in {detail}"),
    "reference": Text("ไม่พบกฎที่อ้างถึง: {detail}", "The rule that it names is not here: {detail}"),
    "reference.several": Text(
        "หลายกฎใช้ชื่อนี้ อ้างด้วยรหัสแทน: {detail}", "Several rules have this name; use the id: {detail}"
    ),
    "reference.twice": Text("อ้างถึงกฎเดียวกันสองครั้ง: {detail}", "It names the same rule twice: {detail}"),
    "reference.degraded": Text(
        "กฎที่อ้างถึงถูกลดทอน จึงเห็นเหตุการณ์ไม่ครบ: {detail}",
        "A rule that it names is degraded and so misses events: {detail}",
    ),
    "condition": Text(
        "เงื่อนไขนี้ไม่มีความหมายกับความสัมพันธ์ชนิดนี้: {detail}",
        "This condition has no meaning for this type of correlation: {detail}",
    ),
    "cycle": Text("กฎอ้างถึงกันเป็นวง: {detail}", "The rules refer to each other in a circle: {detail}"),
    "filter.unused": Text("ตัวกรองนี้ไม่ตรงกับกฎใด", "This filter fits no rule"),
    "modifier": Text("ใช้ตัวปรับนี้ที่นี่ไม่ได้: {detail}", "This modifier cannot be used here: {detail}"),
    "limit": Text("กฎใหญ่เกินกำหนด: {detail}", "The rule is larger than the limit: {detail}"),
}


def text_of(reason: Reason) -> Text:
    """Return the sentence of a reason in both languages, with its detail quoted."""
    return TEXTS[reason.code].format(detail=reason.detail)
