"""Batches as they travel: laid out as told, bit for bit, and refused when anything is off."""

from __future__ import annotations

import ast
import gzip
import json
import struct
import subprocess
import sys
import zipapp
import zlib
from hashlib import blake2b
from pathlib import Path
from uuid import UUID

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from phithak.base import batch
from phithak.base.batch import BatchError

PACKAGE = Path(batch.__file__).parent
THAI_874 = "ผู้ใช้ เข้าระบบ".encode("cp874")
ID = UUID("01890a5d-ac96-774b-bcce-b302099a8057")
MOMENT = 1_795_300_000_000_000


def sealed(events: list[bytes], **more: object) -> bytes:
    given_: dict[str, object] = {
        "source": "his.web", "sequence": 7, "sealed": MOMENT, "first": MOMENT - 2, "last": MOMENT - 1,
    }  # fmt: skip
    return batch.seal(events, **{**given_, **more})  # type: ignore[arg-type]


def made(told: object, body: bytes, *, version: int = 1, digest: bytes | None = None) -> bytes:
    """Lay a frame out by hand, as the docstring of the module says."""
    header = told if isinstance(told, bytes) else json.dumps(told).encode()
    start = b"PHBATCH" + bytes([version]) + struct.pack("<II", len(header), len(body))
    right = blake2b(start + header + body, digest_size=16).digest()
    return start + (right if digest is None else digest) + header + body


HEADER: dict[str, object] = {
    "batch": str(ID), "source": "his.web", "sequence": 7, "count": 2, "size": 5, "sealed": 3, "first": 1, "last": 2,
    "codec": "plain", "framing": "lines",
}  # fmt: skip


def test_a_frame_made_by_hand_is_read() -> None:
    found = batch.parse(made(HEADER, b"a\nbc\n"))
    assert found.header == batch.Header(ID, "his.web", 7, 2, 5, 3, 1, 2, "plain", "lines", {}, "")
    assert found.events() == [b"a", b"bc"]


def test_what_is_sealed_lies_as_told() -> None:
    frame = sealed([b"a", b"bc"], codec="plain", batch=ID, dropped={"disk": 3}, profile="web")
    assert frame[:8] == b"PHBATCH\x01"
    header_length, body_length = struct.unpack("<II", frame[8:16])
    assert body_length == 5
    assert json.loads(frame[32 : 32 + header_length]) == {
        "batch": str(ID), "source": "his.web", "sequence": 7, "count": 2, "size": 5, "sealed": MOMENT,
        "first": MOMENT - 2, "last": MOMENT - 1, "codec": "plain", "framing": "lines", "dropped": {"disk": 3},
        "profile": "web",
    }  # fmt: skip
    assert frame[32 + header_length :] == b"a\nbc\n"
    assert frame[16:32] == blake2b(frame[:16] + frame[32:], digest_size=16).digest()
    assert batch.frame_length(frame[:32]) == len(frame)


@pytest.mark.parametrize("codec", ["plain", "gzip", "zstd"])
@given(events=st.lists(st.binary(max_size=60), min_size=1, max_size=40))
def test_events_come_back_bit_for_bit(codec: str, events: list[bytes]) -> None:
    compress = zstandard.ZstdCompressor().compress if codec == "zstd" else None
    if events == [b""]:
        events = [THAI_874]
    found = batch.parse(sealed(events, codec=codec, compress=compress))
    assert (
        found.events(lambda packed, most: zstandard.ZstdDecompressor().decompress(packed, most + 1)) == events
    )
    assert found.header.batch.version == 7


def test_each_batch_has_an_id_of_its_own_and_sending_again_changes_nothing() -> None:
    one, other = sealed([b"a"]), sealed([b"a"])
    assert batch.parse(one).header.batch != batch.parse(other).header.batch
    assert sealed([b"a"], batch=ID) == sealed([b"a"], batch=ID)


def test_line_feeds_inside_events_change_the_framing() -> None:
    events = [b"two\nlines", THAI_874, b"", b"\r"]
    frame = sealed(events)
    assert batch.parse(frame).header.framing == "lengths"
    assert batch.parse(frame).events() == events
    assert batch.parse(sealed([b"\r", b""])).header.framing == "lines"


@pytest.mark.parametrize(("change", "code"), [
    ({"count": 3}, "batch.malformed"),
    ({"count": 0}, "batch.malformed"),
    ({"count": True}, "batch.malformed"),
    ({"count": 100_001}, "batch.too_large"),
    ({"size": 6}, "batch.malformed"),
    ({"size": 4}, "batch.too_large"),
    ({"size": (64 << 20) + 1}, "batch.too_large"),
    ({"sequence": 0}, "batch.malformed"),
    ({"sequence": 1.5}, "batch.malformed"),
    ({"sealed": "now"}, "batch.malformed"),
    ({"source": "../x"}, "batch.malformed"),
    ({"source": ""}, "batch.malformed"),
    ({"source": 5}, "batch.malformed"),
    ({"source": "x" * 65}, "batch.malformed"),
    ({"profile": "ก"}, "batch.malformed"),
    ({"codec": "lz4"}, "batch.codec"),
    ({"codec": "zstd"}, "batch.codec"),
    ({"framing": "words"}, "batch.malformed"),
    ({"batch": "01890a5d-ac96-474b-bcce-b302099a8057"}, "batch.malformed"),
    ({"batch": "x"}, "batch.malformed"),
    ({"dropped": {"disk": -1}}, "batch.malformed"),
    ({"dropped": [1]}, "batch.malformed"),
    ({"dropped": {"a" + str(n): 1 for n in range(65)}}, "batch.malformed"),
])  # fmt: skip
def test_a_header_that_does_not_fit_is_refused(change: dict[str, object], code: str) -> None:
    with pytest.raises(BatchError) as caught:
        batch.parse(made({**HEADER, **change}, b"a\nbc\n")).events()
    assert caught.value.code == code


@pytest.mark.parametrize("told", [b"{", b"[]", b"null", b"\xff", b"[" * 3000, b'{"batch":1}'])
def test_a_header_of_nonsense_is_refused(told: bytes) -> None:
    with pytest.raises(BatchError) as caught:
        batch.parse(made(told, b"a\nbc\n"))
    assert caught.value.code == "batch.malformed"


def test_names_of_a_later_release_are_passed_over() -> None:
    assert batch.parse(made({**HEADER, "colour": "red"}, b"a\nbc\n")).events() == [b"a", b"bc"]


def test_another_version_is_told_apart_from_nonsense() -> None:
    with pytest.raises(BatchError) as caught:
        batch.parse(made(HEADER, b"a\nbc\n", version=2))
    assert caught.value.code == "batch.version"
    with pytest.raises(BatchError) as caught:
        batch.parse(b"GET / HTTP/1.1\r\nHost: somewhere\r\n\r\n")
    assert caught.value.code == "batch.malformed"


@given(data=st.data())
def test_any_changed_or_missing_byte_is_found(data: st.DataObject) -> None:
    frame = sealed([b"one", THAI_874], batch=ID)
    place = data.draw(st.integers(0, len(frame) - 1))
    if data.draw(st.booleans()):
        spoiled = frame[:place]
    else:
        spoiled = (
            frame[:place] + bytes([frame[place] ^ (1 << data.draw(st.integers(0, 7)))]) + frame[place + 1 :]
        )
    with pytest.raises(BatchError):
        batch.parse(spoiled)


def test_a_flipped_bit_of_the_body_is_damage_on_the_way() -> None:
    frame = sealed([b"one"])
    with pytest.raises(BatchError) as caught:
        batch.parse(frame[:-1] + bytes([frame[-1] ^ 1]))
    assert caught.value.code == "batch.damaged"


def test_bombs_are_cut_off() -> None:
    bomb = gzip.compress(b"\0" * 50_000_000)
    assert len(batch.expand_gzip(bomb, 1000)) == 1001
    with pytest.raises(BatchError) as caught:
        batch.parse(made({**HEADER, "codec": "gzip"}, bomb)).events()
    assert caught.value.code == "batch.too_large"


def test_gzip_in_several_members_is_one_body() -> None:
    members = gzip.compress(b"a\n") + gzip.compress(b"") + gzip.compress(b"bc\n")
    assert batch.expand("gzip", members, 5) == b"a\nbc\n"
    assert batch.parse(made({**HEADER, "codec": "gzip"}, members)).events() == [b"a", b"bc"]


@pytest.mark.parametrize("spoiled", [
    gzip.compress(b"a\nbc\n", mtime=0)[:-3],
    gzip.compress(b"a\nbc\n", mtime=0) + b"tail",
    zlib.compress(b"a\nbc\n"),
    b"",
    gzip.compress(b"", mtime=0) * 1025,
])  # fmt: skip
def test_gzip_that_is_none_is_refused(spoiled: bytes) -> None:
    with pytest.raises(BatchError) as caught:
        batch.expand("gzip", spoiled, 5)
    assert caught.value.code == "batch.malformed"


@pytest.mark.parametrize("body", [
    b"\x01\x00\x00\x00a\x02\x00\x00\x00b", b"\x01\x00\x00\x00a\x02\x00", b"\x01\x00\x00\x00a",
    b"\xff\xff\xff\xffa", b"\x01\x00\x00\x00a\x01\x00\x00\x00b\x01\x00\x00\x00c",
])  # fmt: skip
def test_lengths_that_do_not_fit_are_refused(body: bytes) -> None:
    with pytest.raises(BatchError):
        batch.split(body, "lengths", 2)


def test_joining_lines_that_hold_line_feeds_is_refused() -> None:
    with pytest.raises(BatchError):
        batch.join([b"a\nb"], "lines")


def test_the_sender_is_told_when_a_batch_is_over_a_bound() -> None:
    for events in ([], [b""] * 100_001):
        with pytest.raises(BatchError):
            sealed(events)
    with pytest.raises(BatchError) as caught:
        sealed([b"a"], codec="zstd")
    assert caught.value.code == "batch.codec"


def test_every_module_is_of_python_3_9() -> None:
    files = sorted(PACKAGE.glob("*.py"))
    assert len(files) >= 6
    for path in [*files, PACKAGE.parent / "ids.py"]:
        tree = ast.parse(path.read_text(encoding="utf-8"), feature_version=(3, 9))
        wanted = {
            name.name.split(".")[0] if isinstance(node, ast.Import) else (node.module or "").split(".")[0]
            for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom) for name in node.names
        }  # fmt: skip
        assert wanted <= {*sys.stdlib_module_names, "phithak"}, path
        # these came with Python 3.10
        calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
        later = {"zip": {"strict"}, "dataclass": {"slots", "kw_only"}, "field": {"kw_only"}}
        assert not any(
            keyword.arg in later.get(ast.unparse(call.func), set())
            for call in calls
            for keyword in call.keywords
        ), path


def test_it_runs_from_a_zipapp(tmp_path: Path) -> None:
    tree = tmp_path / "tree"
    for path in [
        "__init__.py",
        "base/__init__.py",
        "base/ids.py",
        *(f"base/batch/{one.name}" for one in PACKAGE.glob("*.py")),
    ]:
        target = tree / "phithak" / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes((PACKAGE.parent.parent / path).read_bytes())
    (tree / "__main__.py").write_text(
        "from phithak.base import batch\n"
        "frame = batch.seal([b'a\\xff'], source='s', sequence=1, sealed=1, first=1, last=1)\n"
        "print(batch.parse(frame).events())\n"
    )
    zipapp.create_archive(tree, tmp_path / "one.pyz")
    outcome = subprocess.run(
        [sys.executable, "-I", "-S", str(tmp_path / "one.pyz")],
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert outcome.stdout == "[b'a\\xff']\n", outcome.stderr
