"""In: target groups as people and junk write them. Out: devices, or every problem."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from picotemp_collector.config.resolve import make_device
from picotemp_collector.config.shapes import PollSettings
from picotemp_collector.sources import target_groups
from picotemp_collector.sources.listing import MOST_PROBLEMS, Listing, SourceError
from picotemp_collector.sources.target_groups import MOST_PARTS, read_groups

junk = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["targets", "labels", "device", "__scheme__", "x"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=20,
)


def read(*groups: object) -> Listing:
    return read_groups(list(groups), "sd.json")


def names_and_urls(listing: Listing) -> list[tuple[str, str]]:
    devices = [make_device(one.settings, PollSettings()) for one in listing.entries]
    return [(device.name, device.url) for device in devices]


def problems_of(*groups: object) -> tuple[str, ...]:
    with pytest.raises(SourceError) as raised:
        read(*groups)
    return raised.value.problems


def test_a_target_is_a_host_a_host_and_port_or_a_url() -> None:
    targets = [
        "picotemp.local",
        "10.0.0.7:8080",
        "https://10.0.0.8/cellar?unit=c",
        "[fd00::7]:81",
    ]
    assert names_and_urls(read({"targets": targets})) == [
        ("picotemp.local", "http://picotemp.local/"),
        ("10.0.0.7:8080", "http://10.0.0.7:8080/"),
        ("10.0.0.8:443", "https://10.0.0.8/cellar?unit=c"),
        ("[fd00::7]:81", "http://[fd00::7]:81/"),
    ]


def test_the_label_device_names_it_and_other_labels_are_ignored() -> None:
    labels = {"device": "attic", "room": "north", "__meta_rack": "7", "job": "x"}
    listing = read({"targets": ["10.0.0.7"], "labels": labels})
    assert names_and_urls(listing) == [("attic", "http://10.0.0.7/")]
    assert listing.problems == ()


def test_an_empty_label_device_is_as_good_as_none() -> None:
    listing = read({"targets": ["10.0.0.7"], "labels": {"device": ""}})
    assert names_and_urls(listing) == [("10.0.0.7", "http://10.0.0.7/")]


def test_the_scheme_is_for_targets_without_one() -> None:
    labels = {"__scheme__": "https"}
    targets = ["10.0.0.7:8443", "http://10.0.0.8"]
    assert names_and_urls(read({"targets": targets, "labels": labels})) == [
        ("10.0.0.7:8443", "https://10.0.0.7:8443/"),
        ("10.0.0.8", "http://10.0.0.8/"),
    ]


def test_one_name_for_several_targets_costs_these_and_no_others() -> None:
    listing = read(
        {"targets": ["10.0.0.1", "10.0.0.2"], "labels": {"device": "attic"}},
        {"targets": ["10.0.0.3"]},
    )
    assert names_and_urls(listing) == [("10.0.0.3", "http://10.0.0.3/")]
    assert "".join(listing.problems) == (
        "sd.json: group 1: label device: expected a group with one target, given 2;"
        " give each device a group of its own"
    )


def test_a_target_that_is_no_device_costs_nobody_else_anything() -> None:
    listing = read({"targets": ["10.0.0.1", "10.0.0.300", "", "10.0.0.2"]})
    assert [name for name, _url in names_and_urls(listing)] == ["10.0.0.1", "10.0.0.2"]
    assert [problem.partition(": expected")[0] for problem in listing.problems] == [
        "sd.json: group 1: target 2",
        "sd.json: group 1: target 3",
    ]


def test_every_wrong_type_and_unknown_field_is_told_at_once() -> None:
    problems = problems_of(
        {"targets": ["10.0.0.1"], "label": {}},
        {"targets": "10.0.0.2"},
        None,
        {"targets": [1, "10.0.0.3", []], "labels": {"rack": 7}},
        {"targets": [], "labels": []},
    )
    assert problems == (
        "sd.json: group 1: label: unknown field; did you mean labels?",
        'sd.json: group 2: targets: expected a list, given "10.0.0.2"',
        "sd.json: group 3: expected a table with targets, given nothing",
        "sd.json: group 4: target 1: expected a text, given 1",
        "sd.json: group 4: target 3: expected a text, given a list",
        "sd.json: group 4: label rack: expected a text, given 7",
        "sd.json: group 5: labels: expected a table, given a list",
    )


def test_what_is_no_list_is_no_list_of_groups() -> None:
    with pytest.raises(SourceError, match="expected a list of target groups"):
        read_groups({"targets": []}, "sd.json")


def test_no_groups_no_targets_and_no_labels_are_fine() -> None:
    assert read() == Listing()
    assert read({}, {"targets": None, "labels": None}) == Listing()


def test_nothing_in_place_of_a_text_is_an_empty_one() -> None:
    listing = read({"targets": ["10.0.0.1"], "labels": {"device": None, "rack": None}})
    assert names_and_urls(listing) == [("10.0.0.1", "http://10.0.0.1/")]
    assert len(read({"targets": [None]}).problems) == 1


def test_a_broken_list_of_thousands_does_not_fill_the_log() -> None:
    listing = read({"targets": [f"10.0.0.{number}" for number in range(300, 1300)]})
    assert listing.problems[-1] == f"and {1000 - MOST_PROBLEMS} more"
    problems = problems_of({"targets": list(range(1000))})
    assert len(problems) == MOST_PROBLEMS + 1
    assert problems[-1] == f"and {1000 - MOST_PROBLEMS} more"


def test_a_password_in_a_target_is_never_told() -> None:
    listing = read({"targets": ["http://user:s3cret@300.0.0.1", "u:s3cret@10.0.0.1"]})
    assert listing.entries == ()
    assert len(listing.problems) == 2
    assert "s3cret" not in repr(listing)
    good = read({"targets": ["http://user:s3cret@10.0.0.1"]})
    assert "s3cret" in good.entries[0].settings.url.full
    assert "s3cret" not in repr(good)


def test_too_many_targets_are_refused_before_they_are_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(target_groups, "MOST_TARGETS", 3)
    assert len(read({"targets": ["10.0.0.1"]}, {"targets": ["a", "b"]}).entries) == 3
    assert problems_of({"targets": ["10.0.0.1"]}, {"targets": ["a", "b", "c"]}) == (
        "sd.json: targets: expected at most 3",
    )


def test_a_small_list_that_aliases_make_huge_is_refused() -> None:
    labels = {f"l{number}": "" for number in range(1000)}
    groups = [{"targets": [], "labels": labels}] * (MOST_PARTS // 1000)
    assert problems_of(*groups) == (
        f"sd.json: groups, fields and labels: expected at most {MOST_PARTS}",
    )


@given(junk)
def test_junk_raises_nothing_but_the_rooms_own_error(raw: object) -> None:
    try:
        problems = read_groups(raw, "sd.json").problems
    except SourceError as error:
        problems = error.problems or ("",)
    assert all(line.startswith(("sd.json: ", "and ")) for line in problems)


@given(st.text())
def test_any_text_is_a_device_or_a_problem(target: str) -> None:
    listing = read({"targets": [target]})
    assert len(listing.entries) + len(listing.problems) == 1
