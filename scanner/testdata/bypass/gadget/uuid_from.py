from uuid import _get_command_stdout as run
run("touch", "pf")
