"""In: addresses right and wrong. Out: those that are taken, each other one named."""

import ipaddress
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from picotemp.settings import check

from .conftest import Micropython

GOOD: dict[str, object] = {"ssid": "attic", "gateway": "10.0.0.1"}
STATIC = GOOD | {"address": "10.0.0.7"}
NETMASKS = [str(ipaddress.ip_network(f"0.0.0.0/{n}").netmask) for n in range(1, 31)]
# Nobody, the board itself, everybody.
NO_HOSTS: tuple[object, ...] = (
    "0.0.0.0",
    "0.1.2.3",
    "127.0.0.1",
    "224.0.0.1",
    "255.255.255.255",
)
ADDRESSES = ("address", "netmask", "gateway", "name_server", "probe_target")
NOT_IPV4: list[object] = [
    "10.0.0",
    "10.0.0.7.1",
    "10.0.0.256",
    "10.0.0.-7",
    "10.0.0.+7",
    "10.0.0. 7",
    "10.0.0.7 ",
    "10.0.0.07",
    "10.0.0.1e1",
    "10.0.0.1_1",
    "10.0..7",
    "10.0.0.²",
    "10.0.0.٣",
    "10.0.0.7\n",
    "::1",
    "0x0a000007",
    " ",
    None,
    False,
    0,
    167772167,
    ["10.0.0.7"],
]
ACCEPTED: list[dict[str, object]] = [
    {"address": "10.0.0.7"},
    {"address": "10.0.0.7", "gateway": "10.0.0.254", "name_server": "9.9.9.9"},
    {"address": "10.0.9.7", "netmask": "255.255.0.0"},
    {"address": "223.255.255.7", "gateway": "223.255.255.1"},
    {"address": "", "gateway": ""},
    {"address": "", "gateway": "192.168.1.1"},
    {"netmask": "128.0.0.0"},
    {"netmask": "255.255.255.252"},
    {"name_server": "10.0.0.53"},
    {"probe_target": "192.168.1.9"},
    {"probe_target": "192.168.1.9:1"},
    {"probe_target": "192.168.1.9:65535"},
]
# The first key is the one to be named.
REFUSED: list[dict[str, object]] = [
    *({key: wrong} for key in ADDRESSES for wrong in NOT_IPV4),
    *({"address": wrong} for wrong in NO_HOSTS),
    *({"gateway": wrong, "address": "10.0.0.7"} for wrong in ("", *NO_HOSTS)),
    {"gateway": "10.0.0.7", "address": "10.0.0.7"},
    {"gateway": "10.0.1.1", "address": "10.0.0.7"},
    {"netmask": "255.255.255.254"},
    {"netmask": "255.255.255.255"},
    {"netmask": ""},
    {"netmask": "0.0.0.0"},
    {"netmask": "255.0.255.0"},
    {"netmask": "0.255.255.255"},
    {"netmask": "255.255.255.1"},
    {"probe_target": "0.0.0.0"},
    {"probe_target": "10.0.0.7:"},
    {"probe_target": "10.0.0.7:0"},
    {"probe_target": "10.0.0.7:65536"},
    {"probe_target": "10.0.0.7:053"},
    {"probe_target": "10.0.0.7:53:53"},
    {"probe_target": ":53"},
]


@pytest.mark.parametrize("chosen", ACCEPTED, ids=str)
def test_an_address_is_taken(chosen: dict[str, object]) -> None:
    settings, problems = check(GOOD | chosen)
    assert problems == []
    assert settings is not None
    assert {key: vars(settings)[key] for key in chosen} == chosen


@pytest.mark.parametrize("chosen", REFUSED, ids=str)
def test_what_is_no_address_is_named(chosen: dict[str, object]) -> None:
    settings, problems = check(GOOD | chosen)
    assert settings is None
    assert len(problems) == 1
    assert problems[0].startswith(f"{next(iter(chosen))}: expected ")
    assert "\n" not in problems[0]


@pytest.mark.parametrize("key", ADDRESSES)
def test_w8_a_name_is_refused_since_looking_it_up_would_stop_the_loop(key: str) -> None:
    assert check(STATIC | {key: "router.local"})[0] is None
    assert check(STATIC | {key: "router.local:53"})[0] is None


@given(
    st.ip_addresses(v=4).map(str)
    | st.from_regex(r"[0-9]{1,3}(\.[0-9]{1,3}){3}", fullmatch=True)
)
def test_an_address_is_what_an_address_is_elsewhere(address: str) -> None:
    try:
        is_one = str(ipaddress.IPv4Address(address)) == address
    except ValueError:
        is_one = False
    assert (check(GOOD | {"name_server": address})[0] is not None) == is_one


@given(st.ip_addresses(v=4).map(str) | st.sampled_from(NETMASKS))
def test_a_netmask_is_ones_and_then_zeros(netmask: str) -> None:
    assert (check(GOOD | {"netmask": netmask})[0] is not None) == (netmask in NETMASKS)


def test_micropython_says_the_same(micropython: Micropython) -> None:
    table = [json.dumps(GOOD | chosen) for chosen in ACCEPTED + REFUSED]
    printed = micropython(
        "import json\n"
        "from picotemp.settings import check\n"
        f"for text in {table!r}:\n"
        "    print(json.dumps(check(json.loads(text))[1]))"
    )
    said = [json.loads(line) for line in printed.splitlines()]
    assert said == [check(json.loads(text))[1] for text in table]
