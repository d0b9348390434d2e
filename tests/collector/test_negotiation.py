"""In: Accept and Accept-Encoding as they are sent. Out: the format and the coding."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from picotemp_collector.metrics.format import Format
from picotemp_collector.metrics.negotiation import choose, prefers_gzip

TEXT = "text/plain; version=0.0.4; charset=utf-8"
OPENMETRICS = "application/openmetrics-text; version=1.0.0; charset=utf-8"
OLD_OPENMETRICS = "application/openmetrics-text; version=0.0.1; charset=utf-8"
UTF8, UNDERSCORES = "; escaping=allow-utf-8", "; escaping=underscores"
TYPES = {TEXT, OPENMETRICS, OLD_OPENMETRICS} | {
    f"{OPENMETRICS}; escaping={name}"
    for name in ("allow-utf-8", "underscores", "values")
}
NAME = "application/openmetrics-text"
# As it was seen to send it; the other two are in its issues and its tests.
PROMETHEUS_2_42 = (
    "application/openmetrics-text;version=1.0.0,"
    "application/openmetrics-text;version=0.0.1;q=0.75,"
    "text/plain;version=0.0.4;q=0.5,*/*;q=0.1"
)
PROMETHEUS_2_30 = (
    "application/openmetrics-text; version=0.0.1,"
    "text/plain;version=0.0.4;q=0.5,*/*;q=0.1"
)
PROMETHEUS_3 = (
    "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,"
    "application/openmetrics-text;version=0.0.1;q=0.5,"
    "text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,"
    "text/plain;version=0.0.4;q=0.3,*/*;q=0.2"
)
PROTOBUF = (
    "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;"
    "encoding=delimited"
)


@pytest.mark.parametrize(
    ("accept", "content_type"),
    [
        (PROMETHEUS_2_42, OPENMETRICS),
        (PROMETHEUS_2_30, OLD_OPENMETRICS),
        (PROMETHEUS_3, OPENMETRICS + UTF8),
        (PROMETHEUS_3.replace("allow-utf-8", "underscores"), OPENMETRICS + UNDERSCORES),
        (f"{PROTOBUF};q=0.7,{PROMETHEUS_3}", OPENMETRICS + UTF8),
        # Prometheus 3 with scrape_protocols: [PrometheusText0.0.4]
        ("text/plain;version=0.0.4;q=0.3,*/*;q=0.2", TEXT),
        # curl, then a browser
        ("*/*", TEXT),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", TEXT),
        ("", TEXT),
        # the rules one by one: quality before order before our own preference
        (f"{NAME};q=0.2,text/plain;q=0.3", TEXT),
        (f"{NAME};q=0.3,text/plain;q=0.2", OPENMETRICS),
        (f"text/plain,{NAME}", TEXT),
        (f"{NAME},text/plain", OPENMETRICS),
        (f"*/*,{NAME}", OPENMETRICS),
        (f"text/*,{NAME}", OPENMETRICS),
        ("application/*", OPENMETRICS),
        ("application/*;q=0.1,text/*;q=0.2", TEXT),
        # q=0 refuses, and the most exact name decides
        (f"{NAME};q=0", TEXT),
        (f"{NAME};q=0,*/*", TEXT),
        ("text/plain;q=0,*/*", OPENMETRICS),
        (f"text/plain;q=0,{NAME};version=1.0.0;q=0,*/*;q=0.1", OLD_OPENMETRICS),
        (f"{NAME};q=0.000,text/*;q=0.001", TEXT),
        ("*/*;q=0", TEXT),
        ("text/plain;q=0", TEXT),
        # versions and character sets that we do not have
        (f"{NAME};version=99.0", TEXT),
        (f"{NAME};version=abc", TEXT),
        (f"{NAME};version=2.0.0,{NAME};version=1.0.0;q=0.1", OPENMETRICS),
        ("text/plain;version=1.0.0", TEXT),
        (f"{NAME};charset=iso-8859-1,text/plain;q=0.1", TEXT),
        (f'{NAME}; Version="1.0.0"; Charset=UTF-8', OPENMETRICS),
        (f"{NAME};version=1.0.0;escaping=dots", OPENMETRICS),
        (f"{NAME};version=0.0.1;escaping=values", OLD_OPENMETRICS),
        (f"{NAME};escaping=evil\r\nX: y", OPENMETRICS),
        # form: case, spaces, quotes, several of one
        (
            "APPLICATION/OpenMetrics-Text ; VERSION=1.0.0 ; Q=0.9 , */*;q=0",
            OPENMETRICS,
        ),
        (f'text/html;title=",{NAME},";q=0.9', TEXT),
        (f'text/plain;title="a\\",;q=0";q=0.1,{NAME};q=0.05', TEXT),
        (f"{NAME};q=1;q=0", OPENMETRICS),
        # what cannot be understood neither asks nor refuses
        (f"{NAME};q=often,text/plain;q=0.1", TEXT),
        (f"{NAME};q=nan,text/plain;q=0.1", TEXT),
        (f"{NAME};q=-1,text/plain;q=0.1", TEXT),
        (f"{NAME};q=2,text/plain;q=0.1", TEXT),
        (f"{NAME};q=1e0,text/plain;q=0.1", TEXT),
        (f"{NAME};q=١,text/plain;q=0.1", TEXT),
        (';;,,=\\"', TEXT),
        (f";{NAME}", TEXT),
        ('"', TEXT),
    ],
)
def test_the_format_is_the_one_that_is_liked_best(
    accept: str, content_type: str
) -> None:
    chosen = choose(accept)
    assert chosen.content_type == content_type
    assert (chosen.format is Format.TEXT) is (content_type == TEXT)


@given(st.text() | st.text('aptq=;,.*/"\\01 xe-', max_size=60))
def test_whatever_is_sent_one_of_our_own_types_is_chosen(accept: str) -> None:
    assert choose(accept).content_type in TYPES


@pytest.mark.parametrize(
    ("header", "gzip"),
    [
        ("", False),
        ("gzip", True),
        ("deflate, gzip;q=0.5", True),
        ("GZIP", True),
        ("x-gzip", True),
        ("*", True),
        ("gzip, deflate, br, zstd", True),
        ("br;q=1.0, gzip;q=0.8, *;q=0.1", True),
        ("gzip;q=1.0, identity;q=0.5, *;q=0", True),
        ("gzip;q=0.5, identity;q=0.5", True),
        ("identity;q=0", True),
        ("br, identity;q=0", True),
        ("identity;q=0, *;q=0.1", True),
        ("gzip;q=0.001", True),
        ("gzip;q=0", False),
        ("gzip; q=0.0, *", False),
        ("gzip;q=0.000, identity;q=0", False),
        ("*;q=0", False),
        ("gzip;q=0.5, identity", False),
        ("gzip;q=0.5, *;q=1", False),
        ("identity", False),
        ("br", False),
        ("gzip;q=often", False),
        ("gzip;q=nan", False),
        (";;,,=", False),
    ],
)
def test_gzip_is_sent_to_whom_likes_it_at_least_as_well_as_plain(
    header: str, gzip: bool
) -> None:
    assert prefers_gzip(header) is gzip


@pytest.mark.parametrize(
    "evil", ["a," * 50_000, '"' * 100_000, '"\\' * 50_000, "a;" * 50_000, "a=" * 50_000]
)
def test_an_evil_header_costs_no_more_than_a_long_one(evil: str) -> None:
    began = time.process_time()
    choose(evil)
    prefers_gzip(evil)
    # A rule that looked again and again would take minutes.
    assert time.process_time() - began < 5
