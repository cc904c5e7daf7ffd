import numpy
numpy.os.system("id")
