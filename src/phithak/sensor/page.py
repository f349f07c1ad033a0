"""The local page: what leaves the hospital and a switch for each source, for whoever sits at this machine.

It listens on this machine alone. Looking needs the access code that ``phithak-sensor page`` prints; so does turning a
switch, which also asks for a name. No script, nothing from elsewhere.
"""

from __future__ import annotations

import hmac
import html
import http.server
import secrets
import threading
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

from phithak.sensor import moments, show
from phithak.sensor.errors import SensorError
from phithak.sensor.identity import read_if_there, write_private

if TYPE_CHECKING:
    from phithak.sensor.agent import Agent

_MOST_FORM = 8_192
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'"
_COOKIE = "phithak_sensor"
_HEADERS = {
    "Content-Type": "text/html; charset=utf-8",
    "Content-Security-Policy": _POLICY,
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}
_STYLE = (
    "body{font:16px/1.6 sans-serif;max-width:60rem;margin:1rem auto;padding:0 1rem;color:#1c2430;background:#fff}"
    "section{border:1px solid #b8c0cc;border-radius:8px;padding:1rem;margin:1rem 0}h1,h2{margin:.2rem 0}"
    "small,.en{color:#4a5565}.off{border-color:#9b1c1c;background:#fdf3f3}.bad{color:#9b1c1c;font-weight:bold}"
    "pre{white-space:pre-wrap;word-break:break-all;background:#f2f4f7;padding:.5rem;font-size:.8rem}"
    "input,button{font:inherit;padding:.3rem .6rem}table{border-collapse:collapse;width:100%}"
    "td,th{text-align:left;border-bottom:1px solid #d5dae1;padding:.2rem .5rem}"
    "@media(prefers-color-scheme:dark){body{color:#e6e9ee;background:#14181f}small,.en{color:#aab4c2}"
    "pre{background:#222833}.off{background:#2a1719}.bad{color:#ff9d9d}}"
)


def access_code(folder: Path) -> str:
    """Return the access code of the local page, made at the first call."""
    path = folder / "page.code"
    raw = read_if_there(path)
    if raw is None:
        raw = secrets.token_urlsafe(18).encode("ascii")
        write_private(path, raw)
    return raw.decode("ascii")


class Page:
    """The page's server, in a thread of its own; a port that is taken leaves the sensor without a page, no more."""

    def __init__(self, agent: Agent) -> None:
        self.trouble = ""
        self.port = 0
        self._agent = agent
        self._server: http.server.HTTPServer | None = None

    def start(self) -> None:
        """Begin to serve, unless the settings name no port."""
        if not self._agent.settings.page:
            return
        handler = type(
            "Handler", (_Handler,), {"agent": self._agent, "code": access_code(self._agent.settings.folder)}
        )
        try:
            self._server = http.server.HTTPServer(("127.0.0.1", self._agent.settings.page), handler)
        except OSError as error:
            self.trouble = str(error)
            return
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, name="page", daemon=True, args=(1.0,)).start()

    def stop(self) -> None:
        """Stop serving."""
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()


class _Handler(http.server.BaseHTTPRequestHandler):
    agent: Agent
    code: str
    server: http.server.HTTPServer
    server_version = "phithak-sensor"
    sys_version = ""
    timeout = 10

    def do_GET(self) -> None:
        """Show the page; a right code in the address becomes a cookie."""
        asked = urlsplit(self.path)
        given = parse_qs(asked.query).get("code", [""])[0]
        if not self._from_here() or asked.path != "/":
            self._answer(404, _frame("ไม่พบหน้านี้ · Not found"))
        elif given and self._same(given):
            self._redirect({"Set-Cookie": f"{_COOKIE}={self.code}; HttpOnly; SameSite=Strict; Path=/"})
        elif not self._known():
            self._answer(403, _frame(_ASK))
        else:
            self._answer(200, _frame(_body(self.agent)))

    def do_POST(self) -> None:
        """Turn a switch."""
        length = self.headers.get("Content-Length", "")
        if not self._from_here() or not self._known() or self.path != "/switch":
            self._answer(403, _frame(_ASK))
            return
        if not length.isdigit() or int(length) > _MOST_FORM:
            self._answer(400, _frame("คำขอไม่ถูกต้อง · Wrong request"))
            return
        form = {
            name: values[0] for name, values in parse_qs(self.rfile.read(int(length)).decode("utf-8")).items()
        }
        labels = {one.label for one in self.agent.settings.sources}
        if form.get("source") not in labels or form.get("turn") not in {"on", "off"}:
            self._answer(400, _frame("คำขอไม่ถูกต้อง · Wrong request"))
            return
        try:
            self.agent.switches.turn(
                form["source"],
                on=form["turn"] == "on",
                person=form.get("person", ""),
                reason=form.get("reason", ""),
            )
        except SensorError as error:
            self._answer(
                422, _frame(f"<p class=bad>{html.escape(error.th)}</p><p>{html.escape(error.en)}</p>{_BACK}")
            )
            return
        self.agent.refresh()
        self._redirect({})

    def _from_here(self) -> bool:
        """Refuse names that only pretend to be this machine, and forms of other sites."""
        own = {f"{name}:{self.server.server_port}" for name in ("127.0.0.1", "localhost")}
        origin = self.headers.get("Origin")
        return self.headers.get("Host") in own and (origin is None or urlsplit(origin).netloc in own)

    def _known(self) -> bool:
        found = [part.strip().partition("=") for part in self.headers.get("Cookie", "").split(";")]
        return any(name == _COOKIE and self._same(value) for name, _, value in found)

    def _same(self, given: str) -> bool:
        return hmac.compare_digest(given.encode(), self.code.encode())

    def _redirect(self, more: dict[str, str]) -> None:
        self._answer(303, "", {"Location": "/", **more})

    def _answer(self, status: int, content: str, more: dict[str, str] | None = None) -> None:
        raw = content.encode("utf-8")
        self.send_response(status)
        for name, value in {**_HEADERS, **(more or {}), "Content-Length": str(len(raw))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(raw)

    def log_message(self, *_: object) -> None:
        """Requests to this page are not logged: their addresses hold the code."""


_BACK = '<p><a href="/">กลับ · Back</a></p>'
_ASK = (
    "<p>เปิดหน้านี้ด้วยที่อยู่ที่คำสั่ง <b>phithak-sensor page</b> พิมพ์ให้</p>"
    "<p class=en>Open this page by the address that <b>phithak-sensor page</b> prints.</p>"
)


def _frame(body: str) -> str:
    return (
        '<!doctype html><html lang="th"><head><meta charset="utf-8"><title>เซนเซอร์พิทักษ์ · Phithak sensor</title>'
        f'<meta name="viewport" content="width=device-width"><style>{_STYLE}</style></head><body><main>{body}</main>'
        "</body></html>"
    )


def _body(agent: Agent) -> str:
    told, depth = agent.status(), agent.spool.depth()
    last = moments.readable(told["last_ack"]) if told["last_ack"] else "-"
    parts = [
        "<h1>อะไรออกจากโรงพยาบาลบ้าง</h1><p class=en>What leaves the hospital</p>",
        f"<p>{html.escape(show.ALWAYS[0])}<br><small>{html.escape(show.ALWAYS[1])}</small></p>",
        (
            f"<p>ส่งไปที่ <b>{html.escape(agent.settings.address)}</b> · รอส่ง <b>{depth.events}</b> เหตุการณ์ "
            f"({show.size_text(depth.size)}) · ศูนย์รับล่าสุด {last}<br><small>Sent to; waiting; last taken by the centre"
            "</small></p>"
        ),
    ]
    if told["trouble"]:
        parts.append(f"<p class=bad>ปัญหา · Trouble: {html.escape(told['trouble'])}</p>")
    parts += [_section(agent, one) for one in show.sources(agent.settings, agent.state)]
    rows = "".join(
        f"<tr><td>{moments.readable(turn.moment)}</td><td>{html.escape(turn.source)}</td>"
        f"<td>{'เปิด · on' if turn.on else 'ปิด · off'}</td><td>{html.escape(f'{turn.side}: {turn.person}')}</td>"
        f"<td>{html.escape(turn.reason)}</td></tr>"
        for turn in agent.switches.log(50)
    )
    parts.append(
        "<h2>ประวัติสวิตช์ · Switches</h2><table><tr><th>เวลา · When</th><th>แหล่ง · Source</th><th>เป็น · To</th>"
        f"<th>ใคร · Who</th><th>เหตุผล · Why</th></tr>{rows}</table>"
    )
    return "".join(parts)


def _section(agent: Agent, one: show.SourceView) -> str:
    label = html.escape(one.settings.label)
    lines = "\n".join(
        html.escape(line) for line in show.samples(agent.settings.folder, agent.state, one.settings.label)
    )
    dropped = "".join(
        f"<p class=bad>ทิ้งไป · dropped: {count} ({html.escape(thai)} · {html.escape(english)})</p>"
        for (thai, english), count in one.dropped
    )
    fault = f"<p class=bad>ปัญหา · Trouble: {html.escape(one.fault)}</p>" if one.fault else ""
    state = "เปิดอยู่ · on" if one.on else "ปิดอยู่ ไม่มีอะไรออก · off: nothing leaves"
    turn, act = ("off", "ปิดแหล่งนี้ · Switch off") if one.on else ("on", "เปิดแหล่งนี้ · Switch on")
    return (
        f"<section{'' if one.on else ' class=off'}><h2>{label} <small>{state}</small></h2>"
        f"<p>{html.escape(one.what[0])} {html.escape(one.settings.place)} — {html.escape(one.taken_out[0])}<br>"
        f"<small>{html.escape(one.what[1])} — {html.escape(one.taken_out[1])}</small></p>"
        f"<p>ส่งแล้วและรอส่ง {one.events} เหตุการณ์ ({show.size_text(one.size)}) "
        f"รอส่ง {one.waiting} ล่าสุด {one.last_event or '-'}</p>"
        f"{dropped}{fault}<p><small>{html.escape(one.switched)}</small></p>"
        f"<details><summary>ตัวอย่างที่ออกไปจริง · Samples exactly as they leave</summary><pre>{lines}</pre></details>"
        f'<form method="post" action="/switch"><input type="hidden" name="source" value="{label}">'
        f'<input type="hidden" name="turn" value="{turn}">'
        '<label>ชื่อผู้ทำ · Your name <input name="person" required maxlength="120"></label> '
        '<label>เหตุผล · Why <input name="reason" maxlength="120"></label> '
        f"<button>{act}</button></form></section>"
    )
