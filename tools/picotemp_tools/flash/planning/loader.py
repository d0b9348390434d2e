"""In: the hash of a /main.py. Out: whether it is one of ours, which nobody misses."""

# Each main.py there ever was in firmware/. They all boot what /app/current names.
OUR_MAINS = frozenset(
    {
        "77c95e525596a6222de4f6faead199c812ab0b050e7f07531a7f0f8aa1a5b7c4",
        "8dcf466e1603a1096751872b449d86ee7ac156915eec0b1ccfaa57e46e6cfb57",
        "805578ccdde531567238fcb5bbeda060fe24c49a28b4d4895e7a64e785f46620",
        "38416a2455b576f11f75c9d731041bd9f24448867ffb15ab0f18bf96f98b5ccf",
    }
)
