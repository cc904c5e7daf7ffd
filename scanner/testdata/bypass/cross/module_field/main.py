from .state import state
state.lib.bltn_open("pf", "w")
