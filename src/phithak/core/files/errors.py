"""What can go wrong with files."""

from __future__ import annotations

from phithak.base.errors import ForbiddenError, InvalidInputError, PhithakError
from phithak.base.text import Text


class FileTooLargeError(InvalidInputError):
    """The file is larger than the limit."""

    code = "files.too_large"
    text = Text(
        "ไฟล์ใหญ่เกิน {limit} MB โปรดแบ่งไฟล์ หรือให้ผู้ดูแลปรับค่าตั้ง upload_max_mb",
        "The file is larger than {limit} MB. Split it, or ask for a higher setting upload_max_mb.",
    )
    status = 413


class BlobMissingError(PhithakError):
    """The row is there, its content is not."""

    code = "files.blob_missing"
    text = Text(
        "ไม่พบเนื้อหาของไฟล์นี้ในที่เก็บ โปรดแจ้งผู้ดูแลให้กู้จากข้อมูลสำรอง",
        "The content of this file is not in the store. Ask your operator to restore it from a backup.",
    )
    status = 503


class QuarantinedError(ForbiddenError):
    """The file is in quarantine."""

    code = "files.quarantined"
    text = Text(
        "ไฟล์นี้ถูกกักไว้เพราะยังไม่ได้ตรวจ ผู้มีสิทธิ์ {permission} เท่านั้นที่เปิดได้",
        "This file is in quarantine until it is examined; only holders of {permission} may open it.",
    )
