from _pyio import FileIO
class Mine(FileIO):
    pass
Mine("pf", "a")
