from operator import attrgetter as my_AG
import click
my_AG('open_file')(click)('pf', 'w')
