"""Letters and reports as PDF, and the HTML twin of each letter.

Typst does the layout: it breaks Thai by words and keeps the marks in the text layer. Data goes in as one JSON
input and is never pasted into markup, so ``#`` or ``*`` in a name stays a character. Each render is a child
process with limits on time and memory and no key in it; only the fonts that the package carries are used.
Owns no tables.
"""

from phithak.core.pdf.letters import Letter, letter_html, letter_pdf
from phithak.core.pdf.render import PdfError, fonts_present, render

__all__ = ["Letter", "PdfError", "fonts_present", "letter_html", "letter_pdf", "render"]
