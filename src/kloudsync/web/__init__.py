"""Notifications as web applications: ASGI and WSGI, for whatever server or framework mounts them.

```python
from kloudsync import PushIntake
from kloudsync.web import asgi

hooks = asgi({"/google": PushIntake(store).acknowledge})

app.mount("/hooks", hooks)          # Starlette, FastAPI
```

Each request is verified, what it is about is marked as due, and it is answered, in
milliseconds: syncing is the work of a `Watcher` or a fleet, in this process or another one.
"""

from kloudsync.web.asgi import asgi
from kloudsync.web.metrics import metrics
from kloudsync.web.receivers import Receiver, handing_on
from kloudsync.web.wsgi import wsgi

__all__ = ["Receiver", "asgi", "handing_on", "metrics", "wsgi"]
