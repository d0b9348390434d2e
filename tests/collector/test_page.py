"""In: devices in every state. Out: a page that is well-formed, escaped and alone."""

from html.parser import HTMLParser
from urllib.parse import unquote

import pytest
from attrs import define, field

from collector.fake_clock import FakeClock
from collector.known import known_store
from collector.running import device
from picotemp.payload import Reading
from picotemp_collector.config.loaded import Loaded
from picotemp_collector.errors import Failure, FailureReason
from picotemp_collector.outlets.page import render
from picotemp_collector.readings.source_state import SourceState
from picotemp_collector.readings.store import Store

EMPTY_TAGS = {"meta"}
LOADED = Loaded(1_700_000_000.0)
EVIL = "<script>alert('x')</script>\"&"


@define
class Page(HTMLParser):
    """The page as a browser would see it."""

    tags: list[str] = field(factory=list)
    links: list[str] = field(factory=list)
    open_tags: list[str] = field(factory=list)
    cells: list[str] = field(factory=list)
    paragraphs: list[str] = field(factory=list)

    def __attrs_post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [value or "" for name, value in attrs if name in ("href", "src")]
        if tag not in EMPTY_TAGS:
            self.open_tags.append(tag)
        if tag in ("td", "th"):
            self.cells.append("")
        if tag == "p":
            self.paragraphs.append("")

    def handle_endtag(self, tag: str) -> None:
        assert self.open_tags.pop() == tag

    def handle_data(self, data: str) -> None:
        if {"td", "th"} & set(self.open_tags):
            self.cells[-1] += data
        if "p" in self.open_tags:
            self.paragraphs[-1] += data


def page_of(store: Store) -> Page:
    page = Page()
    page.feed(render(store.views(), 1_700_000_000.0, LOADED, []))
    page.close()
    assert page.open_tags == []
    return page


def test_each_device_is_a_row_with_state_in_words_and_both_units(
    clock: FakeClock,
) -> None:
    cells = page_of(known_store(clock)).cells[4:]
    url = "http://127.0.0.1:1"
    assert [cells[row : row + 4] for row in range(0, 16, 4)] == [
        [f"attic{url}", "✓ up", "27.04", "80.67"],
        [f"bath{url}", "✗ stalethe last reading is too old to be shown", "–", "–"],
        [f"cellar{url}", "✗ refusednothing listens there", "–", "–"],
        [f"den{url}", "… not_asked_yetthe first poll has not ended", "–", "–"],
    ]


def test_the_page_links_to_every_endpoint_and_loads_nothing(clock: FakeClock) -> None:
    page = page_of(known_store(clock))
    names = ("attic", "bath", "cellar", "den")
    assert page.links == [
        *(f"api/v1/devices/{name}/history" for name in names),
        "metrics",
        "sd",
        "health",
        "api/v1/devices",
        "-/healthy",
        "-/ready",
    ]
    assert not {"script", "img", "link", "iframe"} & set(page.tags)


def test_whatever_comes_from_elsewhere_is_escaped(clock: FakeClock) -> None:
    store = Store([device(EVIL, EVIL)], clock.clock, 60.0)
    store.record_failure(EVIL, Failure(FailureReason.SENSOR, EVIL), 0.1)
    page = page_of(store)
    assert "script" not in page.tags
    assert unquote(page.links[0]) == f"api/v1/devices/{EVIL}/history"
    assert set('<>"&') & set(page.links[0]) == set()
    assert page.cells[4:6] == [EVIL + EVIL, f"✗ sensor{EVIL}"]


def test_the_title_says_how_many_are_up(clock: FakeClock) -> None:
    store = Store([device("a"), device("b")], clock.clock, 60.0)
    store.record_reading("a", Reading(20.0, 68.0), 0.1)
    text = render(store.views(), 1_700_000_000.0, LOADED, [])
    assert "<title>picotemp: 1 of 2 up</title>" in text
    assert "as of 22:13:20 UTC" in text


def test_what_is_wrong_with_the_configuration_is_said_and_escaped() -> None:
    refused = Loaded(1_700_000_000.0, problems=(EVIL, "b"), warnings=("c",))
    page = Page()
    page.feed(render([], 1_700_000_100.0, refused, []))
    assert "script" not in page.tags
    assert page.tags.count("li") == 2
    assert page.open_tags == []
    text = render([], 1_700_000_100.0, refused, [])
    assert "the configuration of 2023-11-14 22:13:20 UTC stays in force" in text


@pytest.mark.parametrize(
    ("state", "says"),
    [
        (SourceState(EVIL, True, (), 7, 0.0, 0), []),
        (SourceState("a", False, (), 0, None, 0), []),
        (
            SourceState("a", True, (EVIL,), 7, 0.0, 0),
            ["a lists what cannot be polled:"],
        ),
        (
            SourceState(EVIL, False, ("refused",), 0, None, 1),
            [f"{EVIL} has not given its whole list yet:"],
        ),
        (
            SourceState("a", False, ("refused",), 7, 1_700_000_000.0, 1),
            ["a gave its last whole list at 2023-11-14 22:13:20 UTC:"],
        ),
    ],
)
def test_what_is_wrong_with_a_source_is_said_and_escaped(
    state: SourceState, says: list[str]
) -> None:
    page = Page()
    page.feed(render([], 1_700_000_100.0, LOADED, [state]))
    assert page.paragraphs == says
    assert page.tags.count("li") == len(state.problems)
    assert "script" not in page.tags
