QUERY = """
select * from os where system = 'exec' and import is not null
"""
HELP = "never call eval(), exec() or os.system() here; use import subprocess elsewhere"
