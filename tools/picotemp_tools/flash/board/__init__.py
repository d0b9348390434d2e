"""In: the board that is meant. Out: orders to it, done."""
