"""In: a board and all around it. Out: the first thing that is wrong."""
