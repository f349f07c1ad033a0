"""App of ``core/jobs``."""

from django.apps import AppConfig


class JobsConfig(AppConfig):
    """Work that outlives a request: lanes, leases, dead letters."""

    name = "phithak.core.jobs"
    label = "jobs"
