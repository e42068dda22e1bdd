package kernels

import "fmt"

// Gemm computes C = alpha*op(A)*op(B) + beta*C, where op transposes when its flag is set: op(A) is m x k, op(B)
// is k x n, C is m x n. A and B are of any storage, C is F32 or BF16 and is rounded once, after the whole of k.
// With beta == 0 C is not read. C must not overlap A or B.
//
// Operands are multiplied as float32, except that two BF16 operands are multiplied as bfloat16 where the level can:
// those products are exact, sums are float32 with denormals as zero (BFMMLA rounds them to odd: an error of up to one
// last place each, of half as many). float32 operands are never rounded.
//
// k is summed in an order that depends on k and the level only, so the bits of C do not depend on the number of
// workers. They do not depend on the other rows of the call either, as long as m stays on one side of GemvRows.
func Gemm(p *Pool, transA, transB bool, alpha float32, a, b Mat, beta float32, c Mat) {
	p.gemm.run(p, transA, transB, alpha, a, b, beta, c, false)
}

// GemmPlus computes C = A*op(B) + U*op(V), where A is m x k, U is m x r with r of at most MaxPlus, and op transposes both
// when transB is set: a product and a low-rank update of its result in one pass over C. r is summed after k. Everything
// else is as in Gemm, and round as in GemmBF16. Where the level multiplies operands as bfloat16, or A has few rows, it is two
// products, and a BF16 C is rounded after each.
func GemmPlus(p *Pool, transB bool, a, b, u, v Mat, c Mat, round bool) {
	p.gemm.plus(p, transB, a, b, u, v, c, round)
}

// MaxPlus is the largest rank of an update that GemmPlus takes along.
const MaxPlus = 128

// GemmBF16 is Gemm with both operands rounded to bfloat16, nearest even, on every level: the products of a run in
// bfloat16 precision. (Where A has few rows a quantised B keeps its values, which are never written down there, and so does a
// float32 B beside an A that is stored in bfloat16.) Where the level has no bfloat16 arithmetic the rounded operands are
// multiplied as float32.
func GemmBF16(p *Pool, transA, transB bool, alpha float32, a, b Mat, beta float32, c Mat) {
	p.gemm.run(p, transA, transB, alpha, a, b, beta, c, true)
}

// Blocking. The side with fewer rows is packed first, whole, by all workers ("resident"); the other one is packed by
// the worker that multiplies it, a few panels at a time ("streamed"), so a weight is read once and packed once.
const (
	// Rows of S are laid out apart by a block and this many words more, so that equal steps of many rows do not fall
	// into one set of L1; also the room that strips of a transposition overshoot into.
	rowGap = 16
	// Rows of the streamed side that a worker takes at once. As S, with blocks of 384 steps: 112*384*4 = 172 KB of L2,
	// beside 112 x 512 sums of 229 KB and the panels of V that pass by. As V its panels pass by instead, 295 KB from L3,
	// beside sums as large; its rows are the columns of a weight read along them in pieces of 384 or 768 bytes.
	streamS = 112
	streamV = 192
	// Groups of it for each worker, so that one which other programs slow down leaves the rest to the others, as long as
	// a group keeps leastV rows of V: with less the resident side would pass by for too little.
	streamGroups = 8
	leastV       = 64
	// Resident rows and steps packed at once: 1024 * 9600 * 4 bytes = 39 MB of scratch at most, whatever the shape. A
	// multiple of blocks of 384 and 400 steps, and 9216 with an update's MaxPlus are less.
	residentRows  = 1024
	residentSteps = 9600
)

// nearRows of S stay in L2 while panels of V pass by: 0.7 of it. With blocks of 384 steps that are 229 rows of 512 KB
// (Zen 3), 458 of 1 MB (Zen 4).
func (g *gemmState) nearRows() int {
	height := g.ks.rows[0]
	return max(height, l2Bytes/10*7/(4*g.lds)/height*height)
}

// gemmState is one product in progress. It lives in the pool, so that a product allocates nothing.
type gemmState struct {
	words
	p           *Pool
	micro       *[3]microFunc
	interleaved bool // S in panels, multiplied by columns of tiles
	v, s        side // V: vectors, S: broadcasts
	vIsM        bool // V holds the rows of C, tiles are C transposed
	vResident   bool
	alpha, beta float32
	c           Mat
	k           int // elements

	// an update, whose words follow those of k: its V, its S, and their number; 0 for none
	plusV, plusS side
	rank         int

	steps  int // words of k and of the update
	block  int // words of k in a block
	lds    int // row stride of packed S
	packed []float32
	turned bool       // few rows of A, in lanes
	best   *likeliest // where C is not wanted itself; else nil
	rows   []nf4Rows  // of each worker, for few rows of A
	total  []float32  // float32 sums of a BF16 C when k needs several passes

	// the pass: resident rows [r0, r1), words [q0, q1) of k
	r0, r1, q0, q1   int
	tGroups, rGroups int
	passAlpha        float32
	passBeta         float32
	passC            Mat
}

func (g *gemmState) run(p *Pool, transA, transB bool, alpha float32, a, b Mat, beta float32, c Mat, round bool) {
	m, k := opShape(a, transA)
	kb, n := opShape(b, transB)
	if k != kb || c.Rows != m || c.Cols != n {
		panic(fmt.Sprintf("kernels: Gemm: op(A) %d x %d, op(B) %d x %d, C %d x %d", m, k, kb, n, c.Rows, c.Cols))
	}
	a.check("Gemm A")
	b.check("Gemm B")
	c.check("Gemm C")
	if c.Storage != F32 && c.Storage != BF16 {
		panic("kernels: Gemm: C in " + c.Storage.String())
	}
	if m == 0 || n == 0 {
		return
	}
	g.begin(p, alpha, &a, &b, beta, c, k, round)
	if !transA && transB && g.few(&a, &b, round) {
		g.gemv(a, b)
		g.release()
		return
	}
	ks := g.ks
	g.steps = ceilTo((k+g.perWord()-1)/g.perWord(), max(1, ks.unit))
	g.block = blockSteps(g.steps, ks.block)
	g.multiplyAll(side{a, transA, m}, side{b, !transB, n})
}

// begin sets the state up for a product, and chooses the kernels.
func (g *gemmState) begin(p *Pool, alpha float32, a, b *Mat, beta float32, c Mat, k int, round bool) {
	ks := kernelsOf(active)
	*g = gemmState{p: p, alpha: alpha, beta: beta, c: c, k: k, packed: g.packed, total: g.total, rows: g.rows}
	g.ks, g.micro = ks, &ks.f32
	bothBF16 := a.Storage == BF16 && b.Storage == BF16
	if ks.pairs[0] != nil && (bothBF16 || round) {
		if ks.tiles != nil {
			ks = ks.tiles
		}
		g.ks, g.pairs, g.micro = ks, true, &ks.pairs
	} else {
		g.round = round && !bothBF16
	}
}

// few reports whether A*B^T is computed as dots of rows, and then sets the state up for them.
func (g *gemmState) few(a, b *Mat, round bool) bool {
	if g.c.Rows > GemvRows || g.k == 0 {
		return false
	}
	g.round = round && a.Storage != BF16
	return !round || b.Storage == BF16 || b.Storage.Quantised()
}

// multiplyAll multiplies the sides, given steps and block.
func (g *gemmState) multiplyAll(a, b side) {
	g.interleaved = !g.pairs && g.ks.columns[0] != nil
	g.lds = ceilTo(g.block, g.ks.strip) + rowGap
	g.orient(a, b)
	g.passes()
	g.release()
}

// blockSteps cuts steps into the fewest blocks of at most most steps, all but the last one equal and a multiple of the
// steps that tiles unroll.
func blockSteps(steps, most int) int {
	const unroll = 16
	steps = max(1, steps)
	blocks := (steps + most - 1) / most
	return min(ceilTo((steps+blocks-1)/blocks, unroll), steps, most)
}

// release keeps no caller's memory alive.
func (g *gemmState) release() {
	g.c, g.passC, g.v.m, g.s.m, g.plusV.m, g.plusS.m = Mat{}, Mat{}, Mat{}, Mat{}, Mat{}, Mat{}
}

func opShape(m Mat, trans bool) (int, int) {
	if trans {
		return m.Cols, m.Rows
	}
	return m.Rows, m.Cols
}

// orient decides which operand is loaded as vectors and which is broadcast: whichever costs less in padded tiles and
// transpositions. In units of one multiply-add of a vector lane, an element costs about 16 to transpose and 6 to copy.
func (g *gemmState) orient(a, b side) {
	const transpose, copying = 16, 6
	move := func(s side, turn bool) int {
		if turn {
			return s.n * g.steps * transpose
		}
		return s.n * g.steps * copying
	}
	price := func(v, s side, store int) int {
		return ceilTo(v.n, g.ks.cols)*g.ks.paddedRows(s.n)*g.steps + v.n*s.n*store + move(v, !v.down) + move(s, s.down != g.interleaved)
	}
	g.v, g.s = b, a
	if price(a, b, transpose) < price(b, a, copying) {
		g.v, g.s, g.vIsM = a, b, true
		g.plusV, g.plusS = g.plusS, g.plusV
	}
	g.vResident = g.v.n <= g.s.n
}

// passes walks over what does not fit the scratch memory at once.
func (g *gemmState) passes() {
	g.passC, g.passAlpha, g.passBeta = g.c, g.alpha, g.beta
	split := g.steps > residentSteps && g.c.Storage != F32
	if split {
		if n := g.c.Rows * g.c.Cols; len(g.total) < n {
			g.total = make([]float32, n)
		}
		g.passC, g.passBeta = F32Mat(g.total[:g.c.Rows*g.c.Cols], g.c.Rows, g.c.Cols), 0
	}
	rows := g.resident().n
	chunks := (rows + residentRows - 1) / residentRows
	unit := g.ks.cols
	if !g.vResident {
		unit = g.ks.rows[0]
	}
	chunk := ceilTo((rows+chunks-1)/chunks, unit)
	for g.r0 = 0; g.r0 < rows; g.r0 += chunk {
		g.r1 = min(g.r0+chunk, rows)
		beta := g.passBeta
		for g.q0 = 0; g.q0 == 0 || g.q0 < g.steps; g.q0 += residentSteps {
			g.q1 = min(g.q0+residentSteps, g.steps)
			g.pass()
			g.passBeta = 1
		}
		g.passBeta = beta
	}
	if split {
		for r := range g.c.Rows {
			g.ks.finishBF16(&g.c.RowU16(r)[0], &g.passC.RowF32(r)[0], 0, g.c.Cols, ceilTo(g.c.Cols, 16), 1, g.beta)
		}
	}
}

func (g *gemmState) resident() *side {
	if g.vResident {
		return &g.v
	}
	return &g.s
}

func (g *gemmState) streamed() *side {
	if g.vResident {
		return &g.s
	}
	return &g.v
}

// pass packs the resident side and multiplies.
func (g *gemmState) pass() {
	if need := g.residentSize(); len(g.packed) < need {
		g.packed = alignedFloats(need)
	}
	blocks := (g.q1 - g.q0 + g.block - 1) / g.block
	g.p.Run(blocks*g.packGroups(), (*packTask)(g))

	n, workers := g.streamed().n, g.p.workers
	unit, groups := g.ks.rows[0], (n+streamS-1)/streamS
	if !g.vResident {
		unit = g.ks.cols
		groups = max((n+streamV-1)/streamV, min(streamGroups*workers, n/leastV))
	}
	g.tGroups = min((n+unit-1)/unit, ceilTo(groups, workers))
	g.rGroups = 1
	if g.tGroups < 4*workers && workers > 1 {
		const least = 128 // resident rows in a group: packing the streamed side again must stay cheap
		g.rGroups = max(1, min((4*workers)/g.tGroups, (g.r1-g.r0)/least))
	}
	g.p.Run(g.tGroups*g.rGroups, (*tileTask)(g))
}

// packRowsAtOnce resident rows are packed as one piece of work: a multiple of every panel and strip.
func (g *gemmState) packRowsAtOnce() int {
	const rows = 64
	if g.interleaved && !g.vResident {
		return rows / g.ks.rows[0] * g.ks.rows[0]
	}
	return rows
}

func (g *gemmState) packGroups() int {
	at := g.packRowsAtOnce()
	return (g.r1 - g.r0 + at - 1) / at
}

// residentSize is the size of the packed resident side, blocks of k one after another.
func (g *gemmState) residentSize() int {
	blocks := (g.q1 - g.q0 + g.block - 1) / g.block
	return max(blocks*g.blockSize(), 1)
}

// blockSize is the size of one block of k of the resident side.
func (g *gemmState) blockSize() int {
	rows := g.r1 - g.r0
	if g.vResident {
		return ceilTo(rows, g.ks.cols) / g.ks.cols * g.panelStep()
	}
	return g.rowsSize(rows)
}

// rowsSize is the size of rows rows of packed S, with what packing them overshoots.
func (g *gemmState) rowsSize(rows int) int {
	return (ceilTo(rows, max(g.ks.rows[0], g.ks.strip)) + rowGap) * g.lds
}

// panelStep is the distance of panels of packed V.
func (g *gemmState) panelStep() int {
	n := ceilTo(g.block, g.ks.strip)
	if g.rank > 0 {
		n += g.ks.strip // the update begins anywhere
	}
	return g.ks.cols * n
}

// packTask packs one group of resident rows in one block of k.
type packTask gemmState

func (t *packTask) Do(w, i int) {
	g := (*gemmState)(t)
	groups := g.packGroups()
	block, group := i/groups, i%groups
	q0 := g.q0 + block*g.block
	n := min(g.block, g.q1-q0)
	at := g.packRowsAtOnce()
	r0 := g.r0 + group*at
	r1 := min(r0+at, g.r1)
	tmp := g.p.workerScratch(w, g.packTemp(at, g.block))
	dst := g.packed[block*g.blockSize():]
	if g.vResident {
		g.packV(dst[(r0-g.r0)/g.ks.cols*g.panelStep():], r0, r1, q0, n, tmp)
		return
	}
	pad := r1 - r0
	if r1 == g.r1 {
		pad = g.ks.paddedRows(g.r1-g.r0) - (r0 - g.r0)
	}
	g.packS(dst[(r0-g.r0)*g.lds:], r0, r1, pad, q0, n, tmp)
}
