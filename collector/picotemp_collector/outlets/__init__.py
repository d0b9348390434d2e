"""In: views of devices. Out: answers to whoever asks, one outlet a module."""
