def my_A(x):
    l = []
    l.append(x)
    return l[0]
import click
my_A(click).open_file('pf', 'w')
