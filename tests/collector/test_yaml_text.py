"""In: YAML as people, programs and junk write it. Out: text, or the one error."""

import contextlib

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from picotemp_collector.sources import yaml_text
from picotemp_collector.sources.json_text import NotJsonError, read_json
from picotemp_collector.sources.yaml_text import NotYamlError, read_yaml

plain = st.recursive(
    st.none() | st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "Z"])),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text("abc<", min_size=1).filter("<<".__ne__), inner)
    ),
    max_leaves=20,
)


@pytest.fixture(params=["with libyaml", "without"])
def _loader(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param == "without":
        monkeypatch.delattr(yaml, "CSafeLoader")


def why_not(text: str) -> str:
    with pytest.raises(NotYamlError) as raised:
        read_yaml(text.encode())
    return str(raised.value)


def test_a_text_is_what_is_written() -> None:
    assert read_yaml(b"[12, 0x1f, yes, 1e3, 2026-01-01, '12', !!str 12]") == [
        "12",
        "0x1f",
        "yes",
        "1e3",
        "2026-01-01",
        "12",
        "12",
    ]


def test_nothing_is_nothing_unless_it_is_quoted() -> None:
    assert read_yaml(b"{a: , b: ~, c: null, d: '', e: 'null'}") == {
        "a": None,
        "b": None,
        "c": None,
        "d": "",
        "e": "null",
    }


def test_the_first_document_counts_and_there_may_be_none() -> None:
    assert read_yaml(b"- a\n---\n- b") == ["a"]
    assert read_yaml(b"# nothing\n") is None


def test_aliases_and_merges_mean_what_they_mean_to_prometheus() -> None:
    text = b"- &a {x: '1', y: '2'}\n- {<<: *a, y: '3'}\n- {y: '4', <<: [*a, {z: '5'}]}"
    assert read_yaml(text) == [
        {"x": "1", "y": "2"},
        {"x": "1", "y": "3"},
        {"x": "1", "y": "4", "z": "5"},
    ]


@pytest.mark.usefixtures("_loader")
@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("a: 1\na: 2", "line 2: the key a a second time"),
        ("&a [*a]", "line 1: an alias of what is not whole before it"),
        ("*nobody", "line 1: an alias of what is not whole before it"),
        ("{[a]: b}", "line 1: a key that is no text"),
        ("<<: 5", "line 1: a merge of what is no table"),
        ("- !!int x", "line 1: the tag tag:yaml.org,2002:int"),
        ("- !!python/name:os.system x", "the tag tag:yaml.org,2002:python/name"),
    ],
)
def test_what_cannot_be_meant_is_refused(text: str, why: str) -> None:
    assert why in why_not(text)


@pytest.mark.usefixtures("_loader")
@pytest.mark.parametrize("text", ["[" * 200_000, "- " * 2000, "{a: " * 2000])
def test_deep_nesting_is_refused_and_overflows_no_stack(text: str) -> None:
    assert "nested too deeply" in why_not(text)


def test_aliases_that_grow_a_small_file_are_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(yaml_text, "MOST_VALUES", 1000)
    lines = ["- &l0 {a: '1', b: '2'}"]
    for level in range(1, 40):
        merged = ", ".join([f"*l{level - 1}"] * 10)
        lines.append(f"- &l{level} {{<<: [{merged}], k{level}: ''}}")
    assert "more than 1000 values" in why_not("\n".join(lines))


def test_where_it_is_wrong_is_told_and_its_content_is_not() -> None:
    assert why_not("- a\n- s3cret: [") == (
        "not YAML: line 3: did not find expected node content"
    )
    with pytest.raises(NotYamlError, match="byte 3 is not UTF-8"):
        read_yaml(b"- \xff")


@given(plain)
def test_what_a_library_writes_is_read_the_same(value: object) -> None:
    assert read_yaml(yaml.safe_dump(value).encode()) == value


@given(st.binary() | st.text("[]{}:,-&*!<|>'\"# \nab\0").map(str.encode))
def test_junk_raises_nothing_but_the_rooms_own_errors(content: bytes) -> None:
    with contextlib.suppress(NotYamlError):
        read_yaml(content)
    with contextlib.suppress(NotJsonError):
        read_json(content)


@pytest.mark.parametrize(
    "content", [b"[" * 200_000, b"9" * 5000, b"\xff\xfe[\0]\0", b"\xef\xbb\xbf[]", b""]
)
def test_what_json_readers_choke_on_is_refused(content: bytes) -> None:
    with pytest.raises(NotJsonError):
        read_json(content)
