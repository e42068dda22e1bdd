package optim_test

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"lapidary/autograd/optim"
)

type scheduleCase struct {
	Run         string
	Type        string
	LR          float64
	WarmupSteps int `json:"warmup_steps"`
	TotalSteps  int `json:"total_steps"`
	Args        optim.ScheduleArgs
	Rates       []float64
}

func scheduleCases(t *testing.T, name string) []scheduleCase {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("testdata", name))
	require.NoError(t, err)
	var cases []scheduleCase
	require.NoError(t, json.Unmarshal(raw, &cases))
	require.NotEmpty(t, cases)
	return cases
}

// The reference prints cos of its C library, which may differ from Go's in the last place: 1e-12
// relative is the demand (12 digits), with an absolute floor where cos goes through zero.
func TestSchedulesEqualReference(t *testing.T) {
	seen := map[string]bool{}
	for _, file := range []string{"schedules.json", "runs.json"} {
		for _, c := range scheduleCases(t, file) {
			s := optim.Schedule{Type: c.Type, LR: c.LR, WarmupSteps: c.WarmupSteps, TotalSteps: c.TotalSteps, Args: c.Args}
			require.NoError(t, s.Validate(), "%+v", c)
			seen[c.Type] = true
			for k, want := range c.Rates {
				got := s.At(k)
				require.LessOrEqual(t, math.Abs(got-want), 1e-12*math.Abs(want)+1e-16*c.LR,
					"%s %s lr %v w %d N %d step %d: got %v want %v", c.Run, c.Type, c.LR, c.WarmupSteps, c.TotalSteps, k, got, want)
			}
		}
	}
	for _, name := range optim.ScheduleTypes() {
		assert.True(t, seen[name], "no reference values for %s", name)
	}
}

func TestScheduleValidateReportsEverything(t *testing.T) {
	minus := -1.0
	err := optim.Schedule{Type: "cosin", LR: math.NaN(), WarmupSteps: -1, Args: optim.ScheduleArgs{Power: &minus}}.Validate()
	require.Error(t, err)
	for _, part := range []string{"lr_scheduler_type", "learning_rate", "warmup_steps", "power"} {
		assert.ErrorContains(t, err, part)
	}
	assert.ErrorContains(t, optim.Schedule{Type: "cosine_with_min_lr", LR: 1}.Validate(), "min_lr")
	assert.ErrorContains(t, optim.Schedule{Type: "polynomial", LR: 1e-8}.Validate(), "lr_end")
}
