from os import system
TABLE = {"x": system}
