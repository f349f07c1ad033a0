"""The table of rules, and ``check`` which applies it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from phithak.base.text import Text
from phithak.notices.lint import content, form
from phithak.notices.lint.shape import LIMIT, Context, Draft, Finding, Hit, Severity
from phithak.notices.texts import Channel, TextClass

_ALL_CLASSES = frozenset(TextClass)
_ALL_CHANNELS = frozenset(Channel)
_SENT = frozenset({Channel.SMS, Channel.EMAIL, Channel.LETTER, Channel.CHAT})
_OUTWARD = frozenset({TextClass.PUBLIC, TextClass.MEMBER, TextClass.LETTER})


@dataclass(frozen=True)
class Rule:
    """One rule.

    Attributes:
        id: stable name, ``topic.what``.
        text: what is wrong, with slots for facts.
        mend: what to do.
        check: yields the places.
        severity: error or warning.
        classes: kinds of text that it holds for.
        channels: ways out that it holds for.
    """

    id: str
    text: Text
    mend: Text
    check: Callable[[Draft, Context], Iterable[Hit]]
    severity: Severity = Severity.ERROR
    classes: frozenset[TextClass] = _ALL_CLASSES
    channels: frozenset[Channel] = _ALL_CHANNELS


RULES: tuple[Rule, ...] = (
    Rule(
        "text.empty",
        Text("ยังไม่มีข้อความภาษานี้", "There is no text in this language"),
        Text("เขียนให้ครบทั้งไทยและอังกฤษ", "Write both Thai and English"),
        form.empty,
    ),
    Rule(
        "text.hidden",
        Text(
            "มีอักขระที่มองไม่เห็นหรือสลับทิศ", "There is a character that cannot be seen or that turns the direction"
        ),
        Text("ลบอักขระนั้น แล้วพิมพ์ใหม่", "Delete that character and type it anew"),
        form.hidden,
    ),
    Rule(
        "slots.braces",
        Text("วงเล็บปีกกาไม่ครบคู่หรือชื่อช่องไม่ถูก", "A brace without its pair, or a name that is no slot's"),
        Text("เขียนช่องเป็น {{ชื่อ}} ด้วยอักษรอังกฤษตัวเล็ก", "Write a slot as {{name}} in small letters"),
        form.braces,
    ),
    Rule(
        "slots.unknown",
        Text("ไม่มีช่องชื่อ {slot}", "There is no slot {slot}"),
        Text("ใช้ช่องในรายการ", "Use a slot of the list"),
        form.unknown_slots,
    ),
    Rule(
        "slots.differ",
        Text("ไทยกับอังกฤษมีช่องไม่ตรงกัน: {slot}", "Thai and English do not carry the same slots: {slot}"),
        Text("ใส่ช่องเดียวกันทั้งสองภาษา", "Put the same slots into both languages"),
        form.different_slots,
    ),
    Rule(
        "sender.missing",
        Text("ไม่บอกว่าใครส่ง", "It does not say who sends it"),
        Text("ใส่ {{org}} หรือ {{team}}", "Put in {{org}} or {{team}}"),
        form.no_sender,
        channels=_SENT | {Channel.CALL},
    ),
    Rule(
        "reference.missing",
        Text("ไม่มีเลขอ้างอิง", "There is no reference"),
        Text("ใส่ {{ref}} หรือ {{case}}", "Put in {{ref}} or {{case}}"),
        form.no_reference,
        channels=_SENT,
    ),
    Rule(
        "hotline.missing",
        Text("ไม่มีหมายเลขให้โทรสอบถาม", "There is no number to call"),
        Text("ใส่ {{tel}} ระบบจะใส่เลขจากทะเบียน", "Put in {{tel}}; the number comes from the directory"),
        form.no_hotline,
        classes=_OUTWARD | {TextClass.SPEECH},
        channels=_SENT | {Channel.CALL},
    ),
    Rule(
        "hotline.literal",
        Text("เขียนเลขสายด่วนไว้ในข้อความ", "A hotline stands in the text as a number"),
        Text(
            "ใช้ช่อง {{tel}} เพื่อให้แก้ที่ทะเบียนที่เดียว", "Use {{tel}}, so that one change in the directory is enough"
        ),
        content.hotline_numbers,
    ),
    Rule(
        "privacy.phone",
        Text("มีหมายเลขโทรศัพท์เต็ม", "There is a full telephone number"),
        Text("ใช้ช่องจากทะเบียน หรือตัดออก", "Use a slot of the directory, or leave it out"),
        content.phones,
    ),
    Rule(
        "privacy.id",
        Text("มีเลขประจำตัว 13 หลัก", "There is an identity number of 13 digits"),
        Text("ตัดออก", "Leave it out"),
        content.identity_numbers,
    ),
    Rule(
        "link.sms",
        Text("SMS มีลิงก์", "The SMS holds a link"),
        Text("ใช้เลขอ้างอิงหรือเบอร์โทรแทน", "Give a reference or a number to call instead"),
        content.any_link,
        channels=frozenset({Channel.SMS}),
    ),
    Rule(
        "link.shortener",
        Text("ลิงก์ย่อซ่อนปลายทาง: {host}", "A shortened link hides where it leads: {host}"),
        Text("ใช้ชื่อเว็บเต็มที่ขึ้นทะเบียน", "Use the full registered address"),
        content.shorteners,
    ),
    Rule(
        "link.disguised",
        Text("ลิงก์เขียนด้วยอักษรแปลงหรือซ่อนรูป: {host}", "An address is written in disguise: {host}"),
        Text("เขียนด้วยอักษรอังกฤษธรรมดา", "Write it in plain letters"),
        content.disguised_links,
    ),
    Rule(
        "link.unregistered",
        Text("เว็บ {host} ยังไม่ขึ้นทะเบียน", "{host} is not registered"),
        Text("ขึ้นทะเบียนเว็บก่อน หรือตัดออก", "Register the address first, or leave it out"),
        content.unregistered_links,
        channels=_ALL_CHANNELS - {Channel.SMS},
    ),
    Rule(
        "otp.sms",
        Text("ไม่เตือนเรื่อง OTP", "It does not warn of OTP"),
        Text("ใส่ “อย่าบอกรหัส OTP” และ “never tell an OTP”", "Put in “อย่าบอกรหัส OTP” and “never tell an OTP”"),
        form.no_otp_warning,
        classes=frozenset({TextClass.PUBLIC}),
        channels=frozenset({Channel.SMS, Channel.CHAT}),
    ),
    Rule(
        "otp.long",
        Text("ไม่บอกว่าเราไม่ขอรหัสผ่านหรือ OTP", "It does not say that we never ask for password or OTP"),
        Text(
            "ใส่ “เราจะไม่ขอรหัสผ่าน รหัส OTP …” และ “We never ask for a password, an OTP …”",
            "Put in “เราจะไม่ขอรหัสผ่าน รหัส OTP …” and “We never ask for a password, an OTP …”",
        ),
        form.no_never_ask,
        classes=frozenset({TextClass.PUBLIC, TextClass.SPEECH}),
        channels=frozenset({Channel.EMAIL, Channel.LETTER, Channel.CALL}),
    ),
    Rule(
        "date.ce_year",
        Text("ปีในข้อความไทยเป็น ค.ศ.", "A year in Thai text is CE"),
        Text("ใช้ช่องวันที่ หรือเขียน พ.ศ.", "Use a date slot, or write the BE year"),
        content.ce_years,
    ),
    Rule(
        "date.be_year",
        Text("ปีในข้อความอังกฤษดูเป็น พ.ศ.", "A year in English text looks like BE"),
        Text("ใช้ช่องวันที่ หรือเขียน B.E. หน้าปี", "Use a date slot, or write B.E. before it"),
        content.be_years,
        severity=Severity.WARNING,
    ),
    Rule(
        "sms.parts",
        Text(
            "SMS ยาว {parts} ส่วน ({length} ตัวอักษร) เกิน 3 ส่วน",
            "The SMS takes {parts} parts ({length} characters), over 3",
        ),
        Text("ตัดให้สั้นลง", "Shorten it"),
        form.sms_parts,
        channels=frozenset({Channel.SMS}),
    ),
    Rule(
        "sms.sender_name",
        Text(
            "เมื่อผู้ส่งชื่อยาวที่สุด ({length} ตัวอักษร) SMS จะยาว {parts} ส่วน",
            "With the longest name of a sender ({length} characters) the SMS takes {parts} parts",
        ),
        Text("ตั้งชื่อสั้นให้หน่วยงานนั้น หรือตัดข้อความ", "Give that organisation a short name, or shorten the text"),
        form.sms_sender_name,
        severity=Severity.WARNING,
        channels=frozenset({Channel.SMS}),
    ),
    Rule(
        "sms.reply",
        Text(
            "ชื่อผู้ส่งรับคำตอบไม่ได้ แต่ข้อความให้ตอบกลับ", "A sender name takes no answers, but the text asks for one"
        ),
        Text(
            "ให้โทรพร้อมเลขอ้างอิง หรือทำเป็นแบบตอบกลับได้",
            "Let them call with the reference, or make it a two-way text",
        ),
        content.replies,
        channels=frozenset({Channel.SMS}),
    ),
    Rule(
        "speech.particle",
        Text("ค่ะ/ครับ ใช้ในบทพูดเท่านั้น", "ค่ะ/ครับ belongs to speech scripts only"),
        Text("ตัดคำลงท้ายออก", "Leave the particle out"),
        content.particles,
        classes=_ALL_CLASSES - {TextClass.SPEECH},
    ),
    Rule(
        "promise.literal",
        Text("คำสัญญา “{words}” เขียนไว้ตายตัว", "The promise “{words}” stands in the text itself"),
        Text(
            "ใช้ช่องคำสัญญา ซึ่งขึ้นเมื่อตรวจผ่านเท่านั้น เช่น {{closed}} {{tel_free}}",
            "Use a promise slot, which shows only when its check has passed: {{closed}} {{tel_free}} …",
        ),
        content.promises,
    ),
    Rule(
        "liability.word",
        Text("คำว่า “{words}” ตัดสินว่าใครผิด", "“{words}” finds guilt"),
        Text("เขียนเฉพาะข้อเท็จจริง", "Write facts only"),
        content.liability,
    ),
    Rule(
        "tlp.form",
        Text("ระดับ TLP เขียนไม่ตรงแบบ", "The TLP label is not in its form"),
        Text(
            "เขียน TLP:RED TLP:AMBER+STRICT TLP:AMBER TLP:GREEN หรือ TLP:CLEAR ไม่แปลและไม่เว้นวรรค",
            "Write TLP:RED, TLP:AMBER+STRICT, TLP:AMBER, TLP:GREEN or TLP:CLEAR, untranslated, without blanks",
        ),
        content.tlp_labels,
    ),
    Rule(
        "advice.order",
        Text("คำแนะนำถึงสมาชิกไม่บอกว่ามิใช่คำสั่ง", "Advice to a member does not say that it is no order"),
        Text(
            "ใส่ “ขอความร่วมมือ (มิใช่คำสั่ง)” และ “request for cooperation, not an order”",
            "Put in “ขอความร่วมมือ (มิใช่คำสั่ง)” and “request for cooperation, not an order”",
        ),
        form.looks_like_an_order,
        classes=frozenset({TextClass.MEMBER}),
        channels=frozenset({Channel.EMAIL, Channel.LETTER}),
    ),
    Rule(
        "letter.opening",
        Text("จดหมายไม่ขึ้นต้นด้วย เรียน", "The letter has no opening"),
        Text("ให้บรรทัดแรกเป็น {{opening}}", "Make {{opening}} the first line"),
        form.no_opening,
        channels=frozenset({Channel.LETTER}),
    ),
    Rule(
        "letter.closing",
        Text("จดหมายไม่มีคำลงท้าย", "The letter has no closing"),
        Text("ใส่ {{closing}} เป็นบรรทัดก่อนชื่อผู้ลงนาม", "Put {{closing}} on the line above the signature"),
        form.no_closing,
        channels=frozenset({Channel.LETTER}),
    ),
)

_TOO_LONG = Rule(
    "text.too_long",
    Text("ข้อความยาวเกิน {limit} ตัวอักษร", "The text is longer than {limit} characters"),
    Text("แบ่งเป็นหลายแม่แบบ", "Divide it into several templates"),
    form.empty,
)


def check(draft: Draft, context: Context | None = None) -> list[Finding]:
    """Return everything that the rules find in a text, errors first, then by language and place.

    Args:
        draft: the text, its class and channel.
        context: what the rules know of the house; nothing registered when None.
    """
    long = [part for part in draft.parts() if len(part.text) > LIMIT]
    if long:
        return [_finding(_TOO_LONG, Hit(part=part, facts=(("limit", LIMIT),))) for part in long]
    known = context or Context()
    found = [
        _finding(rule, hit)
        for rule in RULES
        if draft.text_class in rule.classes and draft.channel in rule.channels
        for hit in rule.check(draft, known)
    ]
    return sorted(found, key=_order)


def errors_of(findings: Iterable[Finding]) -> list[Finding]:
    """Return those findings that keep a text from being approved."""
    return [finding for finding in findings if finding.severity is Severity.ERROR]


def _order(finding: Finding) -> tuple[bool, bool, str, int, str]:
    return (
        finding.severity is not Severity.ERROR,
        finding.language == "en",
        finding.part,
        finding.start,
        finding.rule,
    )


def _finding(rule: Rule, hit: Hit) -> Finding:
    words = hit.part.text[hit.start : hit.end] if hit.part is not None else ""
    facts = {"words": words, **dict(hit.facts)}
    return Finding(
        rule=rule.id,
        severity=rule.severity,
        language=hit.part.language if hit.part is not None else hit.language,
        part=hit.part.name if hit.part is not None else "",
        start=hit.start,
        end=hit.end,
        words=words,
        text=rule.text.format(**facts),
        mend=rule.mend.format(),
    )


def rule_ids() -> Iterator[str]:
    """Yield the ids of all rules in the order of the table."""
    return (rule.id for rule in RULES)
