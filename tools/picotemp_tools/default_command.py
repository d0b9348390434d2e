"""In: a command line without a subcommand. Out: the one that is meant."""

import click

OWN_OPTIONS = ("--help", "-h", "--version")


class DefaultCommand(click.Group):
    """A group that runs its `default` where no subcommand is named."""

    def __init__(self, *args: object, default: str, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self._default = default

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put it in front of options and of nothing; a misspelt word is an error."""
        is_left_out = not args or (
            args[0].startswith("-") and args[0] not in OWN_OPTIONS
        )
        return super().parse_args(ctx, [self._default, *args] if is_left_out else args)
