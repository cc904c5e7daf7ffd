import os as machine
