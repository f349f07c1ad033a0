"""The WSGI application that granian serves."""

import os

from django.core.wsgi import get_wsgi_application

from phithak.base import process

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "phithak.web.settings")

if master := os.environ.get("PHITHAK_MASTER_PID"):
    # a granian worker goes on serving when its master is killed; the kernel ends it instead
    process.die_with_parent(int(master))
    process.forbid_core_dumps()

application = get_wsgi_application()
