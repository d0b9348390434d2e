"""In: nothing. Out: what the board that these servers stand for tells of itself."""

ABOUT: dict[str, object] = {
    "id": "e661640843123456",
    "hostname": "picotemp",
    "version": "1.0",
    "micropython": "1.28.0",
    "rssi_dbm": -61,
    "heap_free_bytes": 120_000,
    "reset_cause": "exception",
    "wifi_reconnects_total": 2,
    "loop_lag_max_ms": 12,
    "last_run": {
        "ended_by": "exception",
        "saved": "exception",
        "age_s": 60,
        "is_whole": True,
        "reason": 'ValueError: "nobody" expected this',
        "lines": ["60000 info listening port=80"],
    },
}
