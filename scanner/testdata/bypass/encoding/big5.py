# coding=big5hkscs
x='功'
import io;io.open("pf", "w")
