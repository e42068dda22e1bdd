package kernels_test

import (
	"runtime"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"lapidary/kernels"
)

type countTask struct {
	hits []atomic.Int32
	body func(worker, i int)
}

func (c *countTask) Do(w, i int) {
	c.hits[i].Add(1)
	if c.body != nil {
		c.body(w, i)
	}
}

func TestPoolCoversEachIndexOnce(t *testing.T) {
	for _, workers := range []int{1, 2, 3, 16} {
		p := kernels.NewPool(workers)
		for _, n := range []int{0, 1, 2, 3, 17, 1000} {
			c := &countTask{hits: make([]atomic.Int32, n)}
			p.Run(n, c)
			for i := range c.hits {
				require.EqualValuesf(t, 1, c.hits[i].Load(), "workers %d n %d index %d", workers, n, i)
			}
		}
		p.Close()
	}
}

func TestPoolWorkerNumbersDoNotOverlap(t *testing.T) {
	p := kernels.NewPool(4)
	defer p.Close()
	inside := make([]atomic.Int32, p.Workers())
	c := &countTask{hits: make([]atomic.Int32, 5000)}
	c.body = func(w, i int) {
		if inside[w].Add(1) != 1 {
			panic("two calls at once with one worker number")
		}
		inside[w].Add(-1)
	}
	p.Run(len(c.hits), c)
}

func TestPoolPanicReachesCallerAndPoolSurvives(t *testing.T) {
	p := kernels.NewPool(3)
	defer p.Close()
	c := &countTask{hits: make([]atomic.Int32, 100)}
	c.body = func(_, i int) {
		if i == 50 {
			panic("broken shape")
		}
	}
	func() {
		defer func() {
			wp, ok := recover().(*kernels.WorkerPanic)
			require.True(t, ok)
			require.Equal(t, "broken shape", wp.Value)
			require.Contains(t, wp.Error(), "pool_test.go")
		}()
		p.Run(100, c)
	}()
	ok := &countTask{hits: make([]atomic.Int32, 10)}
	p.Run(10, ok)
	require.EqualValues(t, 1, ok.hits[9].Load())
}

func TestPoolRefusesNesting(t *testing.T) {
	p := kernels.NewPool(2)
	defer p.Close()
	c := &countTask{hits: make([]atomic.Int32, 1)}
	c.body = func(_, _ int) { p.Run(1, &countTask{hits: make([]atomic.Int32, 1)}) }
	require.Panics(t, func() { p.Run(1, c) })
}

func TestPoolRunAllocatesNothing(t *testing.T) {
	p := kernels.NewPool(2)
	defer p.Close()
	c := &countTask{hits: make([]atomic.Int32, 100)}
	require.Zero(t, testing.AllocsPerRun(100, func() { p.Run(100, c) }))
}

// Loops that follow each other at once find helpers looking, those after a pause find them asleep, and both are done
// whole when Run returns: with processors for all workers, and with fewer.
func TestPoolLoopsAfterPauses(t *testing.T) {
	for _, processors := range []int{1, 4} {
		before := runtime.GOMAXPROCS(processors)
		p := kernels.NewPool(3)
		sum := make([]int64, 8*3) // per worker, each in its own cache line
		c := &countTask{hits: make([]atomic.Int32, 5)}
		c.body = func(w, i int) { sum[8*w] += int64(i) }
		for loop := range 2000 {
			if loop%100 == 0 {
				time.Sleep(time.Millisecond)
			}
			p.Run(len(c.hits), c)
		}
		require.EqualValues(t, 2000*10, sum[0]+sum[8]+sum[16])
		for i := range c.hits {
			require.EqualValues(t, 2000, c.hits[i].Load())
		}
		p.Close()
		p.Close()
		runtime.GOMAXPROCS(before)
	}
}
