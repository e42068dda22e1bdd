package kernels

import (
	"fmt"
	"math"
	"math/bits"
)

// Counter-based randomness: a value is a function of (key, index) and of nothing else, so that any part of a stream
// can be made by any worker, again after a resume, and in any order.

// Hash64 returns element i of the stream of key: two rounds of SplitMix64's finaliser (Steele, Lea and Flood 2014)
// over a Weyl sequence whose start depends on the key.
func Hash64(key, i uint64) uint64 {
	return mix64(mix64(key+0x9e3779b97f4a7c15) + i*0x9e3779b97f4a7c15)
}

func mix64(z uint64) uint64 {
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// Uniform returns element i of key's stream of float64 in [0, 1): multiples of 2^-53.
func Uniform(key, i uint64) float64 { return float64(Hash64(key, i)>>11) * 0x1p-53 }

// Normal returns element i of key's stream of standard normal float64 (Box and Muller, one of the pair).
func Normal(key, i uint64) float64 {
	u := float64(Hash64(key, 2*i)>>11+1) * 0x1p-53 // (0, 1]
	return math.Sqrt(-2*math.Log(u)) * math.Cos(2*math.Pi*Uniform(key, 2*i+1))
}

// FillUniform fills x with uniform values in [lo, hi), elements 0.. of key's stream.
func FillUniform(x []float32, lo, hi float32, key uint64) {
	for i := range x {
		v := lo + float32((hi-lo)*float32(Hash64(key, uint64(i))>>40)*0x1p-24)
		if v >= hi { // the sum may round up
			v = math.Nextafter32(hi, lo)
		}
		x[i] = v
	}
}

// FillNormal fills x with normal values of the given mean and deviation, elements 0.. of key's stream.
func FillNormal(x []float32, mean, std float32, key uint64) {
	for i := range x {
		x[i] = float32(float64(mean) + float64(std)*Normal(key, uint64(i)))
	}
}

// Permutation fills perm with a permutation of 0..len-1 that depends on key only (Fisher and Yates, with Lemire's
// unbiased bounded integers).
func Permutation(perm []int, key uint64) {
	for i := range perm {
		perm[i] = i
	}
	at := uint64(0)
	for i := len(perm) - 1; i > 0; i-- {
		j := bounded(key, &at, uint64(i+1))
		perm[i], perm[j] = perm[j], perm[i]
	}
}

// bounded returns a uniform integer in [0, n), advancing at by the elements used.
func bounded(key uint64, at *uint64, n uint64) uint64 {
	if n == 0 {
		panic(fmt.Sprintf("kernels: bounded: n = %d", n))
	}
	limit := -n % n // 2^64 mod n: draws below are rejected
	for {
		h := Hash64(key, *at)
		*at++
		hi, lo := bits.Mul64(h, n)
		if lo >= limit {
			return hi
		}
	}
}

// dropoutHash is element i of the 32-bit stream of (k0, k1): Wellons's triple32 with the keys added between rounds.
// Every step is a 32-bit lane operation, so vectors of it are cheap on every instruction set.
func dropoutHash(k0, k1, i uint32) uint32 {
	x := i ^ k0
	x ^= x >> 17
	x *= 0xed5ad4bb
	x ^= x >> 11
	x += k1
	x *= 0xac4c1b51
	x ^= x >> 15
	x *= 0x31848bab
	return x ^ x>>14
}

// dropoutLimit turns a rate into the hash below which an element is dropped, and the factor of those kept.
func dropoutLimit(rate float32) (limit uint32, keep float32) {
	return uint32(float64(rate) * (1 << 32)), float32(1 / (1 - float64(rate)))
}

// dropoutGeneric computes y[j] = x[j]*keep where dropoutHash(k0, k1, i+j) >= limit, else 0.
func dropoutGeneric(y, x []float32, keep float32, limit, k0, k1, i uint32) {
	x = x[:len(y)]
	for j := range y {
		v := x[j] * keep
		if dropoutHash(k0, k1, i+uint32(j)) < limit {
			v = 0
		}
		y[j] = v
	}
}

func dropoutAddGeneric(y, x []float32, keep float32, limit, k0, k1, i uint32) {
	x = x[:len(y)]
	for j := range y {
		v := float32(x[j] * keep)
		if dropoutHash(k0, k1, i+uint32(j)) < limit {
			v = 0
		}
		y[j] += v
	}
}
