//go:build !unix

package finetune

import "time"

// processorTime is unknown here.
func processorTime() time.Duration { return 0 }
