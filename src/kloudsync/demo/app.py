"""The live calendar as a web application: a page, what it draws, and what it says back."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from datetime import date
from importlib.resources import files
from typing import Any, Final

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from kloudsync.demo.edits import Target, Wish, create, delete, edit
from kloudsync.demo.faults import switch_named
from kloudsync.demo.live import LiveCalendar
from kloudsync.errors import UsageError
from kloudsync.testing.bodies import read_object

_PARTS: Final = {
    "/": ("index.html", "text/html"),
    "/live.css": ("live.css", "text/css"),
    "/band.js": ("band.js", "text/javascript"),
    "/drag.js": ("drag.js", "text/javascript"),
    "/live.js": ("live.js", "text/javascript"),
}
_GUARDS: Final = {
    "Cache-Control": "no-cache",
    "Content-Security-Policy": "default-src 'self'; img-src data:; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
}
_LOCAL: Final = ("127.0.0.1", "localhost")


def live_app(live: LiveCalendar) -> Starlette:
    """Return the application, which keeps the copy in step while it runs.

    It answers to this machine's own names only: what is shown is nobody else's.
    """
    return Starlette(
        routes=[
            *(Route(path, _page, methods=["GET"]) for path in _PARTS),
            Route("/state", _state, methods=["GET"]),
            Route("/feed", _feed, methods=["GET"]),
            Route("/events", _create, methods=["POST"]),
            Route("/events/{event}", _edit, methods=["PATCH"]),
            Route("/events/{event}", _delete, methods=["DELETE"]),
            Route("/faults/{name}", _turn, methods=["PUT"]),
            Route("/cursor", _expire, methods=["DELETE"]),
        ],
        middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=list(_LOCAL))],
        exception_handlers={UsageError: _refuse, LookupError: _missed},
        lifespan=_lifespan(live),
    )


def _lifespan(live: LiveCalendar) -> Any:
    @asynccontextmanager
    async def following(app: Starlette) -> AsyncGenerator[None]:
        app.state.live = live
        task = asyncio.create_task(live.follow())
        yield
        task.cancel()
        await asyncio.wait([task])

    return following


def _live(request: Request) -> LiveCalendar:
    live: LiveCalendar = request.app.state.live
    return live


async def _page(request: Request) -> Response:
    name, kind = _PARTS[request.url.path]
    text = files("kloudsync.demo").joinpath("page", name).read_bytes()
    return Response(text, media_type=kind, headers=_GUARDS)


async def _state(request: Request) -> Response:
    live = _live(request)
    said = request.query_params.get("week")
    try:
        day = date.fromisoformat(said) if said else live.today
    except ValueError as error:
        raise UsageError(f"week is a day such as 2026-01-05, not {said!r}") from error
    if not 1990 <= day.year <= 2200:
        raise UsageError("the calendar is drawn from 1990 to 2200")
    return JSONResponse(await live.state(day), headers={"Cache-Control": "no-store"})


async def _feed(request: Request) -> Response:
    """Stream the change feed from where the browser says that it left off."""
    said = request.headers.get("last-event-id", "0")
    after = int(said) if said.isascii() and said.isdigit() and len(said) < 19 else 0
    return StreamingResponse(
        _streamed(_live(request), after),
        media_type="text/event-stream",
        headers={"Cache-Control": "no-store"},
    )


async def _streamed(live: LiveCalendar, after: int) -> AsyncGenerator[str]:
    """Yield changes as server-sent events, and `news` whenever the page should draw anew."""
    while not live.news.over:
        heard = live.news.count
        while entries := await live.feed(after):
            for entry in entries:
                after = entry["position"]
                yield f"event: change\nid: {after}\ndata: {json.dumps(entry)}\n\n"
        yield "event: news\ndata: {}\n\n"
        await live.news.behind(heard)


async def _create(request: Request) -> Response:
    live = _live(request)
    event = create(live.calendar, Wish.read(await _said(request), live.zone))
    live.edited()
    return JSONResponse({"id": event}, status_code=201)


async def _edit(request: Request) -> Response:
    live, said = _live(request), await _said(request)
    target = Target.read(request.path_params["event"], said, live.zone)
    wish = Wish.read(said, live.zone)
    edit(live.calendar, target, wish, moved=bool(said.get("moved", True)))
    live.edited()
    return Response(status_code=204)


async def _delete(request: Request) -> Response:
    live = _live(request)
    said = dict(request.query_params)
    delete(live.calendar, Target.read(request.path_params["event"], said, live.zone))
    live.edited()
    return Response(status_code=204)


async def _turn(request: Request) -> Response:
    switch = switch_named(request.path_params["name"])
    _live(request).turn(switch, on=(await _said(request)).get("on") is True)
    return Response(status_code=204)


async def _expire(request: Request) -> Response:
    _live(request).expire_cursor()
    return Response(status_code=204)


async def _said(request: Request) -> Mapping[str, Any]:
    try:
        return read_object(await request.body())
    except ValueError as error:
        raise UsageError("the body is no JSON object") from error


async def _refuse(_: Request, error: Exception) -> Response:
    return JSONResponse({"error": str(error)}, status_code=400)


async def _missed(_: Request, error: Exception) -> Response:
    return JSONResponse({"error": str(error.args[0])}, status_code=409)
