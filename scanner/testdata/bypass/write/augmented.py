import json
json.loads.__class__
class S:
    def __ror__(self, other):
        return print
json.loads |= S()
