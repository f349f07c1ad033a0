"""Jobs of imports: check a file, run it, compare what it added with the rest."""

from __future__ import annotations

from uuid import UUID

from phithak.base.text import Text
from phithak.core.jobs.registry import Lane, job
from phithak.core.jobs.services import Run
from phithak.registry.services.joining import (
    CHECK_JOB,
    COMPARE_JOB,
    RUN_JOB,
    WELCOME_JOB,
    checking,
    comparing,
    running,
    welcome,
)


@job(CHECK_JOB, text=Text("ตรวจไฟล์นำเข้าทะเบียน", "Check a file for the registry"), timeout=900)
def check_import(run: Run, run_id: str) -> None:
    """Check a file."""
    checking.check(run, UUID(run_id))


@job(
    RUN_JOB,
    text=Text("นำเข้าทะเบียนจากไฟล์", "Import a file into the registry"),
    lane=Lane.HEAVY,
    attempts=20,
    timeout=3600,
)
def run_import(run: Run, run_id: str) -> None:
    """Import a file."""
    running.run_import(run, UUID(run_id))


@job(
    COMPARE_JOB,
    text=Text("หาหน่วยงานที่อาจซ้ำหลังนำเข้า", "Look for duplicates after an import"),
    lane=Lane.HEAVY,
    timeout=3600,
)
def compare_imported(run: Run, run_id: str) -> None:
    """Propose duplicates of what an import added."""
    comparing.compare_imported(run, UUID(run_id))


@job(
    WELCOME_JOB,
    text=Text("เปิดบัญชีและผู้ประสานงานของหน่วยงานใหม่", "Set up a new organisation's contact and account"),
    attempts=20,
)
def welcome_new(run: Run, request_id: str) -> None:  # noqa: ARG001 - a job takes its run
    """Give a new organisation its first contact and administrator."""
    welcome(UUID(request_id))
