//go:build long

package manifest_test

import "testing"

// The comparisons with pydantic and packaging, over more of what nobody wrote,
// and all files that are meant to take long.

func TestGeneratedSchemasLong(t *testing.T) { generatedEqual(t, 2, 2_000) }

func TestRequirementsLong(t *testing.T) { requirementsEqual(t, 2, 300_000) }

func TestContradictionsLong(t *testing.T) { contradictionsEqual(t, 2, 60_000) }

func TestHostileLong(t *testing.T) { readHostile(t) }
