"""In: python -m picotemp_collector. Out: the command."""

from picotemp_collector.cli import main

if __name__ == "__main__":
    main()
