import resource
resource.setrlimit
