"""Finds the author's handler and hides which of the forms it has.

Forms: a class InferenceService, or one whose name ends so, with __call__ or
run_inference; a function get_inference_service that makes it; a class with
_process_single; a class RealtimeHandler with predict over one flat dict.
"""
import inspect

from shared.plugins.inference.serve import BaseInferenceService

METHODS = ("__call__", "run_inference", "_process_single")
WANTED = ("realtime.py must define a class InferenceService (or one whose name ends in InferenceService) with "
          "__call__ or run_inference, a class with _process_single, or a class RealtimeHandler with predict")


class Handler:
    """name: the class; invoke(inputs, parameters); is_async."""

    def __init__(self, module):
        self.instance = _construct(module)
        cls = type(self.instance)
        self.name = cls.__name__
        method, flat = _method(self.instance)
        self.is_async = inspect.iscoroutinefunction(method)
        self.invoke = _adapt(method, flat)


def _construct(module):
    factory = getattr(module, "get_inference_service", None)
    if callable(factory) and not inspect.isclass(factory):
        return factory()
    cls = _find_class(module)
    if cls is None:
        raise TypeError(WANTED)
    return cls()


def _find_class(module):
    package = module.__name__.rpartition(".")[0]
    classes = [c for c in vars(module).values() if inspect.isclass(c) and c is not BaseInferenceService]
    own = [c for c in classes if c.__module__ == module.__name__]
    near = [c for c in classes if c.__module__.startswith(package + ".") and c not in own]
    rules = (
        lambda c: c.__name__ == "InferenceService" and _has_method(c),
        lambda c: c.__name__.endswith("InferenceService") and _has_method(c),
        lambda c: c.__name__ == "RealtimeHandler" and callable(getattr(c, "predict", None)),
        lambda c: callable(getattr(c, "_process_single", None)),
    )
    for among in (own, near):
        for rule in rules:
            fits = [c for c in among if rule(c)]
            # Of a class and its subclass in the same file, the subclass.
            for c in reversed(fits):
                return c
    return None


def _has_method(cls):
    return any(_defines(cls, name) for name in METHODS)


def _defines(cls, name):
    return any(name in vars(base) and callable(getattr(cls, name, None)) for base in cls.__mro__ if base is not object)


def _method(instance):
    """The bound method to call, and whether it takes one flat dict."""
    cls = type(instance)
    for name in METHODS:
        if _defines(cls, name):
            return getattr(instance, name), False
    if callable(getattr(instance, "predict", None)):
        return instance.predict, True
    raise TypeError(WANTED)


def _adapt(method, flat):
    if flat:
        return lambda inputs, parameters: method({**inputs, **parameters})
    try:
        inspect.signature(method).bind({}, {})
    except TypeError:
        try:
            inspect.signature(method).bind(inputs={}, parameters={})
        except TypeError:
            return lambda inputs, parameters: method(inputs)
        return lambda inputs, parameters: method(inputs=inputs, parameters=parameters)
    except ValueError:
        pass
    return method
