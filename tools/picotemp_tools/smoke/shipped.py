"""In: a folder as collector/deploy/alerting is. Out: its documents, hurried."""

from pathlib import Path

import yaml
from attrs import frozen

from .hurried import Yaml, hurried
from .programs import MissingError

RULES = ("recording.yml", "alerts.yml")
ALERTMANAGER = "alertmanager.yml"
# In a checkout; a wheel has no such folder.
CHECKOUT = Path(__file__).parents[3] / "collector/deploy/alerting"


@frozen
class Shipped:
    """What makes readings into messages: rules and how they are routed."""

    rules: dict[str, Yaml]
    alertmanager: Yaml


def load(folder: Path, divisor: int) -> Shipped:
    """Read the documents, their durations divided.

    MissingError where one is not there, or not of use.
    """
    documents = {}
    for name in (*RULES, ALERTMANAGER):
        file = folder / name
        try:
            documents[name] = hurried(yaml.safe_load(file.read_text()), divisor)
        except OSError as error:
            raise MissingError(
                f"{file}: {error.strerror}; run it in a checkout of picotemp, or "
                "give --alerting"
            ) from error
        except (yaml.YAMLError, ValueError) as error:
            raise MissingError(f"{file} is of no use: {error}") from error
    return Shipped({name: documents[name] for name in RULES}, documents[ALERTMANAGER])


def with_webhook(alertmanager: Yaml, url: str) -> Yaml:
    """Let each receiver tell a webhook and nobody else; no more is changed.

    Its own destinations are people, who must not hear of boards that are not theirs.
    """
    told = [_told(receiver, url) for receiver in alertmanager["receivers"]]
    return alertmanager | {"receivers": told}


def _told(receiver: Yaml, url: str) -> Yaml:
    webhook = {"url": url, "send_resolved": True}
    return {"name": receiver["name"], "webhook_configs": [webhook]}
