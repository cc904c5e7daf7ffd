from pathlib import os as o, io as i
i.FileIO("pf", "w")
