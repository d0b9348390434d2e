"""In: patches, each breaking one rule. Out: the proof that a test guards it."""
