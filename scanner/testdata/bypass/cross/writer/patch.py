class Put:
    def __call__(self, target, value):
        self.target = target
        self.target.loads = value
put = Put()
