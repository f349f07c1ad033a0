"""A few line icons, drawn by us on a 24-unit grid."""

from __future__ import annotations

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

_PATHS = {
    "home": "M4 11l8-7 8 7M6 10v10h12V10M10 20v-6h4v6",
    "user": "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8M4 21a8 8 0 0 1 16 0",
    "users": "M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7M2 20a7 7 0 0 1 14 0M16 4a3.5 3.5 0 0 1 0 7M18 14a7 7 0 0 1 4 6",
    "book": "M5 4h11a3 3 0 0 1 3 3v13H8a3 3 0 0 1-3-3zM5 17a3 3 0 0 1 3-3h11M9 8h6",
    "send": "M21 3L10 14M21 3l-7 18-4-7-7-4z",
    "clock": "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18M12 7v5l3 3",
    "gear": "M12 15a3 3 0 1 0 0-6 3 3 0 0 0 0 6M12 3v3M12 18v3M3 12h3M18 12h3"
    "M5.6 5.6l2.2 2.2M16.2 16.2l2.2 2.2M5.6 18.4l2.2-2.2M16.2 7.8l2.2-2.2",
    "chart": "M4 20V4M4 20h16M8 16v-4M12 16V8M16 16v-6",
    "search": "M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13M15.5 15.5L21 21",
    "file": "M6 3h8l4 4v14H6zM14 3v4h4M9 12h6M9 16h6",
    "key": "M8 20a4 4 0 1 0 0-8 4 4 0 0 0 0 8M11 13l9-9M16 8l3 3",
    "shield": "M12 3l8 3v6c0 5-3.5 8-8 9-4.5-1-8-4-8-9V6zM9 12l2 2 4-4",
    "list": "M9 6h11M9 12h11M9 18h11M4 6h.01M4 12h.01M4 18h.01",
    "template": "M4 4h16v5H4zM4 13h7v7H4zM15 13h5M15 17h5",
    "api": "M8 8l-5 4 5 4M16 8l5 4-5 4M13.5 5l-3 14",
    "calendar": "M5 6h14v14H5zM5 10h14M9 3v4M15 3v4",
    "check": "M5 12.5l4.5 4.5L19 7",
    "x": "M6 6l12 12M18 6L6 18",
    "alert": "M12 4l9 16H3zM12 10v4M12 17h.01",
    "info": "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18M12 11v5M12 8h.01",
    "question": "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18M9.5 9.5a2.5 2.5 0 1 1 3.5 2.3c-.7.3-1 .8-1 1.7M12 16.5h.01",
    "dot": "M12 15a3 3 0 1 0 0-6 3 3 0 0 0 0 6",
    "menu": "M4 6h16M4 12h16M4 18h16",
    "download": "M12 4v11M7.5 11L12 15.5 16.5 11M5 20h14",
    "up": "M7 14l5-5 5 5",
    "down": "M7 10l5 5 5-5",
    "sun": "M12 16a4 4 0 1 0 0-8 4 4 0 0 0 0 8M12 3v2M12 19v2M3 12h2M19 12h2"
    "M5.6 5.6L7 7M17 17l1.4 1.4M5.6 18.4L7 17M17 7l1.4-1.4",
    "phone": "M6 3h4l1.5 5-2.5 1.8a12 12 0 0 0 5.2 5.2L16 12.5l5 1.5v4a3 3 0 0 1-3 3A15 15 0 0 1 3 6a3 3 0 0 1 3-3z",
    "out": "M10 4H5v16h5M14 8l4 4-4 4M8 12h10",
}


def svg(name: str) -> SafeString:
    """Return the icon as inline SVG, hidden from screen readers; "" when there is none of that name."""
    path = _PATHS.get(name)
    if path is None:
        return mark_safe("")
    return format_html(
        '<svg class="icon" viewBox="0 0 24 24" width="20" height="20" fill="none" stroke="currentColor"'
        ' stroke-width="2" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" focusable="false">'
        '<path d="{}"/></svg>',
        path,
    )
