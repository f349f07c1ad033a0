"""Keys of contacts: OpenPGP as GnuPG writes them, certificates, and what is refused."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from hypothesis import given
from hypothesis import strategies as st

from phithak.registry.services.people import ContactKeyError, read_key

NOW = datetime(2026, 11, 22, tzinfo=UTC)
Gpg = Callable[..., str]


@pytest.fixture(scope="module")
def gpg(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gpg]:
    """Give GnuPG with an empty key ring."""
    home = tmp_path_factory.mktemp("g")
    home.chmod(0o700)

    def run(*words: str, text: str = "") -> str:
        command = ["gpg", "--homedir", str(home), "--batch", "--yes", "--passphrase", "", *words]
        done = subprocess.run(command, input=text, capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    yield run
    subprocess.run(["gpgconf", "--homedir", str(home), "--kill", "all"], check=False, timeout=20)


def _made(gpg: Gpg, name: str, expires: str) -> tuple[str, str]:
    gpg("--quick-generate-key", f"{name} <{name}@example.org>", "ed25519", "sign", expires)
    listing = gpg("--with-colons", "--list-keys", name)
    fingerprint = re.search(r"^fpr:+([0-9A-F]{40}):", listing, re.MULTILINE)
    assert fingerprint
    return gpg("--armor", "--export", name), fingerprint[1]


@pytest.mark.needs("gpg")
def test_fingerprint_and_end_are_those_that_gnupg_says(gpg: Gpg) -> None:
    armoured, fingerprint = _made(gpg, "duty", "90d")
    now = datetime.now(UTC)  # noqa: TID251 - GnuPG takes the real clock
    found = read_key(armoured, now=now)
    assert found.fingerprint == fingerprint
    assert found.expires_at is not None
    assert timedelta(days=89) < found.expires_at - now < timedelta(days=91)
    spaced = " ".join(fingerprint[at : at + 4] for at in range(0, 40, 4)).lower()
    assert read_key(armoured, now=now, fingerprint=spaced).fingerprint == fingerprint
    with pytest.raises(ContactKeyError) as other:
        read_key(armoured, now=now, fingerprint="AB" * 20)
    assert "ลายนิ้วมือ" in other.value.message.th
    with pytest.raises(ContactKeyError) as over:
        read_key(armoured, now=now + timedelta(days=100))
    assert "หมดอายุ" in over.value.message.th


@pytest.mark.needs("gpg")
def test_a_key_without_an_end_is_taken_and_a_private_one_never(gpg: Gpg) -> None:
    armoured, _ = _made(gpg, "forever", "never")
    assert read_key(armoured, now=NOW).expires_at is None
    secret = gpg("--armor", "--export-secret-keys", "forever")
    with pytest.raises(ContactKeyError) as refused:
        read_key(secret, now=NOW)
    assert "private key" in refused.value.message.en


@pytest.mark.needs("gpg")
def test_a_damaged_or_cut_key_is_refused(gpg: Gpg) -> None:
    armoured, _ = _made(gpg, "torn", "never")
    lines = armoured.splitlines()
    middle = len(lines) // 2
    turned = lines[middle][::-1]
    for text in (
        "\n".join([*lines[:middle], *lines[middle + 1 :]]),
        "\n".join([*lines[:middle], turned, *lines[middle + 1 :]]),
        "\n".join(lines[:middle]),
    ):
        with pytest.raises(ContactKeyError):
            read_key(text, now=NOW)


def _certificate(*, days: int, usage: x509.ObjectIdentifier | None) -> tuple[str, str]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "duty@example.org")])
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(NOW - timedelta(days=400))
        .not_valid_after(NOW + timedelta(days=days))
    )
    if usage is not None:
        builder = builder.add_extension(x509.ExtendedKeyUsage([usage]), critical=False)
    made = builder.sign(key, hashes.SHA256())
    return made.public_bytes(serialization.Encoding.PEM).decode(), made.fingerprint(
        hashes.SHA256()
    ).hex().upper()


def test_a_certificate_for_mail_is_taken() -> None:
    text, fingerprint = _certificate(days=60, usage=ExtendedKeyUsageOID.EMAIL_PROTECTION)
    found = read_key(text, now=NOW)
    assert (found.kind, found.fingerprint) == ("smime", fingerprint)
    assert found.expires_at == NOW + timedelta(days=60)


@pytest.mark.parametrize(("days", "usage"), [(-1, None), (60, ExtendedKeyUsageOID.SERVER_AUTH)])
def test_a_certificate_that_ended_or_is_for_servers_is_refused(
    days: int, usage: x509.ObjectIdentifier | None
) -> None:
    with pytest.raises(ContactKeyError):
        read_key(_certificate(days=days, usage=usage)[0], now=NOW)


@given(st.text(max_size=300), st.booleans())
def test_whatever_is_pasted_it_is_read_or_refused_with_words(text: str, armoured: bool) -> None:  # noqa: FBT001 - drawn
    if armoured:
        text = f"-----BEGIN PGP PUBLIC KEY BLOCK-----\n\n{text}\n-----END PGP PUBLIC KEY BLOCK-----"
    with pytest.raises(ContactKeyError):
        read_key(text, now=NOW)


@given(st.binary(max_size=200))
def test_whatever_bytes_stand_in_the_armour_nothing_else_is_raised(data: bytes) -> None:
    import base64  # noqa: PLC0415 - beside its one use

    body = base64.b64encode(data).decode()
    text = f"-----BEGIN PGP PUBLIC KEY BLOCK-----\n\n{body}\n-----END PGP PUBLIC KEY BLOCK-----"
    try:
        read_key(text, now=NOW)
    except ContactKeyError as error:
        assert error.message.th  # noqa: PT017 - most bytes are refused, few are a key
