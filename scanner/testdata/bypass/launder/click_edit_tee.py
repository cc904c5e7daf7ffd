import itertools as my_i

def my_A(x):
    return list(my_i.repeat(x, 1))[0]
import click
my_A(click).edit('x', editor='id>pf #')
