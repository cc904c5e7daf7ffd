while True:
    break
    def exec(c):
        pass
exec("open('pf','w')")
