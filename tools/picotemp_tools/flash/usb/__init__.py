"""In: this machine. Out: the boards on its USB ports, and what runs on them."""
