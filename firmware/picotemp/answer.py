"""In: status, headers, body. Out: one whole HTTP answer in bytes."""

import json

# The body says why; a phrase for each would only fill the flash.
REASONS = {200: "OK", 404: "Not Found", 503: "Service Unavailable"}
JSON = "application/json"
HEAD = (
    "HTTP/1.0 %d %s\r\n"
    "%s"
    "Content-Length: %d\r\n"
    "Cache-Control: no-store\r\n"
    "Connection: close\r\n\r\n"
)
FAILED = "the firmware failed; its serial log says why"


class Answerer:
    """Whoever knows what each request is answered."""

    def ready(self, _head: bytes) -> bytes:
        """Give an answer that is there already, or nothing: then ask for it."""
        return b""

    async def answer(self, head: bytes) -> bytes:
        """Answer a request whose head is whole and checked."""
        raise NotImplementedError


def render(
    status: int, headers: dict[str, str], body: bytes, is_head: bool = False
) -> bytes:
    """Give the answer that closes its connection; for HEAD without the body.

    HTTP/1.0, as microdot speaks: a client then never expects a kept connection.
    """
    more = "".join(["%s: %s\r\n" % header for header in headers.items()])
    reason = REASONS.get(status, "Refused")
    head = (HEAD % (status, reason, more, len(body))).encode()
    return head if is_head else head + body


def error_body(reason: str) -> bytes:
    """Give the JSON body of every answer that is not a 200."""
    return json.dumps({"error": reason}).encode()


def render_error(status: int, reason: str, more: dict[str, str] | None = None) -> bytes:
    """Give a whole answer with an error body."""
    return render(status, {"Content-Type": JSON} | (more or {}), error_body(reason))
