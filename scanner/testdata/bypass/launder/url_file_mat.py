def my_mat(x):
    match [x]:
        case [y]:
            return y
from urllib.request import urlopen
my_mat(urlopen)('file:///etc/passwd').read()
