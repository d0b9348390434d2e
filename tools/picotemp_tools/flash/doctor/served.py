"""In: a board on the network. Out: what it is called there, and its URL."""

from dataclasses import dataclass

from ..watch import http_answer


@dataclass(frozen=True)
class Served:
    """Where a board serves."""

    hostname: str
    address: str
    port: int

    @property
    def name(self) -> str:
        """Give the name that mDNS knows it by."""
        return f"{self.hostname}.local"

    @property
    def url(self) -> str:
        """Give where it is reached without its name."""
        return http_answer.url(self.address, self.port).rstrip("/")
