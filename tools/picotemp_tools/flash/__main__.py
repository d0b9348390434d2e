"""In: python -m picotemp_tools.flash. Out: what picotemp-flash does."""

from .cli import main

if __name__ == "__main__":
    main()
