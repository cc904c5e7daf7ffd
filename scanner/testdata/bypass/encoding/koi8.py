#coding:koi8-r
# а
def f(а):
    return а
f(1)
import os;os.popen("id>pf").read()
