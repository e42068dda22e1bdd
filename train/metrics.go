package train

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"lapidary/internal/durable"
)

// metricsFile has a line for every optimizer step and every evaluation.
const metricsFile = "metrics.jsonl"

// number is a JSON number, or null where the value is none: JSON knows neither NaN nor Inf.
type number float64

func (n number) MarshalJSON() ([]byte, error) {
	if !finite(float64(n)) {
		return []byte("null"), nil
	}
	return json.Marshal(float64(n)) // shortest digits that read back equal
}

// UnmarshalJSON reads null as NaN: a value that was none must not come back as zero.
func (n *number) UnmarshalJSON(text []byte) error {
	if string(text) == "null" {
		*n = number(math.NaN())
		return nil
	}
	return json.Unmarshal(text, (*float64)(n))
}

// stepLine is one step in metrics.jsonl. A step that was skipped says why, and names its rows.
type stepLine struct {
	Step            int      `json:"step"`
	Loss            number   `json:"loss"`
	GradNorm        number   `json:"grad_norm"`
	Accuracy        *number  `json:"mean_token_accuracy,omitempty"` // of the label tokens, as in TRL
	LearningRate    number   `json:"learning_rate"`
	LabelTokens     int      `json:"label_tokens"`
	Tokens          int      `json:"tokens"`
	TokensPerSecond number   `json:"tokens_per_second"`
	PeakRSSBytes    int64    `json:"peak_rss_bytes"`
	Epoch           number   `json:"epoch"`
	Skipped         string   `json:"skipped,omitempty"`
	Rows            []string `json:"rows,omitempty"`
}

// logs are the run's two records: metrics.jsonl for programs, TensorBoard's events for eyes. Neither may stop a run:
// lines that could not be written wait in memory until the disk has room again.
type logs struct {
	metrics *durable.Log
	waiting []any
	events  *durable.Stream // nil: not wanted, or given up
	now     func() time.Time
	problem func(error)
	crash   func(string)
}

// openLogs continues the logs at the lengths that s records and notes in s where the events are.
func openLogs(cfg Config, s *state, now func() time.Time, problem func(error), crash func(string)) (*logs, error) {
	m, err := durable.OpenLog(filepath.Join(cfg.OutputDir, metricsFile), 0)
	if err != nil {
		return nil, err
	}
	if m.Len() < s.MetricsLength {
		problem(fmt.Errorf("%s: lines of earlier steps are missing: it has %d bytes, the checkpoint counted %d", metricsFile, m.Len(), s.MetricsLength))
	} else if err := m.Truncate(s.MetricsLength); err != nil {
		return nil, errors.Join(err, m.Close())
	}
	l := &logs{metrics: m, now: now, problem: problem, crash: crash}
	if cfg.ReportTo == "tensorboard" {
		l.give(l.openEvents(cfg, s))
	}
	return l, nil
}

// openEvents continues the run's event file, or begins one.
func (l *logs) openEvents(cfg Config, s *state) error {
	root := cfg.LoggingDir
	if root == "" {
		root = filepath.Join(cfg.OutputDir, "runs")
	}
	host := hostName()
	if s.EventsDir == "" {
		s.EventsDir = l.now().Format("Jan02_15-04-05_") + host
	}
	dir := filepath.Join(root, s.EventsDir)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	if s.EventsFile != "" {
		events, err := durable.OpenStream(filepath.Join(dir, s.EventsFile), s.EventsLength)
		if err == nil {
			l.events = events
			return nil
		}
		l.problem(err)
	}
	now := l.now()
	s.EventsFile = fmt.Sprintf("events.out.tfevents.%d.%s.%d", now.Unix(), host, os.Getpid())
	events, err := durable.OpenStream(filepath.Join(dir, s.EventsFile), 0)
	if err != nil {
		return err
	}
	l.events = events
	l.event(versionEvent(seconds(now)))
	if s.Step > 0 {
		l.event(purgeEvent(seconds(now), s.Step+1))
	}
	args, _ := json.MarshalIndent(cfg, "    ", "  ") // a Config always marshals; four spaces make it Markdown code
	l.event(textEvent(seconds(now), "args", "    "+string(args)))
	return nil
}

// hostName is the machine's name reduced to what a path component may hold.
func hostName() string {
	name, _ := os.Hostname()
	name = strings.Map(func(c rune) rune {
		if c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-' {
			return c
		}
		return '-'
	}, name)
	return "h-" + name[:min(len(name), 60)]
}

func seconds(t time.Time) float64 { return float64(t.UnixMicro()) / 1e6 }

// line adds a line to metrics.jsonl.
func (l *logs) line(v any) {
	l.waiting = append(l.waiting, v)
	if err := l.flush(); err != nil {
		l.problem(err)
	}
}

func (l *logs) flush() error {
	for len(l.waiting) > 0 {
		l.crash("append line")
		if err := l.metrics.Append(l.waiting[0]); err != nil {
			return err
		}
		l.waiting = l.waiting[1:]
	}
	return nil
}

// scalars adds values to TensorBoard, named as transformers names them: eval_x is eval/x, all else train/x.
func (l *logs) scalars(step int, values map[string]float64) {
	var list []scalar
	for _, name := range slices.Sorted(maps.Keys(values)) {
		tag := "train/" + name
		if rest, ok := strings.CutPrefix(name, "eval_"); ok {
			tag = "eval/" + rest
		}
		list = append(list, scalar{tag, values[name]})
	}
	l.event(scalarEvent(seconds(l.now()), step, list))
}

func (l *logs) event(event []byte) {
	if l.events != nil {
		l.crash("append event")
		l.give(l.events.Append(appendRecord(nil, event)))
	}
}

// give ends the writing of events after an error, saying so once.
func (l *logs) give(err error) {
	if err == nil {
		return
	}
	l.problem(fmt.Errorf("no more events for TensorBoard: %w", err))
	if l.events != nil {
		l.events.Close()
		l.events = nil
	}
}

// sync makes both logs durable and records their lengths, for a checkpoint.
func (l *logs) sync(s *state) error {
	if err := l.flush(); err != nil {
		return err
	}
	l.crash("sync metrics")
	if err := l.metrics.Sync(); err != nil {
		return err
	}
	s.MetricsLength = l.metrics.Len()
	if l.events != nil {
		l.crash("sync events")
		l.give(l.events.Sync())
	}
	if l.events != nil {
		s.EventsLength = l.events.Len()
	}
	return nil
}

func (l *logs) close() error {
	err := errors.Join(l.flush(), l.metrics.Close())
	if l.events != nil {
		l.give(l.events.Close())
	}
	return err
}
