from sys import path as places
