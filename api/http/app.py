"""The web application: routes, protections and the background thread, put together."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from anyio import to_thread
from fastapi import FastAPI

from api.assembly import Installation
from api.http import asking, clicking, health, pushing, records
from api.http.guards import LocalOnly, SecurityHeaders
from api.http.metrics import Metrics
from api.http.operating import LineStatus
from api.http.problems import install_problems, problem_schemas
from api.http.requests import Requests
from api.http.state import PREFIX, Served
from api.http.working import BackgroundWork
from api.pages.routes import install_pages
from finder import __version__

_ROUTERS = (
    asking.router,
    clicking.router,
    records.router,
    pushing.router,
    health.router,
    health.at_root,
)


class FinderApp(FastAPI):
    """FastAPI, whose description also tells the shapes that no route returns by itself."""

    def openapi(self) -> dict[str, Any]:
        """The OpenAPI 3.1 description."""
        description = super().openapi()
        line = LineStatus.model_json_schema(ref_template="#/components/schemas/{model}")
        extra = {**problem_schemas(), **line.pop("$defs"), "LineStatus": line}
        description["components"]["schemas"] |= extra
        return description


def create_app(installation: Installation, *, metrics: Metrics | None = None) -> FastAPI:
    """Serve an installation.

    Args:
        installation: What is asked and filled; the caller closes it after the app has ended.
        metrics: What is measured; give the installation its ``observe_stage`` to see stages.
    """
    metrics = metrics or Metrics()
    served = Served(installation=installation, work=BackgroundWork(installation), metrics=metrics)
    app = FinderApp(
        title="Finder",
        summary="Who knows about this, and where is it written?",
        version=__version__,
        openapi_url=f"{PREFIX}/openapi.json",
        # The documentation pages load scripts from elsewhere, which ours may not.
        docs_url=None,
        redoc_url=None,
        lifespan=_lifespan,
    )
    app.state.served = served
    # The last added is the outermost.
    app.add_middleware(LocalOnly)
    app.add_middleware(Requests, metrics=metrics)
    app.add_middleware(SecurityHeaders)
    install_problems(app)
    for router in _ROUTERS:
        app.include_router(router)
    install_pages(app)
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    work = app.state.served.work
    work.start()
    try:
        yield
    finally:
        await to_thread.run_sync(work.stop)
