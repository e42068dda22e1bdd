package kernels

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

const rowSeed = 20240607 // printed by failing tests through their inputs

// Bounds are in units of float32 rounding (2^-24) of the sum of the magnitudes of the terms; steps counts the
// roundings of the longest chain, with exp and tanh counted as their measured errors (math_test.go).
const unit = 0x1p-24

// rowShapes covers lengths around every vector width and unroll, one element, long rows, and several blocks.
var rowShapes = [][2]int{{1, 1}, {3, 2}, {2, 7}, {1, 8}, {2, 9}, {1, 15}, {2, 16}, {1, 17}, {3, 31}, {2, 33}, {1, 63}, {2, 65},
	{1, 127}, {5, 130}, {40, 512}, {2, 2047}, {2, 2049}, {9, 2304}}

type rowData struct {
	rng  *rand.Rand
	pool *Pool
	st   Storage
	n, c int
}

// eachRow runs f on every level, storage, shape and two worker counts.
func eachRow(t *testing.T, f func(t *testing.T, d rowData)) {
	shapes, counts := rowShapes, []int{1, 3}
	if *fewest {
		shapes, counts = [][2]int{{1, 1}, {2, 9}, {1, 17}, {3, 31}, {2, 65}, {2, 2049}}, []int{3}
	}
	eachRowLevel(t, func(t *testing.T) {
		for _, workers := range counts {
			pool := NewPool(workers)
			defer pool.Close()
			for _, st := range []Storage{F32, BF16, F16} {
				for _, s := range shapes {
					t.Run(fmt.Sprintf("%v/%dx%d/w%d", st, s[0], s[1], workers), func(t *testing.T) {
						f(t, rowData{rand.New(rand.NewPCG(rowSeed, uint64(s[0]*10000+s[1]))), pool, st, s[0], s[1]})
					})
				}
			}
		}
	})
}

func (d rowData) rand(limit float32) Mat { return randMat(d.rng, d.st, d.n, d.c, limit) }
func (d rowData) zero() Mat              { return newMat(d.st, d.n, d.c) }

// near fails unless |got-want| <= bound + the rounding of the storage at want.
func (d rowData) near(t *testing.T, name string, m Mat, want func(r, c int) (value, bound float64)) {
	t.Helper()
	for r := range m.Rows {
		for c := range m.Cols {
			w, bound := want(r, c)
			switch m.Storage {
			case BF16:
				bound += math.Abs(w)*0x1p-8 + 0x1p-130
			case F16:
				bound += math.Abs(w)*0x1p-10 + 0x1p-24
			}
			if got := float64(m.At(r, c)); !(math.Abs(got-w) <= bound+0x1p-126) {
				t.Fatalf("%s[%d,%d] = %g, want %g, bound %g", name, r, c, got, w, bound)
			}
		}
	}
	guard(t, name, m)
}

// guard checks that the columns between Cols and Stride were not written.
func guard(t *testing.T, name string, m Mat) {
	t.Helper()
	for r := range m.Rows {
		for i := r*m.Stride + m.Cols; i < (r+1)*m.Stride; i++ {
			if m.Storage == F32 && m.F32[i] != 0 || m.Storage != F32 && m.U16[i] != 0 {
				t.Fatalf("%s: element %d beyond row %d was written", name, i, r)
			}
		}
	}
}

func geluRef(a float64) (y, slope float64) {
	const k, c = geluK, geluC
	th := math.Tanh(k * (a + c*a*a*a))
	return 0.5 * a * (1 + th), 0.5*(1+th) + 0.5*a*(1-th*th)*k*(1+3*c*a*a)
}

func TestRMSNorm(t *testing.T) {
	eachRow(t, func(t *testing.T, d rowData) {
		x, res, w := d.rand(3), d.rand(2), randMat(d.rng, d.st, 1, d.c, 1)
		y, z, rstd, rstd2 := d.zero(), d.zero(), make([]float32, d.n), make([]float32, d.n)
		RMSNorm(d.pool, y, x, w, 1e-6, rstd)
		AddRMSNorm(d.pool, z, res, x, w, 1e-6, rstd2)
		require.Equal(t, rstd, rstd2)
		steps := float64(d.c/16 + 8)
		for r := range d.n {
			sum := 0.0
			for c := range d.c {
				sum += float64(x.At(r, c)) * float64(x.At(r, c))
			}
			want := 1 / math.Sqrt(sum/float64(d.c)+1e-6)
			require.InDelta(t, want, float64(rstd[r]), want*steps*unit)
		}
		norm := func(r, c int) (float64, float64) {
			v := float64(x.At(r, c)) * float64(rstd[r]) * (1 + float64(w.At(0, c)))
			return v, (math.Abs(v) + math.Abs(float64(x.At(r, c))*float64(rstd[r]))) * 4 * unit
		}
		d.near(t, "y", y, norm)
		d.near(t, "z", z, func(r, c int) (float64, float64) {
			v, b := norm(r, c)
			s := v + float64(res.At(r, c))
			return s, b + math.Abs(s)*unit
		})
		RMSNorm(d.pool, x, x, w, 1e-6, nil)
		require.Equal(t, wide(y), wide(x), "in place")
	})
}

// TestNormRowAlone: a row has the same bits alone and among others, where its sum is made while the row before it is
// written.
func TestNormRowAlone(t *testing.T) {
	eachRow(t, func(t *testing.T, d rowData) {
		x, dy, w := d.rand(3), d.rand(2), randMat(d.rng, d.st, 1, d.c, 1)
		y, dx, rstd := d.zero(), d.zero(), make([]float32, d.n)
		RMSNorm(d.pool, y, x, w, 1e-6, rstd)
		RMSNormBackward(d.pool, dx, false, nil, dy, x, w, rstd)
		for r := range d.n {
			one, done := newMat(d.st, 1, d.c), newMat(d.st, 1, d.c)
			RMSNorm(d.pool, one, x.RowRange(r, r+1), w, 1e-6, nil)
			require.Equal(t, wide(y.RowRange(r, r+1)), wide(one))
			RMSNormBackward(d.pool, done, false, nil, dy.RowRange(r, r+1), x.RowRange(r, r+1), w, rstd[r:r+1])
			require.Equal(t, wide(dx.RowRange(r, r+1)), wide(done))
		}
	})
}

func TestRMSNormBackward(t *testing.T) {
	eachRow(t, func(t *testing.T, d rowData) {
		x, dy, w := d.rand(3), d.rand(2), randMat(d.rng, d.st, 1, d.c, 1)
		y, rstd := d.zero(), make([]float32, d.n)
		RMSNorm(d.pool, y, x, w, 1e-6, rstd)
		dx, dw, old := d.zero(), make([]float32, d.c), randMat(d.rng, F32, d.n, d.c, 1)
		RMSNormBackward(d.pool, dx, false, dw, dy, x, w, rstd)
		sum := newMat(F32, d.n, d.c)
		Convert(d.pool, sum, old)
		RMSNormBackward(d.pool, sum, true, nil, dy, x, w, rstd)
		dots, mags := make([]float64, d.n), make([]float64, d.n)
		for r := range d.n {
			for j := range d.c {
				v := float64(dy.At(r, j)) * (1 + float64(w.At(0, j))) * float64(x.At(r, j))
				dots[r], mags[r] = dots[r]+v, mags[r]+math.Abs(v)
			}
		}
		ref := func(r, c int) (float64, float64) {
			dot, mag, rs := dots[r], mags[r], float64(rstd[r])
			u := float64(dy.At(r, c)) * (1 + float64(w.At(0, c)))
			k := float64(x.At(r, c)) * rs * rs / float64(d.c)
			bound := rs * (math.Abs(float64(dy.At(r, c)))*4 + math.Abs(k)*mag*float64(d.c/16+12)) * 2 * unit
			return rs * (u - k*dot), bound
		}
		d.near(t, "dx", dx, ref)
		d.near(t, "dx added", sum, func(r, c int) (float64, float64) {
			v, b := ref(r, c)
			return v + float64(old.At(r, c)), b + (math.Abs(v)+1)*unit
		})
		d.near(t, "dw", F32Mat(dw, 1, d.c), func(_, c int) (float64, float64) {
			s, mag := 0.0, 0.0
			for r := range d.n {
				v := float64(dy.At(r, c)) * float64(x.At(r, c)) * float64(rstd[r])
				s, mag = s+v, mag+math.Abs(v)
			}
			return s, mag * float64(d.n+4) * unit
		})
	})
}

func TestGeGLU(t *testing.T) {
	eachRow(t, func(t *testing.T, d rowData) {
		a, b, dy := d.rand(8), d.rand(3), d.rand(2)
		y, da, db := d.zero(), d.zero(), d.zero()
		GeGLU(d.pool, y, a, b)
		GeGLUBackward(d.pool, da, db, dy, a, b)
		at := func(m Mat, r, c int) float64 { return float64(m.At(r, c)) }
		// The exponent 2u <= 60 carries a rounding into a relative error of the sigmoid.
		rel := func(x float64) float64 { return (16 + 4*math.Abs(geluK*(x+geluC*x*x*x))*2) * unit }
		d.near(t, "y", y, func(r, c int) (float64, float64) {
			g, _ := geluRef(at(a, r, c))
			return g * at(b, r, c), math.Abs(g*at(b, r, c))*rel(at(a, r, c)) + 0x1p-52*16
		})
		d.near(t, "db", db, func(r, c int) (float64, float64) {
			g, _ := geluRef(at(a, r, c))
			return g * at(dy, r, c), math.Abs(g*at(dy, r, c))*rel(at(a, r, c)) + 0x1p-52*16
		})
		d.near(t, "da", da, func(r, c int) (float64, float64) {
			_, s := geluRef(at(a, r, c))
			v := at(dy, r, c) * at(b, r, c)
			return v * s, math.Abs(v) * (math.Abs(s) + 1) * rel(at(a, r, c))
		})
		GeGLUBackward(d.pool, a, b, dy, a, b)
		require.Equal(t, wide(da), wide(a), "in place")
		require.Equal(t, wide(db), wide(b), "in place")
	})
}

// TestGeGLUSlope checks the backward against central differences of the float64 forward.
func TestGeGLUSlope(t *testing.T) {
	for a := -9.0; a <= 9; a += 0.01 {
		const h = 1e-5
		hi, _ := geluRef(a + h)
		lo, _ := geluRef(a - h)
		_, slope := geluRef(a)
		require.InDelta(t, (hi-lo)/(2*h), slope, 1e-8, "a = %g", a)
	}
}

func TestRope(t *testing.T) {
	eachRowLevel(t, func(t *testing.T) {
		pool := NewPool(2)
		defer pool.Close()
		for _, st := range []Storage{F32, BF16} {
			for _, dim := range []int{2, 6, 16, 34, 256} {
				rng := rand.New(rand.NewPCG(rowSeed, uint64(dim)))
				positions := []int32{0, 1, 2, 17, 8191, 0, 5}
				half := dim / 2
				cos, sin := make([]float32, len(positions)*half), make([]float32, len(positions)*half)
				RopeTable(cos, sin, positions, dim, 10000, false)
				x := randMat(rng, st, len(positions), 3*dim, 2)
				before := wide(x)
				Rope(pool, x, cos, sin, dim, false)
				d := rowData{st: st}
				d.near(t, "x", x, func(r, c int) (float64, float64) {
					head, k := c/dim*dim, c%dim%half
					u, v := before[r*3*dim+head+k], before[r*3*dim+head+k+half]
					cs, sn := float64(cos[r*half+k]), float64(sin[r*half+k])
					if c%dim < half {
						return u*cs - v*sn, (math.Abs(u*cs) + math.Abs(v*sn)) * 2 * unit
					}
					return v*cs + u*sn, (math.Abs(v*cs) + math.Abs(u*sn)) * 2 * unit
				})
				Rope(pool, x, cos, sin, dim, true)
				d.near(t, "back", x, func(r, c int) (float64, float64) {
					return before[r*3*dim+c], 16 * unit * 4 * map[Storage]float64{F32: 1, BF16: 1 << 16}[st]
				})
			}
		}
	})
}

func TestElementary(t *testing.T) {
	eachRow(t, func(t *testing.T, d rowData) {
		a, b := d.rand(2), d.rand(2)
		at := func(m Mat, r, c int) float64 { return float64(m.At(r, c)) }
		y := d.zero()
		check := func(name string, bound float64, f func(u, v float64) float64) {
			t.Helper()
			d.near(t, name, y, func(r, c int) (float64, float64) {
				w := f(at(a, r, c), at(b, r, c))
				return w, bound * unit * max(1, math.Abs(w))
			})
		}
		Add(d.pool, y, a, b)
		check("add", 8, func(u, v float64) float64 { return u + v })
		Mul(d.pool, y, a, b)
		check("mul", 8, func(u, v float64) float64 { return u * v })
		ScaleMat(d.pool, y, -1.5, a)
		check("scale", 8, func(u, _ float64) float64 { return -1.5 * u })
		Convert(d.pool, y, b)
		AxpyMat(d.pool, y, 0.25, a)
		check("axpy", 8, func(u, v float64) float64 { return v + 0.25*u })
		Exp(d.pool, y, a)
		check("exp", 8, func(u, _ float64) float64 { return math.Exp(u) })
		Tanh(d.pool, y, a)
		check("tanh", 6, func(u, _ float64) float64 { return math.Tanh(u) })
		Softcap(d.pool, y, a, 1.5)
		check("softcap", 12, func(u, _ float64) float64 { return 1.5 * math.Tanh(u/1.5) })
		SoftcapBackward(d.pool, y, a, b, 2)
		check("softcap backward", 12, func(u, v float64) float64 { return u * (1 - v*v/4) })
		Softcap(d.pool, y, a, 0)
		check("no cap", 0, func(u, _ float64) float64 { return u })
	})
}

func TestDropout(t *testing.T) {
	eachRow(t, func(t *testing.T, d rowData) {
		const rate, key = 0.3, 99
		limit, keep := dropoutLimit(rate)
		k := Hash64(key, 0)
		x, y := d.rand(2), d.zero()
		Dropout(d.pool, y, x, rate, key, false)
		want := func(r, c int) float64 {
			if dropoutHash(uint32(k), uint32(k>>32), uint32(r*d.c+c)) < limit {
				return 0
			}
			return float64(x.At(r, c) * keep)
		}
		d.near(t, "y", y, func(r, c int) (float64, float64) { return want(r, c), 0 })
		old := wide(x)
		Dropout(d.pool, x, x, rate, key, true)
		d.near(t, "added", x, func(r, c int) (float64, float64) {
			w := 0.0
			if dropoutHash(uint32(k), uint32(k>>32), uint32(r*d.c+c)) >= limit {
				w = float64(float32(old[r*d.c+c]) * keep)
			}
			return old[r*d.c+c] + w, 6 * unit
		})
	})
}

func TestDropoutRate(t *testing.T) {
	const n = 1 << 20
	x, y := make([]float32, n), make([]float32, n)
	for i := range x {
		x[i] = 1
	}
	pool := NewPool(1)
	defer pool.Close()
	for _, rate := range []float32{0, 0.05, 0.5, 0.9} {
		Dropout(pool, F32Mat(y, 1, n), F32Mat(x, 1, n), rate, 5, false)
		dropped, both := 0, 0
		for i, v := range y {
			if v == 0 {
				dropped++
				if i > 0 && y[i-1] == 0 {
					both++
				}
			}
		}
		p := float64(rate)
		require.InDelta(t, p, float64(dropped)/n, 5*math.Sqrt(p*(1-p)/n)+1e-12)
		require.InDelta(t, p*p, float64(both)/n, 8*math.Sqrt(p*p/n)+1e-12, "neighbours are independent")
	}
	// Beyond 2^32 elements the keys change.
	task := mapTask{mapArgs: mapArgs{a: 0.5, key: 5}, ops: activeRows(), op: mapDropout}
	task.dropout(y[:64], x[:64], 1<<32-32)
	k0, k1 := Hash64(5, 0), Hash64(5, 1)
	for i := range 64 {
		k, at := k0, uint32(1<<32-32+i)
		if i >= 32 {
			k, at = k1, uint32(i-32)
		}
		require.Equal(t, dropoutHash(uint32(k), uint32(k>>32), at) >= 1<<31, y[i] != 0, "element %d", i)
	}
}
