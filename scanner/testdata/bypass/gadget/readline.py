import readline
readline.write_history_file("pf")
