"""In: `python -m picotemp_tools.emulator`. Out: the same as picotemp-emulator."""

from .cli import main

if __name__ == "__main__":
    main()
