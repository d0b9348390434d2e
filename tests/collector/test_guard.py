"""In: targets by address, what is allowed. Out: the address to ask, or a refusal."""

import asyncio
from ipaddress import IPv4Network, IPv6Network, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from picotemp_collector.devices.address import Address, Addresses, parse_address
from picotemp_collector.devices.asking import FindHost
from picotemp_collector.devices.guard import Guard, Permitted
from picotemp_collector.devices.permits import SPECIAL
from picotemp_collector.errors import RequestError

HOME = ("10.0.0.0/8", "fd00::/8")
EVERYTHING = ("0.0.0.0/0", "::/0")
NAMES = {
    "board.test": ["10.0.0.7"],
    "six.test": ["fd00::7"],
    "mapped.test": ["::ffff:10.0.0.7"],
    "mixed.test": ["127.0.0.1", "192.168.0.1", "10.0.0.7"],
    "outside.test": ["127.0.0.1", "192.168.0.1"],
    "interface.test": ["fe80::1%lo"],
    "nothing.test": [],
}


def resolver(looked_up: list[str]) -> FindHost:
    async def find(host: str) -> Addresses:
        looked_up.append(host)
        if host not in NAMES:
            raise OSError(None, "no such name")
        return tuple(_address(text) for text in NAMES[host])

    return find


def _address(text: str) -> Address:
    address = parse_address(text)
    assert address
    return address


def permitted(
    target: str,
    networks: tuple[str, ...] = HOME,
    ports: tuple[int, ...] = (80, 8080),
    looked_up: list[str] | None = None,
) -> Permitted:
    names = resolver(looked_up if looked_up is not None else [])
    guard = Guard([ip_network(each) for each in networks], ports, names)
    return asyncio.run(guard.permit(target))


def refused(
    target: str,
    networks: tuple[str, ...] = HOME,
    looked_up: list[str] | None = None,
) -> int:
    with pytest.raises(RequestError) as raised:
        permitted(target, networks, looked_up=looked_up)
    return raised.value.status


@pytest.mark.parametrize(
    ("target", "url"),
    [
        ("10.0.0.7", "http://10.0.0.7/"),
        ("10.0.0.7:80", "http://10.0.0.7/"),
        ("10.0.0.7:8080", "http://10.0.0.7:8080/"),
        ("http://10.0.0.7", "http://10.0.0.7/"),
        ("http://10.0.0.7:8080/", "http://10.0.0.7:8080/"),
        ("[fd00::7]", "http://[fd00::7]/"),
        ("[FD00:0:0::7]:8080", "http://[fd00::7]:8080/"),
        ("[::ffff:10.0.0.7]", "http://10.0.0.7/"),
        ("board.test", "http://10.0.0.7/"),
        ("board.test:8080", "http://10.0.0.7:8080/"),
        ("http://six.test/", "http://[fd00::7]/"),
        ("mapped.test", "http://10.0.0.7/"),
        ("mixed.test", "http://10.0.0.7/"),
    ],
)
def test_what_is_permitted_is_asked_by_its_address(target: str, url: str) -> None:
    assert permitted(target).url == url


@pytest.mark.parametrize(
    ("target", "status"),
    [
        ("192.168.0.1", 403),
        ("[fe80::1]", 403),
        ("[::ffff:127.0.0.1]", 403),
        ("10.0.0.7:81", 403),
        ("outside.test", 403),
        ("nothing.test", 404),
        ("interface.test", 404),
        ("unknown.test", 404),
        ("10.0.0.7/path", 404),
        ("https://10.0.0.7/", 404),
        ("10.0.0.7:0", 404),
        ("10.0.0.7:99999", 404),
        ("fd00::7", 404),
    ],
)
def test_what_is_not_permitted_is_refused(target: str, status: int) -> None:
    assert refused(target) == status


def test_a_name_is_not_looked_up_where_no_network_or_not_the_port_is_allowed() -> None:
    looked_up: list[str] = []
    assert refused("board.test", (), looked_up) == 404
    assert refused("10.0.0.7", (), looked_up) == 403
    assert refused("board.test:81", HOME, looked_up) == 403
    assert looked_up == []
    permitted("board.test", looked_up=looked_up)
    assert looked_up == ["board.test"]


def test_what_is_allowed_no_longer_is_refused_at_once() -> None:
    guard = Guard([ip_network("10.0.0.0/8")], (80,))
    assert asyncio.run(guard.permit("10.0.0.7")).network == "10.0.0.0/8"
    guard.turn_to([ip_network("10.1.0.0/16")], (80,))
    with pytest.raises(RequestError):
        asyncio.run(guard.permit("10.0.0.7"))


@pytest.mark.parametrize("special", SPECIAL, ids=str)
def test_a_special_address_is_only_permitted_by_a_network_of_its_own_kind(
    special: IPv4Network | IPv6Network,
) -> None:
    for address in (special.network_address + 1, special.broadcast_address):
        text = f"[{address}]" if special.version == 6 else str(address)
        assert refused(text, EVERYTHING) == 403
        wider = special.supernet()
        assert refused(text, (str(wider),)) == 403
        assert permitted(text, (str(special),)).network == str(special)
        assert permitted(text, (str(address),)).network == str(ip_network(address))


@given(st.ip_addresses(v=4))
def test_a_mapped_address_is_as_good_as_the_one_it_stands_for(address: object) -> None:
    networks = ("8.0.0.0/6", "::/0", "::ffff:0:0/96")
    for text in (f"{address}", f"[::ffff:{address}]"):
        try:
            url = permitted(text, networks).url
        except RequestError:
            url = None
        expected = ip_network("8.0.0.0/6").supernet_of(ip_network(str(address)))  # type: ignore[arg-type]
        assert url == (f"http://{address}/" if expected else None)


@given(st.text(st.sampled_from("10.7:[]/@%#?\\ xfh\n\r\t٠。-_"), max_size=24))
def test_of_any_text_only_an_address_inside_comes_out(target: str) -> None:
    try:
        url = permitted(target).url
    except RequestError as error:
        assert error.status in (403, 404)  # noqa: PT017 both ways are right
    else:
        assert url.startswith(("http://10.", "http://[fd"))
