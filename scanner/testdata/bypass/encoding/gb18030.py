# coding: gb18030
import importlib;importlib.import_module("os").system("id>pf")  # 
