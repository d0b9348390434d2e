"""In: URLs of devices. Out: the request that aiohttp would send, made beforehand."""

import asyncio

import pytest
from aiohttp import ClientRequest
from yarl import URL

from collector.fake_device import FakeDevice
from picotemp_collector.devices.resolver import DaemonResolver
from picotemp_collector.devices.session_client import (
    SessionClient,
    open_session,
    tcp_connector,
)
from picotemp_collector.devices.target import Question, info_url, target_of


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/",
        "/attic",
        "/attic/?unit=both&a=%20b",
        "/ä ö?q=ü",
        "/a%2Fb%2fc",
        "/%7Euser/;p?x=1+2&y",
        "//double",
    ],
)
@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "LOCALHOST"])
async def test_the_request_is_what_aiohttp_sends(
    host: str, path: str, fake: FakeDevice
) -> None:
    target = target_of(f"http://{host}:{fake.port}{path}")
    resolver = DaemonResolver()
    async with open_session(tcp_connector(resolver)) as session:
        client = SessionClient(session, resolver.is_looking_up)
        ends_seconds = asyncio.get_running_loop().time() + 10
        for question in (target.reading, target.info):
            await client.get(target, question, ends_seconds)
    await resolver.close()
    sent = [_lines(head) for head in fake.heads]
    assert [_lines(_text(target.reading)), _lines(_text(target.info))] == sent


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("http://10.0.0.7:80/", "10.0.0.7"),
        ("http://pico.local.:81/", "pico.local:81"),
        ("http://[::1]:81/", "[::1]:81"),
        ("http://bücher.local/", "xn--bcher-kva.local"),
    ],
)
async def test_the_host_is_named_as_aiohttp_does(url: str, host: str) -> None:
    assert f"Host: {host}\r\n" in _text(target_of(url).reading)
    loop = asyncio.get_running_loop()
    assert ClientRequest("GET", URL(url), loop=loop).headers["Host"] == host


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("http://10.0.0.7", ("10.0.0.7", 80)),
        ("http://10.0.0.7:8080/a", ("10.0.0.7", 8080)),
        ("http://[::1]:81", ("::1", 81, 0, 0)),
        ("http://picotemp.local", None),
        # The number of an interface may change.
        ("http://[fe80::1%lo]", None),
    ],
)
def test_an_address_is_ready_to_connect_to(
    url: str, address: tuple[object, ...] | None
) -> None:
    endpoint = target_of(url).endpoint
    assert (endpoint and endpoint.address) == address


@pytest.mark.parametrize(
    ("url", "is_plain"),
    [
        ("http://h", True),
        ("http://h/a@b?c@d", True),
        ("https://h", False),
        ("http://u@h", False),
        ("http://u:p@h", False),
        ("http://:p@h", False),
        ("http://u:@h", False),
    ],
)
def test_what_has_a_password_or_tls_is_not_plain(url: str, is_plain: bool) -> None:
    assert target_of(url).is_plain is is_plain


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://h", "http://h/info"),
        ("http://h:8080/", "http://h:8080/info"),
        ("http://h/pico/1", "http://h/pico/1/info"),
        ("http://h/pico/1/?a=b#c", "http://h/pico/1/info"),
    ],
)
def test_info_is_below_the_path_of_the_reading(url: str, expected: str) -> None:
    assert info_url(URL(url)) == URL(expected)


def _text(question: Question) -> str:
    return question.request.decode()


def _lines(head: str) -> tuple[str, list[str]]:
    request_line, *fields = head.rstrip("\r\n").split("\r\n")
    return request_line, sorted(fields)
