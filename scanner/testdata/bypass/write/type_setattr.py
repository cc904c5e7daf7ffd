import json
type(json).__setattr__(json, "loads", print)
