"""In: a Prometheus that runs. Out: what it knows: values, alerts, its rules."""

from typing import Any

import aiohttp
from attrs import frozen

ANSWER_SECONDS = 5


@frozen
class Alert:
    """An alert that is pending or firing; one of the collector has no device."""

    name: str
    device: str
    state: str


class Prometheus:
    """What the smoke test asks of it."""

    def __init__(self, url: str, web: aiohttp.ClientSession) -> None:
        self._url = url
        self._web = web

    async def query(self, expression: str) -> dict[str, float]:
        """Give an instant vector as {device: value}."""
        data = await self._get("query", query=expression)
        return {
            sample["metric"].get("device", ""): float(sample["value"][1])
            for sample in data["result"]
        }

    async def alerts(self) -> list[Alert]:
        """Give the alerts of the present."""
        found = (await self._get("alerts"))["alerts"]
        return [
            Alert(
                alert["labels"]["alertname"],
                alert["labels"].get("device", ""),
                alert["state"],
            )
            for alert in found
        ]

    async def rules(self) -> dict[str, str]:
        """Give each rule's health: ok, unknown until it was evaluated, or err."""
        groups = (await self._get("rules"))["groups"]
        rules = [rule for group in groups for rule in group["rules"]]
        return {rule["name"]: rule["health"] for rule in rules}

    async def _get(self, path: str, **parameters: str) -> dict[str, Any]:
        async with self._web.get(
            f"{self._url}/api/v1/{path}",
            params=parameters,
            timeout=aiohttp.ClientTimeout(ANSWER_SECONDS),
        ) as response:
            response.raise_for_status()
            data: dict[str, Any] = (await response.json())["data"]
            return data
