import os
settings = os.environ
