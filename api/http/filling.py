"""How far filling is, as the API, the commands and the metrics tell it."""

from dataclasses import asdict
from time import time

from api.assembly import Installation
from api.http.operating import FillingStatus
from indexers.catalogue.progress import read_progress
from indexers.lock import current_holder


def filling_status(installation: Installation) -> FillingStatus:
    """How far it is now, whoever works."""
    with installation.database.reading() as connection:
        progress = read_progress(connection, now=time())
    holder = current_holder(installation.settings.data)
    return FillingStatus(
        **asdict(progress),
        eta_seconds=progress.eta_seconds,
        worker=None if holder is None else str(holder),
    )
