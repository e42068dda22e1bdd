package eval

import (
	"fmt"
	"slices"
	"strings"

	"lapidary/data"
)

// Task is what an evaluation measures.
type Task string

const (
	TaskLoss  Task = "loss"  // mean loss over the label tokens
	TaskCalls Task = "calls" // function calls, against ground truths or the conversations' own calls
	TaskBFCL  Task = "bfcl"  // the same; every row must have a category and a ground truth, as the leaderboard's files have
)

// Validate names the known tasks.
func (t Task) Validate() error {
	if !slices.Contains([]Task{TaskLoss, TaskCalls, TaskBFCL}, t) {
		return fmt.Errorf("task %q: want loss, calls or bfcl", string(t))
	}
	return nil
}

// Accepts reports every row that a task cannot be measured on.
func (t Task) Accepts(rows []data.Row) error {
	if t != TaskBFCL {
		return nil
	}
	var problems []error
	for i := range rows {
		for _, field := range []string{"category", "ground_truth"} {
			_, ok := rows[i].Raw.Get(field)
			if !ok && (field == "category" || !strings.Contains(rows[i].Category, "relevance")) {
				problems = append(problems, &data.RowError{Source: rows[i].Source, Field: field, Err: fmt.Errorf("missing"),
					Hint: "use --task calls for conversations that show the right calls themselves"})
			}
		}
	}
	return joinFirst(problems)
}

// Sample chooses n of all cases at random, in their order; all where n is 0 or more than there are. Equal seeds choose
// equal samples.
func Sample(all, n int, seed uint64) []int {
	if n <= 0 || n >= all {
		return data.FileOrder(all)
	}
	chosen := data.Permutation(seed, 0, all)[:n]
	slices.Sort(chosen)
	return chosen
}

// Names are the figures of Values.
func Names() []string {
	return []string{"ast_accuracy", "name_accuracy", "argument_accuracy", "parse_rate", "irrelevance_accuracy", "false_call_rate"}
}

// Values are the figures by name; one that no row bears on is absent.
func (s *Scores) Values() map[string]float64 {
	out := map[string]float64{}
	for _, name := range Names() {
		if r := s.Intervals[name]; r.N > 0 {
			out[name] = r.Value
		}
	}
	return out
}
