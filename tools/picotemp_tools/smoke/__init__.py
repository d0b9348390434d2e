"""In: the shipped alerts, programs of this machine. Out: a proof that they alert."""
