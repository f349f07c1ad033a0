"""Reading fields out of a TOML file, so that every fault names its file and field."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from typing import Any

from phithak.base.errors import InvalidInputError
from phithak.base.text import Text

MOST_BYTES = 1_000_000


class PackFileError(InvalidInputError):
    """A data file of the registry cannot be used."""

    code = "registry.pack_file"
    text = Text("ไฟล์ {file} ช่อง {where}: {reason_th}", "File {file}, field {where}: {reason_en}")


@dataclass(frozen=True)
class Table:
    """A table of a file while it is read; ``where`` is how messages call it."""

    file: str
    where: str
    raw: dict[str, Any]

    def wrong(self, field: str, th: str, en: str) -> PackFileError:
        """Return the error for one field, to be raised."""
        where = f"{self.where}.{field}" if self.where else field
        return PackFileError(field="file", file=self.file, where=where, reason_th=th, reason_en=en)

    def only(self, *known: str) -> None:
        """Refuse fields that nobody reads: a misspelt one must not pass in silence."""
        unknown = sorted(set(self.raw) - set(known))
        if unknown:
            raise self.wrong(unknown[0], "ไม่รู้จักช่องนี้", "unknown field")

    def string(self, field: str, *, most: int = 200) -> str:
        """Return a text that is not empty."""
        value = self.raw.get(field)
        if not isinstance(value, str) or not value.strip():
            raise self.wrong(field, "ต้องเป็นข้อความไม่ว่าง", "a text that is not empty is needed")
        if len(value) > most:
            raise self.wrong(field, f"ยาวเกิน {most} ตัวอักษร", f"longer than {most} characters")
        return value.strip()

    def number(self, field: str) -> int:
        """Return a whole number from 0."""
        value = self.raw.get(field)
        if type(value) is not int or value < 0:
            raise self.wrong(field, "ต้องเป็นจำนวนเต็มตั้งแต่ 0", "a whole number from 0 is needed")
        return value

    def truth(self, field: str) -> bool:
        """Return true or false; false when it is not told."""
        value = self.raw.get(field, False)
        if not isinstance(value, bool):
            raise self.wrong(field, "ต้องเป็น true หรือ false", "true or false is needed")
        return value

    def strings(self, field: str, *, most: int = 40) -> tuple[str, ...]:
        """Return a list of texts; empty when it is not told."""
        value = self.raw.get(field, [])
        if not isinstance(value, list) or len(value) > most:
            raise self.wrong(
                field, f"ต้องเป็นรายการไม่เกิน {most} คำ", f"a list of at most {most} texts is needed"
            )
        for one in value:
            if not isinstance(one, str) or not one.strip():
                raise self.wrong(field, "ต้องเป็นข้อความไม่ว่าง", "every text must not be empty")
        return tuple(one.strip() for one in value)

    def pair(self, field: str) -> Text:
        """Return a text in both languages."""
        value = self.raw.get(field)
        if not isinstance(value, dict) or set(value) != {"th", "en"}:
            raise self.wrong(field, "ต้องมี th และ en", "th and en are needed")
        inner = Table(self.file, f"{self.where}.{field}" if self.where else field, value)
        return Text(inner.string("th"), inner.string("en"))

    def tables(self, field: str, *, most: int = 500) -> list[Table]:
        """Return the tables of an array that has at least one; each is called by its place from 1."""
        value = self.raw.get(field)
        if not isinstance(value, list) or not value or not all(isinstance(one, dict) for one in value):
            raise self.wrong(field, f"ต้องมี [[{field}]] อย่างน้อยหนึ่ง", f"at least one [[{field}]] is needed")
        if len(value) > most:
            raise self.wrong(field, f"มีได้ไม่เกิน {most}", f"there may be at most {most}")
        name = f"{self.where}.{field}" if self.where else field
        return [Table(self.file, f"{name}[{place}]", one) for place, one in enumerate(value, 1)]


def read_toml(file: str, content: bytes) -> Table:
    """Return the outermost table of a file.

    Raises:
        PackFileError: it is too large, not UTF-8, or not TOML.
    """
    outer = Table(file, "", {})
    if len(content) > MOST_BYTES:
        raise outer.wrong("-", "ไฟล์ใหญ่เกิน 1 MB", "the file is larger than 1 MB")
    try:
        return Table(file, "", tomllib.loads(content.decode("utf-8-sig")))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise outer.wrong("-", f"อ่านเป็น TOML ไม่ได้ ({error})", f"it is not TOML ({error})") from error
