"""In: the answers of boards. Out: their readings, for Prometheus and whoever asks."""
