"""In: a module of the interpreter. Out: the same, some of its names the board's."""


class Cover:
    """A module that shows some names of its own instead of the real one's."""

    def __init__(self, real: object, **own: object) -> None:
        self._real = real
        for name in own:
            setattr(self, name, own[name])

    def __getattr__(self, name: str) -> object:
        return getattr(self._real, name)
