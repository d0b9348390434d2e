"""In: requests. Out: answers of a board that does Prometheus' work."""

from . import _exposition, right


class Server(right.Server):
    """Wrong: a label that Prometheus gives, and renames where it is taken."""

    def families(self) -> list[_exposition.Family]:
        """Say with each sample whose it is."""
        return [
            family._replace(
                samples=[
                    (labels | {"instance": "picotemp"}, value)
                    for labels, value in family.samples
                ]
            )
            for family in super().families()
        ]
