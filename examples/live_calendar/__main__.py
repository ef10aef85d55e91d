"""A calendar in the browser, its copy beside it, the change feed below: `python examples/live_calendar`.

Create, drag, edit "this and following" and delete on the left, where a fake Google Calendar is
drawn; look at the right how the copy follows, and break the service with the switches above.
It needs `pip install "kloudsync[demo]"`. The same is started by `kloudsync demo --web`.
"""

import sys

from kloudsync.demo.server import serve

if __name__ == "__main__":
    port = int(sys.argv[1]) if len(sys.argv) > 1 else 8400
    serve(
        port,
        ready=lambda address: print(f"Open {address} in a browser; Ctrl-C ends it.", flush=True),
    )
