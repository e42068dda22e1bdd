package kernels

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"
)

// guarded returns n floats that end where an unreadable page begins.
func guarded(t *testing.T, n int) []float32 {
	t.Helper()
	page := unix.Getpagesize()
	size := (4*n+page-1)/page*page + page
	mem, err := unix.Mmap(-1, 0, size+page, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_ANON|unix.MAP_PRIVATE)
	require.NoError(t, err)
	require.NoError(t, unix.Mprotect(mem[size:], unix.PROT_NONE))
	t.Cleanup(func() { _ = unix.Munmap(mem) })
	return floatsAt(mem[:size], n)
}

// rowOpCases call one primitive on slices of equal length; s[0] and, where the primitive writes two, s[1] are outputs.
var rowOpCases = []struct {
	name string
	run  func(o *rowOps, s *[5][]float32) float32
}{
	{"sumSquares", func(o *rowOps, s *[5][]float32) float32 { return o.sumSquares(s[0]) }},
	{"dot", func(o *rowOps, s *[5][]float32) float32 { return o.dot(s[0], s[1]) }},
	{"normDot", func(o *rowOps, s *[5][]float32) float32 { return o.normDot(s[0], s[1], s[2]) }},
	{"normScale", func(o *rowOps, s *[5][]float32) float32 { return o.normScale(s[0], s[1], s[2], s[3], 0.7) }},
	{"normScale in place", func(o *rowOps, s *[5][]float32) float32 { return o.normScale(s[0], s[0], s[2], s[3], 0.7) }},
	{"normScaleAdd", func(o *rowOps, s *[5][]float32) float32 { return o.normScaleAdd(s[0], s[1], s[2], s[3], s[4], 0.7) }},
	{"normGrad", func(o *rowOps, s *[5][]float32) float32 {
		return o.normGrad(s[0], s[1], s[2], s[3], s[4], s[2], 0.7, 0.3)
	}},
	{"normGradAdd", func(o *rowOps, s *[5][]float32) float32 {
		return o.normGradAdd(s[0], s[1], s[2], s[3], s[4], s[2], 0.7, 0.3)
	}},
	{"mulScaleAdd", func(o *rowOps, s *[5][]float32) float32 { o.mulScaleAdd(s[0], s[1], s[2], 0.7); return 0 }},
	{"rotate", func(o *rowOps, s *[5][]float32) float32 { o.rotate(s[0], s[1], s[2], s[3]); return 0 }},
	{"axpy", func(o *rowOps, s *[5][]float32) float32 { o.axpy(s[0], 0.3, s[1]); return 0 }},
	{"scale", func(o *rowOps, s *[5][]float32) float32 { o.scale(s[0], 0.3, s[1]); return 0 }},
	{"copy", func(o *rowOps, s *[5][]float32) float32 { o.copy(s[0], s[1]); return 0 }},
	{"add", func(o *rowOps, s *[5][]float32) float32 { o.add(s[0], s[1], s[2]); return 0 }},
	{"add in place", func(o *rowOps, s *[5][]float32) float32 { o.add(s[0], s[0], s[1]); return 0 }},
	{"mul", func(o *rowOps, s *[5][]float32) float32 { o.mul(s[0], s[1], s[2]); return 0 }},
	{"columnMax", func(o *rowOps, s *[5][]float32) float32 { o.columnMax(s[0], s[1]); return 0 }},
	{"scaleMax", func(o *rowOps, s *[5][]float32) float32 { return o.scaleMax(s[0], s[1], -0.5) }},
	{"capGrad", func(o *rowOps, s *[5][]float32) float32 { o.capGrad(s[0], s[1], s[2], 0.2); return 0 }},
	{"exp", func(o *rowOps, s *[5][]float32) float32 { o.exp(s[0], s[1]); return 0 }},
	{"tanh", func(o *rowOps, s *[5][]float32) float32 { o.tanh(s[0], s[1]); return 0 }},
	{"capTanh", func(o *rowOps, s *[5][]float32) float32 { return o.capTanh(s[0], s[1], 0.4, 2) }},
	{"capExpSum", func(o *rowOps, s *[5][]float32) float32 { return o.capExpSum(s[0], capFactors(4)) }},
	{"capExpSum far", func(o *rowOps, s *[5][]float32) float32 { return o.capExpSum(s[0], capFactors(2.9)) }},
	{"capLossGrad", func(o *rowOps, s *[5][]float32) float32 { o.capLossGrad(s[0], s[1], capFactors(4)); return 0 }},
	{"capLossGrad far", func(o *rowOps, s *[5][]float32) float32 { o.capLossGrad(s[0], s[1], capFactors(2.9)); return 0 }},
	{"capKeepSum", func(o *rowOps, s *[5][]float32) float32 { return o.capKeepSum(s[0], s[1], capFactors(4)) }},
	{"capKeepSum far", func(o *rowOps, s *[5][]float32) float32 { return o.capKeepSum(s[0], s[1], capFactors(2.9)) }},
	{"keptLossGrad", func(o *rowOps, s *[5][]float32) float32 { o.keptLossGrad(s[0], s[1], capFactors(4)); return 0 }},
	{"sumExpShift", func(o *rowOps, s *[5][]float32) float32 { return o.sumExpShift(s[0], 1.5) }},
	{"columnExp", func(o *rowOps, s *[5][]float32) float32 { o.columnExp(s[0], s[1], s[2]); return 0 }},
	{"softmaxGrad", func(o *rowOps, s *[5][]float32) float32 { o.softmaxGrad(s[0], s[1], 2, 0.5, 0.1); return 0 }},
	{"scoreGrad", func(o *rowOps, s *[5][]float32) float32 { o.scoreGrad(s[0], s[1], s[0], 2, 0.3, 0.5, 0.1); return 0 }},
	{"geglu", func(o *rowOps, s *[5][]float32) float32 { o.geglu(s[0], s[1], s[2]); return 0 }},
	{"gegluGrad", func(o *rowOps, s *[5][]float32) float32 { o.gegluGrad(s[0], s[1], s[2], s[3], s[4]); return 0 }},
	{"dropout", func(o *rowOps, s *[5][]float32) float32 { o.dropout(s[0], s[1], 2, 1<<31, 5, 6, 7); return 0 }},
	{"dropoutAdd", func(o *rowOps, s *[5][]float32) float32 { o.dropoutAdd(s[0], s[1], 2, 1<<31, 5, 6, 7); return 0 }},
	{"sumSquares64", func(o *rowOps, s *[5][]float32) float32 { return float32(o.sumSquares64(s[0])) }},
	{"adamw", func(o *rowOps, s *[5][]float32) float32 {
		o.scale(s[4], 0, s[4])
		o.adamw(s[0], s[1], s[2], s[4], &adamwConsts{1, 0.9, 0.1, 0.99, 0.01, 0.9, 0.5, 1e-3, 0.1})
		return 0
	}},
}

// capFactors: the vectors that hold an |x| above cap take the other way.
func capFactors(cap float32) *capConsts {
	c := new(capConsts)
	c.set(cap)
	c.row(1.5, 0.7)
	return c
}

// TestRowOpsTwins compares every primitive of every level with its portable twin: all lengths around the vectors, all
// slices ending at an unreadable page, so that neither a read nor a write beyond the end goes unnoticed.
func TestRowOpsTwins(t *testing.T) {
	lengths := []int{127, 128, 129, 1000, 2304}
	for n := range 70 {
		lengths = append(lengths, n)
	}
	if *fewest { // both sides of one, two and four vectors of 16 lanes, and every mask of the last
		lengths = []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 31, 32, 33, 63, 64, 65, 129, 1000}
	}
	eachRowLevel(t, func(t *testing.T) {
		ops := activeRows()
		for _, n := range lengths {
			rng := rand.New(rand.NewPCG(rowSeed, uint64(n)))
			var mine, twin, fresh [5][]float32
			for i := range mine {
				mine[i], twin[i], fresh[i] = guarded(t, n), make([]float32, n), make([]float32, n)
				for j := range n {
					fresh[i][j] = 6*rng.Float32() - 3
				}
			}
			for _, c := range rowOpCases {
				for i := range mine {
					copy(mine[i], fresh[i])
					copy(twin[i], fresh[i])
				}
				got, want := c.run(ops, &mine), c.run(&genericRows, &twin)
				// Sums of n terms below 3*3*4 in at least eight lanes; element by element a few roundings of
				// values below 3*e^3 with exp and tanh at 2 ulp.
				sameNumber(t, c.name, n, -1, got, want, float64(n)*36*float64(n/8+8)*unit)
				for i := range mine {
					for j := range n {
						sameNumber(t, c.name, n, j, mine[i][j], twin[i][j], 24*unit*max(1, math.Abs(float64(twin[i][j]))))
					}
				}
			}
		}
	})
}

// TestRowOpsStreaming: a table that writes past the caches has the bits of the one that does not, tails included.
func TestRowOpsStreaming(t *testing.T) {
	eachRowLevel(t, func(t *testing.T) {
		ops := activeRows()
		if ops.streaming == nil {
			t.Skip("this level has no such stores")
		}
		for _, n := range []int{0, 1, 7, 8, 9, 16, 31, 32, 33, 64, 65, 127, 1000, 2304} {
			var past, plain [5][]float32
			for i := range past {
				past[i], plain[i] = alignedFloats(n), make([]float32, n)
			}
			for _, c := range rowOpCases {
				for i := range past {
					FillUniform(past[i], -3, 3, uint64(i))
					copy(plain[i], past[i])
				}
				require.Equal(t, c.run(ops, &plain), c.run(ops.streaming, &past), "%s, n = %d", c.name, n)
				ops.finish()
				require.Equal(t, plain, past, "%s, n = %d", c.name, n)
			}
		}
	})
}

// TestStreamingRows runs the kernels as if every output were large.
func TestStreamingRows(t *testing.T) {
	defer func(n int) { streamBytes = n }(streamBytes)
	streamBytes = 0
	t.Run("RMSNorm", TestRMSNorm)
	t.Run("RMSNormBackward", TestRMSNormBackward)
	t.Run("GeGLU", TestGeGLU)
	t.Run("Elementary", TestElementary)
	t.Run("Dropout", TestDropout)
}

func sameNumber(t *testing.T, name string, n, i int, got, want float32, bound float64) {
	t.Helper()
	if d := math.Abs(float64(got) - float64(want)); d > bound || (got != got) != (want != want) {
		t.Fatalf("%s, n = %d, element %d: %g, twin has %g, bound %g", name, n, i, got, want, bound)
	}
}

// TestRowOpsNaN: a NaN or infinity in the last lane of any vector comes out of everything that carries it.
func TestRowOpsNaN(t *testing.T) {
	carries := []string{"sumSquares", "dot", "normDot", "normScale", "normScaleAdd", "normGrad", "normGradAdd", "mulScaleAdd", "axpy", "scale",
		"copy", "add", "mul", "capGrad", "exp", "tanh", "capTanh", "capExpSum", "capLossGrad", "capKeepSum", "keptLossGrad", "sumExpShift", "columnExp", "softmaxGrad", "scoreGrad", "geglu", "gegluGrad"}
	eachRowLevel(t, func(t *testing.T) {
		ops := activeRows()
		for _, c := range rowOpCases {
			for _, name := range carries {
				if c.name != name {
					continue
				}
				for _, n := range []int{1, 8, 16, 17, 64} {
					t.Run(fmt.Sprintf("%s/%d", name, n), func(t *testing.T) {
						var s [5][]float32
						for i := range s {
							s[i] = make([]float32, n)
							s[i][n-1] = float32(math.NaN())
						}
						sum := c.run(ops, &s)
						require.True(t, sum != sum || s[0][n-1] != s[0][n-1])
					})
				}
			}
		}
	})
}

// TestTileTwins compares the microkernels with exact sums: strided and transposed A, added or not, every k.
func TestTileTwins(t *testing.T) {
	eachRowLevel(t, func(t *testing.T) {
		ops := activeRows()
		rng := rand.New(rand.NewPCG(rowSeed, 1))
		for _, k := range []int{0, 1, 2, 3, 7, 64, 96} {
			for _, blocks := range []int{1, 2, 3} {
				m, n := ops.tileM*blocks, ops.tileN*blocks
				for _, transposed := range []bool{false, true} {
					for _, add := range []bool{false, true} {
						lda, ldb, ldc := k+3, n+5, n+1
						ars, acs, size := lda, 1, (m-1)*lda+k
						if transposed {
							ars, acs, size = 1, m+2, (k-1)*(m+2)+m
						}
						a, b, c := guarded(t, max(size, m)), guarded(t, max((k-1)*ldb+n, n)), guarded(t, (m-1)*ldc+n)
						for _, x := range [][]float32{a, b, c} {
							for i := range x {
								x[i] = 2*rng.Float32() - 1
							}
						}
						old := append([]float32{}, c...)
						if k == 0 {
							ars, acs = 1, 1
						}
						ops.tile(c, ldc, a, ars, acs, b, ldb, m, n, k, add)
						for i := range m {
							for j := range ldc {
								if i*ldc+j >= len(c) {
									continue
								}
								want := float64(old[i*ldc+j])
								if j < n && !add {
									want = 0
								}
								for p := 0; p < k && j < n; p++ {
									want += float64(a[i*ars+p*acs]) * float64(b[p*ldb+j])
								}
								sameNumber(t, fmt.Sprintf("tile k=%d add=%v", k, add), i, j, c[i*ldc+j], float32(want), float64(k+2)*float64(k+2)*unit)
							}
						}
					}
				}
			}
		}
	})
}

// guardedHalves is x in bfloat16, ending where an unreadable page begins.
func guardedHalves(t *testing.T, x []float32) []uint16 {
	t.Helper()
	words := guarded(t, (len(x)+1)/2)
	halves := unsafe.Slice((*uint16)(unsafe.Pointer(unsafe.SliceData(words))), 2*len(words))[2*len(words)-len(x):]
	narrowBF16Generic(halves, x)
	return halves
}

// TestTransposeAndCopyRows moves blocks of every size around the eight by eight of the vectors.
func TestTransposeAndCopyRows(t *testing.T) {
	eachRowLevel(t, func(t *testing.T) {
		ops := activeRows()
		for rows := range 20 {
			for cols := range 36 {
				lds, ldd := cols+1, max(rows, cols)+2
				src := guarded(t, max(0, (rows-1)*lds+cols))
				for i := range src {
					src[i] = float32(i + 1)
				}
				if rows == 0 || cols == 0 {
					continue
				}
				turned, copied := guarded(t, (cols-1)*ldd+rows), guarded(t, (rows-1)*ldd+cols)
				ops.transpose(turned, ldd, src, lds, rows, cols)
				ops.copyRows(copied, ldd, src, lds, rows, cols)
				halves, widened := guardedHalves(t, src), guarded(t, (rows-1)*ldd+cols)
				ops.widenRows(widened, ldd, halves, lds, rows, cols)
				for i := range rows {
					for p := range cols {
						if want := src[i*lds+p]; turned[p*ldd+i] != want || copied[i*ldd+p] != want || widened[i*ldd+p] != BF16ToF32(F32ToBF16(want)) {
							t.Fatalf("%dx%d at (%d,%d): %g, turned %g, copied %g, widened %g", rows, cols, i, p, want, turned[p*ldd+i], copied[i*ldd+p], widened[i*ldd+p])
						}
					}
				}
				for i, v := range turned {
					if i%ldd >= rows {
						require.Truef(t, v == 0, "%dx%d: written beside row %d", rows, cols, i/ldd)
					}
				}
			}
		}
	})
}
