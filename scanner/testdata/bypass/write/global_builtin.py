import builtins, json
builtins.len = print
json.loads = builtins.len
