"""In: results of polls. Out: what is known about each device, judged for freshness."""
