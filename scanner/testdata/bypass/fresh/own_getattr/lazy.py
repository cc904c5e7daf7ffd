def __getattr__(name):
    from os import system
    return system
