# coding: unicode-escape
'''\x27\x27\x27
from pathlib import Path;Path("pf").write_text("")#\x27\x27\x27'''
