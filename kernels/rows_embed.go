package kernels

import "fmt"

// Shapes: table [V, C]; y, dy [N, C]; ids [N].

// Gather computes y[i] = scale*table[ids[i]].
func Gather(p *Pool, y, table Mat, ids []int32, scale float32) {
	mustShape("Gather", "y", &y, len(ids), table.Cols)
	for _, id := range ids {
		if id < 0 || int(id) >= table.Rows {
			panic(fmt.Sprintf("kernels: Gather: id %d outside a table of %d rows", id, table.Rows))
		}
	}
	if y.Rows == 0 || y.Cols == 0 {
		return
	}
	t := gatherTasks.get()
	size, n := rowBlocks(y.Rows, y.Cols)
	*t = gatherTask{ops: activeRows(), y: y, table: table, ids: ids, scale: scale, size: size}
	p.Run(n, t)
	*t = gatherTask{}
	gatherTasks.put(t)
}

type gatherTask struct {
	ops      *rowOps
	y, table Mat
	ids      []int32
	scale    float32
	size     int
}

var gatherTasks freeList[gatherTask]

func (t *gatherTask) Do(_, i int) {
	s := scratches.get()
	ops, c := t.ops, t.y.Cols
	r0, r1 := blockRange(i, t.size, t.y.Rows)
	for r := r0; r < r1; r++ {
		x := ops.loadRow(&t.table, int(t.ids[r]), 0, c, s.get(0, c))
		y := ops.outRow(&t.y, r, 0, c, s.get(1, c))
		ops.scale(y, t.scale, x)
		ops.storeRow(&t.y, r, 0, c, y)
	}
	scratches.put(s)
}

// scatterColumns is the width of a column strip of ScatterAdd: 1 KiB of a row, whole cache lines for one worker.
const scatterColumns = 256

// ScatterAdd computes dtable[ids[i]] += scale*dy[i] in the order of i; negative ids are passed over. dtable is
// [V, C] with C = dy.Cols. Workers own column strips, so repeated ids need no lock and sum in a fixed order.
func ScatterAdd(p *Pool, dtable []float32, dy Mat, ids []int32, scale float32) {
	mustLen("ScatterAdd", "ids", len(ids), dy.Rows)
	if dy.Rows == 0 || dy.Cols == 0 {
		return
	}
	if len(dtable)%dy.Cols != 0 {
		panic(fmt.Sprintf("kernels: ScatterAdd: table of %d elements, %d columns", len(dtable), dy.Cols))
	}
	rows := len(dtable) / dy.Cols
	for _, id := range ids {
		if int(id) >= rows {
			panic(fmt.Sprintf("kernels: ScatterAdd: id %d outside a table of %d rows", id, rows))
		}
	}
	t := scatterTasks.get()
	*t = scatterTask{ops: activeRows(), table: dtable, dy: dy, ids: ids, scale: scale}
	p.Run((dy.Cols+scatterColumns-1)/scatterColumns, t)
	*t = scatterTask{}
	scatterTasks.put(t)
}

type scatterTask struct {
	ops   *rowOps
	table []float32
	dy    Mat
	ids   []int32
	scale float32
}

var scatterTasks freeList[scatterTask]

func (t *scatterTask) Do(_, i int) {
	s := scratches.get()
	c := t.dy.Cols
	c0, c1 := i*scatterColumns, min(c, (i+1)*scatterColumns)
	for r, id := range t.ids {
		if id < 0 {
			continue
		}
		x := t.ops.loadRow(&t.dy, r, c0, c1, s.get(0, c1-c0))
		t.ops.axpy(t.table[int(id)*c+c0:int(id)*c+c1], t.scale, x)
	}
	scratches.put(s)
}
