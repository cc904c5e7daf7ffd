import subprocess  # nosec  # noqa  # type: ignore  # pragma: no cover  # pylint: disable=all
subprocess.run(["touch", "pf"])  # nosec B603
