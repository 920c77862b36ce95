"""Ask a server for some pages until it answers: ADDRESS PATH…; what a shell script would use curl for."""

import http.client
import sys
import time

if __name__ == "__main__":
    address, *paths = sys.argv[1:]
    while paths:
        try:
            connection = http.client.HTTPConnection(address, timeout=5)
            connection.request("GET", paths[0])
            connection.getresponse().read()
            paths.pop(0)
        except (OSError, http.client.HTTPException):
            time.sleep(0.02)
