"""An official letter: one value, two forms (PDF and its HTML twin)."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field

from django.template.loader import render_to_string

from phithak.base.text import Language, Text
from phithak.core.pdf.render import render


@dataclass(frozen=True)
class Letter:
    """The parts of a letter, already in the language of the letter.

    Attributes:
        language: ``th`` or ``en``.
        number: letter number, such as ``สธ 0201/123``.
        date: written date (BE in Thai, CE in English).
        sender: name of the sending organisation; ``sender_lines`` its address and phone.
        subject: what it is about.
        salutation: the whole line, such as ``เรียน เลขาธิการ…``.
        lines: further head lines as (label, text), such as references and enclosures.
        body: paragraphs.
        closing: such as ``ขอแสดงความนับถือ``.
        signature: name, position, acting-for; one line each.
        footer: small print, such as the TLP label and the reference.
    """

    language: Language
    number: str
    date: str
    sender: str
    subject: str
    salutation: str
    body: tuple[str, ...]
    closing: str
    signature: tuple[str, ...]
    sender_lines: tuple[str, ...] = ()
    lines: tuple[tuple[str, str], ...] = field(default_factory=tuple)
    footer: str = ""

    @property
    def labels(self) -> dict[str, str]:
        """The fixed words of the letter, in its language."""
        return {
            "number_label": Text("ที่", "No.").in_language(self.language),
            "subject_label": Text("เรื่อง", "Subject").in_language(self.language),
        }


def letter_pdf(letter: Letter) -> bytes:
    """Return the letter as PDF.

    Raises:
        PdfError: the child failed.
    """
    return render("letter", {**asdict(letter), **letter.labels})


def letter_html(letter: Letter) -> str:
    """Return the letter's HTML twin: the same words in the same order, for screens and screen readers."""
    return render_to_string("pdf/letter.html", {"letter": letter, **letter.labels})
