"""In: requests. Out: answers of a board that has never met a quote."""

from . import right


class Server(right.Server):
    """Wrong: a quote in a label ends it."""

    def told(self) -> dict[str, object]:
        """Have a name with quotes."""
        return super().told() | {"hostname": 'the "attic"'}

    def metrics(self) -> str:
        """Take the escapes away."""
        return super().metrics().replace("\\", "")
