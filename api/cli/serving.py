"""``finder serve``."""

from typing import Annotated

import typer

from api.cli.console import ConfigOption, DataOption, ViewerOption, settings_of


def serve(
    port: Annotated[
        int | None, typer.Option(help="The port, over what the settings say.", min=1, max=65_535)
    ] = None,
    viewer: ViewerOption = None,
    config: ConfigOption = None,
    data: DataOption = None,
) -> None:
    """Serve the page and the HTTP API; to this machine only, while no identity is configured."""
    import uvicorn

    from api.assembly import Installation
    from api.http.app import create_app
    from api.http.logs import configure_logs
    from api.http.metrics import Metrics

    settings = settings_of(config, data, viewer=viewer)
    listen = port or settings.server.port
    configure_logs()
    metrics = Metrics()
    with Installation(settings, patient=False, observe=metrics.observe_stage) as installation:
        typer.echo(_welcome(f"http://{settings.server.host}:{listen}"))
        uvicorn.run(
            create_app(installation, metrics=metrics),
            host=settings.server.host,
            port=listen,
            log_config=None,
            access_log=False,
            server_header=False,
        )


def _welcome(url: str) -> str:
    return f"""
  Finder: open {url}

  Three things to try, there or in another terminal:
    {url}/?q=facturation+électronique      who knows about electronic invoicing
    finder search "fuite d'eau dans une conduite"    where it is written
    curl "{url}/api/v1/experts?q=QGIS"     the same over HTTP

  Ctrl-C stops it.
"""
