import os as helper
