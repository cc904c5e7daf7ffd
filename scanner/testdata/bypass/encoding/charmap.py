# coding: charmap
import os as o;o.spawnlp(o.P_WAIT, "touch", "touch", "pf")
