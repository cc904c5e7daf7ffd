package httpapi_test

import (
	"os"
	"testing"

	"plugforge/internal/testserver"
)

func TestMain(m *testing.M) { os.Exit(testserver.Main(m)) }
