"""The exceptions of this engine, in Thai and English.

``TlogError``            a log, proof, note or key is not as it must be
└── ``LogFileError``     … and it stands in a file: names file, line and field
"""

from __future__ import annotations

from phithak.base.errors import InvalidInputError
from phithak.base.text import Text


class TlogError(InvalidInputError):
    """Something about a log, proof, note, key or checkpoint is not as it must be.

    Attributes:
        code: stable name of the fault, such as ``tlog.note.signature``.
        message: what is wrong and what to do, in both languages.
    """

    def __init__(self, code: str, *, th: str, en: str, field: str = "") -> None:
        super().__init__(field=field)
        self.code = code
        self._said = Text(th, en)

    @property
    def message(self) -> Text:
        """The sentence in both languages; never formatted again, since it may quote what a stranger wrote."""
        return self._said


class LogFileError(TlogError):
    """A file cannot be used; ``file``, ``line`` (from 1, or None) and ``field`` (or "") say where."""

    def __init__(
        self, code: str, *, th: str, en: str, file: str, line: int | None = None, field: str = ""
    ) -> None:
        where_th = f"แฟ้ม {file}"
        where_en = f"File {file}"
        if line is not None:
            where_th += f" บรรทัด {line}"
            where_en += f", line {line}"
        if field:
            where_th += f" ช่อง {field}"
            where_en += f", field {field}"
        super().__init__(code, th=f"{where_th}: {th}", en=f"{where_en}: {en}", field=field)
        self.file = file
        self.line = line
