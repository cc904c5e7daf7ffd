def patch(module):
    module.loads = print
