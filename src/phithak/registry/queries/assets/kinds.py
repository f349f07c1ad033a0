"""The closed lists of assets: where data lies, how, what it is, and what is known of its exposure."""

from __future__ import annotations

from enum import StrEnum

from phithak.base.text import Text


class Place(StrEnum):
    """Where data lies."""

    OWN_CENTRE = "own_centre"
    HOSTED = "hosted"
    GOVERNMENT_CLOUD = "government_cloud"
    PRIVATE_CLOUD = "private_cloud"
    PUBLIC_CLOUD = "public_cloud"
    PARTNER = "partner"
    DEVICE = "device"
    PAPER = "paper"

    @property
    def text(self) -> Text:
        """Its name in both languages."""
        return _PLACES[self]


_PLACES = {
    Place.OWN_CENTRE: Text("ศูนย์คอมพิวเตอร์ของตนเอง", "Own data centre"),
    Place.HOSTED: Text("ศูนย์ข้อมูลที่เช่า", "Rented data centre"),
    Place.GOVERNMENT_CLOUD: Text("คลาวด์ภาครัฐ", "Government cloud"),
    Place.PRIVATE_CLOUD: Text("คลาวด์ส่วนตัว", "Private cloud"),
    Place.PUBLIC_CLOUD: Text("คลาวด์สาธารณะ", "Public cloud"),
    Place.PARTNER: Text("ระบบของคู่ค้า", "A partner's system"),
    Place.DEVICE: Text("คอมพิวเตอร์หรือโทรศัพท์", "Computer or phone"),
    Place.PAPER: Text("เอกสารกระดาษ", "Paper"),
}


class Technique(StrEnum):
    """How data is kept."""

    BUCKET = "bucket"
    DATABASE = "database"
    FILE_SHARE = "file_share"
    SPREADSHEET = "spreadsheet"
    IMAGE_ARCHIVE = "image_archive"
    MAILBOX = "mailbox"
    BACKUP = "backup"
    REMOVABLE = "removable"
    CABINET = "cabinet"
    OTHER = "other"

    @property
    def text(self) -> Text:
        """Its name in both languages."""
        return _TECHNIQUES[self]


_TECHNIQUES = {
    Technique.BUCKET: Text("ถังเก็บไฟล์ (bucket)", "Bucket"),
    Technique.DATABASE: Text("ฐานข้อมูล", "Database"),
    Technique.FILE_SHARE: Text("แฟ้มที่ใช้ร่วมกัน", "File share"),
    Technique.SPREADSHEET: Text("ตารางคำนวณออนไลน์", "Online spreadsheet"),
    Technique.IMAGE_ARCHIVE: Text("คลังภาพทางการแพทย์ (PACS)", "Medical image archive (PACS)"),
    Technique.MAILBOX: Text("กล่องอีเมล", "Mailbox"),
    Technique.BACKUP: Text("ข้อมูลสำรอง", "Backup"),
    Technique.REMOVABLE: Text("สื่อถอดได้", "Removable media"),
    Technique.CABINET: Text("ตู้เอกสาร", "Filing cabinet"),
    Technique.OTHER: Text("อื่น ๆ", "Other"),
}


class DataKind(StrEnum):
    """What the data is."""

    ID_CARD_IMAGE = "id_card_image"
    NATIONAL_ID = "national_id"
    NAME = "name"
    PHONE = "phone"
    ADDRESS = "address"
    E_MAIL = "e_mail"
    DATE_OF_BIRTH = "date_of_birth"
    HEALTH_RECORD = "health_record"
    BIOMETRIC = "biometric"
    PHOTO = "photo"
    PAYMENT = "payment"
    LOCATION = "location"
    PASSWORD = "password"  # noqa: S105 - a kind of data, not a secret
    ORDER_HISTORY = "order_history"
    BOOKING = "booking"
    EMPLOYMENT = "employment"
    ACCESS_LOG = "access_log"
    OTHER = "other"

    @property
    def text(self) -> Text:
        """Its name in both languages."""
        return _KINDS[self]

    @property
    def sensitive(self) -> bool:
        """Tell whether its loss lets somebody act in a person's name, or shows the body: section 26, or identity."""
        return self in _SENSITIVE


_KINDS = {
    DataKind.ID_CARD_IMAGE: Text("ภาพบัตรประชาชน", "ID card images"),
    DataKind.NATIONAL_ID: Text("เลขประจำตัวประชาชน", "National ID numbers"),
    DataKind.NAME: Text("ชื่อและนามสกุล", "Names"),
    DataKind.PHONE: Text("หมายเลขโทรศัพท์", "Telephone numbers"),
    DataKind.ADDRESS: Text("ที่อยู่", "Addresses"),
    DataKind.E_MAIL: Text("อีเมล", "E-mail addresses"),
    DataKind.DATE_OF_BIRTH: Text("วันเกิด", "Dates of birth"),
    DataKind.HEALTH_RECORD: Text("ข้อมูลสุขภาพ", "Health records"),
    DataKind.BIOMETRIC: Text("ข้อมูลชีวภาพ", "Biometric data"),
    DataKind.PHOTO: Text("ภาพถ่ายบุคคล", "Photos of persons"),
    DataKind.PAYMENT: Text("ข้อมูลการชำระเงิน", "Payment data"),
    DataKind.LOCATION: Text("ตำแหน่งที่อยู่", "Locations"),
    DataKind.PASSWORD: Text("รหัสผ่าน", "Passwords"),
    DataKind.ORDER_HISTORY: Text("ประวัติการสั่งซื้อ", "Order history"),
    DataKind.BOOKING: Text("การจองและนัดหมาย", "Bookings"),
    DataKind.EMPLOYMENT: Text("ข้อมูลการทำงาน", "Employment data"),
    DataKind.ACCESS_LOG: Text("บันทึกการใช้งาน", "Access logs"),
    DataKind.OTHER: Text("อื่น ๆ", "Other"),
}
_SENSITIVE = frozenset(
    {
        DataKind.ID_CARD_IMAGE,
        DataKind.NATIONAL_ID,
        DataKind.HEALTH_RECORD,
        DataKind.BIOMETRIC,
        DataKind.PAYMENT,
        DataKind.PASSWORD,
    }
)


class Exposure(StrEnum):
    """Whether a store can be read by anybody; what nobody checked is unknown, never private."""

    PUBLIC = "public"
    PRIVATE = "private"
    UNKNOWN = "unknown"

    @property
    def text(self) -> Text:
        """Its name in both languages."""
        return _EXPOSURES[self]


_EXPOSURES = {
    Exposure.PUBLIC: Text("เปิดสู่สาธารณะ", "Open to the public"),
    Exposure.PRIVATE: Text("ตรวจแล้วว่าไม่เปิด", "Checked: not open"),
    Exposure.UNKNOWN: Text("ยังไม่ได้ตรวจ", "Not checked"),
}


class Claim(StrEnum):
    """Whether a domain or range counts as the organisation's; a contested one waits for staff and does not."""

    HELD = "held"
    CONTESTED = "contested"

    @property
    def text(self) -> Text:
        """Its name in both languages."""
        return _CLAIMS[self]


_CLAIMS = {
    Claim.HELD: Text("ใช้ได้", "Held"),
    Claim.CONTESTED: Text("รอศูนย์ตรวจสอบ", "Waits for the centre's check"),
}


class Direction(StrEnum):
    """Which way data flows, seen from where one stands."""

    OUT = "out"
    IN = "in"
    BOTH = "both"
    MIXED = "mixed"  # over another system: neither only to it nor only from it

    @property
    def text(self) -> Text:
        """Its name in both languages."""
        return _DIRECTIONS[self]


_DIRECTIONS = {
    Direction.OUT: Text("ส่งข้อมูลไปให้", "Receives data from it"),
    Direction.IN: Text("รับข้อมูลมาจาก", "Sends data to it"),
    Direction.BOTH: Text("รับและส่งข้อมูล", "Both ways"),
    Direction.MIXED: Text("ผ่านระบบกลางเดียวกัน", "Shares a system with it"),
}
