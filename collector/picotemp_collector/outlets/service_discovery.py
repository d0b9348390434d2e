"""In: the devices that are polled here. Out: /sd, the targets of /probe for http_sd."""

import json
import re
from collections.abc import Awaitable, Callable, Sequence
from functools import lru_cache

from aiohttp import web
from yarl import URL

from picotemp_collector.errors import RequestError
from picotemp_collector.readings.device import Device

# What may stand in a Host header: a name or an address, and perhaps a port.
HOST = re.compile(r"([A-Za-z0-9_.-]+|\[[0-9A-Fa-f:.]+\])(:[0-9]{1,5})?")
MOST_HOST_CHARACTERS = 261
# Few ways lead here; the list of a fleet takes a megabyte.
REMEMBERED_HOSTS = 4
HINT = "ask with a Host header, or set [server] external_url"


def make_service_discovery_handler(
    devices: Callable[[], Sequence[Device]], external_url: Callable[[], URL | None]
) -> Callable[[web.Request], Awaitable[web.Response]]:
    """Give the handler of /sd: targets that are at the external URL, if there is one.

    Else they are where the asker found us, which is the Host that it names.
    """

    @lru_cache(REMEMBERED_HOSTS)
    def remembered(url: URL, names: tuple[str, ...]) -> bytes:
        return render(names, url)

    async def service_discovery(request: web.Request) -> web.Response:
        url = external_url() or _url_of(request.headers.getall("Host", ()))
        if url is None:
            raise RequestError(400, "no valid host", HINT)
        names = tuple(device.name for device in devices())
        return web.Response(
            body=remembered(url, names), content_type="application/json"
        )

    return service_discovery


def render(names: Sequence[str], url: URL) -> bytes:
    """Give the list of targets that are probed at a URL, one group for each name."""
    # The two parts between which a name stands are the same for all.
    labels = {"__scheme__": url.scheme} if url.scheme == "https" else {}
    labels |= {"__metrics_path__": url.path.rstrip("/") + "/probe"}
    head = json.dumps({"targets": [f"{url.host_subcomponent}:{url.port}"]})[:-1]
    head += ', "labels": ' + json.dumps(labels)[:-1]
    quoted = json.encoder.encode_basestring_ascii
    groups = (
        f'{head}, "__param_target": {name}, "device": {name}}}}}'
        for name in map(quoted, names)
    )
    return ("[" + ",\n".join(groups) + "]\n").encode()


def _url_of(hosts: Sequence[str]) -> URL | None:
    if len(hosts) != 1 or len(hosts[0]) > MOST_HOST_CHARACTERS:
        return None
    if not HOST.fullmatch(hosts[0]):
        return None
    try:
        url = URL(f"http://{hosts[0]}")
    except ValueError:  # a port over 65535, an address that is none
        return None
    return url if url.host and url.port else None
