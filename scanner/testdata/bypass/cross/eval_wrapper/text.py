from builtins import exec as run
