"""In: a program, a board's flash. Out: the steps from the one to the other."""
