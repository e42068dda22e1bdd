package kernels

// Portable twins of the norm primitives. float32(a*b) keeps the product unfused on every architecture.

// sumSquaresGeneric sums in sixteen lanes, as the vector twins do, so that long rows lose no accuracy.
func sumSquaresGeneric(x []float32) float32 { return dotGeneric(x, x) }

func dotGeneric(a, b []float32) float32 {
	var lane [16]float32
	b = b[:len(a)]
	i := 0
	for ; i+16 <= len(a); i += 16 {
		u, v := a[i:i+16:i+16], b[i:i+16:i+16]
		for j := range lane {
			lane[j] += float32(u[j] * v[j])
		}
	}
	for j := 0; i < len(a); i, j = i+1, j+1 {
		lane[j] += float32(a[i] * b[i])
	}
	return foldLanes(&lane)
}

func foldLanes(lane *[16]float32) float32 {
	for w := 8; w > 0; w /= 2 {
		for j := range w {
			lane[j] += lane[j+w]
		}
	}
	return lane[0]
}

func normScaleGeneric(y, x, w, next []float32, r float32) float32 {
	x, w = x[:len(y)], w[:len(y)]
	for i := range y {
		y[i] = x[i] * r * (1 + w[i])
	}
	return sumSquaresGeneric(next)
}

func normScaleAddGeneric(y, res, x, w, next []float32, r float32) float32 {
	res, x, w = res[:len(y)], x[:len(y)], w[:len(y)]
	for i := range y {
		y[i] = res[i] + float32(x[i]*r*(1+w[i]))
	}
	return sumSquaresGeneric(next)
}

func normDotGeneric(dy, x, w []float32) float32 {
	var lane [16]float32
	x, w = x[:len(dy)], w[:len(dy)]
	i := 0
	for ; i+16 <= len(dy); i += 16 {
		g, u, v := dy[i:i+16:i+16], x[i:i+16:i+16], w[i:i+16:i+16]
		for j := range lane {
			lane[j] += float32(g[j] * (1 + v[j]) * u[j])
		}
	}
	for j := 0; i < len(dy); i, j = i+1, j+1 {
		lane[j] += float32(dy[i] * (1 + w[i]) * x[i])
	}
	return foldLanes(&lane)
}

func normGradGeneric(dx, dy, x, w, ndy, nx []float32, r, c float32) float32 {
	dy, x, w = dy[:len(dx)], x[:len(dx)], w[:len(dx)]
	for i := range dx {
		dx[i] = r * (float32(dy[i]*(1+w[i])) - float32(x[i]*c))
	}
	return normDotGeneric(ndy, nx, w)
}

func normGradAddGeneric(dx, dy, x, w, ndy, nx []float32, r, c float32) float32 {
	dy, x, w = dy[:len(dx)], x[:len(dx)], w[:len(dx)]
	for i := range dx {
		dx[i] += float32(r * (float32(dy[i]*(1+w[i])) - float32(x[i]*c)))
	}
	return normDotGeneric(ndy, nx, w)
}

func mulScaleAddGeneric(acc, a, b []float32, r float32) {
	a, b = a[:len(acc)], b[:len(acc)]
	for i := range acc {
		acc[i] += float32(a[i] * b[i] * r)
	}
}
