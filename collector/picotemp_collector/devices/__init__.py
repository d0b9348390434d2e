"""In: a list of devices. Out: their answers, recorded as they come."""
