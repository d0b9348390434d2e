"""In: requests. Out: answers of a board whose metrics do not say what they are."""

from . import right


class Server(right.Server):
    """Wrong: a family without HELP."""

    def metrics(self) -> str:
        """Leave out one line."""
        lines = super().metrics().splitlines(keepends=True)
        return "".join(
            line for line in lines if "HELP pico_heap_free_bytes" not in line
        )
