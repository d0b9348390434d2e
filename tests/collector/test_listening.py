"""In: addresses of all kinds. Out: a bound socket, or a line that says what to do."""

import socket

import pytest

from collector.loading import loaded
from picotemp_collector.config.shapes import Listen
from picotemp_collector.errors import CannotRunError
from picotemp_collector.listening import bind, shown_place_of, url_of


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "0.0.0.0", ""])
def test_any_free_port_is_bound_and_has_a_url(host: str) -> None:
    with bind(Listen(host, 0)) as bound:
        port = bound.getsockname()[1]
        assert port > 0
        assert url_of(bound) in (
            f"http://127.0.0.1:{port}",
            f"http://localhost:{port}",
        )
        with socket.create_connection(("127.0.0.1", port), timeout=5):
            pass


def test_an_ipv6_address_is_shown_as_it_is_written() -> None:
    try:
        bound = bind(Listen("::1", 0))
    except CannotRunError as error:
        pytest.skip(f"no IPv6 here: {error}")
    with bound:
        port = bound.getsockname()[1]
        assert shown_place_of(bound) == f"[::1]:{port}"
        assert url_of(bound) == f"http://[::1]:{port}"


def test_a_port_in_use_is_told_with_what_to_do() -> None:
    with (
        bind(Listen("127.0.0.1", 0)) as bound,
        pytest.raises(CannotRunError) as raised,
    ):
        bind(Listen("127.0.0.1", bound.getsockname()[1]))
    text = str(raised.value)
    assert text.startswith(f"cannot listen on 127.0.0.1:{bound_port(text)}: ")
    assert "in use" in text
    assert "--listen" in text


def bound_port(text: str) -> str:
    return text.split(":")[1].split(" ")[0]


@pytest.mark.parametrize(
    ("host", "said"),
    [
        ("203.0.113.1", "does not have that address"),
        ("nobody.invalid", "name"),
        ("a" * 64 + ".test", "no name"),
        ("a..test", "no name"),
    ],
)
def test_an_address_of_someone_else_is_told(host: str, said: str) -> None:
    with pytest.raises(CannotRunError, match=said):
        bind(Listen(host, 0))


@pytest.mark.parametrize(
    ("text", "listen"),
    [
        ("0.0.0.0:3030", Listen("0.0.0.0", 3030)),
        (":3030", Listen("", 3030)),
        ("[::1]:80", Listen("::1", 80)),
        ("localhost:0", Listen("localhost", 0)),
    ],
)
def test_where_to_listen_is_written_as_in_other_exporters(
    text: str, listen: Listen
) -> None:
    flags = {("server", "listen"): ("--listen", text)}
    config = loaded(None, {"PICO_SERVER_URL": "h"}, flags)
    assert config.server.listen == listen
    assert str(listen) == text
