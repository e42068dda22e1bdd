package kernels

// Element by element kernels share one driver: the matrices of a call are cut into chunks that fit the first cache
// level, widened where their storage is not F32, handed to a primitive, and narrowed back.

type mapOp uint8

const (
	mapGeGLU mapOp = iota
	mapGeGLUGrad
	mapCopy
	mapScale
	mapAxpy
	mapAdd
	mapMul
	mapExp
	mapTanh
	mapSoftcap
	mapCapGrad
	mapDropout
	mapDropoutAdd
)

// mapArgs are the matrices of a call; unused ones are zero. All have the shape of out[0].
type mapArgs struct {
	out [2]Mat
	in  [3]Mat
	a   float32
	key uint64
}

type mapTask struct {
	mapArgs
	ops    *rowOps
	op     mapOp
	nOut   int
	nIn    int
	update bool // out[0] is read as well as written
	flat   bool
	size   int
}

var mapTasks freeList[mapTask]

func runMap(p *Pool, op mapOp, args mapArgs) {
	rows, cols := args.out[0].Rows, args.out[0].Cols
	if rows == 0 || cols == 0 {
		return
	}
	t := mapTasks.get()
	*t = mapTask{mapArgs: args, ops: activeRows(), op: op, nOut: 1, nIn: 1, flat: true}
	switch op {
	case mapGeGLU, mapAdd, mapMul, mapCapGrad:
		t.nIn = 2
	case mapGeGLUGrad:
		t.nIn, t.nOut = 3, 2
	case mapAxpy, mapDropoutAdd:
		t.update = true
	}
	for i := range t.nOut {
		t.flat = t.flat && asVector(&t.out[i])
	}
	for i := range t.nIn {
		t.flat = t.flat && asVector(&t.in[i])
	}
	if !t.update {
		t.ops = t.ops.forOutput(&t.out[0], &t.in[0], &t.in[1], &t.in[2])
	}
	if t.flat {
		p.Run((rows*cols+blockElements-1)/blockElements, t)
	} else {
		var n int
		t.size, n = rowBlocks(rows, cols)
		p.Run(n, t)
	}
	*t = mapTask{}
	mapTasks.put(t)
}

func (t *mapTask) Do(_, i int) {
	s := scratches.get()
	rows, cols := t.out[0].Rows, t.out[0].Cols
	if t.flat {
		end := min(rows*cols, (i+1)*blockElements)
		for at := i * blockElements; at < end; at += chunkElements {
			t.chunk(s, 0, at, min(end, at+chunkElements), uint64(at))
		}
	} else {
		r0, r1 := blockRange(i, t.size, rows)
		for r := r0; r < r1; r++ {
			for at := 0; at < cols; at += chunkElements {
				t.chunk(s, r, at, min(cols, at+chunkElements), uint64(r)*uint64(cols)+uint64(at))
			}
		}
	}
	t.ops.finish()
	scratches.put(s)
}

// chunk handles elements [c0,c1) of row r; flat is the index of the first in a dense matrix of the same shape.
func (t *mapTask) chunk(s *rowScratch, r, c0, c1 int, flat uint64) {
	n := c1 - c0
	var in [3][]float32
	for i := range t.nIn {
		in[i] = t.ops.loadRow(&t.in[i], r, c0, c1, s.get(i, n))
	}
	var y []float32
	if t.update {
		y = t.ops.loadRow(&t.out[0], r, c0, c1, s.get(3, n))
	} else {
		y = t.ops.outRow(&t.out[0], r, c0, c1, s.get(3, n))
	}
	ops := t.ops
	switch t.op {
	case mapGeGLU:
		ops.geglu(y, in[0], in[1])
	case mapGeGLUGrad:
		y2 := ops.outRow(&t.out[1], r, c0, c1, s.get(4, n))
		ops.gegluGrad(y, y2, in[0], in[1], in[2])
		ops.storeRow(&t.out[1], r, c0, c1, y2)
	case mapCopy:
		ops.copy(y, in[0])
	case mapScale:
		ops.scale(y, t.a, in[0])
	case mapAxpy:
		ops.axpy(y, t.a, in[0])
	case mapAdd:
		ops.add(y, in[0], in[1])
	case mapMul:
		ops.mul(y, in[0], in[1])
	case mapExp:
		ops.exp(y, in[0])
	case mapTanh:
		ops.tanh(y, in[0])
	case mapSoftcap:
		ops.capTanh(y, in[0], 2/t.a, t.a)
	case mapCapGrad:
		ops.capGrad(y, in[0], in[1], t.a)
	case mapDropout, mapDropoutAdd:
		t.dropout(y, in[0], flat)
	}
	ops.storeRow(&t.out[0], r, c0, c1, y)
}

func (t *mapTask) dropout(y, x []float32, flat uint64) {
	limit, keep := dropoutLimit(t.a)
	f := t.ops.dropout
	if t.op == mapDropoutAdd {
		f = t.ops.dropoutAdd
	}
	for len(y) > 0 { // a run of indices with the same upper 32 bits
		k := Hash64(t.key, flat>>32)
		n := int(min(uint64(len(y)), 1<<32-flat&(1<<32-1)))
		f(y[:n], x[:n], keep, limit, uint32(k), uint32(k>>32), uint32(flat))
		y, x, flat = y[n:], x[n:], flat+uint64(n)
	}
}
