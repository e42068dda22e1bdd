package kernels

import (
	"flag"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"lapidary/kernels/internal/rowgen"
)

var update = flag.Bool("update", false, "rewrite the generated row kernels")

// TestGeneratedRows fails when a generated file is not what the generator writes.
func TestGeneratedRows(t *testing.T) {
	for name, want := range rowgen.Files() {
		if *update {
			require.NoError(t, os.WriteFile(name, []byte(want), 0o644))
			continue
		}
		got, err := os.ReadFile(name)
		require.NoError(t, err)
		require.Equal(t, want, string(got), "%s: run go test ./kernels -run TestGeneratedRows -update", name)
	}
}
