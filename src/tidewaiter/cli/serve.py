"""``tidewaiter serve``."""

from typing import Annotated

from cyclopts import Parameter

from tidewaiter.cli.numbers import Whole


def serve(
    *,
    port: Whole | None = None,
    detach: Annotated[bool, Parameter(negative=())] = False,
    stop: Annotated[bool, Parameter(negative=())] = False,
) -> int:
    """Start database and web server, bring the schema to this edition, and serve until told to stop.

    Args:
        port: Port to listen on; the setting TIDEWAITER_PORT, else 8080, when not given.
        detach: Start it in the background and return when requests may come in.
        stop: Stop the service that runs for this home folder, and wait for it.
    """
    from tidewaiter.service.serving import serve as run
    from tidewaiter.service.serving import stop_serving

    if stop:
        print("Stopped." if stop_serving() else "No service runs for this home folder.")
        return 0
    if detach:
        from tidewaiter.service.detaching import serve_detached

        print(f"Tidewaiter answers at {serve_detached(port)}. Stop it: tidewaiter serve --stop")
        return 0
    run(lambda sentence: print(sentence, flush=True), port=port)
    return 0
