package sandbox

const serverChildEnv = "PLUGFORGE_SANDBOX_TEST_CHILD"

func serverChild() {}
