"""How an address and a password are checked: with the same work whether the address is known or not.

django-allauth asks the database more often for an unknown address and makes a hash where it would compare one; over
a few hundred tries that tells who has an account. Here every try costs one query of two columns and one comparison
with a hash: for who is unknown, or was invited and has no password yet, with the hash of a password of nobody.
"""

from __future__ import annotations

import secrets
from functools import lru_cache
from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.auth.hashers import get_hasher, is_password_usable, verify_password

from phithak.core.accounts import queries


class LoginBackend(AuthenticationBackend):  # type: ignore[misc] # allauth ships no types
    """Logins by address and password."""

    _did_check_password: bool

    def _authenticate_by_email(self, email: str, password: str) -> Any:
        decoy = _hash_of_nobody(type(get_hasher()).__qualname__)
        user_id, encoded = queries.login_of(email) or (None, "")
        real = user_id is not None and is_password_usable(encoded)
        right, outdated = verify_password(password, encoded if real else decoy)
        self._did_check_password = (
            True  # the hash that allauth makes up for a missing one is not wanted on top
        )
        if not (real and right):
            return None
        user = queries.user_by_email(email)
        if user is None or user.pk != user_id:
            return None
        if outdated:
            user.check_password(password)  # stores a hash of today's cost
        if self.user_can_authenticate(user):
            return user
        self._stash_user(user)
        return None


@lru_cache(maxsize=4)
def _hash_of_nobody(_hasher: str) -> str:
    return get_hasher().encode(secrets.token_urlsafe(32), get_hasher().salt())
