"""Letters that nobody sees but that reorder, hide or erase what is shown: marked on every page.

`txt.exe` with a right-to-left override reads `exe.txt`; a zero-width letter makes two names look alike. Escaping for
HTML does not touch them. They are marked once, on the finished page, so that no template and no attribute forgets it.
"""

import re
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

# Unicode's categories Cc (but tab and line ends), Cf, Zl and Zp, and the letters that have a width but no ink.
_UNSEEN = (
    "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u034f\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u115f\u1160\u17b4"
    "\u17b5\u180e\u200b\u200c\u200e\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb\U000110bd\U000110cd"
    "\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0001\U000e0020-\U000e007f"
)
# A joiner between pictures makes one picture of them (a family); between letters it only hides.
_JOINER = "(?<![\u2600-\u27bf\ufe0f\U0001f000-\U0001faff])\u200d"
_FOUND = re.compile(f"[{_UNSEEN}]|{_JOINER}")


def marked(text: str) -> str:
    """The text with every unseen letter shown as ⟦U+202E⟧."""
    return _FOUND.sub(lambda found: f"⟦U+{ord(found[0]):04X}⟧", text)


def plain_name(name: str) -> str:
    """A file's name as another machine may be given it: unseen letters and line ends gone, the ending where it is."""
    return _FOUND.sub("_", re.sub(r"[\r\n\t]", "_", name)).strip() or "file"


class VisibleMiddleware:
    """Marks the unseen letters of every HTML page, after everything else made it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.streaming or not response.get("Content-Type", "").startswith("text/html"):
            return response
        text = response.content.decode(response.charset)
        if _FOUND.search(text):
            response.content = marked(text).encode(response.charset)
            if response.has_header("Content-Length"):
                response["Content-Length"] = str(len(response.content))
        return response
