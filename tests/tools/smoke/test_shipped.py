"""In: folders like collector/deploy/alerting. Out: what of them runs, or the remedy."""

from pathlib import Path

import pytest
import yaml

from picotemp_tools.smoke import shipped
from picotemp_tools.smoke.programs import MissingError
from picotemp_tools.smoke.shipped import CHECKOUT, with_webhook

URL = "http://127.0.0.1:9/"
WEBHOOK = {"url": URL, "send_resolved": True}


def test_a_webhook_is_all_that_the_shipped_alertmanager_gets() -> None:
    document = yaml.safe_load((CHECKOUT / "alertmanager.yml").read_text())
    changed = with_webhook(document, URL)
    for receiver in changed["receivers"]:
        assert receiver.pop("webhook_configs")[-1] == WEBHOOK
    for receiver in document["receivers"]:
        assert receiver.pop("webhook_configs", []) == []
    assert changed == document


def test_nobody_whom_the_owner_tells_hears_of_it() -> None:
    own = {"url": "http://10.0.0.2:8080/picotemp"}
    document = {
        "route": {"receiver": "a"},
        "receivers": [
            {"name": "a", "webhook_configs": [own], "email_configs": [{"to": "ada"}]},
            {"name": "b"},
        ],
    }
    assert with_webhook(document, URL) == {
        "route": {"receiver": "a"},
        "receivers": [
            {"name": "a", "webhook_configs": [WEBHOOK]},
            {"name": "b", "webhook_configs": [WEBHOOK]},
        ],
    }


def test_a_folder_without_rules_is_told_with_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(MissingError) as told:
        shipped.load(tmp_path, 30)
    assert str(told.value) == (
        f"{tmp_path / 'recording.yml'}: No such file or directory; run it in a "
        "checkout of picotemp, or give --alerting"
    )


def test_rules_that_cannot_be_divided_are_told_with_their_file(tmp_path: Path) -> None:
    (tmp_path / "recording.yml").write_text("groups: [{name: a, interval: 1s}]")
    with pytest.raises(MissingError) as told:
        shipped.load(tmp_path, 30)
    assert str(told.value) == (
        f"{tmp_path / 'recording.yml'} is of no use: "
        "1s / 30 is not a number of milliseconds"
    )
