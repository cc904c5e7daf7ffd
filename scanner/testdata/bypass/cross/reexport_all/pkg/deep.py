from os import popen as run
