"""In: a board's settings, its owner. Out: settings that are good."""
