TAIL = "tem"
