import \
  subprocess
