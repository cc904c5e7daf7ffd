"""The base class of realtime handlers."""
import logging


class BaseInferenceService:
    """Gives a handler its logger. Takes and keeps any keyword arguments.

    A subclass that forgets super().__init__() has its logger all the same.
    """

    def __init__(self, *args, **kwargs):
        self.config = kwargs

    @property
    def logger(self):
        found = self.__dict__.get("_logger")
        if found is None:
            found = self.__dict__["_logger"] = logging.getLogger(type(self).__name__)
        return found

    @logger.setter
    def logger(self, value):
        self.__dict__["_logger"] = value
