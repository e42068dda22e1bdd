package kernels

// Shapes: gate, up, y, dy, dgate, dup [N, F].

// GeGLU computes y = gelu_tanh(gate)*up. y may be gate or up.
func GeGLU(p *Pool, y, gate, up Mat) {
	mustShape("GeGLU", "y", &y, gate.Rows, gate.Cols)
	mustShape("GeGLU", "up", &up, gate.Rows, gate.Cols)
	runMap(p, mapGeGLU, mapArgs{out: [2]Mat{y}, in: [3]Mat{gate, up}})
}

// GeGLUBackward computes dup = dy*gelu(gate) and dgate = dy*up*gelu'(gate). dgate and dup may be any of the inputs.
func GeGLUBackward(p *Pool, dgate, dup, dy, gate, up Mat) {
	mustShape("GeGLUBackward", "dgate", &dgate, gate.Rows, gate.Cols)
	mustShape("GeGLUBackward", "dup", &dup, gate.Rows, gate.Cols)
	mustShape("GeGLUBackward", "dy", &dy, gate.Rows, gate.Cols)
	mustShape("GeGLUBackward", "up", &up, gate.Rows, gate.Cols)
	runMap(p, mapGeGLUGrad, mapArgs{out: [2]Mat{dgate, dup}, in: [3]Mat{dy, gate, up}})
}

func gegluGeneric(y, a, b []float32) {
	a, b = a[:len(y)], b[:len(y)]
	for i := range y {
		y[i] = a[i] * sigmoidGelu(a[i]) * b[i]
	}
}

// gegluGradGeneric: gelu'(a) = s + a*s*(1-s)*2k(1 + 3c a²), with s of sigmoidGelu.
func gegluGradGeneric(da, db, dy, a, b []float32) {
	n := len(da)
	db, dy, a, b = db[:n], dy[:n], a[:n], b[:n]
	for i := range da {
		g, x, u := dy[i], a[i], b[i]
		s := sigmoidGelu(x)
		slope := float32(float32(6*geluK*geluC)*float32(x*x)) + 2*geluK
		xs := x * s
		d := s + float32(float32(xs*(1-s))*slope)
		db[i] = g * xs
		da[i] = g * u * d
	}
}
