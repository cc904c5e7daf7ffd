import os as runner
