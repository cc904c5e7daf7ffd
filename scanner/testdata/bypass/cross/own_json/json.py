from os import system as loads
