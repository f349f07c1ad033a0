"""The child that runs Typst: order as JSON on standard input, PDF on standard output.

Run as a plain script in isolated mode, so that nothing of the product (settings, keys) is in its memory.
"""

from __future__ import annotations

import json
import resource
import sys
import tempfile
from pathlib import Path

CPU_SECONDS = 20
MEMORY = 1536 * 1024 * 1024


def main() -> int:
    """Render one order."""
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    import typst  # noqa: PLC0415 - under the limits set above

    order = json.load(sys.stdin.buffer)
    here = Path(__file__).parent
    with tempfile.TemporaryDirectory() as empty:
        pdf = typst.compile(
            str(here / "layouts" / f"{order['layout']}.typ"),
            root=str(here / "layouts"),
            font_paths=[str(here / "fonts")],
            ignore_system_fonts=True,
            format="pdf",
            sys_inputs={"data": json.dumps(order["data"], ensure_ascii=False)},
            # no package of others is ever looked up or fetched
            package_path=empty,
            package_cache_path=empty,
        )
    sys.stdout.buffer.write(pdf)
    return 0


if __name__ == "__main__":
    sys.exit(main())
