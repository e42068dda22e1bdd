package kernels

import (
	"fmt"
	"os"
)

// LevelEnv names the environment variable that lowers the level, the only one this module reads below cmd.
const LevelEnv = "LAPIDARY_LEVEL"

// Level is a set of instructions that kernels are written for. It chooses microkernels, tiles and packed formats,
// nothing else.
type Level uint8

const (
	Generic    Level = iota // portable Go
	AVX2                    // AVX2, FMA, F16C
	AVX512                  // AVX-512 F, BW, DQ, VL, CD as one bundle
	AVX512BF16              // AVX512 and VDPBF16PS
	NEON                    // Advanced SIMD
	NEONBF16                // NEON and BFMMLA
	levelCount
)

var levelNames = [levelCount]string{"generic", "avx2", "avx512", "avx512bf16", "neon", "neonbf16"}

// String returns the name used in the environment variable, subtests, benchmarks and logs.
func (l Level) String() string {
	if l < levelCount {
		return levelNames[l]
	}
	return fmt.Sprintf("Level(%d)", uint8(l))
}

// Levels returns what this machine can run, lowest first; the first is always Generic.
func Levels() []Level { return append([]Level{Generic}, cpuLevels()...) }

// active is chosen once, before main; only tests change it afterwards.
var active, levelErr = chooseLevel(os.Getenv(LevelEnv), Levels())

// Active is the level all kernels run at.
func Active() Level { return active }

// LevelError says why LAPIDARY_LEVEL was not obeyed; nil when it was, or was not set.
// The level is then the best one of the machine; cmd prints the error and stops.
func LevelError() error { return levelErr }

// chooseLevel picks the best level, or the wanted one when the machine has it.
func chooseLevel(want string, have []Level) (Level, error) {
	best := have[len(have)-1]
	if want == "" {
		return best, nil
	}
	for _, l := range have {
		if l.String() == want {
			return l, nil
		}
	}
	for l := range levelCount {
		if l.String() == want {
			return best, fmt.Errorf("%s=%s: this machine has no %s, it has %v", LevelEnv, want, want, have)
		}
	}
	return best, fmt.Errorf("%s=%s: unknown level, known are %v", LevelEnv, want, levelNames)
}
