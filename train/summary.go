package train

import (
	"math"
	"time"

	"github.com/guptarohit/asciigraph"
)

// Summary is what a run came to. It is filled as far as the run got, also beside an error.
type Summary struct {
	Step       int           `json:"step"`
	Steps      int           `json:"steps"` // planned
	Epoch      float64       `json:"epoch"`
	TrainLoss  float64       `json:"train_loss"` // mean over the steps taken
	LastLoss   float64       `json:"last_loss"`  // of the last logging step
	Runtime    time.Duration `json:"runtime"`    // of this process
	Tokens     int64         `json:"tokens"`
	Label      int64         `json:"label_tokens"`
	Skipped    int           `json:"skipped"`
	BestStep   int           `json:"best_step"` // 0: never evaluated
	BestMetric float64       `json:"best_metric"`
	Stopped    bool          `json:"stopped_early"`
	PeakRSS    int64         `json:"peak_rss_bytes"`
	// Plot is the loss over the logging steps, drawn with characters; "" when there are fewer than two.
	Plot string `json:"-"`
}

func (r *run) summary(took time.Duration) Summary {
	s := Summary{
		Step: r.state.Step, Steps: r.plan.Steps, Epoch: r.plan.Epoch(r.state.Step),
		TrainLoss: r.state.LossSum / float64(r.state.LossSteps), Runtime: took,
		Tokens: r.state.Tokens, Label: r.state.LabelTokens, Skipped: r.state.Skipped,
		BestStep: r.state.Best.Step, BestMetric: r.state.Best.Metric, Stopped: r.state.Stopped, PeakRSS: PeakRSS(),
	}
	losses := r.losses("loss")
	s.LastLoss = math.NaN()
	if len(losses) > 0 {
		s.LastLoss = losses[len(losses)-1]
	}
	s.Plot = plotLoss(losses, 60, 12)
	return s
}

// losses are the finite values of one name in the history, in order.
func (r *run) losses(name string) []float64 {
	var out []float64
	for _, e := range r.history {
		if v, ok := e[name]; ok && finite(float64(v)) {
			out = append(out, float64(v))
		}
	}
	return out
}

// plotLoss draws a curve; where there are more values than columns, each column is the mean of its share.
func plotLoss(values []float64, width, height int) string {
	if len(values) < 2 {
		return ""
	}
	if len(values) > width {
		binned := make([]float64, width)
		for c := range binned {
			lo, hi := c*len(values)/width, (c+1)*len(values)/width
			for _, v := range values[lo:hi] {
				binned[c] += v / float64(hi-lo)
			}
		}
		values = binned
	}
	return asciigraph.Plot(values, asciigraph.Height(height), asciigraph.Width(width), asciigraph.Precision(3), asciigraph.Caption("training loss"))
}
