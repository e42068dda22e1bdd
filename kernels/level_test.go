package kernels

import (
	"flag"
	"reflect"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestChooseLevel(t *testing.T) {
	have := []Level{Generic, AVX2, AVX512}
	l, err := chooseLevel("", have, AVX512)
	require.NoError(t, err)
	require.Equal(t, AVX512, l)
	l, err = chooseLevel("avx2", have, AVX512)
	require.NoError(t, err)
	require.Equal(t, AVX2, l)
	l, err = chooseLevel("avx512bf16", have, AVX512)
	require.EqualError(t, err, "LAPIDARY_LEVEL=avx512bf16: this machine has no avx512bf16, it has [generic avx2 avx512]")
	require.Equal(t, AVX512, l)
	_, err = chooseLevel("sse9", have, AVX512)
	require.EqualError(t, err, "LAPIDARY_LEVEL=sse9: unknown level, known are [generic avx2 avx512 avx512bf16 amx neon neonbf16]")
}

// The last level is the fastest one, but for pairs of bfloat16 on cores that are slow at them.
func TestFastest(t *testing.T) {
	have := []Level{Generic, AVX2, AVX512, AVX512BF16, AMX}
	for n := 1; n <= len(have); n++ {
		want := have[n-1]
		if want == AVX512BF16 && slowPairs() {
			want = AVX512
		}
		require.Equal(t, want, fastest(have[:n]))
	}
}

var bestLevel = flag.String("best", "", "the level that this machine must choose")

// A machine that is declared to be of some kind chooses its level.
func TestBestLevel(t *testing.T) {
	if *bestLevel == "" {
		t.Skip("not run: -best does not say what this machine is")
	}
	l, err := chooseLevel("", Levels(), fastest(Levels()))
	require.NoError(t, err)
	require.Equal(t, *bestLevel, l.String())
}

// The level really changes what is called: no two levels share their best tile.
func TestLevelChangesFunction(t *testing.T) {
	seen := map[uintptr]Level{}
	for _, l := range Levels() {
		ks := kernelsOf(l)
		f := reflect.ValueOf(ks.f32[0])
		switch {
		case ks.tiles != nil:
			f = reflect.ValueOf(ks.tiles.pairs[0])
		case ks.pairs[0] != nil:
			f = reflect.ValueOf(ks.pairs[0])
		case ks.columns[0] != nil:
			f = reflect.ValueOf(ks.columns[0])
		}
		at := f.Pointer()
		require.NotZero(t, at, l)
		other, taken := seen[at]
		require.Falsef(t, taken, "%v and %v call the same tile", l, other)
		seen[at] = l
	}
}
