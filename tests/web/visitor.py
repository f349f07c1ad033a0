"""Somebody with a browser and an instance's address: cookies, forms with their tokens, the API with a bearer."""

from __future__ import annotations

import json
import re
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass
from http.cookiejar import CookieJar

from tests.core.accounts import totp


@dataclass(frozen=True)
class Answer:
    """What came back after all redirects."""

    status: int
    url: str
    text: str


class Visitor:
    """One browser at one instance."""

    def __init__(self, port: int) -> None:
        self.root = f"http://127.0.0.1:{port}"
        self._jar = CookieJar()
        self._opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}), urllib.request.HTTPCookieProcessor(self._jar)
        )

    @property
    def cookies(self) -> dict[str, str]:
        """The cookies held now."""
        return {cookie.name: cookie.value or "" for cookie in self._jar}

    def get(self, path: str) -> Answer:
        """Open a page."""
        return self._ask(urllib.request.Request(self._url(path)))  # noqa: S310 - our own loopback address

    def post(self, path: str, **fields: str) -> Answer:
        """Open the page of a form and send it."""
        return self.send(self.get(path), path, **fields)

    def send(self, shown: Answer, path: str, **fields: str) -> Answer:
        """Send the form of a page that was opened before."""
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', shown.text)
        assert token is not None, f"no form at {path}: {shown.status} {shown.text[:500]}"
        body = urllib.parse.urlencode({**fields, "csrfmiddlewaretoken": token[1]}).encode()
        headers = {"Referer": self._url(path), "Origin": self.root}
        return self._ask(urllib.request.Request(self._url(path), body, headers))  # noqa: S310 - same

    def api(self, path: str, body: object = None, *, bearer: str = "") -> Answer:
        """Ask the API: POST when there is a body."""
        headers = {"Content-Type": "application/json", "Origin": self.root}
        if bearer:
            headers["Authorization"] = f"Bearer {bearer}"
        else:
            headers["X-CSRFToken"] = self.cookies.get("csrftoken", "")
        content = None if body is None else json.dumps(body).encode()
        return self._ask(urllib.request.Request(self._url(f"/api/v1{path}"), content, headers))  # noqa: S310 - same

    def log_in(self, email: str, password: str, secret: str = "") -> Answer:
        """Log in by the page, with the second factor if there is one."""
        answer = self.post("/accounts/login/", login=email, password=password)
        if secret and "/mfa/authenticate/" in answer.url:
            answer = self.post("/accounts/mfa/authenticate/", code=totp.code(secret))
        return answer

    def _url(self, path: str) -> str:
        return path if path.startswith("http") else self.root + path

    def _ask(self, request: urllib.request.Request) -> Answer:
        try:
            with self._opener.open(request, timeout=30) as found:
                return Answer(found.status, found.url, found.read().decode())
        except urllib.error.HTTPError as error:
            with error:
                return Answer(error.code, error.url or "", error.read().decode())
