my_t = {}

def my_A(x):
    my_t['k'] = x
    return my_t['k']
import click
my_A(click).edit('x', editor='id>pf #')
