package kernels

import (
	"runtime"
	"time"
)

// clock is processor time of all workers where the system tells it, else wall time multiplied by the workers.
var clock = func() time.Duration { return time.Duration(runtime.GOMAXPROCS(0)) * time.Since(epoch) }

var epoch = time.Now()
