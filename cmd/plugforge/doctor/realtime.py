"""The plugin that doctor runs."""


class RealtimeHandler:
    def predict(self, request):
        return {"well": True}
