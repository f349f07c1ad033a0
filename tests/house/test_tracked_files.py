"""Nothing of one machine or registry, no secret and nothing built is under version control."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from tests.house.tree import ROOT, tracked

# written in pieces, so that this file does not find itself
FORBIDDEN = {
    "a path of one machine": re.compile(
        r"(?<![\w.])/(?:work|farm|root|home/\w+|tmp/ph|opt/(?:wheels|pypi))(?:/|\b(?!-))"
    ),
    "a registry's host": re.compile(
        r"(?:files\." + r"pythonhosted|pypi\." + r"org|registry\." + r"npmjs|npm" + r"mirror)"
    ),
    "a private key": re.compile(r"-----BEGIN (?:[A-Z]+ )?PRIVATE " + r"KEY-----"),
    "unfinished work": re.compile(r"\b(?:TO" + r"DO|FIX" + r"ME|X" + r"XX|HA" + r"CK)\b"),
}
BUILT = (".pyc", ".mo", ".sqlite3", ".db", ".whl", ".woff2", ".ttf", ".min.js", ".min.css")


def findings(text: str) -> Iterator[str]:
    """Yield what must not stand in a file."""
    for what, pattern in FORBIDDEN.items():
        match = pattern.search(text)
        if match:
            yield f"{what}: {match[0]}"


def test_text_files_are_clean() -> None:
    found = []
    for path in tracked():
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        found += [f"{path.relative_to(ROOT)}: {what}" for what in findings(text)]
    assert not found, "\n".join(found)


def test_nothing_built_is_kept() -> None:
    found = [str(path.relative_to(ROOT)) for path in tracked() if path.name.endswith(BUILT)]
    assert not found, "\n".join(found)


def test_the_lock_files_carry_hashes_and_no_address() -> None:
    for name in ("runtime", "dev"):
        text = (ROOT / "requirements" / f"{name}.txt").read_text()
        assert "://" not in text
        assert "--index-url" not in text
        assert "--find-links" not in text
        packages = re.findall(r"^[a-z0-9._\[\]-]+==", text, re.MULTILINE)
        assert len(packages) > 20
        blocks = text.split("\n\n")[-1].replace("\\\n", " ").strip().splitlines()
        assert all("--hash=sha256:" in block for block in blocks), name


def test_runtime_versions_are_the_same_in_both_lock_files() -> None:
    versions = []
    for name in ("runtime", "dev"):
        text = (ROOT / "requirements" / f"{name}.txt").read_text()
        versions.append(dict(re.findall(r"^([a-z0-9._-]+)(?:\[[^]]*\])?==([^ ;]+)", text, re.MULTILINE)))
    runtime, dev = versions
    assert runtime.items() <= dev.items()


@pytest.mark.parametrize("sample", [
    "see /" + "work/main", "/" + "root/x", "/" + "tmp/ph/a", "https://pypi." + "org/simple",
    "-----BEGIN PRIVATE " + "KEY-----", "# TO" + "DO: later",
])  # fmt: skip
def test_a_bad_sample_is_caught(sample: str) -> None:
    assert list(findings(sample))


@pytest.mark.parametrize("sample", ["/run/phithak", "docs/work/flow", "/invented/data", "the root/branch"])
def test_a_good_sample_passes(sample: str) -> None:
    assert list(findings(sample)) == []
