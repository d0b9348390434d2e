"""In: --check, a file (the repository's if none). Out: the dashboard in it, or drift.

`make dashboard` writes it. Exit codes: 0 written, or the same; 1 drift.
"""

import sys
from pathlib import Path

import click

from .document import document

IN_REPOSITORY = Path("collector/deploy/grafana/picotemp.json")
_REPOSITORY = Path(__file__).parents[3]


@click.command()
@click.option("--check", is_flag=True, help="Write nothing; exit 1 if it differs.")
@click.argument(
    "file",
    type=click.Path(path_type=Path, dir_okay=False),
    default=_REPOSITORY / IN_REPOSITORY,
)
def main(check: bool, file: Path) -> None:
    """Write the Grafana dashboard."""
    text = document()
    if not check:
        file.write_text(text, encoding="utf-8")
        return
    line_number = _first_difference(_text_of(file), text)
    if line_number is not None:
        print(
            f"{file} differs from what the generator writes, from line {line_number}"
            " on: change tools/picotemp_tools/dashboard/, then run make dashboard",
            file=sys.stderr,
        )
        sys.exit(1)


def _text_of(file: Path) -> str:
    return file.read_text(encoding="utf-8") if file.exists() else ""


def _first_difference(found: str, right: str) -> int | None:
    if found == right:
        return None
    found_lines, right_lines = found.split("\n"), right.split("\n")
    pairs = zip(found_lines, right_lines, strict=False)
    for number, (one, other) in enumerate(pairs, 1):
        if one != other:
            return number
    return min(len(found_lines), len(right_lines)) + 1


if __name__ == "__main__":
    main()
