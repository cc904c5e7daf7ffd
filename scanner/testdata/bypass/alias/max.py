import os
max([os], key=id).system("id>pf")
