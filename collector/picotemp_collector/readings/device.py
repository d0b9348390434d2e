"""In: a checked entry of the configuration. Out: a device, as every room knows it."""

from attrs import field, frozen


@frozen
class Device:
    """Whom to ask, how often (seconds), how long to wait (seconds), and its name.

    `url` may carry a password and is for the client alone; outlets and logs show
    `shown_url`.
    """

    name: str
    url: str = field(repr=False)
    shown_url: str
    interval_seconds: float
    timeout_seconds: float

    @property
    def fresh_for_seconds(self) -> float:
        """How long a reading may be given out: two missed polls and a late third."""
        return 2 * self.interval_seconds + self.timeout_seconds
