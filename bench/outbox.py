"""Outbox on SQLite: how fast messages are queued, and how fast the pump hands them to a provider.

``queue_many`` is measured with the pause that the write budget asks for and without it; the pump against the
provider simulator on this machine (a process of its own that fsyncs each acceptance) and against Null. Bars:
5,000 queued/s with the pause and 10,000 a CPU second, 100 sent/s, no hold of the write lock over 250 ms (time
without a processor taken off: it is the machine's), memory of queueing bounded.

    python bench/outbox.py [--queue 50000] [--send 2000]
"""

from __future__ import annotations

import argparse
import os
import resource
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "src")]

CPU: dict[str, float] = {}
"""Messages per second of this process's own processor time: what a quiet machine would give at most."""

BARS = {
    "queued_per_second_paced": 5000, "queued_per_cpu_second": 10_000, "sent_per_second_sms": 100,
    "longest_hold_ms": 250, "memory_mb": 64,
}  # fmt: skip


def prepare(folder: Path) -> Any:
    """Make an instance with one tenant; return the tenant's id."""
    from phithak.base import keyfiles  # noqa: PLC0415 - found by the path set above

    os.environ |= {
        "PHITHAK_CONFIG_DIR": str(folder / "config"),
        "PHITHAK_DATA_DIR": str(folder / "data"),
        "PHITHAK_SMS_PER_MINUTE": "1000000",
        "DJANGO_SETTINGS_MODULE": "phithak.web.settings",
    }
    (folder / "data").mkdir()
    keyfiles.create(folder / "config" / "instance.key")
    keyfiles.create(folder / "config" / "root.key")
    import django  # noqa: PLC0415 - the folders above must be set first

    django.setup()
    from django.core.management import call_command  # noqa: PLC0415 - same

    from phithak.core.accounts.models import Tenant  # noqa: PLC0415 - same
    from phithak.core.outbox import rendering  # noqa: PLC0415 - same

    call_command("migrate", verbosity=0)

    def notice(params: Mapping[str, Any], _context: rendering.Context) -> rendering.Rendered:
        return rendering.Rendered("", f"แจ้งเตือน {params['n']} โทรกลับศูนย์")

    rendering.renderer("bench.notice")(notice)
    return Tenant.objects.create(kind="hospital", name_th="โรงพยาบาลสมมติ").pk


def queue(tenant_id: Any, count: int, *, pause: float, handles: list[Any], prefix: str) -> float:
    """Queue ``count`` messages; return how many per second."""
    from phithak.core.accounts import actors  # noqa: PLC0415 - as above
    from phithak.core.outbox import services  # noqa: PLC0415 - as above

    def wanted() -> Iterator[services.Wanted]:
        for number in range(count):
            yield services.Wanted(handles[number % len(handles)], f"{prefix}{number}", {"n": number})

    began, worked = time.perf_counter(), time.process_time()
    services.queue_many(
        actors.system("bench"),
        wanted(),
        tenant_id=tenant_id,
        channel="sms",
        renderer="bench.notice",
        pause=pause,
    )
    CPU[prefix] = count / (time.process_time() - worked)
    return count / (time.perf_counter() - began)


def send(count: int) -> float:
    """Let the pump run until ``count`` messages are accepted; return how many per second."""
    from phithak.core.outbox import queries  # noqa: PLC0415 - as above
    from phithak.core.outbox.pump import Pump  # noqa: PLC0415 - as above
    from phithak.core.outbox.states import Channel  # noqa: PLC0415 - as above

    pump, before = Pump(Channel.SMS), queries.sent()
    began, worked = time.perf_counter(), time.process_time()
    while queries.sent() - before < count:
        pump.tick()
    CPU["sent"] = count / (time.process_time() - worked)
    return count / (time.perf_counter() - began)


def clear() -> None:
    """Empty the table, so that each figure starts alike."""
    from phithak.core.outbox.models import Message  # noqa: PLC0415 - as above

    Message.objects.all().delete()


def measure(queued: int, sent: int) -> dict[str, float]:
    """Return all figures."""
    from tests.simulator.running import Simulator  # noqa: PLC0415 - found by the path set above

    with tempfile.TemporaryDirectory(prefix="phithak-bench-") as name:
        folder = Path(name)
        tenant_id = prepare(folder)
        from django.conf import settings  # noqa: PLC0415 - ready only now

        from phithak.base import config  # noqa: PLC0415 - same
        from phithak.core.accounts import actors  # noqa: PLC0415 - same
        from phithak.core.db import budget  # noqa: PLC0415 - same
        from phithak.core.privacy import services as privacy  # noqa: PLC0415 - same

        values = [("phone", f"08{10_000_000 + number}") for number in range(1000)]
        handles = privacy.seal_many(actors.system("bench"), values, tenant_id=tenant_id)
        queue(tenant_id, 2000, pause=0, handles=handles, prefix="warm")
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        figures = {
            "queued_per_second_paced": queue(tenant_id, queued, pause=0.010, handles=handles, prefix="paced"),
            "queued_per_second_unpaced": queue(tenant_id, queued, pause=0, handles=handles, prefix="plain"),
        }
        figures["memory_mb"] = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
        clear()
        queue(tenant_id, sent, pause=0, handles=handles, prefix="null")
        figures["sent_per_second_null"] = send(sent)
        simulator = Simulator(folder / "provider").start(mode="client_ref")
        try:
            os.environ["PHITHAK_SMS_URL"] = simulator.url
            settings.CONFIG = config.load().config
            queue(tenant_id, sent, pause=0, handles=handles, prefix="sms")
            figures["sent_per_second_sms"] = send(sent)
        finally:
            simulator.kill()
        figures["queued_per_cpu_second"], figures["sent_per_cpu_second"] = CPU["plain"], CPU["sent"]
        figures["longest_hold_ms"] = max(hold.own_seconds for hold in budget.recent) * 1000
    return {name: round(value, 1) for name, value in figures.items()}


def main() -> int:
    """Measure, print, write ``build/report/outbox.json``; 1 when a bar is missed."""
    from tools import facts  # noqa: PLC0415 - found by the path set above

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--queue", type=int, default=50_000)
    parser.add_argument("--send", type=int, default=2000)
    chosen = parser.parse_args()
    figures = measure(chosen.queue, chosen.send)
    passed = True
    for name, value in figures.items():
        bar = BARS.get(name)
        met = bar is None or (value <= bar if name in {"longest_hold_ms", "memory_mb"} else value >= bar)
        passed &= met
        print(
            f"{name:28} {value:12,.1f}  bar {bar if bar is not None else '-':>8}  {'ok' if met else 'MISSED'}"
        )
    facts.write("outbox", figures=figures, bars=BARS, not_run=[], passed=passed)
    return 0 if passed else 1


if __name__ == "__main__":
    sys.exit(main())
