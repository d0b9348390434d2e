"""In: the firmware, a board on USB. Out: the board runs it whole, or what it ran."""
