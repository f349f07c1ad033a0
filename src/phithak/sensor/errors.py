"""What people have to mend at a sensor: a code and one sentence in Thai and English that says what to do."""

from __future__ import annotations


class SensorError(Exception):
    """Something that a person has to mend.

    Attributes:
        code: stable name, ``sensor.reason``.
        th, en: what happened and what to do.
    """

    def __init__(self, code: str, th: str, en: str) -> None:
        super().__init__(f"{code}: {th} · {en}")
        self.code = code
        self.th = th
        self.en = en
