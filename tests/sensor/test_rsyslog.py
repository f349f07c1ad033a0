"""Debian's own rsyslog before the sensor: by TCP and by RELP, while the centre is away and the sensor is killed."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from phithak.base import batch
from tests.sensor.certificates import Papers
from tests.sensor.house import ROOT, House, free_port, wait_for
from tests.sensor.standin import Centre
from tests.sensor.test_flow import append

pytestmark = [pytest.mark.needs("rsyslogd"), pytest.mark.faults]

COUNT = int(os.environ.get("PHITHAK_RSYSLOG_LINES", "20000"))


def modules_folder() -> list[str]:
    """Return how rsyslogd is told where its modules are; nothing where they are in their usual place."""
    folder = os.environ.get("PHITHAK_RSYSLOG_MODULES", "")
    return ["-M", folder] if folder else []


class Rsyslog:
    """An rsyslogd of the test's own, reading one file and forwarding each line as it is."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.log = folder / "in.log"
        self.process: subprocess.Popen[bytes] | None = None
        folder.mkdir()
        self.log.touch()

    def start(self, action: str, modules: str = "") -> None:
        self._run(
            f"{modules}"
            'template(name="raw" type="string" string="%msg%\\n")\n'
            'template(name="bare" type="string" string="%msg%")\n'
            f'input(type="imfile" File="{self.log}" Tag="t:" ruleset="out" addMetadata="off")\n'
            'ruleset(name="out" queue.type="LinkedList" queue.size="200000" queue.timeoutEnqueue="60000")'
            f" {{ {action} }}\n"
        )

    def start_with(self, configuration: str) -> None:
        """Start with a configuration as hospitals put it into rsyslog.d; the file's lines are its messages."""
        self._run(f'input(type="imfile" File="{self.log}" Tag="t:" addMetadata="off")\n{configuration}')

    def _run(self, text: str) -> None:
        found = shutil.which("rsyslogd")
        assert found is not None
        (self.folder / "rsyslog.conf").write_text(
            f'global(workDirectory="{self.folder}" maxMessageSize="64k")\n'
            f'module(load="imfile" mode="inotify")\n{text}',
            encoding="utf-8",
        )
        command = [found, "-n", "-f", str(self.folder / "rsyslog.conf"), "-i", str(self.folder / "pid")]
        command += modules_folder()
        with (self.folder / "log").open("wb") as out:
            self.process = subprocess.Popen(command, stdout=out, stderr=out)

    def stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
            self.process.wait(20)


@pytest.fixture
def rsyslog(tmp_path: Path) -> Iterator[Rsyslog]:
    made = Rsyslog(tmp_path / "rsyslog")
    yield made
    made.stop()


def lines(count: int) -> list[bytes]:
    """Lines that all differ, a tenth of them in CP874."""
    thai = " ห้องยา เปิดเครื่อง".encode("cp874")
    return [
        b"<13>Nov 22 opd app: line %07d" % one + (thai if one % 10 == 0 else b" ok") for one in range(count)
    ]


def test_tcp_while_the_centre_is_away_again_and_again(house: House, centre: Centre, rsyslog: Rsyslog) -> None:
    port = free_port()
    house.source("servers", kind="syslog-tcp", profile="syslog", listen=f"127.0.0.1:{port}", rate=100000)
    house.caps(cpu_percent=100, upload_kbytes=20000)
    centre.break_before, centre.break_after = 1, 2
    centre.refuse = [batch.Refusal.of("store.busy", 1)]
    house.start()
    rsyslog.start(f'action(type="omfwd" target="127.0.0.1" port="{port}" protocol="tcp" template="raw")')
    sent = lines(COUNT)
    append(rsyslog.log, sent)
    wait_for(lambda: len(centre.events("servers")) >= COUNT, 90)
    assert sorted(one.lstrip(b" ") for one in centre.events("servers")) == sorted(sent)


def test_relp_while_the_sensor_is_killed(house: House, centre: Centre, rsyslog: Rsyslog) -> None:
    port = free_port()
    house.source("servers", kind="relp", profile="syslog", listen=f"127.0.0.1:{port}", rate=100000)
    house.caps(cpu_percent=100, upload_kbytes=20000)
    house.start()
    rsyslog.start(
        f'action(type="omrelp" target="127.0.0.1" port="{port}" template="bare" action.resumeRetryCount="-1" '
        'action.resumeInterval="1")',
        'module(load="omrelp")\n',
    )
    sent = lines(COUNT)
    for kill in range(4):
        append(rsyslog.log, sent[kill * COUNT // 4 : (kill + 1) * COUNT // 4])
        wait_for(lambda kill=kill: len(centre.events("servers")) > kill * COUNT // 4, 60)
        house.kill()
        house.start()
    wait_for(lambda: len(set(centre.events("servers"))) >= COUNT, 90)
    found = [one.lstrip(b" ") for one in centre.events("servers")]
    assert set(found) == set(sent), "every line, bit for bit"
    assert len(found) - COUNT <= 4 * 128, "what was under way at a kill comes again, no more"


@pytest.mark.parametrize("name", ["rsyslog", "rsyslog-direct"])
def test_rsyslog_reads_the_configurations_that_we_give(name: str, papers: Papers, tmp_path: Path) -> None:
    found = shutil.which("rsyslogd")
    assert found is not None
    text = (ROOT / "deploy" / "agents" / f"{name}.conf").read_text(encoding="utf-8")
    target = tmp_path / f"{name}.conf"
    target.write_text(text.replace("/etc/phithak/centre-ca.pem", str(papers.authority)), encoding="utf-8")
    command = [found, "-N1", "-f", str(target), *modules_folder()]
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=30)
    assert done.returncode == 0, done.stderr
    assert "error" not in done.stderr
