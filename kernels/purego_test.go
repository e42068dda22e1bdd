package kernels

import (
	"go/build"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// Under the tag purego no assembly is selected on any architecture; without it amd64 has some, which shows that the
// test can see it.
func TestPuregoSelectsNoAssembly(t *testing.T) {
	for _, arch := range []string{"386", "amd64", "arm", "arm64", "loong64", "mips64", "ppc64le", "riscv64", "s390x", "wasm"} {
		for _, pure := range []bool{true, false} {
			ctx := build.Default
			ctx.GOARCH, ctx.GOOS, ctx.CgoEnabled = arch, "linux", false
			ctx.BuildTags = nil
			if pure {
				ctx.BuildTags = []string{"purego"}
			}
			p, err := ctx.ImportDir(".", 0)
			require.NoError(t, err, arch)
			if pure || arch != "amd64" && arch != "arm64" {
				require.Empty(t, p.SFiles, "%s purego=%v: %s", arch, pure, strings.Join(p.SFiles, " "))
			} else {
				require.NotEmpty(t, p.SFiles, arch)
			}
		}
	}
}
