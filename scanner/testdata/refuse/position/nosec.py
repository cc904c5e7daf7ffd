import subprocess  # nosec  # noqa
