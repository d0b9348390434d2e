"""In: how reloads go. Out: POST /-/reload, and their metrics, named as Prometheus'."""

from collections.abc import Awaitable, Callable
from typing import Protocol

from aiohttp import web

from picotemp_collector.config.loaded import Loaded


class Shows(Protocol):
    """What metrics are added to."""

    def show(self, name: str, text: str, value: Callable[[], float]) -> None:
        """Tell a number."""
        ...


def make_reload_handler(
    reload: Callable[[], Awaitable[Loaded]],
) -> Callable[[web.Request], Awaitable[web.Response]]:
    """Give the handler of POST /-/reload: 500 and every problem, or 200."""

    async def post(_request: web.Request) -> web.Response:
        loaded = await reload()
        if loaded.ok:
            return _lines(200, "reloaded", *loaded.warnings)
        stays = "not reloaded: the last good configuration stays in force"
        return _lines(500, stays, *loaded.problems)

    return post


def show_reloads(shows: Shows, loaded: Callable[[], Loaded]) -> None:
    """Add the metrics of reloads."""
    shows.show(
        "config_last_reload_successful",
        "Whether the last loading of the configuration succeeded: 1 or 0.",
        lambda: loaded().ok,
    )
    shows.show(
        "config_last_reload_success_timestamp_seconds",
        "When the configuration in force was loaded, in seconds since 1970.",
        lambda: loaded().loaded_unix_seconds,
    )


def _lines(status: int, *lines: str) -> web.Response:
    return web.Response(status=status, text="\n".join(lines) + "\n")
