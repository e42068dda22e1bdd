package autograd

// Remaker is an operation of rows that computes its result again from what it saved, to the bit, for less than keeping
// the result costs: a norm, GeGLU's product. Release drops such results, and the backward walk makes each again right
// before its first reader; no product with a weight is ever computed twice for it.
type Remaker interface {
	Op
	// Remake fills the result's Data again. It restores what it reads.
	Remake(t *Tape)
}

// restore makes a variable's Data again if it was dropped. It stays until its last reader has run.
func (t *Tape) restore(v *Var) {
	if v.Data == nil && v.maker != nil {
		v.Data = t.arena.Get(v.dtype, v.rows, v.cols)
		v.maker.Remake(t)
	}
}

// Pin keeps a variable's Data for the backward walk although it could be made again. A chain of sums, each made from the
// one before it, needs one of these now and then: what lies between two of them exists at one time while the walk passes.
func (t *Tape) Pin(v *Var) { v.maker = nil }
