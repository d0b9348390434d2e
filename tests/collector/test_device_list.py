"""In: what people write into PICO_SERVER_URL. Out: names and URLs, passwords hidden."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.loading import loaded, problems_of
from picotemp_collector.errors import ConfigurationError

hosts = st.from_regex(r"[a-z][a-z0-9]{0,8}(\.[a-z]{2,5})?", fullmatch=True)
HIDDEN = "geheim"


def devices_of(text: str) -> list[tuple[str, str, str]]:
    config = loaded(None, {"PICO_SERVER_URL": text})
    return [(d.name, d.url, d.shown_url) for d in config.devices]


@pytest.mark.parametrize(
    ("text", "name", "url"),
    [
        ("http://picotemp.local", "picotemp.local", "http://picotemp.local/"),
        ("picotemp.local", "picotemp.local", "http://picotemp.local/"),
        ("picotemp.local:80", "picotemp.local", "http://picotemp.local/"),
        ("10.0.0.7:8080", "10.0.0.7:8080", "http://10.0.0.7:8080/"),
        ("attic=10.0.0.7", "attic", "http://10.0.0.7/"),
        ("under the roof = http://h/a", "under the roof", "http://h/a"),
        ("rack:1=http://h", "rack:1", "http://h/"),
        ("http://h/t?unit=c", "h", "http://h/t?unit=c"),
        ("h/t?unit=c", "h", "http://h/t?unit=c"),
        ("a=http://h/t?unit=c", "a", "http://h/t?unit=c"),
        ("http://[fd00::7]", "[fd00::7]", "http://[fd00::7]/"),
        ("[fd00::7]:8080", "[fd00::7]:8080", "http://[fd00::7]:8080/"),
        ("v6=[fd00::7]", "v6", "http://[fd00::7]/"),
        ("https://h", "h:443", "https://h/"),
        ("http://h/#part", "h", "http://h/"),
        ("HTTP://H", "h", "http://h/"),
    ],
)
def test_an_item_gives_a_name_and_a_url(text: str, name: str, url: str) -> None:
    [(found_name, found_url, _)] = devices_of(text)
    assert (found_name, found_url) == (name, url)


def test_spaces_and_empty_items_do_not_count() -> None:
    text = " attic = http://10.0.0.7 ,, picotemp.local , "
    assert [name for name, _, _ in devices_of(text)] == ["attic", "picotemp.local"]


@pytest.mark.parametrize(
    "text",
    [
        "ftp://h",
        "http://",
        "http://:80",
        "http://h:0",
        "http://h:99999",
        "http://h:port",
        "http://[fd00::7",
        "http://127.1",
        "http://2130706433",
        "http://256.0.0.1",
        "http://a b",
        "=http://h",
        "a=",
        "a=b=c",
        "a\nb=http://h",
        "x" * 201 + "=http://h",
    ],
)
def test_an_item_that_cannot_be_asked_is_a_problem(text: str) -> None:
    problems = problems_of(None, {"PICO_SERVER_URL": text})
    where = "environment variable PICO_SERVER_URL number 1: "
    assert all(line.startswith(where) for line in problems)
    assert "expected" in problems[0]


def test_a_password_is_kept_for_asking_and_hidden_for_showing() -> None:
    [(name, url, shown)] = devices_of(f"http://user:{HIDDEN}@h/p?key={HIDDEN}")
    assert (name, shown) == ("h", "http://***@h/p?***")
    assert url == f"http://user:{HIDDEN}@h/p?key={HIDDEN}"


def test_a_device_does_not_show_its_password_in_its_repr() -> None:
    config = loaded(None, {"PICO_SERVER_URL": f"http://user:{HIDDEN}@h"})
    assert HIDDEN not in repr(config)


@pytest.mark.parametrize(
    "text",
    [
        f"http://user:{HIDDEN}@h:99999",
        f"user:{HIDDEN}@h",
        f"attic=user:{HIDDEN}@h",
        f"user:pa={HIDDEN}@h",
        f"http://user:{HIDDEN} x@h",
        f"ftp://user:{HIDDEN}@h",
        f"http://h:99999/?token={HIDDEN}",
        f"http://user:1,{HIDDEN}/@h,b=b=c",
    ],
)
def test_no_problem_shows_a_password(text: str) -> None:
    assert HIDDEN not in "\n".join(problems_of(None, {"PICO_SERVER_URL": text}))
    assert HIDDEN not in "\n".join(problems_of(devices=(text,)))


@given(st.lists(st.tuples(hosts, st.integers(1, 65535)), min_size=1, unique=True))
def test_a_list_gives_each_host_once_with_its_port_unless_80(
    addresses: list[tuple[str, int]],
) -> None:
    text = ",".join(f"http://{host}:{port}/x" for host, port in addresses)
    assert [name for name, _, _ in devices_of(text)] == [
        host if port == 80 else f"{host}:{port}" for host, port in addresses
    ]


@given(st.text())
def test_no_text_breaks_the_reader(text: str) -> None:
    with contextlib.suppress(ConfigurationError):
        for name, url, shown in devices_of(text):
            assert name.encode()
            assert url.startswith(("http://", "https://"))
            assert shown
