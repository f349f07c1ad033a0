"""What agreements are about: flows, kinds of paper, states, and where one stands on a day; with their names."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from enum import StrEnum

from phithak.base import clock
from phithak.base.text import Text
from phithak.registry.models import Agreement, Organisation


class Flow(StrEnum):
    """What an agreement can allow towards a party."""

    SENSOR = "sensor"
    SHARING = "sharing"
    DATA_FLOW = "data_flow"
    SCAN = "scan"

    @property
    def text(self) -> Text:
        """Its name in both languages."""
        return _FLOWS[self]


_FLOWS = {
    Flow.SENSOR: Text("ติดตั้งเซ็นเซอร์", "Sensor"),
    Flow.SHARING: Text("แบ่งปันข้อมูลภัยคุกคาม", "Threat sharing"),
    Flow.DATA_FLOW: Text("ส่งข้อมูลระหว่างระบบ", "Data flow"),
    Flow.SCAN: Text("สแกนระบบ", "Scan"),
}


class AgreementKind(StrEnum):
    """What a paper is."""

    MOU = "mou"
    CONTRACT = "contract"
    DPA = "dpa"
    CONSENT = "consent"
    ORDER = "order"

    @property
    def text(self) -> Text:
        """Its name in both languages."""
        return _KINDS[self]


_KINDS = {
    AgreementKind.MOU: Text("บันทึกความเข้าใจ", "Memorandum of understanding"),
    AgreementKind.CONTRACT: Text("สัญญา", "Contract"),
    AgreementKind.DPA: Text("ข้อตกลงการประมวลผลข้อมูล", "Data processing agreement"),
    AgreementKind.CONSENT: Text("หนังสือยินยอม", "Consent"),
    AgreementKind.ORDER: Text("คำสั่งตามกฎหมาย", "Legal order"),
}


class State(StrEnum):
    """What is kept of an agreement's life."""

    DRAFT = "draft"
    SIGNED = "signed"
    ENDED = "ended"


class Standing(StrEnum):
    """Where an agreement stands on a day; follows from its state and its term."""

    DRAFT = "draft"
    COMING = "coming"
    VALID = "valid"
    ENDING = "ending"
    OVER = "over"
    ENDED = "ended"

    @property
    def text(self) -> Text:
        """Its name in both languages."""
        return _STANDINGS[self]


_STANDINGS = {
    Standing.DRAFT: Text("ร่าง ยังลงนามไม่ครบ", "Draft, not signed by all"),
    Standing.COMING: Text("ลงนามแล้ว ยังไม่ถึงวันเริ่ม", "Signed, not begun yet"),
    Standing.VALID: Text("มีผล", "Valid"),
    Standing.ENDING: Text("มีผล ใกล้สิ้นสุด", "Valid, ends soon"),
    Standing.OVER: Text("สิ้นสุดตามกำหนด", "Term is over"),
    Standing.ENDED: Text("ยุติแล้ว", "Ended"),
}


def title(row: Agreement) -> Text:
    """Return an agreement's title in both languages."""
    return Text(row.title_th, row.title_en or row.title_th)


def name(row: Organisation) -> Text:
    """Return an organisation's name in both languages."""
    return Text(row.name_th, row.name_en or row.name_th)


def end_of(day: date) -> datetime:
    """Return the end of a day in Bangkok, aware."""
    return datetime.combine(day + timedelta(days=1), time(), clock.BANGKOK)
