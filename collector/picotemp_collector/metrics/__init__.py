"""In: the store. Out: its devices as Prometheus reads them, ready when it asks."""
