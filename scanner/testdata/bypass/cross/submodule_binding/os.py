import os as path
