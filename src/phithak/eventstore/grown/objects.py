"""Parquet files on S3-compatible storage."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from phithak.eventstore.errors import StoreBusyError

_PIECE = 1 << 20
_MISSING = frozenset({"404", "NoSuchKey", "NotFound"})


class Objects:
    """Files under one prefix of one bucket; the credentials are those that boto3 finds.

    Args:
        place: ``s3://bucket/prefix``.
        endpoint: address of the service, or "" for Amazon's own.

    Raises:
        ValueError: the place is none.
    """

    def __init__(self, place: str, endpoint: str = "") -> None:
        parts = urlsplit(place)
        if parts.scheme != "s3" or not parts.netloc:
            raise ValueError("a place is s3://bucket/prefix")
        self._bucket = parts.netloc
        self._prefix = parts.path.strip("/")
        self._client: Any = boto3.client(
            "s3",
            endpoint_url=endpoint or None,
            config=Config(retries={"max_attempts": 4, "mode": "standard"}, connect_timeout=10),
        )

    def key(self, name: str) -> str:
        """Return the key of a file."""
        return f"{self._prefix}/{name}" if self._prefix else name

    def digest(self, name: str) -> bytes | None:
        """Return the SHA-256 of what lies there, read byte for byte; None when there is nothing.

        Raises:
            StoreBusyError: the service does not answer, or refuses.
        """
        found = hashlib.sha256()
        try:
            body = self._client.get_object(Bucket=self._bucket, Key=self.key(name))["Body"]
            for piece in body.iter_chunks(_PIECE):
                found.update(piece)
        except ClientError as error:
            if error.response["Error"]["Code"] in _MISSING:
                return None
            raise StoreBusyError from error
        except BotoCoreError as error:
            raise StoreBusyError from error
        return found.digest()

    def put(self, name: str, path: Path) -> None:
        """Store a file.

        Raises:
            StoreBusyError: the service does not answer, or refuses.
        """
        try:
            self._client.upload_file(str(path), self._bucket, self.key(name))
        except (ClientError, BotoCoreError, boto3.exceptions.S3UploadFailedError) as error:
            raise StoreBusyError from error
