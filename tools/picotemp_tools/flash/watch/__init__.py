"""In: what a board prints and answers. Out: whether it is up."""
