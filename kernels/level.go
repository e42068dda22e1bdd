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
	AMX                     // AVX512BF16 and TDPBF16PS
	NEON                    // Advanced SIMD
	NEONBF16                // NEON and BFMMLA
	levelCount
)

var levelNames = [levelCount]string{"generic", "avx2", "avx512", "avx512bf16", "amx", "neon", "neonbf16"}

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
var active, levelErr = chooseLevel(os.Getenv(LevelEnv), Levels(), fastest(Levels()))

// Active is the level all kernels run at.
func Active() Level { return active }

// LevelError says why LAPIDARY_LEVEL was not obeyed; nil when it was, or was not set.
// The level is then the best one of the machine; cmd prints the error and stops.
func LevelError() error { return levelErr }

// fastest is the level that is taken when none is asked for: the last one, except that Intel's cores have VDPBF16PS at a
// quarter of the rate of float32 multiply-adds, half their arithmetic (Emerald Rapids: 176 against 345 GFLOP/s on two
// cores), and are better off without it.
func fastest(have []Level) Level {
	best := have[len(have)-1]
	if best == AVX512BF16 && slowPairs() {
		return AVX512
	}
	return best
}

// chooseLevel picks the best level, or the wanted one when the machine has it.
func chooseLevel(want string, have []Level, best Level) (Level, error) {
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
