"""The exceptions of this engine, in Thai and English.

``ClockError``             a clock, version or moment is not as it must be
└── ``ClockDataError``     … and it stands in a data file: names file, entry and field
"""

from __future__ import annotations

from phithak.base.errors import InvalidInputError
from phithak.base.text import Text


class ClockError(InvalidInputError):
    """A clock, its version or a moment cannot be used; ``code`` is stable, ``message`` says why."""

    def __init__(self, code: str, *, th: str, en: str, field: str = "") -> None:
        super().__init__(field=field)
        self.code = code
        self._said = Text(th, en)

    @property
    def message(self) -> Text:
        """The sentence in both languages; never formatted again, since it may quote a data file."""
        return self._said


class ClockDataError(ClockError):
    """A data file is wrong: ``file``, ``entry`` (such as ``clock[3] pdpc_notice``, or "") and ``field``."""

    def __init__(self, *, th: str, en: str, file: str, entry: str = "", field: str = "") -> None:
        where_th, where_en = f"แฟ้ม {file}", f"File {file}"
        if entry:
            where_th += f" รายการ {entry}"
            where_en += f", entry {entry}"
        if field:
            where_th += f" ช่อง {field}"
            where_en += f", field {field}"
        super().__init__("clocks.data", th=f"{where_th}: {th}", en=f"{where_en}: {en}", field=field)
        self.file = file
        self.entry = entry
