"""In: an address, a path, when to begin and to end. Out: how often it was answered.

A file for an interpreter of its own: one connection after the other, by blocking
calls, so that what is measured is the server and not the load.
"""

import _socket  # without what socket.socket adds to each
import json
import sys
import time

MOST_BYTES = 65536
REQUEST = "GET {path} HTTP/1.0\r\nHost: {host}\r\nUser-Agent: hammer\r\n\r\n"


def main(
    host: str, port: int, path: str, begin: float, end: float, most: float
) -> None:
    """Print the answers that were a 200, the others, and the CPU time it took."""
    request = REQUEST.format(path=path, host=host).encode()
    address = (host, port)
    good = bad = 0
    time.sleep(max(0.0, begin - time.monotonic()))
    before = time.process_time()
    while time.monotonic() < end and good + bad < most:
        client = _socket.socket(_socket.AF_INET, _socket.SOCK_STREAM)
        client.connect(address)
        client.send(request)
        # As clients do: what has come, until the end.
        answer = b""
        while piece := client.recv(MOST_BYTES):
            answer += piece
        client.close()
        if answer[9:12] == b"200":
            good += 1
        else:
            bad += 1
    print(json.dumps([good, bad, time.process_time() - before]))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), sys.argv[3], *map(float, sys.argv[4:7]))
