"""In: a Pico W. Out: its temperature over HTTP. The version is the whole project's."""

__version__ = "0.1.0"
