package kernels

import (
	"flag"
	"slices"
	"strings"
	"testing"
)

// An emulated machine is up to a thousand times slower (tools/avx512): it runs the levels that only it has, on the
// fewest sizes that reach every branch.
var (
	onlyLevels = flag.String("levels", "", "run the tests at these levels, comma-separated, and fail where the machine lacks one")
	fewest     = flag.Bool("fewest", false, "run the fewest sizes")
	emulated   = flag.Bool("emulated", false, "the machine is Bochs 2.7, which rounds ties of VCVTPS2PH up: leave those out")
)

// Fewest tells whether the fewest sizes are wanted.
func Fewest() bool { return *fewest }

// forEachLevel runs the test once per level of this machine and names those that it lacks.
func forEachLevel(t *testing.T, f func(t *testing.T)) {
	t.Helper()
	saved := active
	defer func() { active = saved }()
	have, only := Levels(), strings.Split(*onlyLevels, ",")
	for l := range levelCount {
		asked := slices.Contains(only, l.String())
		if *onlyLevels != "" && !asked {
			continue
		}
		t.Run(l.String(), func(t *testing.T) {
			if !slices.Contains(have, l) {
				if asked {
					t.Fatalf("this machine was said to have %v", l)
				}
				t.Skipf("not run: this machine has no %v", l)
			}
			active = l
			f(t)
		})
	}
}

// ForEachLevel is forEachLevel for tests outside the package.
var ForEachLevel = forEachLevel

// SetLevel changes the level until the test ends.
func SetLevel(t *testing.T, l Level) {
	saved := active
	active = l
	t.Cleanup(func() { active = saved })
}
