"""Runs benchmarks of ``bench/``, each a program of its own with ``--help`` and an exit code.

``python tools/bench.py [NAME …]`` runs all or some; ``--peers`` makes the environments that peers run in
(one ``requirements`` file each in ``bench/peers``, and ``NAME.source`` with address and tag of one that is no
package, which is fetched beside it and only ever run as a program); ``--data`` builds large data sets once into
``.cache``.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BENCH = ROOT / "bench"
CACHE = ROOT / ".cache"


def benchmarks() -> dict[str, Path]:
    """Return name → file of every benchmark."""
    return {path.stem: path for path in sorted(BENCH.glob("*.py")) if not path.stem.startswith("_")}


def run(names: list[str]) -> int:
    """Run benchmarks one after the other; 1 when one stays under its bar."""
    known = benchmarks()
    unknown = [name for name in names if name not in known]
    if unknown:
        sys.exit(f"no such benchmark: {', '.join(unknown)}; there are {', '.join(known)}")
    missed = []
    for name in names or known:
        print(f"\n== {name}", flush=True)
        started = time.monotonic()
        code = subprocess.run([sys.executable, str(known[name])], check=False, cwd=ROOT).returncode
        print(f"-- {name}: exit {code}, {time.monotonic() - started:.0f} s", flush=True)
        if code:
            missed.append(name)
    print(f"\nunder the bar: {', '.join(missed)}" if missed else "\nall bars met")
    return 1 if missed else 0


def peers() -> int:
    """Make one environment for each file in ``bench/peers``, under ``.cache/peers``."""
    wanted = sorted((BENCH / "peers").glob("*.txt"))
    for lock in wanted:
        folder = CACHE / "peers" / lock.stem
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
        pip = [str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet", "-r", str(lock)]
        subprocess.run(pip, check=True)
        print(f"{lock.stem}: {folder.relative_to(ROOT)}")
    if not wanted:
        print("no benchmark compares with a peer in an environment of its own yet")
    missed = [source.stem for source in sorted((BENCH / "peers").glob("*.source")) if not fetched(source)]
    if missed:
        print(f"could not be fetched: {', '.join(missed)}; their benchmarks say what to give instead")
    return 1 if missed else 0


def fetched(source: Path) -> bool:
    """Clone what a ``.source`` file names, once; False when its address does not answer."""
    folder = CACHE / "peers" / f"{source.stem}-source"
    if folder.exists():
        return True
    address, tag = source.read_text(encoding="utf-8").split()
    clone = ["git", "clone", "--quiet", "--depth", "1", "--branch", tag, address, str(folder)]
    if subprocess.run(clone, check=False).returncode:
        return False
    print(f"{source.stem}: {folder.relative_to(CACHE.parent)}")
    return True


def data() -> int:
    """Let each benchmark that has large data build it: those that know ``--build-data``."""
    built = [path for path in benchmarks().values() if "--build-data" in path.read_text(encoding="utf-8")]
    for path in built:
        subprocess.run([sys.executable, str(path), "--build-data"], check=True, cwd=ROOT)
    print(f"built: {', '.join(path.stem for path in built) or 'no benchmark needs large data yet'}")
    return 0


def main(arguments: list[str]) -> int:
    """Do what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("names", nargs="*")
    parser.add_argument("--peers", action="store_true")
    parser.add_argument("--data", action="store_true")
    chosen = parser.parse_args(arguments)
    if chosen.peers:
        return peers()
    if chosen.data:
        return data()
    return run(chosen.names)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
