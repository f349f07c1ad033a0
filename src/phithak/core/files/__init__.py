"""Sealed files: evidence and attachments, encrypted before they touch a disk.

A file is streamed through 1 MiB sealed frames (``core/privacy/frames``) into a store: a folder, or an
S3-compatible bucket. Its name, claimed type and SHA-256 are sealed too, in the row. Equal contents of one tenant
under one key are kept once, known by a keyed hash. Uploads are sealed while they arrive (``uploads``).

Tables: ``StoredFile``.
"""
