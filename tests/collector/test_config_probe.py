"""In: [probe] and external_url as people write them. Out: them, or why not."""

from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from yarl import URL

from collector.loading import loaded, problems_of
from picotemp_collector.config.shapes import Age, Config, Network, ProbeSettings

BOARD = {"PICO_SERVER_URL": "http://picotemp.local"}
NETWORKS = "PICOTEMP_PROBE_ALLOWED_NETWORKS"
EXTERNAL_URL = "PICOTEMP_SERVER_EXTERNAL_URL"
networks = st.one_of(
    st.builds(
        lambda low_bits, length: IPv4Network((low_bits, length), strict=False),
        st.integers(0, 2**32 - 1),
        st.integers(0, 32),
    ),
    st.builds(
        lambda low_bits, length: IPv6Network((low_bits, length), strict=False),
        st.integers(2**64, 2**128 - 1),
        st.integers(0, 128),
    ),
)


def from_file(folder: Path, text: str) -> Config:
    file = folder / "collector.toml"
    file.write_text(text)
    return loaded(file, BOARD)


def refusal_of(variable: str, text: str) -> str:
    """Give what was expected instead of a lone value."""
    [problem] = problems_of(None, {**BOARD, variable: text})
    return problem.partition("expected ")[2].rpartition(", given ")[0]


def test_at_first_no_address_may_be_probed() -> None:
    assert loaded(environment=BOARD).probe == ProbeSettings()
    assert ProbeSettings().allowed_networks == ()
    assert ProbeSettings().allowed_ports == (80,)
    assert ProbeSettings().max_age_seconds == Age(2)


def test_a_file_gives_lists(tmp_path: Path) -> None:
    text = """
    [probe]
    max_age_seconds = 0
    allowed_networks = ["10.0.0.0/8", "fd00::/8", "192.168.1.7"]
    allowed_ports = [80, 8080]
    """
    probe = from_file(tmp_path, text).probe
    assert [str(network) for network in probe.allowed_networks] == [
        "10.0.0.0/8",
        "fd00::/8",
        "192.168.1.7/32",
    ]
    assert probe.allowed_ports == (80, 8080)
    assert probe.max_age_seconds == Age(0)


def test_a_lone_value_is_a_list_of_one(tmp_path: Path) -> None:
    text = '[probe]\nallowed_networks = "10.0.0.0/8"\nallowed_ports = 8080'
    probe = from_file(tmp_path, text).probe
    assert probe.allowed_networks == (ip_network("10.0.0.0/8"),)
    assert probe.allowed_ports == (8080,)


def test_variables_have_commas_between_items() -> None:
    probe = loaded(
        environment={
            **BOARD,
            NETWORKS: " 10.0.0.0/8 , fd00::/8 ,, ",
            "PICOTEMP_PROBE_ALLOWED_PORTS": "80,8080",
            "PICOTEMP_PROBE_MAX_AGE_SECONDS": "0.05",
        }
    ).probe
    assert probe.allowed_networks == (ip_network("10.0.0.0/8"), ip_network("fd00::/8"))
    assert probe.allowed_ports == (80, 8080)
    assert probe.max_age_seconds == Age(0.05)


@given(st.lists(networks, min_size=1, max_size=5))
def test_every_network_is_taken_as_it_is_written(given_networks: list[Network]) -> None:
    text = ",".join(map(str, given_networks))
    probe = loaded(environment={**BOARD, NETWORKS: text}).probe
    assert probe.allowed_networks == tuple(given_networks)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("10.0.0.1/8", "10.0.0.0/8, or 10.0.0.1 alone"),
        ("fd00::7/64", "fd00::/64, or fd00::7 alone"),
        ("192.168.1.255/24", "192.168.1.0/24, or 192.168.1.255 alone"),
        ("::ffff:10.0.0.0/104", "10.0.0.0/8, the same written as IPv4"),
        ("::ffff:10.0.0.7", "10.0.0.7/32, the same written as IPv4"),
        ("::ffff:10.0.0.7/104", "10.0.0.0/8, the same written as IPv4"),
        ("::ffff:0:0/96", "0.0.0.0/0, the same written as IPv4"),
    ],
)
def test_a_refusal_names_the_right_network(text: str, expected: str) -> None:
    assert refusal_of(NETWORKS, text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "10",
        "10.0.0.0/33",
        "10.0.0.0/-1",
        "10.0.0.0/",
        "/8",
        "10.0.0.0/255.0.0.0",
        "10.0.0.0/0.0.0.255",
        "10.0.0/8",
        "010.0.0.0/8",
        "fe80::%eth0/64",
        "fd00::/129",
        "picotemp.local",
        "http://10.0.0.0/8",
        "10.0.0.0/" + "9" * 5000,
    ],
)
def test_what_is_no_network_is_a_problem(text: str) -> None:
    expected = "a network such as 10.0.0.0/8, fd00::/8 or 10.0.0.7"
    assert refusal_of(NETWORKS, text) == expected


def test_each_bad_item_is_told_with_its_number(tmp_path: Path) -> None:
    file = tmp_path / "collector.toml"
    file.write_text(
        '[probe]\nmax_age_seconds = -1\nallowed_networks = ["10.0.0.0/8", 10, "10.1/8"]'
        "\nallowed_ports = [80, 0, true, 65536, 80.5, []]\n"
    )
    network = "expected a network such as 10.0.0.0/8, fd00::/8 or 10.0.0.7, given"
    port = "expected a port from 1 to 65535, given"
    assert problems_of(file, BOARD) == [
        (
            f"{file}: probe.max_age_seconds: expected a number of seconds"
            " from 0 to 86400, given -1"
        ),
        f"{file}: probe.allowed_networks: number 2: {network} 10",
        f'{file}: probe.allowed_networks: number 3: {network} "10.1/8"',
        f"{file}: probe.allowed_ports: number 2: {port} 0",
        f"{file}: probe.allowed_ports: number 3: {port} true",
        f"{file}: probe.allowed_ports: number 4: {port} 65536",
        f"{file}: probe.allowed_ports: number 5: {port} 80.5",
        f"{file}: probe.allowed_ports: number 6: {port} a list",
    ]


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("https://picotemp.example", "https://picotemp.example/"),
        ("http://10.0.0.7:3030/collector", "http://10.0.0.7:3030/collector"),
        ("picotemp.example:3030", "http://picotemp.example:3030/"),
        ("http://[fd00::7]:3030", "http://[fd00::7]:3030/"),
    ],
)
def test_an_external_url_is_kept(text: str, url: str) -> None:
    config = loaded(environment={**BOARD, EXTERNAL_URL: text})
    assert config.server.external_url == URL(url)


def test_an_empty_external_url_is_none(tmp_path: Path) -> None:
    config = from_file(tmp_path, 'server.external_url = ""')
    assert config.server.external_url is None


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("ftp://h", "; the schemes are http and https"),
        ("http://", ""),
        ("http://:3030", ""),
        ("http://h:0", ""),
        ("http://a b", ", without spaces"),
        ("http://h/?a=b", ", without a user, a query or a fragment"),
        ("http://h/#a", ", without a user, a query or a fragment"),
        ("http://u:geheim@h", ", without a user, a query or a fragment"),
    ],
)
def test_an_external_url_that_none_could_use_is_a_problem(text: str, hint: str) -> None:
    expected = "a URL such as https://picotemp.example/collector"
    assert refusal_of(EXTERNAL_URL, text) == expected + hint
    assert "geheim" not in str(problems_of(None, {**BOARD, EXTERNAL_URL: text}))
