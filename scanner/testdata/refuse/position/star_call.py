print(*eval("[]").copy())
