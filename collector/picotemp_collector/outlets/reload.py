"""In: somebody's wish for a reload. Out: POST /-/reload, and what became of it."""

from collections.abc import Awaitable, Callable

from aiohttp import web

from picotemp_collector.config.loaded import Loaded


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


def _lines(status: int, *lines: str) -> web.Response:
    return web.Response(status=status, text="\n".join(lines) + "\n")
