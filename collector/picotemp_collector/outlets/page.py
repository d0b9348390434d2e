"""In: how devices and we are. Out: /, a page for people that needs nothing else."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from html import escape
from string import Template
from urllib.parse import quote

from aiohttp import web

from picotemp import __version__
from picotemp_collector.config.loaded import Loaded
from picotemp_collector.readings.source_state import SourceState
from picotemp_collector.readings.view import AbsenceReason, View

POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none';"
    " form-action 'none'; frame-ancestors 'none'"
)
NO_TEMPERATURE = "–"
PAGE = Template("""\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>$title</title>
<style>
:root { color-scheme: light dark; }
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 56rem; margin: 0 auto;
  padding: 1rem; }
h1 { font-size: 1.4rem; margin: 0; }
table { border-collapse: collapse; width: 100%; margin: 1rem 0; }
caption { text-align: left; }
th, td { text-align: left; padding: .4rem .6rem .4rem 0; vertical-align: top;
  border-bottom: 1px solid #8886; overflow-wrap: anywhere; }
.number { text-align: right; white-space: nowrap;
  font-variant-numeric: tabular-nums; }
.state { white-space: nowrap; font-weight: 600; }
small { display: block; opacity: .8; font-weight: 400; }
.notice { border-left: .3rem solid #c60; margin: 1rem 0; padding: 0 .8rem;
  overflow-wrap: anywhere; }
nav a { display: inline-block; padding: .3rem .8rem .3rem 0; }
@media (max-width: 30rem) { th, td { padding-right: .3rem; font-size: .95rem; } }
</style>
</head>
<body>
<h1>picotemp</h1>
<main>
$notices<table>
<caption>$summary; as of $now UTC</caption>
<thead><tr><th scope="col">device</th><th scope="col">state</th>
<th scope="col" class="number">°C</th>
<th scope="col" class="number">°F</th></tr></thead>
<tbody>
$rows
</tbody>
</table>
</main>
<nav aria-label="for programs">
<a href="metrics">/metrics</a> <a href="sd">/sd</a> <a href="health">/health</a>
<a href="api/v1/devices">/api/v1/devices</a> <a href="-/healthy">/-/healthy</a>
<a href="-/ready">/-/ready</a>
</nav>
<footer><small>picotemp-collector $version</small></footer>
</body>
</html>
""")


def make_page_handler(
    views: Callable[[], Sequence[View]],
    unix_seconds: Callable[[], float],
    loaded: Callable[[], Loaded],
    sources: Callable[[], Sequence[SourceState]],
) -> Callable[[web.Request], Awaitable[web.Response]]:
    """Give the handler of /."""

    async def page(_request: web.Request) -> web.Response:
        return web.Response(
            text=render(views(), unix_seconds(), loaded(), sources()),
            content_type="text/html",
            headers={"Content-Security-Policy": POLICY},
        )

    return page


def render(
    views: Sequence[View],
    now_unix_seconds: float,
    loaded: Loaded,
    sources: Sequence[SourceState],
) -> str:
    """Give the page's HTML; whatever comes from elsewhere is escaped."""
    up_count = sum(view.up for view in views)
    summary = f"{up_count} of {len(views)} up"
    return PAGE.substitute(
        title=f"picotemp: {summary}",
        summary=summary,
        now=_utc(now_unix_seconds, "%H:%M:%S"),
        notices=_loaded_notice(loaded) + "".join(map(_source_notice, sources)),
        rows="\n".join(_row(view) for view in views),
        version=escape(__version__),
    )


def _loaded_notice(loaded: Loaded) -> str:
    if loaded.problems:
        since = _utc(loaded.loaded_unix_seconds, "%Y-%m-%d %H:%M:%S")
        says = f"Not reloaded; the configuration of {since} UTC stays in force:"
        return _notice(says, loaded.problems)
    return _notice("Loaded, but for what needs a restart:", loaded.warnings)


def _source_notice(state: SourceState) -> str:
    success = state.last_success_unix_seconds
    if state.is_current:
        says = f"{state.origin} lists what cannot be polled:"
    elif success is None:
        says = f"{state.origin} has not given its whole list yet:"
    else:
        since = _utc(success, "%Y-%m-%d %H:%M:%S")
        says = f"{state.origin} gave its last whole list at {since} UTC:"
    return _notice(says, state.problems)


def _notice(says: str, lines: Sequence[str]) -> str:
    if not lines:
        return ""
    items = "".join(f"<li>{escape(line)}</li>" for line in lines)
    return (
        f'<div class="notice" role="status"><p>{escape(says)}</p>'
        f"<ul>{items}</ul></div>\n"
    )


def _utc(unix_seconds: float, pattern: str) -> str:
    return datetime.fromtimestamp(unix_seconds, UTC).strftime(pattern)


def _row(view: View) -> str:
    name = view.device.name
    history = f"api/v1/devices/{quote(name, safe='')}/history"
    return (
        f'<tr><th scope="row"><a href="{history}">{escape(name)}</a>'
        f"<small>{escape(view.device.shown_url)}</small></th>"
        f"{_state_cell(view)}{_temperature_cells(view)}</tr>"
    )


def _state_cell(view: View) -> str:
    if view.up:
        return '<td><span class="state">✓ up</span></td>'
    reason, detail = escape(str(view.reason)), escape(view.detail or "")
    mark = "…" if view.reason is AbsenceReason.NOT_ASKED_YET else "✗"
    return f'<td><span class="state">{mark} {reason}</span><small>{detail}</small></td>'


def _temperature_cells(view: View) -> str:
    cells = (NO_TEMPERATURE, NO_TEMPERATURE)
    if view.reading is not None:
        cells = (f"{view.reading.celsius:.2f}", f"{view.reading.fahrenheit:.2f}")
    return "".join(f'<td class="number">{cell}</td>' for cell in cells)
