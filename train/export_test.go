package train

import "time"

// StopAt calls f before, inside and after every durable operation, with the operation's name.
func (in *Inputs) StopAt(f func(point string)) { in.crash = f }

// SetClock replaces the time of day.
func (in *Inputs) SetClock(now func() time.Time) { in.now = now }

// Checkpoints lists the steps of the checkpoints in a directory, newest first.
var Checkpoints = checkpoints

// The parts that are tested by themselves.
var (
	MaskedCRC    = maskedCRC
	AppendRecord = appendRecord
	ScalarEvent  = func(wall float64, step int, tag string, v float64) []byte {
		return scalarEvent(wall, step, []scalar{{tag, v}})
	}
	VersionEvent = versionEvent
	PlotLoss     = plotLoss
)

// Observe feeds evaluations to the tracker of the best one and returns its state after each.
func Observe(values []float64, greater bool, threshold float64) (steps, patience []int) {
	var b best
	for i, v := range values {
		b.observe(i+1, v, greater, threshold)
		steps, patience = append(steps, b.Step), append(patience, b.Patience)
	}
	return steps, patience
}

// Seconds makes tests independent of the clock's form.
func Seconds(t time.Time) float64 { return seconds(t) }
