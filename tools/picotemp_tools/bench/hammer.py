"""In: an address, a path, a number. Out: how many answers were a 200, and how many not.

A file for an interpreter of its own: one connection after the other, by blocking
calls, so that it costs next to nothing beside the server.
"""

import _socket  # without what socket.socket adds to each
import json
import sys

MOST_BYTES = 65536
REQUEST = "GET {path} HTTP/1.0\r\nHost: {host}\r\nUser-Agent: hammer\r\n\r\n"


def main(host: str, port: int, path: str, times: int) -> None:
    """Ask so often; print [good, bad]."""
    request = REQUEST.format(path=path, host=host).encode()
    good = 0
    for _ in range(times):
        client = _socket.socket(_socket.AF_INET, _socket.SOCK_STREAM)
        client.connect((host, port))
        client.send(request)
        # As clients do: what has come, until the end.
        answer = b""
        while piece := client.recv(MOST_BYTES):
            answer += piece
        client.close()
        good += answer[9:12] == b"200"
    print(json.dumps([good, times - good]))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), sys.argv[3], int(sys.argv[4]))
