"""Signed notes, checkpoints, cosignatures and the witness's duty, to the letter of the C2SP texts."""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from hypothesis import given
from hypothesis import strategies as st

from phithak.engines.tlog import (
    Checkpoint,
    HashTree,
    KeyKind,
    Note,
    SignerKey,
    TlogError,
    VerifierKey,
    consistency_proof,
    cosign,
    parse_keys,
    parse_note,
    sign,
    sign_checkpoint,
    verify_checkpoint,
    verify_note,
    witness,
)
from phithak.engines.tlog.cli import register
from tests.engines.tlog.truth import tree_hash

ORIGIN = "cert.example/journal"
LOG = SignerKey.from_seed(ORIGIN, KeyKind.ED25519, b"\x01" * 32)
W1 = SignerKey.from_seed("witness.example/one", KeyKind.COSIGNATURE, b"\x02" * 32)
W2 = SignerKey.from_seed("witness.example/two", KeyKind.COSIGNATURE, b"\x03" * 32)
KEYS = [LOG.verifier, W1.verifier, W2.verifier]
AT = 1_679_315_147
ENTRIES = [b"entry %d" % number for number in range(1, 31)]


def checkpoint(size: int) -> Checkpoint:
    return Checkpoint(ORIGIN, size, tree_hash(ENTRIES[:size]))


def test_the_published_example_key_reads_back() -> None:
    """The key of the note format's first documentation: name, id and public key are facts."""
    line = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
    key = VerifierKey.parse(line)
    assert (key.name, key.kind, key.key_id.hex(), key.text) == (
        "PeterNeumann",
        KeyKind.ED25519,
        "c74f20a3",
        line,
    )


def test_checkpoint_text_to_the_letter() -> None:
    root = hashlib.sha256(b"").digest()
    text = "cert.example/journal\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n"
    assert Checkpoint(ORIGIN, 0, root).text == text
    assert Checkpoint.parse(text) == Checkpoint(ORIGIN, 0, root)
    extended = Checkpoint(ORIGIN, 7, root, ("epoch 2", "พิทักษ์"))
    assert extended.text == text.replace("\n0\n", "\n7\n") + "epoch 2\nพิทักษ์\n"
    assert Checkpoint.parse(extended.text) == extended


def test_the_log_signs_the_text_itself() -> None:
    note = sign_checkpoint(checkpoint(5), LOG)
    body, _, tail = str(note).rpartition("\n\n")
    dash, name, blob = tail.rstrip("\n").split(" ")
    raw = base64.b64decode(blob)
    public = LOG.verifier.public
    assert (dash, name, len(raw)) == ("\u2014", ORIGIN, 68)
    assert raw[:4] == hashlib.sha256(ORIGIN.encode() + b"\n\x01" + public).digest()[:4]
    Ed25519PublicKey.from_public_bytes(public).verify(raw[4:], (body + "\n").encode())


def test_a_cosignature_signs_header_time_and_text() -> None:
    note = cosign(sign_checkpoint(checkpoint(5), LOG), W1, AT)
    raw = base64.b64decode(str(note).rstrip("\n").split(" ")[-1])
    public = W1.verifier.public
    assert len(raw) == 4 + 8 + 64
    assert raw[:4] == hashlib.sha256(W1.name.encode() + b"\n\x04" + public).digest()[:4]
    assert int.from_bytes(raw[4:12], "big") == AT
    message = f"cosignature/v1\ntime {AT}\n{checkpoint(5).text}".encode()
    Ed25519PublicKey.from_public_bytes(public).verify(raw[12:], message)


def test_verification_names_log_and_witnesses() -> None:
    note = cosign(cosign(sign_checkpoint(checkpoint(9), LOG), W1, AT), W2, AT + 1)
    attested = verify_checkpoint(str(note), KEYS, origin=ORIGIN, quorum=2)
    assert attested.checkpoint == checkpoint(9)
    assert attested.log.timestamp is None
    assert [(item.key.name, item.timestamp) for item in attested.witnesses] == [
        (W1.name, AT),
        (W2.name, AT + 1),
    ]


def test_unknown_signers_are_passed_over_and_do_not_count() -> None:
    note = cosign(sign_checkpoint(checkpoint(9), LOG), W1, AT)
    assert verify_checkpoint(note, [LOG.verifier]).witnesses == ()
    with pytest.raises(TlogError) as caught:
        verify_checkpoint(note, [LOG.verifier], quorum=1)
    assert caught.value.code == "tlog.checkpoint.quorum"


def test_one_witness_under_two_names_counts_once() -> None:
    alias = SignerKey("witness.example/alias", KeyKind.COSIGNATURE, W1.private)
    note = cosign(cosign(sign_checkpoint(checkpoint(9), LOG), W1, AT), alias, AT)
    with pytest.raises(TlogError) as caught:
        verify_checkpoint(note, [*KEYS, alias.verifier], quorum=2)
    assert caught.value.code == "tlog.checkpoint.quorum"


def test_a_witness_is_no_log_and_a_log_no_witness() -> None:
    only_witness = cosign(Note(checkpoint(9).text, ()), W1, AT)
    with pytest.raises(TlogError) as caught:
        verify_checkpoint(only_witness, KEYS)
    assert caught.value.code == "tlog.checkpoint.log_key"
    with pytest.raises(TlogError) as caught:
        verify_checkpoint(sign_checkpoint(checkpoint(9), LOG), KEYS, quorum=1)
    assert caught.value.code == "tlog.checkpoint.quorum"


def test_another_logs_checkpoint_is_refused() -> None:
    with pytest.raises(TlogError) as caught:
        verify_checkpoint(sign_checkpoint(checkpoint(9), LOG), KEYS, origin="other.example")
    assert caught.value.code == "tlog.checkpoint.origin"


@given(st.integers(min_value=0), st.integers(1, 255))
def test_any_changed_byte_breaks_the_note(position: int, flip: int) -> None:
    raw = bytearray(str(cosign(sign_checkpoint(checkpoint(9), LOG), W1, AT)).encode())
    raw[position % len(raw)] ^= flip
    with pytest.raises(TlogError):
        verify_checkpoint(bytes(raw), KEYS, origin=ORIGIN, quorum=1)


def test_a_moved_time_breaks_the_cosignature() -> None:
    note = cosign(sign_checkpoint(checkpoint(9), LOG), W1, AT)
    later = note.signatures[1].blob
    forged = Note(
        note.text,
        (
            note.signatures[0],
            type(note.signatures[1])(W1.name, W1.verifier.key_id, (AT + 1).to_bytes(8, "big") + later[8:]),
        ),
    )
    with pytest.raises(TlogError) as caught:
        verify_note(forged, KEYS)
    assert caught.value.code == "tlog.note.signature"
    assert W1.name in caught.value.message.th
    assert W1.name in caught.value.message.en


@pytest.mark.parametrize(
    "raw",
    [
        "",
        "text only\n",
        "text\n\n",
        "text\n\n\u2014 name\n",
        "text\n\n\u2014 name !!!!\n",
        "text\n\n\u2014 name AAAA\n",
        "text\n\n- name AAAAAAAAAAA=\n",
        "text\n\n\u2014 na+me AAAAAAAAAAA=\n",
        "text\n\n\u2014 name AAAAAAAAAAB=\n",
        "text\n\n\u2014 name AAAAAAAAAAA=",
        "te\txt\n\n\u2014 name AAAAAAAAAAA=\n",
        b"te\xffxt\n\n",
        "text\n\n" + "\u2014 name AAAAAAAAAAA=\n" * 65,
        "x" * 1_000_001,
    ],
)
def test_malformed_notes_are_refused(raw: str | bytes) -> None:
    with pytest.raises(TlogError):
        parse_note(raw)


def test_text_may_hold_empty_lines_and_sixteen_signatures() -> None:
    note = parse_note("a\n\nb\n\n" + "\u2014 name AAAAAAAAAAA=\n" * 16)
    assert note.text == "a\n\nb\n"
    assert len(note.signatures) == 16


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a\n1\n",
        "\n1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n",
        "a\n01\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n",
        "a\n-1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n",
        "a\n๑\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n",
        "a\n9223372036854775808\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n",
        "a\n123456789012345678901\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n",
        "a\n1\nAAAA\n",
        "a\n1\nnot base64\n",
        "a\n1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=",
        "a\n1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n\n",
    ],
)
def test_malformed_checkpoints_are_refused(text: str) -> None:
    with pytest.raises(TlogError):
        Checkpoint.parse(text)


def test_signing_refuses_what_no_reader_would_take() -> None:
    for text, key, at in (
        ("no newline", LOG, None),
        ("a\tb\n", LOG, None),
        ("text\n", LOG, AT),
        ("text\n", W1, None),
        ("text\n", W1, -1),
    ):
        with pytest.raises(TlogError):
            sign(text, key, at)
    with pytest.raises(TlogError):
        SignerKey.from_seed("with space", KeyKind.ED25519, b"\x01" * 32)


def test_keys_files() -> None:
    text = "# log and witnesses\n\n" + "\n".join(key.text for key in KEYS)
    assert list(parse_keys(text)) == KEYS
    for bad, line in ((KEYS[0].text[:-4] + "AAA=", 1), ("\n" + KEYS[1].text.replace("+", "-"), 2)):
        with pytest.raises(TlogError) as caught:
            parse_keys(bad)
        assert caught.value.message.en.startswith(f"Line {line}: ")
        assert caught.value.message.th.startswith(f"บรรทัด {line}: ")
    with pytest.raises(TlogError):
        parse_keys("# nothing\n")


def test_a_witness_follows_a_growing_log_and_refuses_a_rewritten_one() -> None:
    tree = HashTree(ENTRIES)

    def meet(seen: Checkpoint | None, new: Checkpoint, proof: list[bytes]) -> Note:
        signed = sign_checkpoint(new, LOG)
        return witness(seen, str(signed), proof, log_key=LOG.verifier, key=W1, timestamp=AT)

    first = meet(None, checkpoint(10), [])
    assert verify_checkpoint(first, KEYS, quorum=1).checkpoint.size == 10
    second = meet(checkpoint(10), checkpoint(30), consistency_proof(10, 30, tree.read))
    assert verify_checkpoint(second, KEYS, quorum=1).checkpoint.size == 30
    assert meet(checkpoint(30), checkpoint(30), []).text == checkpoint(30).text
    forged = HashTree([b"forged", *ENTRIES[1:]])
    other = Checkpoint(ORIGIN, 30, forged.root())
    for seen, new, proof in (
        (checkpoint(10), other, consistency_proof(10, 30, forged.read)),
        (checkpoint(30), checkpoint(10), []),
        (checkpoint(30), other, []),
    ):
        with pytest.raises(TlogError) as caught:
            meet(seen, new, proof)
        assert caught.value.code == "tlog.witness.inconsistent"
    with pytest.raises(TlogError) as caught:
        meet(Checkpoint("other.example", 10, tree_hash(ENTRIES[:10])), checkpoint(30), [])
    assert caught.value.code == "tlog.checkpoint.origin"


def verify(tmp_path: Path, notes: list[Note], *arguments: str, keys: list[VerifierKey] | None = None) -> int:
    """Write log, checkpoints with their signed texts and keys; run the command."""
    (tmp_path / "log").write_bytes(b"".join(entry + b"\n" for entry in ENTRIES))
    (tmp_path / "keys").write_text("\n".join(key.text for key in keys or KEYS), encoding="utf-8")
    entries = []
    for size, note in zip((10, 30), notes, strict=True):
        entries.append({"size": size, "root": tree_hash(ENTRIES[:size]).hex(), "note": str(note)})
    content = {"origin": ORIGIN, "checkpoints": entries}
    (tmp_path / "cp.json").write_text(json.dumps(content), encoding="utf-8")
    parser = argparse.ArgumentParser()
    register(parser.add_subparsers())
    paths = [str(tmp_path / "log"), "--checkpoints", str(tmp_path / "cp.json")]
    args = parser.parse_args(["audit", "verify", *paths, "--keys", str(tmp_path / "keys"), *arguments])
    code: int = args.handler(args)
    return code


def test_the_command_verifies_signatures(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    signed = [sign_checkpoint(checkpoint(size), LOG) for size in (10, 30)]
    cosigned = [cosign(note, W1, AT) for note in signed]
    assert verify(tmp_path, cosigned) == 0
    assert verify(tmp_path, cosigned, "--witnesses", "2") == 1
    assert "1 witnesses cosigned; at least 2 are needed" in capsys.readouterr().out
    assert verify(tmp_path, signed) == 1, "witness keys are given, so one of them must have signed"
    assert verify(tmp_path, signed, "--witnesses", "0") == 0
    assert verify(tmp_path, signed, keys=[LOG.verifier]) == 0
    capsys.readouterr()
    swapped = [cosigned[1], cosigned[0]]
    assert verify(tmp_path, swapped) == 1
    out = capsys.readouterr().out
    assert "field checkpoints[0].note" in out
    assert "the signed text does not say the same size and root" in out
    broken = Note(cosigned[1].text, (cosigned[0].signatures[0], *cosigned[1].signatures[1:]))
    assert verify(tmp_path, [cosigned[0], broken]) == 1
    assert (
        "field checkpoints[1].note: The signature of cert.example/journal is wrong" in capsys.readouterr().out
    )
