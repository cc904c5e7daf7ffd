from json import JSONEncoder as E
class Mine(E):
    pass
Mine.__base__.default = print
