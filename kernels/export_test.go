package kernels

import "testing"

// forEachLevel runs the test once per level of this machine and names those that it lacks.
func forEachLevel(t *testing.T, f func(t *testing.T)) {
	t.Helper()
	saved := active
	defer func() { active = saved }()
	have := map[Level]bool{}
	for _, l := range Levels() {
		have[l] = true
	}
	for l := range levelCount {
		t.Run(l.String(), func(t *testing.T) {
			if !have[l] {
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
