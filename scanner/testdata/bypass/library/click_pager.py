import click._termui_impl as t
t._pipepager(["x"], "touch pf;cat", None)
