run = eval
