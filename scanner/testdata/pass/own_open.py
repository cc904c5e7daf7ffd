class Store:
    def open(self):
        return self

    def compile(self):
        return self.open()

    def exec(self, sql):
        return sql


store = Store().open()
store.compile()
store.exec("select 1")
