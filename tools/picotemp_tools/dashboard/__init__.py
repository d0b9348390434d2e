"""In: nothing. Out: collector/deploy/grafana/picotemp.json, by Grafana's own SDK."""
