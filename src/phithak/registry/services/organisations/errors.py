"""What the part ``organisations`` refuses, and what to do then."""

from __future__ import annotations

from dataclasses import dataclass

from phithak.base.errors import ConflictError, InvalidInputError
from phithak.base.text import Text
from phithak.registry.queries.facts import OrganisationFacts


class BadFactError(InvalidInputError):
    """A field of an organisation cannot be used."""

    code = "registry.bad_fact"
    text = Text("{field_th}: {reason_th}", "{field_en}: {reason_en}")


class JuristicTakenError(ConflictError):
    """Another organisation has that juristic number."""

    code = "registry.juristic_taken"
    text = Text(
        "เลขนิติบุคคลนี้เป็นของหน่วยงานที่มีในทะเบียนแล้ว ให้แก้รายการเดิม",
        "An organisation with this juristic number is in the registry. Change that record.",
    )


@dataclass(frozen=True)
class Difference:
    """A field in which the record now differs from what was sent.

    Attributes:
        field: its name in :class:`OrganisationFacts`.
        label: what people call it.
        now: what the record says now.
        sent: what was typed.
    """

    field: str
    label: Text
    now: str
    sent: str


class ChangedMeanwhileError(ConflictError):
    """Somebody else changed the record after it was opened.

    Attributes:
        now: the facts as they are now.
        version: the version to send with the next try.
        differences: where they differ from what was sent.
    """

    code = "registry.changed_meanwhile"
    text = Text(
        "มีผู้แก้รายการนี้หลังจากคุณเปิด (รุ่น {version}) ช่องที่ต่าง: {fields_th} ตรวจแล้วบันทึกอีกครั้ง",
        "Somebody changed this record after you opened it (version {version}). Fields that differ: "
        "{fields_en}. Check them and save again.",
    )

    def __init__(self, *, now: OrganisationFacts, version: int, differences: tuple[Difference, ...]) -> None:
        super().__init__(
            version=version,
            fields_th=", ".join(one.label.th for one in differences) or "-",
            fields_en=", ".join(one.label.en for one in differences) or "-",
        )
        self.now = now
        self.version = version
        self.differences = differences


class WrongStateError(ConflictError):
    """The record's state does not allow this."""

    code = "registry.wrong_state"
    text = Text(
        "หน่วยงานนี้อยู่ในสถานะ {state_th} จึงทำไม่ได้",
        "The organisation is in the state “{state_en}”, so this cannot be done.",
    )


class KindFixedError(ConflictError):
    """People of the organisation hold roles that the new kind does not have."""

    code = "registry.kind_fixed"
    text = Text(
        "เปลี่ยนเป็น{kind_th}ไม่ได้ เพราะผู้ใช้ของหน่วยงานมีบทบาทที่ประเภทนั้นไม่มี สิ้นสุดบทบาทนั้นก่อน",
        "It cannot become {kind_en}: people of it hold roles that this kind does not have. End those roles first.",
    )


class CycleError(ConflictError):
    """The relation would make an organisation its own parent."""

    code = "registry.cycle"
    text = Text(
        "หน่วยงานแม่จะวนเป็นวง: {chain} ให้แก้ความสัมพันธ์เดิมก่อน",
        "The parents would run in a circle: {chain}. End one of these relations first.",
    )


class NotAnAuthorityError(InvalidInputError):
    """Only an authority has a scope."""

    code = "registry.not_an_authority"
    text = Text(
        "{name} ไม่ใช่หน่วยงานกำกับดูแล เลือกหน่วยงานประเภทหน่วยงานกำกับดูแล",
        "{name} is not an authority. Choose an organisation of the kind Authority.",
    )


class AliasTakenError(ConflictError):
    """The organisation has that name already."""

    code = "registry.alias_taken"
    text = Text("มีชื่อ {alias} อยู่แล้ว", "The name {alias} is there already.")


class DecidedError(ConflictError):
    """Somebody has decided on the pair already."""

    code = "registry.decided"
    text = Text(
        "มีผู้ตัดสินคู่นี้แล้ว ({state}) โปรดเปิดรายการใหม่",
        "This pair was decided already ({state}). Open the list again.",
    )


class SectorTakenError(ConflictError):
    """Another pack holds a sector of that code."""

    code = "registry.sector_taken"
    text = Text(
        "ไฟล์ {file}: รหัส {sector} เป็นของชุด {pack} ใช้รหัสอื่น",
        "File {file}: code {sector} belongs to pack {pack}. Use another code.",
    )
