class my_Box:

    def __init__(self, v):
        self.v = v
import click
my_Box(click).v.open_file('pf', 'w')
