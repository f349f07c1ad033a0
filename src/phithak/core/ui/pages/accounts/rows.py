"""Users as rows of a list: with their second factor, and those roles that the actor may see."""

from __future__ import annotations

from django.db.models import QuerySet

from phithak.core.accounts import queries
from phithak.core.accounts.actors import Actor
from phithak.core.accounts.models import User
