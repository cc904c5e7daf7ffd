"""Entry point inside the sandbox: python3 -I -B -u main.py FD

FD is the socket on which the host's frames arrive. Nothing of an author's is
imported until the host says which plugin to load.
"""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "lib"))

from plugforge_runner.service import main  # noqa: E402

main(int(sys.argv[1]))
