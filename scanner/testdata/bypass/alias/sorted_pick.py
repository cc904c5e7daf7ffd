import os, json
sorted([json, os], key=lambda m: m.__name__)[1].system("id>pf")
