"""Imports a plugin as a package of its own name.

The plugin's folder never enters sys.path: its json.py is name.json and no
one else's json. A plugin whose name an installed module already has gets
another name, under which its relative imports still work.
"""
import importlib
import importlib.machinery
import importlib.util
import os
import sys


def import_realtime(name, root):
    return importlib.import_module(import_package(name, root) + ".realtime")


def import_package(name, root):
    """Makes the plugin's folder a package, and gives the package's name."""
    package = _free_name(name)
    init = os.path.join(root, "__init__.py")
    if os.path.isfile(init):
        spec = importlib.util.spec_from_file_location(package, init, submodule_search_locations=[root])
    else:
        spec = importlib.machinery.ModuleSpec(package, None, is_package=True)
        spec.submodule_search_locations = [root]
    module = importlib.util.module_from_spec(spec)
    sys.modules[package] = module
    if spec.loader is not None and os.path.isfile(init):
        spec.loader.exec_module(module)
    return package


def _free_name(name):
    if name in sys.modules or name in sys.stdlib_module_names:
        return "plugin_" + name
    try:
        taken = importlib.util.find_spec(name) is not None
    except (ImportError, ValueError):
        taken = False
    return "plugin_" + name if taken else name
