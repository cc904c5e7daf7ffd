import os as tool
