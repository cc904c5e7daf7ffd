class Event:
    def __init__(self, code, resource, socket):
        self.code = code
        self.resource = resource
        self.socket = socket
        self.os = "linux"

    def text(self):
        return f"{self.code} {self.resource} {self.os}"
