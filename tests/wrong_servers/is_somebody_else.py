"""In: requests. Out: answers of a board that has two names."""

from . import right


class Server(right.Server):
    """Wrong: /metrics calls the board by another name than /info."""

    def metrics(self) -> str:
        """Take the name for a constant."""
        return super().metrics().replace('hostname="picotemp"', 'hostname="PicoW"')
