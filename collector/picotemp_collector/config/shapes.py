"""In: nothing. Out: every setting with its type, its unit and its default."""

from collections.abc import Iterable
from enum import StrEnum
from ipaddress import IPv4Network, IPv6Network
from typing import NewType

from attrs import frozen
from yarl import URL

from picotemp_collector.config.shard import Shard
from picotemp_collector.readings.device import Device

Seconds = NewType("Seconds", float)
# Like Seconds, but 0 is one too.
Age = NewType("Age", float)
Count = NewType("Count", int)
DeviceName = NewType("DeviceName", str)
Network = IPv4Network | IPv6Network

# The longest timeout that still ends well before the next poll of 5 seconds.
DEFAULT_TIMEOUT_SECONDS = Seconds(3.5)
# An inherited timeout that is longer than the interval becomes this part of it.
TIMEOUT_PART_OF_INTERVAL = 0.7


class LogLevel(StrEnum):
    """From which level on lines are logged."""

    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


class LogFormat(StrEnum):
    """How lines are logged: for people or for programs."""

    TEXT = "text"
    JSON = "json"


@frozen
class Listen:
    """Where to listen; no host means every address, port 0 means any free one."""

    host: str
    port: int

    def __str__(self) -> str:
        """Give it as it is written: host:port, [v6]:port or :port."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}"


@frozen
class DeviceUrl:
    """A checked URL: to ask, to show, and the name it gives without a better one."""

    full: str
    shown: str
    name: str

    def __repr__(self) -> str:
        """Give what may be shown."""
        return f"DeviceUrl({self.shown!r})"


@frozen
class ServerSettings:
    """[server]."""

    listen: Listen = Listen("0.0.0.0", 3030)  # noqa: S104 a scraper is elsewhere
    # Where others find this collector; None: where the asker found it.
    external_url: URL | None = None


@frozen
class PollSettings:
    """[poll]; without a timeout it is 3.5 s, or 0.7 intervals where that is longer."""

    interval_seconds: Seconds = Seconds(5.0)
    timeout_seconds: Seconds | None = None
    # Black holes hold a turn for a whole timeout; 500 stays below 1024 open files.
    concurrency: Count = Count(500)
    # Every /info is a request more: with polls every 5 s, 60 s makes it one in 13.
    info_interval_seconds: Seconds = Seconds(60.0)
    # None: all devices.
    shard: Shard | None = None

    def own(self, devices: Iterable[Device]) -> tuple[Device, ...]:
        """Give those of the shard."""
        shard = self.shard
        if shard is None:
            return tuple(devices)
        return tuple(device for device in devices if shard.holds(device.name))


@frozen
class LogSettings:
    """[log]."""

    level: LogLevel = LogLevel.INFO
    format: LogFormat = LogFormat.TEXT


@frozen
class ProbeSettings:
    """[probe]; devices are probed by name, other targets only where allowed."""

    # 0: always a fresh answer, never one that somebody else asked for.
    max_age_seconds: Age = Age(2.0)
    allowed_networks: tuple[Network, ...] = ()
    allowed_ports: tuple[int, ...] = (80,)


@frozen
class SourceSettings:
    """[sources]: files (patterns of paths) and URLs that list devices."""

    file_sd: tuple[str, ...] = ()
    http_sd: tuple[DeviceUrl, ...] = ()
    http_sd_interval_seconds: Seconds = Seconds(60.0)


@frozen
class DeviceSettings:
    """One of [[devices]]; without a name it is the URL's host, with an odd port."""

    url: DeviceUrl
    name: DeviceName | None = None
    interval_seconds: Seconds | None = None
    timeout_seconds: Seconds | None = None


@frozen
class Config:
    """Everything that was decided before the start."""

    server: ServerSettings
    poll: PollSettings
    log: LogSettings
    # Those of every shard; the sources list more.
    devices: tuple[Device, ...]
    probe: ProbeSettings = ProbeSettings()
    sources: SourceSettings = SourceSettings()
