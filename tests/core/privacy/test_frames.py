"""Sealed frames: what was written is read, from any place; nothing altered, moved or cut is."""

from __future__ import annotations

import io
import secrets
import tracemalloc
from typing import BinaryIO, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phithak.base import ids
from phithak.core.privacy.errors import SealBrokenError
from phithak.core.privacy.frames import HEADER_BYTES, FrameReader, FrameWriter, key_id_of
from phithak.core.privacy.secret import TAG_BYTES, Secret

KEY = Secret.random()
KEY_ID = ids.uuid7()
FRAME = 64


def sealed(content: bytes, *, key: Secret = KEY, context: bytes = b"here", frame: int = FRAME) -> bytes:
    raw = io.BytesIO()
    writer = FrameWriter(raw, key, key_id=KEY_ID, context=context, frame_bytes=frame)
    writer.write(content)
    writer.close()
    return raw.getvalue()


def opened(blob: bytes, *, key: Secret = KEY, context: bytes = b"here", header: bytes | None = None) -> bytes:
    reader = FrameReader(io.BytesIO(blob), key, context=context, header=header)
    return io.BufferedReader(reader).read()


@given(st.binary(max_size=5 * FRAME), st.lists(st.integers(1, 3 * FRAME), max_size=5))
def test_round_trip_whatever_the_pieces(content: bytes, cuts: list[int]) -> None:
    raw = io.BytesIO()
    writer = FrameWriter(raw, KEY, key_id=KEY_ID, context=b"here", frame_bytes=FRAME)
    at = 0
    for cut in [*cuts, len(content)]:
        writer.write(content[at : at + cut])
        at += cut
    writer.write(content[at:])
    writer.close()
    assert opened(raw.getvalue()) == content
    assert writer.size == len(content)


@given(st.binary(min_size=1, max_size=5 * FRAME), st.data())
def test_reads_any_range(content: bytes, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(content)))
    length = data.draw(st.integers(0, len(content)))
    stream = io.BufferedReader(FrameReader(io.BytesIO(sealed(content)), KEY, context=b"here"))
    stream.seek(start)
    assert stream.read(length) == content[start : start + length]
    assert stream.seek(0, io.SEEK_END) == len(content)


@pytest.mark.parametrize("size", [0, 1, FRAME - 1, FRAME, FRAME + 1, 3 * FRAME])
def test_length_is_header_content_and_one_tag_a_frame(size: int) -> None:
    frames = max(1, -(-size // FRAME))
    assert len(sealed(bytes(size))) == HEADER_BYTES + size + frames * TAG_BYTES


@given(st.binary(max_size=4 * FRAME), st.data())
def test_every_changed_byte_is_found(content: bytes, data: st.DataObject) -> None:
    blob = bytearray(sealed(content))
    place = data.draw(st.integers(0, len(blob) - 1))
    blob[place] ^= data.draw(st.integers(1, 255))
    with pytest.raises(SealBrokenError):
        opened(bytes(blob))


@given(st.binary(min_size=1, max_size=4 * FRAME), st.data())
def test_every_cut_is_found(content: bytes, data: st.DataObject) -> None:
    blob = sealed(content)
    with pytest.raises(SealBrokenError):
        opened(blob[: data.draw(st.integers(0, len(blob) - 1))])


def _frames(blob: bytes) -> tuple[bytes, list[bytes]]:
    body, stride = blob[HEADER_BYTES:], FRAME + TAG_BYTES
    return blob[:HEADER_BYTES], [body[at : at + stride] for at in range(0, len(body), stride)]


def test_cut_at_a_frame_border_is_found_at_opening() -> None:
    header, frames = _frames(sealed(bytes(4 * FRAME)))
    with pytest.raises(SealBrokenError):
        FrameReader(io.BytesIO(header + b"".join(frames[:2])), KEY, context=b"here")


def test_reordered_repeated_and_dropped_frames_are_found() -> None:
    header, frames = _frames(sealed(bytes(4 * FRAME)))
    for changed in (
        [frames[1], frames[0], *frames[2:]],
        [frames[0], frames[0], *frames[2:]],
        [frames[0], *frames[2:]],
        [*frames, frames[3]],
    ):
        with pytest.raises(SealBrokenError):
            opened(header + b"".join(changed))


def test_frames_of_another_file_under_the_same_key_are_found() -> None:
    header, frames = _frames(sealed(b"a" * 3 * FRAME))
    _, others = _frames(sealed(b"b" * 3 * FRAME))
    with pytest.raises(SealBrokenError):
        opened(header + frames[0] + others[1] + frames[2])


def test_whole_file_in_anothers_place_is_found() -> None:
    mine, other = sealed(b"mine"), sealed(b"other")
    with pytest.raises(SealBrokenError):
        opened(other, header=mine[:HEADER_BYTES])
    with pytest.raises(SealBrokenError):
        opened(mine, context=b"there")
    with pytest.raises(SealBrokenError):
        opened(mine, key=Secret.random())


def test_header_names_its_key_and_equal_contents_differ() -> None:
    assert key_id_of(sealed(b"x")[:HEADER_BYTES]) == KEY_ID
    assert sealed(b"x" * 200)[HEADER_BYTES:] != sealed(b"x" * 200)[HEADER_BYTES:]


@pytest.mark.parametrize(
    "blob", [b"", b"PHF1", b"PK\x03\x04" + bytes(100), b"PHF1" + bytes(52), b"PHF1" + bytes(90)]
)
def test_what_is_no_sealed_file_is_refused(blob: bytes) -> None:
    with pytest.raises(SealBrokenError):
        opened(blob)


class _Hole(io.RawIOBase):
    """Swallows what is written and counts it."""

    taken = 0

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        self.taken += len(cast("bytes", data))
        return len(cast("bytes", data))


def test_memory_stays_at_a_few_frames() -> None:
    hole, chunk = _Hole(), secrets.token_bytes(1024 * 1024)
    tracemalloc.start()
    writer = FrameWriter(cast("BinaryIO", hole), KEY, key_id=KEY_ID)
    for _ in range(64):
        writer.write(chunk)
    writer.close()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert hole.taken > 64 * 1024 * 1024
    assert peak < 8 * 1024 * 1024
