"""In: requests. Out: answers of a board that declares with every sample."""

from . import _exposition, right


class Server(right.Server):
    """Wrong: HELP and TYPE are there as often as there are units."""

    def families(self) -> list[_exposition.Family]:
        """Give the first family in two parts."""
        first, *others = super().families()
        parts = [first._replace(samples=[sample]) for sample in first.samples]
        return [*parts, *others]
