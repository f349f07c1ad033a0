"""The place of the signed bundle: pulled, checked with a key laid by hand, kept as data."""

from __future__ import annotations

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from phithak.sensor.uplink.bundle import Bundles
from phithak.sensor.uplink.ed25519 import is_signed
from phithak.sensor.uplink.link import Answer, Link


class Told(Link):
    """A link that answers what it was told, and notes what it was asked."""

    def __init__(self, body: bytes, status: int = 200) -> None:
        self.answer = Answer(status, body)
        self.asked: list[tuple[str, str]] = []

    def ask(
        self, method: str, path: str, body: bytes | None = None, content_type: str = "", tag: str = ""
    ) -> Answer:
        assert (method, body, content_type) == ("GET", None, "")
        self.asked.append((path, tag))
        return self.answer


def packed(key: Ed25519PrivateKey, content: bytes) -> bytes:
    return b"PHBUNDLE" + key.sign(content) + content


def test_a_bundle_counts_only_with_the_signature_of_the_key_laid_by_hand(tmp_path: Path) -> None:
    key, stranger = Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()
    link, bundles = Told(packed(key, b"rules")), Bundles(tmp_path)
    assert not bundles.pull(link)
    assert link.asked == [], "without a key nothing is asked for"
    (tmp_path / "bundle.pub").write_text(key.public_key().public_bytes_raw().hex())
    assert not bundles.pull(Told(packed(stranger, b"rules")))
    assert not bundles.pull(Told(packed(key, b"rules") + b"!"))
    assert not bundles.pull(Told(packed(key, b"rules"), 404))
    assert bundles.present() is None
    assert bundles.pull(link)
    present = bundles.present()
    assert present is not None
    assert present.content == b"rules"
    assert not bundles.pull(link), "the same again is nothing new"
    assert link.asked[-1] == ("/v1/bundle", f'"{present.version}"')
    (tmp_path / "bundle.pub").write_text(stranger.public_key().public_bytes_raw().hex())
    assert bundles.present() is None, "another key, and it counts no more"


@settings(max_examples=15)
@given(st.binary(max_size=80), st.integers(0, 63), st.integers(1, 255))
def test_signatures_are_judged_as_the_library_judges_them(content: bytes, place: int, change: int) -> None:
    key = Ed25519PrivateKey.generate()
    public, signature = key.public_key().public_bytes_raw(), key.sign(content)
    assert is_signed(public, content, signature)
    spoiled = bytearray(signature)
    spoiled[place] ^= change
    assert not is_signed(public, content, bytes(spoiled))
    assert not is_signed(public, content + b"x", signature)


@pytest.mark.parametrize(
    ("key", "signature"), [(b"", b"x" * 64), (b"x" * 32, b""), (b"\xff" * 32, b"\xff" * 64)]
)
def test_rubbish_is_no_signature(key: bytes, signature: bytes) -> None:
    assert not is_signed(key, b"content", signature)
