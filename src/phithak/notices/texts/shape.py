"""What a text is made of: whom it is for, how it goes out, its wording in both languages, its hash."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from enum import StrEnum

from phithak.base.text import Language, Text


class TextClass(StrEnum):
    """Whom a text is for; the rules differ by it."""

    PUBLIC = "public"
    MEMBER = "member"
    STAFF = "staff"
    LETTER = "letter"
    SPEECH = "speech"
    PAGE = "page"

    @property
    def text(self) -> Text:
        """The class's name in both languages."""
        return _CLASSES[self]


class Channel(StrEnum):
    """How a text goes out."""

    SMS = "sms"
    EMAIL = "email"
    LETTER = "letter"
    PORTAL = "portal"
    CHAT = "chat"
    CALL = "call"

    @property
    def text(self) -> Text:
        """The channel's name in both languages."""
        return _CHANNELS[self]


_CLASSES = {
    TextClass.PUBLIC: Text("แจ้งประชาชน", "Public notice"),
    TextClass.MEMBER: Text("แจ้งหน่วยงานสมาชิก", "To members"),
    TextClass.STAFF: Text("เจ้าหน้าที่ภายใน", "To our own staff"),
    TextClass.LETTER: Text("หนังสือถึงหน่วยงาน", "Official letter"),
    TextClass.SPEECH: Text("บทพูด", "Speech script"),
    TextClass.PAGE: Text("หน้าเว็บสาธารณะ", "Public page"),
}
_CHANNELS = {
    Channel.SMS: Text("ข้อความสั้น (SMS)", "SMS"),
    Channel.EMAIL: Text("อีเมล", "E-mail"),
    Channel.LETTER: Text("จดหมาย", "Letter"),
    Channel.PORTAL: Text("หน้าเว็บ", "Portal"),
    Channel.CHAT: Text("แชต", "Chat"),
    Channel.CALL: Text("โทรศัพท์", "Telephone"),
}


@dataclass(frozen=True)
class Wording:
    """Subject and body in both languages; the subject is empty where a channel has none."""

    subject_th: str
    subject_en: str
    body_th: str
    body_en: str

    def subject(self, language: Language) -> str:
        """Return the subject of a language."""
        return self.subject_th if language == "th" else self.subject_en

    def body(self, language: Language) -> str:
        """Return the body of a language."""
        return self.body_th if language == "th" else self.body_en


def text_hash(wording: Wording) -> str:
    """Return the SHA-256 of a wording as hex; any changed character changes it (approval is bound to it)."""
    stored = json.dumps(asdict(wording), ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(stored.encode()).hexdigest()
