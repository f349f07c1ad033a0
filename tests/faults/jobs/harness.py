"""An instance whose workers are killed while they do jobs; counts what they left."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from tests.faults.instances import Instance, Worker


class House(Instance):
    """An instance for jobs."""

    PROGRAM = Path(__file__).with_name("program.py")
    SETTINGS = {"PHITHAK_WORKER_LEASE_SECONDS": "1"}
    TABLES = ("fault_effect", "fault_chunk", "jobs_attempt", "jobs_job", "jobs_workerbeat")

    def work(self, *lanes: str, url: str = "", **more: str) -> Worker:
        """Start a worker, on the own database or on that of ``url``."""
        return self.serve(["work", *lanes], more, url=url)

    def states(self) -> Counter[str]:
        """Count the jobs by state."""
        return Counter(dict(self.rows("SELECT state, count(*) FROM jobs_job GROUP BY state")))

    def unfinished(self) -> int:
        """Count the jobs that are queued or running."""
        found = self.states()
        return found["queued"] + found["running"]

    def starts(self) -> Counter[str]:
        """Count how often each job's body was started."""
        path = self.traces / "starts"
        lines = path.read_text(encoding="ascii").splitlines() if path.exists() else []
        return Counter(line.split()[0] for line in lines)

    def assert_exactly_once(self, jobs: int, *, chunked: int = 0, items: int = 0) -> None:
        """Assert that nothing was lost and nothing effectively done twice."""
        assert self.states() == Counter({"done": jobs})
        assert self.one("SELECT count(*) FROM fault_effect") == jobs
        assert self.one("SELECT count(DISTINCT job_id) FROM fault_effect") == jobs
        assert self.one("SELECT count(*) FROM fault_chunk") == chunked * items
        pairs = "SELECT count(*) FROM (SELECT DISTINCT job_id, item FROM fault_chunk) AS pairs"
        assert self.one(pairs) == chunked * items
