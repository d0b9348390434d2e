"""In: something costly to tell. Out: the same, told anew at most once a second."""

from collections.abc import Callable

RENEWED_AFTER_SECONDS = 1.0


class Seldom:
    """A text that may be a second old."""

    def __init__(
        self, render: Callable[[], bytes], now_seconds: Callable[[], float]
    ) -> None:
        self._render = render
        self._now_seconds = now_seconds
        self._text = render()
        self._rendered_seconds = now_seconds()

    def text(self) -> bytes:
        """Give the text; the same object until it is rendered anew."""
        now_seconds = self._now_seconds()
        if now_seconds - self._rendered_seconds >= RENEWED_AFTER_SECONDS:
            self._text, self._rendered_seconds = self._render(), now_seconds
        return self._text
