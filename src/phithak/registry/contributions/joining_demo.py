"""Two requests that wait and an import that is done, for the fictional sector."""

from __future__ import annotations

import io

from phithak.core.accounts import actors
from phithak.core.jobs.services import run_pending
from phithak.registry.queries.facts import OrganisationFacts
from phithak.registry.queries.joining import imports
from phithak.registry.services import joining
from phithak.registry.services.joining import FirstContact

_DEMO = actors.system("demo")
_SHOPS = (
    ("แพลตฟอร์มนัดช่างบ้านสวน (สมมติ)", "TH-12", "ถ.ริมคลอง ต.สวนใหญ่", "นางสาวมะลิ ร้อยดอก", "0812340011"),
    ("ตลาดนัดของทำมือปลายนา (สมมติ)", "TH-50", "99 ถ.คันนา ต.ช้างเผือก", "นายธนู ปลายนา", "0812340012"),
)
_FILE = """ชื่อหน่วยงาน,ประเภท,จังหวัด
ร้านกล้วยตากลมหวน (สมมติ),ร้านค้า,พิษณุโลก
ร้านผ้าย้อมครามใบเตย (สมมติ),ร้านค้า,สกลนคร
ร้านเครื่องปั้นดินชุ่ม (สมมติ),ร้านค้า,เมืองลับแล
"""


def build() -> None:
    """Make them when there is a centre and none is there."""
    if imports.centre() is None or imports.runs_visible_to(_DEMO).exists():
        return
    for number, (name, province, address, person, phone) in enumerate(_SHOPS):
        joining.register(
            OrganisationFacts(
                name_th=name,
                kind="platform",
                province=province,
                address=address,
                website=f"shop{number}.example.th",
                is_juristic=False,
                revenue_thb=800_000,
                users_per_month=400,
            ),
            FirstContact(person, phone, f"owner{number}@example.th"),
            address="demo",
        )
    run_id = joining.upload(_DEMO, io.BytesIO(_FILE.encode()), name="ร้านค้าตัวอย่าง.csv", kind="organisations")
    run_pending("normal")
    if imports.run(_DEMO, run_id).state == "checked":
        joining.start(_DEMO, run_id)
        run_pending("heavy")
