def my_y(x):

    def g():
        yield x
    for v in g():
        return v
import click
my_y(click).open_file('pf', 'w')
