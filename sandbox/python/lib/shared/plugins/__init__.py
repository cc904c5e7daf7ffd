"""What authors import from shared.plugins; see shared.plugins.sdk."""
from .sdk import concurrent_api_calls, download_asset, open_asset, parallel_io  # noqa: F401
