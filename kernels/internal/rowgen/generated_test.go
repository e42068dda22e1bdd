package rowgen

import (
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "rewrite the generated row kernels of package kernels")

// TestGeneratedRows fails when a generated file is not what the generator writes.
func TestGeneratedRows(t *testing.T) {
	for name, want := range Files() {
		path := filepath.Join("..", "..", name)
		if *update {
			require.NoError(t, os.WriteFile(path, []byte(want), 0o644))
			continue
		}
		got, err := os.ReadFile(path)
		require.NoError(t, err)
		require.Equal(t, want, string(got), "%s: run go test ./kernels/internal/rowgen -update", name)
	}
}
