class Handler:
    def handle(self, mode):
        return getattr(self, f"run_{mode}")()

    def other(self, mode):
        return getattr(self, "on_" + mode)()

    def run_fast(self):
        return 1
