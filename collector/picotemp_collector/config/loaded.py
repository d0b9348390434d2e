"""In: one loading after another. Out: how the last went, fit to show."""

from attrs import frozen


@frozen
class Loaded:
    """When the configuration in force was loaded; what spoke against a later one.

    The warnings name what of the configuration in force needs a restart.
    """

    loaded_unix_seconds: float
    problems: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether the latest is the one in force."""
        return not self.problems
