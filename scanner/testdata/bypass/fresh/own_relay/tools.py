from .deep import *
