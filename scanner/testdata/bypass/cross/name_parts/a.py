HEAD = "sys"
