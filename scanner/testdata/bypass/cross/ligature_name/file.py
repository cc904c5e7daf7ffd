import os as x
