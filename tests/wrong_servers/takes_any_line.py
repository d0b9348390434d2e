"""In: requests. Out: answers of a board that reads a request as a friend would."""

from . import right


class Server(right.Server):
    """Wrong: a request that two servers may read in two ways is answered."""

    def request(self, line: str) -> right.Request:
        """Take whatever white space and characters there are."""
        method, path, *_ = [*line.split(), "", ""]
        plain = "".join(filter(str.isprintable, path))
        return super().request(f"{method} {plain} HTTP/1.1")

    def one_length(self, lengths: set[str]) -> int:
        """Take the least of several."""
        return super().one_length({min(lengths)})

    def is_name(self, name: str) -> bool:
        """Look away where a space is in the way."""
        return super().is_name(name.strip())
