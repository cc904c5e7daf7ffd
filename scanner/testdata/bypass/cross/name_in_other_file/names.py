WANTED = "system"
