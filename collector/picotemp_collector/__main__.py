"""In: the words of a command line. Out: the collector, or its health check."""

import sys


def main() -> None:
    """Run the command that is meant; each loads what it needs alone."""
    if sys.argv[1:2] == ["healthcheck"]:
        from picotemp_collector.healthcheck import main as healthcheck

        healthcheck(sys.argv[2:], prog_name="picotemp-collector healthcheck")
    else:
        from picotemp_collector.cli import main as collect

        collect()


if __name__ == "__main__":
    main()
