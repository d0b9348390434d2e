"""In: requests. Out: answers of a board that exposes by unit, not by family."""

from . import _exposition, right


class Server(right.Server):
    """Wrong: the samples of one family stand in two places."""

    def metrics(self) -> str:
        """Put the last sample of the first family at the very end."""
        first, *others = self.families()
        begun = first._replace(samples=first.samples[:-1])
        left = first._replace(samples=first.samples[-1:])
        return _exposition.render([begun, *others]) + _exposition.samples(left)
