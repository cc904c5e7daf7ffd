package httpapi_test

import (
	"testing"

	"plugforge/internal/fixture"
	"plugforge/internal/testserver"
)

func TestWholeLife(t *testing.T) {
	s := testserver.Start(t)
	id := s.Publish("text_embed", "1.0.0", fixture.Files("text_embed", "1.0.0"))
	t.Logf("%s", s.Want(200, "GET", "plugins/"+id, nil).Body)
	t.Logf("%s", s.DeployAndWait(id).Body)
}
