"""In: our programs and named peers. Out: ratios, medians of interleaved rounds."""
