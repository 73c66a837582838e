"""`financebuy down`: stop the platform."""

import os

from financebuy.cli.apps import single
from financebuy.cli.options import DataOption
from financebuy.cli.output import say
from financebuy.cluster.errors import NotRunningError
from financebuy.cluster.layout import DataDirectory
from financebuy.cluster.supervision.control import stop_platform
from financebuy.settings import Settings

app = single()


@app.command(epilog="Example: financebuy down --data ./trial")
def down(data: DataOption = None) -> None:
    """Stop the platform, and what a killed supervisor left running. Data stays.

    Stopping what does not run is no error.
    """
    directory = DataDirectory(Settings.read(os.environ, data).data_dir)
    try:
        stopped = stop_platform(directory)
    except NotRunningError as error:
        say(str(error))
        return
    say(f"stopped: {', '.join(stopped)}")
